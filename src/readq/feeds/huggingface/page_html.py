"""Paper pages saved as HTML. The site puts the papers as JSON into an attribute; what lacks it is read as text."""

import re
from html.parser import HTMLParser

from readq.feeds.huggingface import json_api as replies
from readq.feeds.parsed_feed import ParsedFeed, day_of

_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|main|div|section|article)\b", re.I | re.S)
_TARGETS = ("DailyPapers", "PaperContent")
_PAPER_PATH = "/papers/"
_SILENT = frozenset(("script", "style", "svg", "template", "noscript"))
_INLINE = frozenset(("b", "i", "em", "strong", "span", "sub", "sup", "code", "mark", "font", "wbr"))


def is_html(text: str) -> bool:
    """Whether `text` begins as HTML, whole or a piece."""
    return _HTML.match(text) is not None


def names_papers(text: str) -> bool:
    """Whether HTML, or its beginning, is that of a Hugging Face paper page."""
    return "huggingface.co/papers" in text or f'href="{_PAPER_PATH}' in text or f'data-target="{_TARGETS[0]}"' in text


def embedded(text: str) -> ParsedFeed | None:
    """The papers in the JSON that the page carries for its own script; None if it carries none."""
    import json

    reader = _Reader()
    reader.feed(text)
    for properties in reader.properties:
        try:
            data = json.loads(properties)
        except (ValueError, RecursionError):
            continue
        if replies.recognise(data):
            return replies.parse_daily(data, day=day_of(data.get("dateString")) if isinstance(data, dict) else None)
    return None


def text_of(text: str) -> str:
    """What the page shows, a line to each block, with the address of a paper behind every link to it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.shown)


class _Reader(HTMLParser):
    """Collects the shown text and the JSON of the site's own components."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.properties: list[str] = []
        self._silent = 0
        self._link: str | None = None
        self._link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("data-target") in _TARGETS and (properties := values.get("data-props")):
            self.properties.append(properties)
        if tag in _SILENT:
            self._silent += 1
        elif tag not in _INLINE:
            self.shown.append("\n")
        if tag == "a":
            self._link, self._link_text = values.get("href"), ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag not in _INLINE:
            self.shown.append("\n")
        if tag == "a" and self._link:
            # A picture links to the paper too, but is no title.
            if _PAPER_PATH in self._link and self._link_text.strip():
                self.shown.append(f"{self._link}\n")
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.shown.append(re.sub(r"\s+", " ", data))
            self._link_text += data
