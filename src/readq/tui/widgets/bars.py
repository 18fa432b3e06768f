"""One-line widgets: the views at the top of a screen, the state line, and the footer with the keys."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content, Span
from textual.events import Click, Key
from textual.message import Message
from textual.widget import Widget

from readq.tui.keys.keymap import pressed_keys
from readq.tui.text.list_columns import fit

_LONGEST_TITLE = 16
"""Largest width of a view's title in its tab, in cells."""

_NEWS_PADDING = 7
"""Number of cells for brackets and spaces in a views bar that has only the current view, the news and the due cards."""


class TextLine(Widget):
    """One line of text. Parts of it can have a style."""

    DEFAULT_CSS = "TextLine { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._content = Content("")

    def put(self, content: Content) -> None:
        """Show `content`. Redraw the line only if `content` differs from the shown content.

        The text is never parsed as Textual markup.
        """
        if not content.is_same(self._content):
            self._content = content
            self.refresh()

    def render(self) -> Content:
        """Return the shown content. Textual calls this to draw the line."""
        return self._content


class RightEnd(NamedTuple):
    """The texts at the right end of the views bar: news, such as the progress of a sync, and the count of due cards."""

    news: str = ""
    due: str = ""


class Tab(NamedTuple):
    """A view in the views bar."""

    name: str
    key: str
    title: str
    papers: int | None
    """The number of papers in the view, or None while it is not known."""
    sign: str = ""
    """An icon before the title, or ""."""
    rank: int = 0
    """The rank of the view. If there is little room, views with a lower rank are preferred."""

    @property
    def label(self) -> str:
        """The text of the tab: key, sign, title and number of papers."""
        title = self.title if cell_len(self.title) <= _LONGEST_TITLE else fit(self.title, _LONGEST_TITLE).rstrip()
        number = "" if self.papers is None else f"{self.papers:,}"
        return " ".join(part for part in (self.key, f"{self.sign}{title}", number) if part)


class ViewsBar(TextLine):
    """The line of views with their keys and numbers of papers. The current view is highlighted."""

    class Chosen(Message):
        """The message that the user has clicked the view `name`."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._label_ends: list[tuple[int, str]] = []
        """End column and view name of each drawn label, from left to right."""

    def show(self, current: str, tabs: Sequence[Tab], right: RightEnd, width: int) -> None:
        """Draw the views with their keys and numbers of papers in `width` cells.

        Draw the texts of `right` at the right. `current` is the name of the shown view, which has a tab in `tabs`. The
        shown view and the number of due cards are always drawn. The news is drawn if there is room for it. Other views
        take the remaining room.
        """
        names = [tab.name for tab in tabs]
        labels = [tab.label for tab in tabs]
        news, due = right.news, f"◷ {right.due} " if right.due else ""
        if news and cell_len(labels[names.index(current)] + news + due) + _NEWS_PADDING <= width:
            # Dropped first when space is short, because the state line also shows the news.
            due = f"{news}  {due}" if due else f"{news} "
        text, spans, self._label_ends = " ", [], []
        order = sorted(range(len(tabs)), key=lambda index: tabs[index].rank)
        for index in fitting_labels(labels, names.index(current), width - cell_len(due), order):
            label = f"[{labels[index]}]" if names[index] == current else f" {labels[index]} "
            if names[index] == current:
                spans.append(Span(len(text), len(text) + len(label), "bold $tone-bar-mark"))
            text += label
            self._label_ends.append((cell_len(text), names[index]))
            text += " "
        text += " " * (width - cell_len(text) - cell_len(due))
        spans.append(Span(len(text), len(text) + len(due), "bold"))
        self.put(Content(text + due, spans))

    def on_click(self, event: Click) -> None:
        """Post `Chosen` with the name of the clicked view."""
        for end, name in self._label_ends:
            if event.x < end:
                self.post_message(self.Chosen(name))
                return


class StateLine(TextLine):
    """The line that describes the list, or shows the message of the last action."""

    def show(self, state: str, message: str, width: int) -> None:
        """Draw `message` in bold. If it is empty, draw `state`. The text is cut to `width` cells."""
        if not message:
            self.put(Content(fit(f" {state}", width)))
            return
        self.put(Content(fit(f" {message}", width), [Span(0, len(message) + 1, "bold")]))


class FooterLine(TextLine):
    """The line at the bottom with keys and their labels. It shows as many keys as fit, and always the last key.

    A click on a key or its label acts like a press of the key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._key_ends: list[tuple[int, str]] = []
        """End column and label of each drawn key, from left to right."""

    def show(self, keys: Sequence[tuple[str, str]], width: int) -> None:
        """Draw the (key, label) pairs in `keys` that fit in `width` cells."""
        text, spans, self._key_ends = " ", [], []
        for key, label in fitting_keys(keys, width - 1):
            spans.append(Span(len(text), len(text) + len(key), "bold $tone-mark"))
            text += f"{key} {label}"
            self._key_ends.append((cell_len(text), key))
            text += "  "
        self.put(Content(text, spans))

    def on_click(self, event: Click) -> None:
        """Send a press of the clicked key to the app."""
        event.stop()
        for end, label in self._key_ends:
            if event.x < end + 1:
                for name, character in pressed_keys(label):
                    self.app.post_message(Key(name, character))
                return


def fitting_labels(labels: Sequence[str], current: int, width: int, order: Sequence[int]) -> list[int]:
    """Return the indexes of the labels that fit in `width` cells, in ascending order.

    The index `current` is always included. Other indexes are included in the order `order`, as long as there is room.
    Each label takes three cells more than its text, and one cell precedes the first label.
    """
    first = [current, *(index for index in order if index != current)]
    used = list(accumulate((cell_len(labels[index]) + 3 for index in first), initial=1))[1:]
    return sorted(index for index, end in zip(first, used, strict=True) if end <= width or index == current)


def fitting_keys(keys: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """Return the (key, label) pairs that fit in `width` cells.

    The last pair is always included. Other pairs are included from the left, as long as there is room.
    """
    if not keys:
        return []
    *first, last = keys
    room = width - _cells(last)
    fitting = []
    for pair in first:
        room -= _cells(pair) + 2
        if room < 0:
            break
        fitting.append(pair)
    return [*fitting, last]


def _cells(pair: tuple[str, str]) -> int:
    return cell_len(f"{pair[0]} {pair[1]}")
