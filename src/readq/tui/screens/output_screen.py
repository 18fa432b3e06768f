"""The screen with the output of one of the user's own commands. The output is not stored.

An own command is a program that the user has defined in the config.
"""

from readq.text import counted, strip_controls
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.screens.text_screen import TextScreen
from readq.tui.state.background.command_runs import CommandOutput
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block

_MAX_LINES = 5_000
"""The largest number of lines of the output that are shown. Wrapping more lines would delay the keys."""


class OutputScreen(TextScreen):
    """Shows the output of a command.

    The state line shows the number of lines, and whether a part of the output is missing.
    """

    def __init__(self, context: ScreenContext, output: CommandOutput) -> None:
        lines = output_lines(output.text)
        blocks = [Block(paper_blocks.BODY, "\n".join(lines[:_MAX_LINES]))]
        super().__init__(context, f"{output.name}: {output.title}", blocks, _state(len(lines), is_cut=output.is_cut))


def _state(lines: int, *, is_cut: bool) -> str:
    text = counted(lines, "line")
    if is_cut:
        return f"{text}; the command was ended, it printed too much"
    return f"{text}, the first {_MAX_LINES:,} are shown" if lines > _MAX_LINES else text


def output_lines(text: str) -> list[str]:
    """Return the lines of the output of a program, without escape sequences and control characters."""
    return [line.rstrip() for line in strip_controls(text).expandtabs().rstrip().split("\n")]
