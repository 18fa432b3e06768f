"""The actions that run the user's own commands, for the keymap, the footer, the help and the palette.

An own command is a program that the user has defined in the config.
"""

from collections.abc import Sequence

from readq.services.papers.own_commands import OwnCommand
from readq.text import one_line
from readq.tui.keys.action import LIST, PAPER, Action


def action_name(command: OwnCommand) -> str:
    """Return the name of the action that runs `command`: `commands.` and the command's name.

    Error messages show this name too.
    """
    return f"commands.{command.name}"


def own_actions(commands: Sequence[OwnCommand]) -> list[Action]:
    """Return an action for each of `commands`, the user's own commands, in the order of the config."""
    return [
        Action(
            action_name(command),
            command.key,
            command.name,
            f"{command.name}: {one_line(' '.join(command.run))}",
            "own command run program",
            (LIST, PAPER),
        )
        for command in commands
    ]
