"""The middle of the list screen: the list, and the paper beside it, below it, or not shown."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import MouseDown, MouseMove, MouseUp, Resize
from textual.message import Message
from textual.widget import Widget

from readq.tui.state.preferences.pane_layout import LayoutFile, PaneLayout, Placement, TerminalSize, terminal_size


class SplitBody(Container):
    """Holds the list and the paper, and divides the screen between them.

    How the screen is divided depends on the shown view and on the size of the terminal. The user can drag the line
    between list and paper with the mouse.
    """

    class Dragged(Message):
        """The message that the user has dragged the line between the panes to another position."""

    def __init__(self, papers: Widget, paper: Widget, layouts: LayoutFile, view: Callable[[], str]) -> None:
        """Create the panes for the widgets `papers` and `paper`. `view` returns the name of the shown view.

        `layouts` stores the layout for each view and each size of the terminal.
        """
        super().__init__()
        self._view = view
        self.layouts = layouts
        self._papers = papers
        self._aside = Container(paper, id="aside")
        self._shown: PaneLayout | None = None
        self._dragged_from: PaneLayout | None = None
        """The layout before the line was dragged. It is None while the line is not dragged."""

    def compose(self) -> ComposeResult:
        """Yield the list and the container of the paper, which also has room for the note editor."""
        yield self._papers
        yield self._aside

    def on_mount(self) -> None:
        """Arrange the panes for the size of the terminal."""
        self.apply_layout()

    def on_resize(self, _event: Resize) -> None:
        """Arrange the panes for the new size of the terminal."""
        self.apply_layout()

    @property
    def layout_now(self) -> PaneLayout:
        """The layout for the shown view and the present size of the terminal."""
        return self.layouts.layout(self._terminal_size, self._view())

    @property
    def _terminal_size(self) -> TerminalSize:
        return terminal_size(*self.app.size)

    def change(self, layout: PaneLayout) -> None:
        """Store `layout` for the shown view and the present size of the terminal, and arrange the panes by it."""
        self.layouts.change(self._terminal_size, self._view(), layout)
        self.apply_layout()

    def on_mouse_down(self, event: MouseDown) -> None:
        """If the mouse is on the line between the panes, begin to drag the line."""
        line, placement = self._aside.region, self.layout_now.placement
        is_on_line = {
            Placement.BESIDE: event.screen_x == line.x,
            Placement.BELOW: event.screen_y == line.y,
            Placement.OFF: False,
        }[placement]
        if is_on_line and event.button == 1:
            event.stop()
            self._dragged_from = self.layout_now
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """If the line between the panes is being dragged, move it to the mouse."""
        if self._dragged_from is None:
            return
        layout, area = self.layout_now, self.region
        is_beside = layout.placement is Placement.BESIDE
        done, whole = (event.screen_x - area.x, area.width) if is_beside else (event.screen_y - area.y, area.height)
        self.change(layout.with_share(round(100 * done / max(1, whole))))

    def on_mouse_up(self, _event: MouseUp) -> None:
        """Stop dragging the line. If the layout has changed, post `Dragged`."""
        before, self._dragged_from = self._dragged_from, None
        if before is not None:
            self.release_mouse()
            if self.layout_now != before:
                self.post_message(self.Dragged())

    def apply_layout(self) -> None:
        """Arrange the panes by `layout_now`."""
        layout = self.layout_now
        if layout == self._shown:
            return
        self._shown = layout
        for placement in Placement:
            self.set_class(placement is layout.placement, f"-{placement}")
        shares = (layout.share, 100 - layout.share)
        for pane, share in zip((self._papers, self._aside), shares, strict=True):
            pane.styles.width = f"{share}fr" if layout.placement is Placement.BESIDE else "1fr"
            pane.styles.height = f"{share}fr" if layout.placement is Placement.BELOW else "1fr"
