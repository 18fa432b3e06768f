"""Actions that change the layout of the list screen: where the shown paper is placed, and how large the list is."""

from collections.abc import Mapping
from functools import partial

from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.preferences.pane_layout import PaneLayout


def _change_placement(screen: ListScreen) -> None:
    layout = screen.body.layout_now.next_placement()
    _change(screen, layout)
    screen.show_message(f"the paper: {layout.placement}")


def _move_split(screen: ListScreen, steps: int) -> None:
    layout = screen.body.layout_now
    moved = layout.move_split(steps)
    if moved == layout:
        screen.show_message(f"the list has {layout.share} % of the screen: the split moves no further")
        return
    _change(screen, moved)
    screen.show_message(f"the list has {moved.share} % of the screen")


def _change(screen: ListScreen, layout: PaneLayout) -> None:
    screen.body.change(layout)
    screen.show_detail()
    screen.save_choices(screen.body.layouts)


HANDLERS: Mapping[str, Handler] = {
    "paper_placement": _change_placement,
    "split_back": partial(_move_split, steps=-1),
    "split_forward": partial(_move_split, steps=1),
}
