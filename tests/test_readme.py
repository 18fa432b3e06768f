"""What the README says of keys and commands is what readq does. To mend it, paste what the failing test prints."""

from pathlib import Path

from readq.cli.command_table import COMMANDS
from readq.tui.keys.action import SCOPES
from readq.tui.keys.keymap import Keymap, key_label

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def key_table() -> str:
    """Every key of every screen, as Markdown; one that means the same on several screens stands once."""
    keymap = Keymap()
    seen: set[tuple[str, str]] = set()
    parts = []
    for scope, title in SCOPES.items():
        rows = []
        for action in keymap.actions(scope):
            keys = " ".join(f"`{key_label(key)}`" for key in keymap.keys(scope, action.name)).replace("|", "\\|")
            if keys and (keys, action.name) not in seen:
                seen.add((keys, action.name))
                rows.append(f"| {keys} | {action.description} |")
        if rows:
            parts.append(f"| {title} | |\n| --- | --- |\n" + "\n".join(rows))
    return "\n\n".join(parts)


def test_the_keys_are_those_of_the_keymap() -> None:
    assert key_table() in README, f"the README's keys should be:\n\n{key_table()}\n"


def test_commands_that_it_shows_exist() -> None:
    examples = "".join(README.split("```")[1::2])
    words = [line.split() for line in examples.splitlines() if line.startswith("readq ")]
    commands = {line[1] for line in words if not line[1].startswith("#")}
    assert len(commands) > 3
    assert commands <= set(COMMANDS)
