"""Find a few entries of a .bib file by their citation keys, without reading all blocks of the file."""

import re
from collections.abc import Iterator, Sequence

from readq.formats.bib_file.blocks import BROKEN, ENTRY, Block, block_at, scan
from readq.formats.bib_file.content import Content
from readq.text import pattern

_ROUND = pattern(rb"@[ \t\r\n]*[A-Za-z][\w:.+-]*[ \t\r\n]*\(")
_HEAD = pattern(rb"@[ \t]*[a-z]+[ \t]*[{(]\s*")
_FEW = 8
"""The maximum number of entries that are searched for one by one. For more entries, reading all blocks is as fast."""


def entries(data: bytes, keys: Sequence[str]) -> list[Block | None]:
    """Return, for each of `keys`, the entry of the .bib file `data` that `search` finds."""
    return search(Content.of(data), keys)


def search(content: Content, keys: Sequence[str]) -> list[Block | None]:
    """Return, for each of `keys`, the entry with this citation key or None. Case does not matter.

    The result is None in three cases: there is no such entry, there are several entries with the key, or it is
    uncertain whether the entry is a part of another block. If there are few `keys`, each of them is searched for
    without reading all blocks. This is faster, but more often uncertain.
    """
    if len(keys) > _FEW:
        return _among_blocks(content, keys)
    if keys and any(_ROUND.search(window) for _, window in content.windows()):
        return [None] * len(keys)
    return [_searched(content, key) for key in keys]


def _among_blocks(content: Content, keys: Sequence[str]) -> list[Block | None]:
    found: dict[str, list[Block]] = {key.casefold(): [] for key in keys}
    for block in scan(content):
        if block.kind == BROKEN:
            return [None] * len(keys)
        if block.kind == ENTRY and (bearers := found.get(block.key.casefold())) is not None:
            bearers.append(block)
    of_keys = (found[key.casefold()] for key in keys)
    return [one[0] if len(one) == 1 and not one[0].is_commented else None for one in of_keys]


def _searched(content: Content, key: str) -> Block | None:
    found = list(_starts(content, key))
    if len(found) != 1:
        return None
    (at,) = found
    opened = sum(piece.count(b"{") - piece.count(b"}") for piece in content.pieces(0, at))
    return None if opened else block_at(content, at)


def _starts(content: Content, key: str) -> Iterator[int]:
    """Yield the places at the beginning of a line where an entry with the citation key `key` may start.

    Case does not matter.
    """
    name = re.escape(key.encode(errors="surrogatepass").lower()) + rb"\s*,"
    for base, window in content.windows():
        # A pattern that begins with letters whose case matters finds them many times faster than any other.
        data, before = window.lower(), 0
        for found in re.finditer(name, data):
            start = data.rfind(b"@", before, found.start())
            before = found.end()
            if (
                start >= 0
                and data[max(start - 1, 0) : start] in (b"", b"\n")
                and _HEAD.fullmatch(data, start, found.start())
            ):
                yield base + start
