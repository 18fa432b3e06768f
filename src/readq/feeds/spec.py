"""Parse a SPEC, the text that names a feed, and return the feed's Source or URL.

A SPEC is one of `hf:daily`, `hf:trending`, `hf:search?q=WORDS`, `arxiv:cs.LG`, `arxiv:cs.LG+cs.CL`,
`arxiv:query?search_query=…`, `biorxiv:neuroscience`, `medrxiv:all`. It can also be the URL of an RSS, Atom or JSON
feed, or the URL of a page of Hugging Face, arXiv, bioRxiv or medRxiv.
"""

import contextlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from readq.errors import UsageError
from readq.feeds.arxiv.kind import ARXIV
from readq.feeds.biorxiv.kind import BIORXIV
from readq.feeds.feed_kind import FeedKind
from readq.feeds.huggingface.kind import HUGGINGFACE
from readq.feeds.syndication.kind import SYNDICATION
from readq.net.endpoints import Endpoints
from readq.text import is_printable, one_line, quoted

if TYPE_CHECKING:
    from readq.feeds.source import Source

KINDS: tuple[FeedKind, ...] = (
    HUGGINGFACE,
    ARXIV,
    BIORXIV,
    SYNDICATION,
)
"""All kinds of feeds, in the order of help texts."""

FORMS = ", ".join(form for kind in KINDS for form in kind.forms)
"""All forms in which a feed can be named, such as `hf:search?q=WORDS`, for messages."""

_BY_PREFIX = {prefix: kind for kind in KINDS for prefix in kind.prefixes}
_MAX_LENGTH = 2000
_LONGEST_SUGGESTION = 200
_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]*):(.*)", re.DOTALL)
_HOST = re.compile(r"(?i)(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?(?:/\S*)?")


def source(spec: str, endpoints: Endpoints, moved_to: str | None = None) -> "Source":
    """Return the Source that pulls the feed `spec`. Raises UsageError if `spec` names no feed.

    `moved_to` is the new URL of the feed after permanent redirects, or None. For an RSS, Atom or JSON feed, it is used
    in place of the URL in `spec`.
    """
    normal = normalised(spec)
    if moved_to is not None and _kind_of(normal) is SYNDICATION:
        with contextlib.suppress(UsageError):
            normal = normalised(moved_to)
    return _kind_of(normal).source(normal, endpoints)


def normalised(spec: str) -> str:
    """Return the normal form of `spec`, the text that names a feed, such as `arxiv:cs.LG`.

    All texts that name the same feed have the same normal form. Raises UsageError if `spec` names no feed.
    """
    text = re.sub(" +", " ", spec.strip())
    if not text or len(text) > _MAX_LENGTH or one_line(text) != text or not is_printable(text):
        raise UsageError(f"{quoted(spec)} names no feed", f"understood: {FORMS}")
    found = _SCHEME.fullmatch(text)
    scheme, rest = (found[1].lower(), found[2]) if found else ("", "")
    if scheme == "feed":
        text = f"http:{rest}" if rest.startswith("//") else rest
        scheme = text.partition(":")[0].lower()
    kind = _BY_PREFIX.get(scheme)
    if kind is None:
        raise UsageError(f"{quoted(text)} names no feed", _suggestion(text))
    normal = kind.normalise(rest, text)
    return (_spec_of_page(normal, text) or normal) if kind is SYNDICATION else normal


def public_address(spec: str) -> str:
    """Return a URL of the feed `spec`, for other programs. `spec` must be in normal form.

    readq accepts this URL as a name of the feed, too. Raises UsageError if `spec` names no feed.
    """
    return _kind_of(spec).public_address(spec)


def help_lines() -> str:
    """Return a help text with one line for each kind of feed: the forms in which such feeds are named, and a title."""
    return "\n".join(f"  {'   '.join(kind.forms):<50}{kind.title}" for kind in KINDS)


def example_lines() -> list[str]:
    """Return one line of a help text for each kind of feed: the first form of its names, and what this form names."""
    return [f"{kind.forms[0]:<22}{kind.example_title}" for kind in KINDS]


def _kind_of(normal: str) -> FeedKind:
    kind = _BY_PREFIX.get(normal.partition(":")[0])
    if kind is None:
        # The library may hold a feed of a later readq.
        raise UsageError(f"{quoted(normal)} names no feed", f"understood: {FORMS}")
    return kind


def _spec_of_page(address: str, typed: str) -> str | None:
    page = urlsplit(address)
    for kind in KINDS:
        if page.netloc in kind.hosts and (spec := kind.spec_of_page(page, typed)):
            return spec
    return None


def _suggestion(text: str) -> str:
    if len(text) > _LONGEST_SUGGESTION:
        return f"understood: {FORMS}"
    for kind in KINDS:
        if hint := kind.suggestion(text):
            return hint
    return f"a URL begins with https: https://{text}" if _HOST.fullmatch(text) else f"understood: {FORMS}"
