"""The reader's own commands on keys: real programs, their output, and what they leave in the library: nothing."""

import re
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.errors import ConfigError
from readq.services.papers.own_commands import parse_commands
from readq.tui.keys.keymap import Keymap
from readq.tui.keys.own_actions import own_actions
from readq.tui.screens.output_screen import OutputScreen, output_lines

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Raw = Callable[..., list[tuple[object, ...]]]
Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]

WIDE = (160, 30)


def config(script: str, *arguments: str, **settings: Any) -> Config:  # noqa: ANN401
    run = [sys.executable, "-c", script, *arguments]
    return Config(sync_at_start=False, commands={"mine": {"key": "W", "run": run, "show": True, **settings}})


async def test_property_25_the_output_is_shown_and_nothing_is_stored(
    open_ui: OpenUi, library_path: str, dump: Dump
) -> None:
    before = dump(library_path)
    script = "import sys; print(sys.argv[1]); print('    ' + sys.stdin.read()[:20])"
    async with open_ui(library_path, config(script, "key is {key}", input="abstract"), WIDE) as ui:
        await ui.press("j", "W")
        assert isinstance(ui.app.screen, OutputScreen)
        assert "mine: “Boosting Trees”" in ui.lines()[0]
        assert re.search(r"key is lovelace2026boosting\n     Abstract of paper 2\.", ui.text())
        assert "2 lines" in ui.lines()[-2]
        await ui.press("q")
        assert "[1 Inbox" in ui.lines()[0]
    assert dump(library_path) == before


async def test_property_25_it_is_listed_in_footer_help_and_palette(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, config("print('out')"), WIDE) as ui:
        assert "W mine" in ui.lines()[-1]
        await ui.type("?mine")
        assert re.search(r"W +mine: .*python", ui.text())
        await ui.press("escape")
        await ui.type(":mine")
        assert re.search(r"W +Mine: .*python", ui.text())
        await ui.press("enter")
        assert isinstance(ui.app.screen, OutputScreen)
        await ui.press("q", "enter")
        assert "W mine" in ui.lines()[-1]
        await ui.press("W")
        assert isinstance(ui.app.screen, OutputScreen)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import sys; sys.exit('\\x1b]2;no such\\x07 paper\\nthe reason')", "mine ended with status 1: the reason"),
        ("import os; os.kill(os.getpid(), 9)", "mine was ended by signal 9"),
        ("", "mine printed nothing"),
        ("print(' \\n \\n')", "mine printed nothing"),
    ],
)
async def test_a_command_that_fails_or_prints_nothing_gives_one_line(
    open_ui: OpenUi, library_path: str, script: str, message: str
) -> None:
    async with open_ui(library_path, config(script), WIDE) as ui:
        await ui.press("W")
        assert message in " ".join(ui.text().split())
        assert not isinstance(ui.app.screen, OutputScreen)


async def test_a_program_that_does_not_exist_is_named(open_ui: OpenUi, library_path: str) -> None:
    commands = {"mine": {"key": "W", "run": ["/nowhere/viewer", "{key}"]}}
    async with open_ui(library_path, Config(commands=commands), WIDE) as ui:
        await ui.press("W")
        assert "cannot start viewer: No such file" in ui.text()


async def test_escapes_of_a_command_do_not_reach_the_terminal(open_ui: OpenUi, library_path: str) -> None:
    script = "print('a\\x1b[31mred\\x1b[0m\\x1b]2;OWNED\\x1b\\\\\\x07 [bold]b[/bold]\\tc\\u202e')"
    async with open_ui(library_path, config(script), WIDE) as ui:
        await ui.press("W")
        assert "ared [bold]b[/bold]" in ui.text()
        assert "OWNED" not in ui.text()
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", ui.text())


async def test_a_command_that_hangs_is_shown_as_running_and_esc_ends_it(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.state.background.command_runs.SHOWN_AFTER", 0.5)
    async with open_ui(library_path, config("import time; time.sleep(1000)"), WIDE) as ui:
        ui.queue_keys("W")
        await ui.wait_until(lambda: "mine runs for" in ui.lines()[-2])
        ui.queue_keys("a")
        await ui.wait_until(lambda: "queued “Attention Is Enough”" in ui.lines()[-2])
        ui.queue_keys("W")
        await ui.wait_until(lambda: "mine still runs, mine was not started" in ui.text())
        ui.queue_keys("escape")
        await ui.wait_until_idle()
        assert "mine was ended" in ui.lines()[-2]
        # Keys act while it runs.
        assert raw("SELECT status FROM paper WHERE id = 1") == [("queued",)]


async def test_a_command_that_runs_shorter_leaves_esc_alone(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    script = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)\nprint('out')"
    async with open_ui(library_path, config(script, str(gate)), WIDE) as ui:
        ui.queue_keys("W", "space", "escape")
        await ui.wait_until(lambda: ui.app.context.key_presses == 3)
        assert ui.app.session.list_state.selected_count == 0
        assert ui.app.context.commands.running == "mine"
        gate.touch()
        await ui.wait_until_idle()
        # Other keys were pressed, so the output waits for its key.
        assert "mine has ended: W on “Attention Is Enough” shows its output" in ui.lines()[-2]
        await ui.press("k", "W")
        assert isinstance(ui.app.screen, OutputScreen)
        assert "out" in ui.text()


async def test_a_command_without_shown_output_says_that_it_is_done(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, config("print('x' * 3_000_000)", show=False), WIDE) as ui:
        await ui.press("W")
        assert "mine is done" in ui.lines()[-2]
    async with open_ui(library_path, config("import sys; sys.exit('no display')", show=False), WIDE) as ui:
        await ui.press("W")
        assert "mine ended with status 1: no display" in ui.text()


async def test_a_missing_field_or_a_selection_is_a_reason_not_to_start(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, config("print(1)", "{doi}"), WIDE) as ui:
        await ui.press("W")
        assert "mine was not started: this paper has no doi" in ui.text()
        await ui.press("space", "W")
        assert "an own command takes one paper: clear the selection first" in ui.lines()[-2]


@pytest.mark.parametrize(
    ("settings", "keys", "named"),
    [
        ({"key": "d"}, {}, "[commands.mine] d is the key of drop"),
        ({"key": "1"}, {}, "[commands.mine] 1 is the key of view_inbox"),
        ({"key": "W,:"}, {}, "[commands.mine] : is the key of palette"),
        ({"key": "W"}, {"star": "W"}, "[commands.mine] W is the key of star"),
        ({"key": "contrl+d"}, {}, "[commands.mine] key: there is no key 'contrl+d'"),
    ],
)
def test_the_key_of_a_command_must_be_free(settings: dict[str, str], keys: dict[str, str], named: str) -> None:
    commands = parse_commands({"mine": {"run": ["x"], **settings}})
    with pytest.raises(ConfigError) as refused:
        Keymap(keys, own_actions(commands))
    assert refused.value.message.startswith(named)
    assert refused.value.setting == "commands.mine.key"


def test_a_key_that_the_reader_has_freed_is_free() -> None:
    commands = parse_commands({"mine": {"run": ["x"], "key": "d"}})
    assert Keymap({"drop": "x"}, own_actions(commands)).keys("list", "commands.mine") == ("d",)


def test_two_commands_on_one_key_are_refused() -> None:
    commands = parse_commands({"one": {"run": ["x"], "key": "W"}, "two": {"run": ["y"], "key": "W"}})
    with pytest.raises(ConfigError, match=r"W is the key of commands\.one"):
        Keymap({}, own_actions(commands))


def test_lines_of_output_keep_their_indentation() -> None:
    assert output_lines("a\n\tb\r\n  c  \n\n") == ["a", "        b", "  c"]
