"""Shorten texts before feedparser searches them with slow regular expressions.

The time of these searches grows with the square of the length of the text. `xml_limits` cannot shorten these texts,
because it sees the bytes of the feed, and feedparser searches decoded text.
"""

import functools
import re
from typing import Any

# The part of an e-mail address before the @ has at most 64 characters (RFC 5321, 4.5.3.1.1).
_LONG_WORD = re.compile(r"([A-Za-z0-9_.+-]{64})[A-Za-z0-9_.+-]+")
_LONG_SPACE = re.compile(rb"(\s)\s{99,}")
_ROOT = re.compile(rb"<\w")


@functools.cache
def apply() -> None:
    """Replace two functions of feedparser that search texts.

    One searches the names of authors for e-mail addresses, the other the beginning of a feed for declarations. The new
    functions shorten the text, and then call the old functions.
    """
    _limit_names()
    _limit_prologs()


def _limit_names() -> None:
    """Make feedparser cut long words in names before it searches them for e-mail addresses.

    A limit on the bytes of the document would not help, because references and CDATA sections can spell a word in many
    ways.
    """
    from feedparser.mixin import _FeedParserMixin

    sync_author_detail = _FeedParserMixin._sync_author_detail

    def sync_limited(self: Any, key: str = "author") -> None:  # noqa: ANN401 - feedparser has no types
        context = self._get_context()
        if isinstance(context.get(key), str):
            context[key] = _LONG_WORD.sub(r"\1", context[key])
        sync_author_detail(self, key)

    _FeedParserMixin._sync_author_detail = sync_limited


def _limit_prologs() -> None:
    """Make feedparser shorten the prolog, the part before the root element, before it searches for declarations."""
    from feedparser import api

    replace_doctype = api.replace_doctype

    def replace_limited(data: bytes) -> Any:  # noqa: ANN401 - feedparser has no types
        return replace_doctype(_with_short_prolog(data))

    api.replace_doctype = replace_limited


def _with_short_prolog(data: bytes) -> bytes:
    """Shorten white space in the prolog, and remove the beginnings of declarations that do not end in it."""
    root = _ROOT.search(data)
    end = root.start() if root else len(data)
    prolog = _LONG_SPACE.sub(rb"\1", data[:end])
    complete = prolog.rfind(b">") + 1
    return prolog[:complete] + prolog[complete:].replace(b"<!", b"") + data[end:]
