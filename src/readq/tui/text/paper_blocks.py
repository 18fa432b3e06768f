"""A paper as blocks of text to read: what is said in which order, before any width or colour is known."""

from collections.abc import Iterator
from typing import NamedTuple

from readq.model.values import Paper, Sighting
from readq.text import clean, inert
from readq.tui.text import symbols as glyphs
from readq.tui.text.note_markdown import Mark, note_lines
from readq.tui.text.sanitize import shown

TITLE = "title"
AUTHORS = "authors"
META = "meta"
TAGS = "tags"
RULE = "rule"
BODY = "body"
NOTE = "note"
HINT = "hint"

_AUTHORS_BESIDE = 6
_SIGHTINGS_BESIDE = 3


class Block(NamedTuple):
    """A paragraph of one kind; a RULE's text is its label.

    `text` may hold line breaks when it has no `marks`, which say what of it is emphasised. The first `hang` characters
    stand in columns of their own, beside what follows them.
    """

    kind: str
    text: str
    marks: tuple[Mark, ...] = ()
    hang: int = 0


def beside(paper: Paper) -> list[Block]:
    """The paper for the pane beside the list: the few things that decide whether to read it."""
    return [*heading(paper, _AUTHORS_BESIDE), *_meta(paper, _SIGHTINGS_BESIDE), *abstract(paper), *note(paper)]


def in_full(paper: Paper) -> list[Block]:
    """Everything about the paper, for its own screen."""
    return [
        *heading(paper, len(paper.authors)),
        *_meta(paper, len(paper.sightings)),
        *_addresses(paper),
        *abstract(paper),
        *note(paper),
    ]


def unreadable(title: str) -> list[Block]:
    """What can be said of a paper while another program holds the library."""
    return [Block(TITLE, shown(title)), Block(HINT, "another program holds the library; this comes as soon as it can")]


def heading(paper: Paper, most_authors: int) -> Iterator[Block]:
    """Title and authors, the authors beyond `most_authors` only counted."""
    yield Block(TITLE, shown(paper.title))
    names = [shown(name) for name in paper.authors[:most_authors]]
    more = len(paper.authors) - len(names)
    if names:
        yield Block(AUTHORS, ", ".join(names) + (f" and {more} more" if more > 0 else ""))


def note(paper: Paper) -> Iterator[Block]:
    """The reader's own note under its rule; nothing when there is none."""
    if paper.note:
        yield Block(RULE, "note")
        yield from (Block(NOTE, *line) for line in note_lines(inert(paper.note).strip("\n")))


def abstract(paper: Paper) -> Iterator[Block]:
    """The abstract under a rule, or that there is none."""
    yield Block(RULE, "")
    yield Block(BODY, shown(paper.abstract)) if paper.abstract else Block(HINT, "no abstract yet")


def sighting_text(sighting: Sighting) -> str:
    """Where and when the paper was seen: `hf-daily 26 Jul 2024 · ▲41 · by akhaliq`."""
    parts = [f"{clean(sighting.feed)} {sighting.seen}"]
    if sighting.rank:
        parts.append(f"rank {sighting.rank}")
    if sighting.upvotes:
        parts.append(f"{glyphs.VOTES}{sighting.upvotes}")
    if sighting.submitted_by:
        parts.append(f"by {clean(sighting.submitted_by)}")
    return " · ".join(parts)


def _meta(paper: Paper, most_sightings: int) -> Iterator[Block]:
    published = paper.published or (str(paper.year) if paper.year else "")
    source = f"arXiv {paper.arxiv_id}" if paper.arxiv_id else f"doi {paper.doi}" if paper.doi else ""
    where = [clean(part) for part in (source, shown(paper.venue or ""), published) if part]
    if where:
        yield Block(META, " · ".join(where))
    for sighting in paper.sightings[:most_sightings]:
        yield Block(META, sighting_text(sighting))
    yield Block(META, _standing(paper))
    if paper.tags:
        yield Block(TAGS, " ".join(f"#{clean(tag)}" for tag in paper.tags))


def _standing(paper: Paper) -> str:
    mark = glyphs.STATUS.get(paper.status, "").strip()
    parts = [f"{mark} {paper.status}".strip()]
    if paper.starred:
        parts.append(f"{glyphs.STAR} starred")
    if paper.enrolled:
        parts.append(f"{glyphs.ENROLLED} due {paper.due}")
    if paper.snoozed_until:
        parts.append(f"snoozed until {paper.snoozed_until}")
    parts.append(clean(paper.key))
    return " · ".join(parts)


def _addresses(paper: Paper) -> Iterator[Block]:
    addresses = [f"doi {paper.doi}" if paper.doi and paper.arxiv_id else None, paper.url, paper.pdf_url]
    yield from (Block(META, clean(address)) for address in addresses if address)
