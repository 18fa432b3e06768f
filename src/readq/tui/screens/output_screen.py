"""The output of the reader's own command. It is shown, and kept nowhere."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from readq.text import counted, strip_controls
from readq.tui.keys.action import OUTPUT
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state.background.command_runs import CommandOutput
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.text_pane import TextPane

_MAX_LINES = 5_000
"""The number of lines that are shown. Wrapping more of them would hold up the keys."""


class OutputScreen(KeyedScreen):
    """Shows the output of a command as text that scrolls."""

    SCOPE = OUTPUT

    def __init__(self, context: ScreenContext, output: CommandOutput) -> None:
        super().__init__(context)
        self.heading = TextLine("list-heading")
        self.detail = TextPane()
        self._output = output
        self._lines = output_lines(output.text)

    def compose(self) -> ComposeResult:
        """Yield the heading, the output, state line, prompt and footer."""
        yield self.heading
        with Container(id="aside"):
            yield self.detail
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the output from its first line."""
        self.heading.put(Content(f" {self._output.name}: {self._output.title}"))
        self.detail.show([Block(paper_blocks.BODY, "\n".join(self._lines[:_MAX_LINES]))])

    def state_text(self) -> str:
        """Return the number of lines, and what is not shown."""
        text = counted(len(self._lines), "line")
        if self._output.is_cut:
            return f"{text}; the command was ended, it printed too much"
        return f"{text}, the first {_MAX_LINES:,} are shown" if len(self._lines) > _MAX_LINES else text

    def page_height(self) -> int:
        """Return the number of visible lines."""
        return self.detail.size.height

    def scroll_paper(self, lines: int) -> None:
        """Scroll the output down by `lines` lines. A negative number scrolls up."""
        self.detail.scroll_lines(lines)

    def current_paper_id(self) -> int | None:
        """Return None, because no key here changes a paper."""
        return None


def output_lines(text: str) -> list[str]:
    """Return the lines of the output of a program, without escape sequences and control characters."""
    return [line.rstrip() for line in strip_controls(text).expandtabs().rstrip().split("\n")]
