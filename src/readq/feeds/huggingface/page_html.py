"""Parse paper pages saved as HTML: the JSON in an attribute of the page, or its visible text."""

import re

from readq.feeds.huggingface import json_api
from readq.feeds.parsed_feed import ParsedFeed, day_of
from readq.formats.html_reader import HtmlReader

_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|main|div|section|article)\b", re.I | re.S)
_TARGETS = ("DailyPapers", "PaperContent")
_PAPER_PATH = "/papers/"
_HIDDEN = frozenset(("script", "style", "svg", "template", "noscript"))
_INLINE = frozenset(("b", "i", "em", "strong", "span", "sub", "sup", "code", "mark", "font", "wbr"))


def is_html(text: str) -> bool:
    """Return whether `text` begins like an HTML page or fragment."""
    return _HTML.match(text) is not None


def names_papers(text: str) -> bool:
    """Return whether `text`, a complete or truncated HTML document, is a paper page of Hugging Face."""
    return "huggingface.co/papers" in text or f'href="{_PAPER_PATH}' in text or f'data-target="{_TARGETS[0]}"' in text


def embedded(text: str) -> ParsedFeed | None:
    """Return the papers in the JSON that a page embeds for its script.

    Return None if the page contains no such JSON.
    """
    import json

    reader = _Reader()
    reader.read(text)
    for properties in reader.properties:
        try:
            data = json.loads(properties)
        except (ValueError, RecursionError):
            continue
        if json_api.recognise(data):
            return json_api.parse_daily(data, day=day_of(data.get("dateString")) if isinstance(data, dict) else None)
    return None


def text_of(text: str) -> str:
    """Return the visible text of an HTML page, one line for each block.

    After the text of a link to a paper, a line with the URL of the paper is added.
    """
    reader = _Reader()
    reader.read(text)
    return "".join(reader.text)


class _Reader(HtmlReader):
    """Collects the visible text and the JSON of the page's components."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.properties: list[str] = []
        self._hidden = 0
        self._link: str | None = None
        self._link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("data-target") in _TARGETS and (properties := values.get("data-props")):
            self.properties.append(properties)
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag not in _INLINE:
            self.text.append("\n")
        if tag == "a":
            self._link, self._link_text = values.get("href"), ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag not in _INLINE:
            self.text.append("\n")
        if tag == "a" and self._link:
            # Links without text are pictures.
            if _PAPER_PATH in self._link and self._link_text.strip():
                self.text.append(f"{self._link}\n")
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(re.sub(r"\s+", " ", data))
            self._link_text += data
