"""Read HTML with the parser of the standard library, but without its exceptions and in linear time."""

from html.parser import HTMLParser

from readq.character_references import limit_references

_MOST_UNCLOSED = 20


class HtmlReader(HTMLParser):
    """The base of classes that collect parts of an HTML document. Subclasses override the `handle_…` methods."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._unclosed = 0

    def read(self, text: str) -> None:
        """Parse a whole document. A tag that is cut off at the end of the document counts as text. Raises nothing."""
        text = limit_references(_without_comments(text))
        # The parser searches the rest of the document at each tag that has no end.
        end = text.rfind(">") + 1
        self.feed(text[:end] + text[end:].replace("<", "&lt;"))
        self.close()

    def check_for_whole_start_tag(self, i: int) -> int:
        """Return the index after the start tag at the index `i`. Return -1 for a tag without an end.

        If a quote in a tag is not closed, the parser searches the whole rest of the document for the end of the tag. To
        keep the time linear, after 20 tags without an end, every later tag ends at the next `>`, even inside quotes.
        """
        if self._unclosed >= _MOST_UNCLOSED:
            return self.rawdata.find(">", i) + 1 or -1
        end = super().check_for_whole_start_tag(i)
        self._unclosed += end < 0
        return end

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the parser's own signature
        """Skip a section `<![…>` at the index `i`, as browsers do. Return the index after it, or -1 if it has no end.

        This replaces a method that raises AssertionError for an unknown section.
        """
        return self.parse_bogus_comment(i)


def _without_comments(text: str) -> str:
    """Return a document without comments. If a comment has no end, only its start `<!--` is removed."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[position:start])
        position = end + 3
    return "".join([*kept, text[position:].replace("<!--", "")])
