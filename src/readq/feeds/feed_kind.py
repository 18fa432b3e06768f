"""The description of a kind of feed, and what the kinds share in reading and writing a SPEC.

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
    """One kind of feed: how its SPEC is written, which pages mean it, and how its Source is made.

    A SPEC is a prefix, a colon and the rest: `arxiv:cs.LG`. Its normal form is the same for all spellings of one feed.
    """

    prefixes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    """The kind in a list of kinds: `Hugging Face`."""
    forms: ClassVar[tuple[str, ...]]
    """Every form of its SPEC, with words in capitals or an ellipsis for variable parts. The first is an example."""
    example_title: ClassVar[str]
    """The feed that the first form means: `Hugging Face Daily Papers`."""
    hosts: ClassVar[frozenset[str]] = frozenset()
    """The hosts of the pages and feeds that `spec_of_page` knows."""

    @abstractmethod
    def normalise(self, rest: str, typed: str) -> str:
        """Return the normal form of a SPEC from what follows the prefix.

        `typed` is the whole SPEC, for messages. Raises UsageError with a hint.
        """

    @abstractmethod
    def source(self, spec: str, endpoints: Endpoints) -> Source:
        """Return the source of a normal SPEC. Imports the module of the source, so that help texts need not."""

    @abstractmethod
    def public_address(self, spec: str) -> str:
        """Return an address of the feed for other programs. Pasted as a SPEC it means the same feed."""

    def spec_of_page(self, page: SplitResult, typed: str) -> str | None:  # noqa: ARG002 - for kinds with pages
        """Return the normal SPEC that a page of `hosts` stands for, or None. Raises UsageError for another page."""
        return None

    def suggestion(self, typed: str) -> str | None:  # noqa: ARG002 - for kinds that recognise more
        """Return a hint for a text without a prefix that may be meant for this kind, or None."""
        return None


def query_values(query: str) -> dict[str, str]:
    """Return the values of a query string, for a repeated name the last one."""
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True, max_num_fields=50).items()}


def encoded_words(words: str) -> str:
    """Encode words for a query string but keep them readable: only delimiters, `%` and spaces are encoded."""
    return re.sub(r"[%&+#=?]", lambda found: f"%{ord(found[0]):02X}", words).replace(" ", "+")


def feed_name(prefix: str, words: str) -> str:
    """Return a default feed name of at most 60 characters: the prefix and the words, joined by hyphens."""
    if not words:
        return _NOT_IN_NAMES.sub("-", prefix).strip("-")
    return f"{prefix}-{_NOT_IN_NAMES.sub('-', words).strip('-.+')}"[:_MAX_NAME].rstrip("-.+")
