"""Read bookmarks that a browser exported as a Netscape Bookmark File, an HTML file with nested lists.

Format:
https://learn.microsoft.com/en-us/previous-versions/windows/internet-explorer/ie-developer/platform-apis/aa753582(v=vs.85)
"""

import re
from typing import NamedTuple

from readq.formats.html_reader import HtmlReader
from readq.text import one_line

_DOCTYPE = re.compile(r"(?i)\s*(?>(?><!--.*?-->)\s*)*+<!doctype\s+netscape-bookmark-file-1\s*>", re.DOTALL)


class Bookmark(NamedTuple):
    """A bookmark. `number` is its position in the file, counted from 1. `url` is "" if the bookmark has no URL."""

    number: int
    url: str
    title: str


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is a bookmark file."""
    return _DOCTYPE.match(text.lstrip("\ufeff")) is not None


def read(text: str) -> list[Bookmark]:
    """Return all bookmarks, in the order of the file. Their URLs can have any scheme, such as `javascript:`."""
    reader = _Reader()
    reader.read(text)
    return reader.bookmarks


class _Reader(HtmlReader):
    def __init__(self) -> None:
        super().__init__()
        self.bookmarks: list[Bookmark] = []
        self._url: str | None = None
        self._text: list[str] = []
        self._number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a bookmark at `<A HREF=…>`."""
        if tag == "a":
            self._finish()
            self._number += 1
            self._url = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """End the bookmark at `</A>`."""
        if tag == "a":
            self._finish()

    def handle_data(self, data: str) -> None:
        """Collect the title of the bookmark."""
        if self._url is not None:
            self._text.append(data)

    def close(self) -> None:
        """End a bookmark that was cut off."""
        super().close()
        self._finish()

    def _finish(self) -> None:
        if self._url is not None:
            self.bookmarks.append(Bookmark(self._number, self._url.strip(), one_line("".join(self._text))))
        self._url = None
        self._text = []
