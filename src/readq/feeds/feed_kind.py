"""The interface of a kind of feed, and helpers for parsing and formatting SPECs.

A SPEC is the text that names a feed, such as `arxiv:cs.LG`, `hf:daily` or the URL of an RSS feed. A new kind of feed is
a module with a FeedKind and a Source, and a line in the table of `feeds.spec`.
"""

import re
from abc import ABC, abstractmethod
from typing import ClassVar
from urllib.parse import SplitResult, parse_qs

from readq.feeds.source import Source
from readq.net.endpoints import Endpoints

_MAX_NAME = 60
_MAX_SHOWN = 80
_NOT_IN_NAMES = re.compile(r"[^\w.+]+")


class FeedKind(ABC):
    """One kind of feed, such as the feeds of arXiv. It parses the SPECs of its feeds, and makes a Source for each feed.

    A SPEC names a feed by a prefix, a colon and the rest, such as `arxiv:cs.LG`. All SPECs that name the same feed have
    the same normal form. `prefixes` are the prefixes of the SPECs of this kind.
    """

    prefixes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    """The name of the kind in help texts, such as `Hugging Face`."""
    forms: ClassVar[tuple[str, ...]]
    """The forms of the names of feeds, such as `hf:daily` and `hf:search?q=WORDS`.

    Words such as WORDS and CATEGORY stand for variable parts, and so does `…`.
    """
    example_title: ClassVar[str]
    """What the first of `forms` names, for help texts, such as `a category of arXiv`."""
    hosts: ClassVar[frozenset[str]] = frozenset()
    """The hosts with web pages and feeds that `spec_of_page` recognises."""

    @abstractmethod
    def normalise(self, rest: str, typed: str) -> str:
        """Return the normal form of a SPEC, the text that names a feed, such as `arxiv:cs.LG`.

        `rest` is the part of the SPEC after the prefix and the colon. `typed` is the whole SPEC, for messages. Raises
        UsageError if the SPEC names no feed of this kind.
        """

    @abstractmethod
    def source(self, spec: str, endpoints: Endpoints) -> Source:
        """Return the Source that pulls the feed `spec`, such as `arxiv:cs.LG`.

        `spec` must be in normal form. Implementations import the module of the Source in this method and not at the
        top, so that help texts load fast.
        """

    @abstractmethod
    def public_address(self, spec: str) -> str:
        """Return a URL of the feed, for other programs. `spec` must be in normal form.

        readq accepts this URL as a name of the feed, too.
        """

    def spec_of_page(self, page: SplitResult, typed: str) -> str | None:  # noqa: ARG002 - for kinds with pages
        """Return the SPEC of the feed that a web page shows.

        A SPEC is the text that names a feed, such as `arxiv:cs.LG`. The result is in normal form. It is None if the
        page is not recognised. `page` is the parsed URL of the page. Its host is one of `hosts`. `typed` is the text
        that the user entered, for messages. Raises UsageError for a page that cannot be a feed, such as the page of
        one paper.
        """
        return None

    def suggestion(self, typed: str) -> str | None:  # noqa: ARG002 - for kinds that recognise more
        """Return a hint for the user if `typed` names no feed but resembles a name. Otherwise return None.

        For example, `cs.LG` resembles the name `arxiv:cs.LG`.
        """
        return None


def quoted(typed: str) -> str:
    """Return the text `typed` as messages show it: in quotes, and cut off after 80 characters."""
    text = repr(typed)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…{text[-1]}"


def query_values(query: str) -> dict[str, str]:
    """Return a mapping from the parameters in a URL's query string to their values.

    If a parameter is repeated, the last value counts.
    """
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def encoded_words(words: str) -> str:
    """Return `words`, percent-encoded for the query string of a URL.

    Only delimiters, `%` and spaces are encoded, so that the text stays readable.
    """
    return re.sub(r"[%&+#=?]", lambda found: f"%{ord(found[0]):02X}", words).replace(" ", "+")


def feed_name(prefix: str, words: str) -> str:
    """Return a default name for a feed: `prefix` and `words`, joined by hyphens, with at most 60 characters."""
    if not words:
        return _NOT_IN_NAMES.sub("-", prefix).strip("-")
    return f"{prefix}-{_NOT_IN_NAMES.sub('-', words).strip('-.+')}"[:_MAX_NAME].rstrip("-.+")
