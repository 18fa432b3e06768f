"""The three single lines of a screen: views on top, the state below, the keys that work here at the bottom."""

from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len
from textual.content import Content, Span
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from readq.services.views import VIEWS
from readq.store.papers.reading import Counts
from readq.tui.text.columns import fit

_NEWS_MARGINS = 7
"""Cells around a view and what is new."""


class Line(Widget):
    """A line of plain text; spans of it may be styled."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._content = Content("")

    def put(self, content: Content) -> None:
        """Show `content`, which never is markup."""
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """What Textual draws."""
        return self._content


class ViewsBar(Line):
    """The views with their keys and counts; the one that is shown stands out."""

    class Chosen(Message):
        """A view was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, str]] = []

    def show(self, current: str, counts: Counts, keys: Sequence[str], news: str, width: int) -> None:
        """Draw the line. The view that is shown, what is due and what is new come first; then what has room."""
        names = [view.name for view in VIEWS]
        labels = [
            f"{key} {view.title} {getattr(counts, 'queued' if view.name == 'queue' else view.name):,}"
            for view, key in zip(VIEWS, keys, strict=True)
        ]
        due = f"◷ {counts.due:,} due " if counts.due else ""
        if news and cell_len(labels[names.index(current)] + news + due) + _NEWS_MARGINS <= width:
            # The state line says it too, so it is the first to give way.
            due = f"{news}  {due}" if due else f"{news} "
        text, spans, self._places = " ", [], []
        for index in in_room(labels, names.index(current), width - cell_len(due)):
            shown = f"[{labels[index]}]" if names[index] == current else f" {labels[index]} "
            if names[index] == current:
                spans.append(Span(len(text), len(text) + len(shown), "bold $text-accent"))
            text += shown
            self._places.append((cell_len(text), names[index]))
            text += " "
        text += " " * (width - cell_len(text) - cell_len(due))
        spans.append(Span(len(text), len(text) + len(due), "bold"))
        self.put(Content(text + due, spans))

    def on_click(self, event: Click) -> None:
        """Tell the screen which view was clicked."""
        for end, name in self._places:
            if event.x < end:
                self.post_message(self.Chosen(name))
                return


class StateLine(Line):
    """What is shown and what happened last."""

    def show(self, state: str, flash: str, width: int) -> None:
        """Draw the state, or `flash` in front of it: what an action has just done."""
        if not flash:
            self.put(Content(fit(f" {state}", width)))
            return
        self.put(Content(fit(f" {flash}", width), [Span(0, len(flash) + 1, "bold")]))


class FooterLine(Line):
    """Keys and what they do, as many as there is room for; the last one always stays."""

    def show(self, keys: Sequence[tuple[str, str]], width: int) -> None:
        """Draw (key, label) pairs."""
        text, spans = " ", []
        for key, label in fitting(keys, width - 1):
            spans.append(Span(len(text), len(text) + len(key), "bold $text-accent"))
            text += f"{key} {label}  "
        self.put(Content(text, spans))


def in_room(labels: Sequence[str], current: int, width: int) -> list[int]:
    """The numbers of the labels that the line of views has room for in `width` cells: always `current`, and the first
    others. A label takes three cells more than its text, and one stands before the first."""
    first = [current, *(index for index in range(len(labels)) if index != current)]
    used = list(accumulate((cell_len(labels[index]) + 3 for index in first), initial=1))[1:]
    return sorted(index for index, end in zip(first, used, strict=True) if end <= width or index == current)


def fitting(keys: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The first pairs that fit into `width` cells together with the last one."""
    if not keys:
        return []
    *first, last = keys
    room = width - _cells(last)
    shown = []
    for pair in first:
        room -= _cells(pair) + 2
        if room < 0:
            break
        shown.append(pair)
    return [*shown, last]


def _cells(pair: tuple[str, str]) -> int:
    return cell_len(f"{pair[0]} {pair[1]}")
