"""Keys that move the cursor or the text, in lists and on a paper."""

from collections.abc import Mapping

from readq.tui.screens.paper_base import ReadingScreen
from readq.tui.screens.screen_context import Handler


def step(lines: int) -> Handler:
    """Move the cursor by so many papers."""

    def move(screen: ReadingScreen) -> None:
        screen.move(screen.session.list_state.cursor + lines)

    return move


def scroll(lines: int) -> Handler:
    """Scroll the paper by so many lines."""

    def move(screen: ReadingScreen) -> None:
        screen.scroll_paper(lines)

    return move


def pages(share: float) -> Handler:
    """Move the list by a share of its height."""

    def move(screen: ReadingScreen) -> None:
        screen.move(screen.session.list_state.cursor + _lines(screen, share))

    return move


def paper_pages(share: float) -> Handler:
    """Scroll the paper by a share of its height."""

    def move(screen: ReadingScreen) -> None:
        screen.scroll_paper(_lines(screen, share))

    return move


def _lines(screen: ReadingScreen, share: float) -> int:
    lines = max(1, int(screen.page_height() * abs(share)))
    return lines if share > 0 else -lines


def _first(screen: ReadingScreen) -> None:
    screen.move(0)


def _last(screen: ReadingScreen) -> None:
    screen.move(len(screen.session.list_state) - 1)


_TO_THE_END = 1_000_000
"""More lines than any paper has."""

_COMMON: Mapping[str, Handler] = {
    "next": step(1),
    "previous": step(-1),
    "scroll_down": scroll(1),
    "scroll_up": scroll(-1),
}

IN_LISTS: Mapping[str, Handler] = {
    **_COMMON,
    "first": _first,
    "last": _last,
    "half_down": pages(0.5),
    "half_up": pages(-0.5),
    "page_down": pages(1),
    "page_up": pages(-1),
}

ON_A_PAPER: Mapping[str, Handler] = {
    **_COMMON,
    "following": step(1),
    "preceding": step(-1),
    "first": scroll(-_TO_THE_END),
    "last": scroll(_TO_THE_END),
    "half_down": paper_pages(0.5),
    "half_up": paper_pages(-0.5),
    "page_down": paper_pages(1),
    "page_up": paper_pages(-1),
}
