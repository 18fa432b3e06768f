"""A screen with a text that scrolls, such as the output of a command or the history of a card."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from readq.tui.keys.action import OUTPUT
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.text_pane import TextPane


class TextScreen(KeyedScreen):
    """Shows text blocks under a heading. `state` is the text of the state line."""

    SCOPE = OUTPUT

    def __init__(self, context: ScreenContext, title: str, blocks: Sequence[Block], state: str = "") -> None:
        super().__init__(context)
        self.heading = TextLine("list-heading")
        self.detail = TextPane()
        self._title = title
        self._blocks = blocks
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the heading, the text, state line, prompt and footer."""
        yield self.heading
        with Container(id="aside"):
            yield self.detail
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the text from its first line."""
        self.heading.put(Content(f" {self._title}"))
        self.detail.show(self._blocks)

    def state_text(self) -> str:
        """Return the text of the state line."""
        return self._state

    def page_height(self) -> int:
        """Return the number of visible lines."""
        return self.detail.size.height

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text down by `lines` lines. A negative number scrolls up."""
        self.scroll_text(self.detail, lines)

    def current_paper_id(self) -> int | None:
        """Return None, because no key here changes a paper."""
        return None
