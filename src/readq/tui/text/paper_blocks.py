"""Lay out a paper as a list of text blocks, each of one kind. Widgets wrap the blocks and colour them by kind."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readq.model.values import Paper, Sighting
from readq.services import watches
from readq.text import clean, strip_controls
from readq.tui.text import icons
from readq.tui.text.note_markdown import Mark, note_lines
from readq.tui.text.row_parts import FindMatches
from readq.tui.text.sanitize import display_text
from readq.tui.text.tones import MATCH

TITLE = "title"
QUESTION = "question"
AUTHORS = "authors"
PLACE = "place"
META = "meta"
TAGS = "tags"
RULE = "rule"
BODY = "body"
NOTE = "note"
HINT = "hint"

_COLUMNS = {TITLE: "title", AUTHORS: "authors", BODY: "abstract", NOTE: "note"}
"""Maps the kind of a block to the column of the search index that contains the text of such blocks."""

_PREVIEW_AUTHORS = 6
_PREVIEW_SIGHTINGS = 3


class Block(NamedTuple):
    """A paragraph of text."""

    kind: str
    """The kind of the block, such as TITLE or NOTE. A block of kind RULE is a horizontal line with a label."""
    text: str
    marks: tuple[Mark, ...] = ()
    """The styles of parts of the text. A block with marks has no line break."""
    hang: int = 0
    """The indent of wrapped lines after the first, in cells."""


def preview_blocks(paper: Paper, look_alikes: str = "", interest: str = "", links: Iterable[str] = ()) -> list[Block]:
    """Return the blocks for the pane next to the list: the paper with its first authors and some appearances in feeds.

    `look_alikes` is a line about another paper that may be the same work, or "". `interest` is the line about the
    interest of the paper. `links` are lines about links between notes.
    """
    return [
        *heading(paper, _PREVIEW_AUTHORS),
        *([Block(HINT, look_alikes)] if look_alikes else []),
        *_meta(paper, _PREVIEW_SIGHTINGS),
        *([Block(META, display_text(interest))] if interest else []),
        *(Block(META, display_text(line)) for line in links),
        *abstract(paper),
        *note(paper),
    ]


def full_blocks(paper: Paper, look_alikes: str = "", interest: str = "", links: Iterable[str] = ()) -> list[Block]:
    """Return the blocks for the paper screen: all data of the paper.

    `look_alikes` is a line about another paper that may be the same work, or "". `interest` is the line about the
    interest of the paper. `links` are lines about links between notes.
    """
    return [
        *heading(paper, len(paper.authors)),
        *([Block(HINT, look_alikes)] if look_alikes else []),
        *_meta(paper, len(paper.sightings)),
        *([Block(META, display_text(interest))] if interest else []),
        *_addresses(paper),
        *(Block(META, display_text(line)) for line in links),
        *abstract(paper),
        *note(paper),
    ]


def locked_blocks(title: str) -> list[Block]:
    """Return the blocks to show instead of a paper while another program has locked the library."""
    return [
        Block(TITLE, display_text(title)),
        Block(HINT, "the library is locked for a moment; the paper appears once it is free"),
    ]


def with_matches(blocks: Iterable[Block], find: FindMatches) -> Iterator[Block]:
    """Yield the blocks, with the mark MATCH on the words that `find` finds in title, authors, abstract and note.

    If a block of title, authors, abstract or note has several lines, yield a block for each line instead.
    """
    for block in blocks:
        column = _COLUMNS.get(block.kind)
        # A block with marks has no line break.
        for text in block.text.split("\n") if column else ():
            marks = tuple(Mark(start, end, MATCH) for start, end in find(column or "", text))
            yield block._replace(text=text, marks=(*block.marks, *marks))
        if not column:
            yield block


def heading(paper: Paper, max_authors: int) -> Iterator[Block]:
    """Yield a block with the title, and a block with the names of at most `max_authors` authors.

    If there are more authors, their number follows: `and 3 more`.
    """
    yield Block(TITLE, display_text(paper.title))
    names = [display_text(name) for name in paper.authors[:max_authors]]
    more = len(paper.authors) - len(names)
    if names:
        yield Block(AUTHORS, ", ".join(names) + (f" and {more} more" if more > 0 else ""))


def note_text(text: str) -> Iterator[Block]:
    """Yield a block for each line of the Markdown text `text`, which is a note or a part of a note."""
    return (Block(NOTE, *line) for line in note_lines(strip_controls(text).strip("\n")))


def note(paper: Paper) -> Iterator[Block]:
    """Yield a block of kind RULE, and the blocks of the note. Yield nothing if the paper has no note."""
    if paper.note:
        yield Block(RULE, "note")
        yield from note_text(paper.note)


def abstract(paper: Paper) -> Iterator[Block]:
    """Yield a block of kind RULE, and a block with the abstract.

    If there is no abstract, the second block is a hint.
    """
    yield Block(RULE, "")
    yield Block(BODY, display_text(paper.abstract)) if paper.abstract else Block(HINT, "no abstract yet")


def sighting_text(sighting: Sighting) -> str:
    """Format a sighting, which is an appearance of the paper in a feed: `hf-daily 2024-07-26 · ▲41 · by akhaliq`."""
    parts = [f"{clean(sighting.feed)} {sighting.seen}"]
    if sighting.rank:
        parts.append(f"rank {sighting.rank}")
    if sighting.upvotes:
        parts.append(f"{icons.VOTES}{sighting.upvotes}")
    if sighting.submitted_by:
        parts.append(f"by {clean(sighting.submitted_by)}")
    return " · ".join(parts)


def _meta(paper: Paper, max_sightings: int) -> Iterator[Block]:
    published = paper.published or (str(paper.year) if paper.year else "")
    source = f"arXiv {paper.arxiv_id}" if paper.arxiv_id else f"doi {paper.doi}" if paper.doi else ""
    facts = [clean(part) for part in (source, display_text(paper.venue or ""), published) if part]
    if facts:
        yield Block(PLACE, " · ".join(facts))
    for sighting in paper.sightings[:max_sightings]:
        yield Block(PLACE, sighting_text(sighting))
    yield Block(META, _status_line(paper))
    for caught in paper.watches:
        yield Block(META, f"{icons.WATCH[caught.action]} {clean(watches.words(caught))}")
    if paper.tags:
        yield Block(TAGS, " ".join(f"#{clean(tag)}" for tag in paper.tags))


def _status_line(paper: Paper) -> str:
    mark = icons.STATUS.get(paper.status, "").strip()
    parts = [f"{mark} {paper.status}".strip()]
    if paper.starred:
        parts.append(f"{icons.STAR} starred")
    if paper.enrolled:
        parts.append(f"{icons.ENROLLED} due {paper.due}")
    if paper.snoozed_until:
        parts.append(f"snoozed until {paper.snoozed_until}")
    parts.append(clean(paper.key))
    return " · ".join(parts)


def _addresses(paper: Paper) -> Iterator[Block]:
    addresses = [f"doi {paper.doi}" if paper.doi and paper.arxiv_id else None, paper.url, paper.pdf_url, paper.zotero]
    yield from (Block(META, clean(address)) for address in addresses if address)
