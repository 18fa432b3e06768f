"""The interface of a kind of feed, and helpers for parsing and formatting SPECs.

A SPEC is the text that names a feed, such as `arxiv:cs.LG`, `hf:daily` or the address of an RSS feed.

A new kind of feed is a module with a FeedKind and its Source, and a line in the table of `feeds.spec`.
"""

import re
from abc import ABC, abstractmethod
from typing import ClassVar
from urllib.parse import SplitResult, parse_qs

from readq.feeds.source import Source
from readq.net.endpoints import Endpoints

_MAX_NAME = 60
_NOT_IN_NAMES = re.compile(r"[^\w.+]+")


class FeedKind(ABC):
    """One kind of feed, such as the feeds of arXiv: parses its SPECs and page addresses, and makes its Sources.

    A SPEC names a feed by a prefix, a colon and the rest: `arxiv:cs.LG`. All spellings of one SPEC have the same normal
    form.
    """

    prefixes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    """The name of the kind in help texts: `Hugging Face`."""
    forms: ClassVar[tuple[str, ...]]
    """The forms of a SPEC, with variable parts in capitals or as an ellipsis. The first is a complete example."""
    example_title: ClassVar[str]
    """The title of the feed that the first form names: `Hugging Face Daily Papers`."""
    hosts: ClassVar[frozenset[str]] = frozenset()
    """The hosts whose pages and feeds `spec_of_page` recognises."""

    @abstractmethod
    def normalise(self, rest: str, typed: str) -> str:
        """Return the normal form of a SPEC, whose part after the prefix and the colon is `rest`.

        `typed` is the whole SPEC, for messages. Raises UsageError if it names no feed of this kind.
        """

    @abstractmethod
    def source(self, spec: str, endpoints: Endpoints) -> Source:
        """Return the Source for a SPEC in normal form.

        The module of the Source is imported here and not at the top, so that help texts load fast.
        """

    @abstractmethod
    def public_address(self, spec: str) -> str:
        """Return a web address of the feed, given its normal SPEC, for other programs.

        Used as a SPEC, the address names the same feed.
        """

    def spec_of_page(self, page: SplitResult, typed: str) -> str | None:  # noqa: ARG002 - for kinds with pages
        """Return the normal SPEC of the feed that a web page shows, or None if the page is not recognised.

        `page` is the parsed address, with one of `hosts`, and `typed` the text that the reader entered, for messages.
        Raises UsageError for a page that cannot be a feed, such as that of one paper.
        """
        return None

    def suggestion(self, typed: str) -> str | None:  # noqa: ARG002 - for kinds that recognise more
        """Return a hint for a text that is no SPEC but resembles one of this kind, such as `cs.LG`, or None."""
        return None


def query_values(query: str) -> dict[str, str]:
    """Return the values in the query string of a URL by name. Of a repeated name the last value counts."""
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True, max_num_fields=50).items()}


def encoded_words(words: str) -> str:
    """Encode words for a query string, but only delimiters, `%` and spaces, so that they stay readable."""
    return re.sub(r"[%&+#=?]", lambda found: f"%{ord(found[0]):02X}", words).replace(" ", "+")


def feed_name(prefix: str, words: str) -> str:
    """Return a default feed name of at most 60 characters: the prefix and the words, joined by hyphens."""
    if not words:
        return _NOT_IN_NAMES.sub("-", prefix).strip("-")
    return f"{prefix}-{_NOT_IN_NAMES.sub('-', words).strip('-.+')}"[:_MAX_NAME].rstrip("-.+")
