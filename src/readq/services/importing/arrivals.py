"""Name, normalise and check entries before they are compared and stored. Neither reads nor writes the library."""

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from readq.model.fetched_paper import FetchedPaper
from readq.model.field_limits import is_day, within_limits
from readq.model.identifiers import arxiv_id
from readq.model.values import Rejected
from readq.services.importing.changes import Entry
from readq.text import quoted

if TYPE_CHECKING:
    from readq.model.identity.evidence import Evidence, Name
    from readq.model.metadata import Metadata

# The title that arXiv's pages have in browsers and bookmarks.
_TITLE_WITH_ID = re.compile(r"\[((?:[a-z-]+(?:\.[A-Z]{2})?/)?[0-9.]{7,10}(?:v[0-9]+)?)\]\s+(\S.*)", re.DOTALL)

_SEPARATOR = re.compile(r"[\s,;]")


class NamedEntry(NamedTuple):
    """An entry to import, with the name by which a later import recognises it."""

    place: int
    """The index of the entry among all entries of the import."""
    entry: Entry
    origin: str | None
    """The file, feed or page that contains the entry, or None if it is unknown."""
    name: "Name | None"
    """The origin, and a text that identifies the entry in it (see `identification.names_of`).

    None if no later import can recognise the entry.
    """
    digest: int
    """A hash of the entry's content, or 0 if `name` is None."""


class AcceptedEntry(NamedTuple):
    """An entry that the library can store."""

    place: int
    """The index of the entry among all entries of the import."""
    entry: Entry
    metadata: "Metadata"
    evidence: "Evidence"
    """The facts that identify the paper of the entry, such as identifiers and title."""
    name: "Name | None"
    """The name by which a later import recognises the entry, or None."""
    digest: int
    """A hash of the entry's content, or 0 if `name` is None."""


def name_entries(entries: Sequence[Entry]) -> list[NamedEntry]:
    """Return each entry with its index, and with the name by which a later import recognises it."""
    from readq.services.importing import identification

    origins = [identification.origin_of(entry.paper, entry.origin, entry.feed) for entry in entries]
    names = identification.names_of([(one.paper, origin) for one, origin in zip(entries, origins, strict=True)])
    return [
        NamedEntry(place, entry, origin, name, identification.digest_of(entry.paper) if name else 0)
        for place, (entry, origin, name) in enumerate(zip(entries, origins, names, strict=True))
    ]


def accept(named: Sequence[NamedEntry], known: Container[int]) -> tuple[list[AcceptedEntry], list[Rejected], list[str]]:
    """Return the entries that can be stored, the rejected entries, and messages about shortened or dropped fields.

    `known` has the indexes (the field `place` of NamedEntry) of the entries that have not changed since an earlier
    import stored them. These entries are skipped. Accepted entries are ordered by day, the newest first. New papers get
    their ids in this order, and lists begin with the lowest id.
    """
    from readq.model.metadata import first_metadata
    from readq.services.importing import identification
    from readq.services.importing.stored_papers import storage_error

    shared = identification.shared_identifiers_by_origin([(one.entry.paper, one.origin) for one in named])
    accepted: list[AcceptedEntry] = []
    refused: list[Rejected] = []
    messages: list[str] = []
    for place, entry, origin, name, digest in named:
        if place in known:
            continue
        paper, fitted = within_limits(_presentable(entry.paper))
        if origin in shared and not shared[origin].isdisjoint(paper.identifiers):
            own = tuple(one for one in paper.identifiers if one not in shared[origin])
            paper = replace(paper, identifiers=own)
        said = first_metadata(paper, entry.day)
        why = paper.defect or _wrong_day(entry.day) or storage_error(said)
        if why is not None:
            refused.append(Rejected(paper.where, why))
            continue
        messages += (*fitted, *_doubtful_names(paper), *_several_values(paper))
        evidence = identification.evidence_of(paper, said, name)
        accepted.append(AcceptedEntry(place, entry._replace(paper=paper), said, evidence, name, digest))
    return sorted(accepted, key=lambda one: one.entry.day, reverse=True), refused, messages


def _doubtful_names(paper: FetchedPaper) -> list[str]:
    """Return a message for each field of authors or editors that may be a list of names without `and`."""
    fields = [(name, value) for name, value in paper.fields if name in ("author", "editor")]
    if not any(sign in value for _, value in fields for sign in ",;&"):
        return []
    from readq.formats.bibtex.author_field import is_doubtful

    why = "may be several names, which BibTeX separates by `and`"
    return [f"{paper.where}: {name} {quoted(value)} {why}" for name, value in fields if is_doubtful(value)]


def _several_values(paper: FetchedPaper) -> list[str]:
    """Return a message for a field with several DOIs or addresses, of which only the first is used."""
    found = [(name, value) for name, value in paper.fields if name in ("doi", "url") and _SEPARATOR.search(value)]
    if not found:
        return []
    from readq.formats.bibtex.verbatim_fields import several

    used = [(name, value, first) for name, value in found if (first := several(name, value))]
    return [f"{paper.where}: {name} {quoted(value)} has several: {first} is used" for name, value, first in used]


def _wrong_day(day: str) -> str | None:
    return None if is_day(day) else f"a day that is not in the calendar: {quoted(day)}"


def _presentable(paper: FetchedPaper) -> FetchedPaper:
    r"""Return the paper as it is compared and stored. LaTeX accents (`Erd\H{o}s`) become letters, for searches.

    An arXiv id before the title becomes an identifier of the paper. So do the identifiers in its BibTeX fields.
    """
    if paper.fields:
        from readq.services.importing.identification import identifiers_of

        paper = replace(paper, identifiers=identifiers_of(paper))
    if paper.title.startswith("["):
        paper = _without_id_in_title(paper)
    # Nearly all of thousands of papers have none, so one search in the joined text is faster.
    if "\\" not in "".join([paper.title, paper.abstract or "", *[author.name for author in paper.authors]]):
        return paper
    from readq.latex.accents import compose

    return replace(
        paper,
        title=compose(paper.title),
        abstract=compose(paper.abstract) if paper.abstract else None,
        authors=tuple(author._replace(name=compose(author.name)) for author in paper.authors),
    )


def _without_id_in_title(paper: FetchedPaper) -> FetchedPaper:
    """Return the paper without the arXiv id that stands before its title: `[1706.03762] Attention Is All You Need`."""
    found = _TITLE_WITH_ID.fullmatch(paper.title)
    number = arxiv_id(found[1]) if found else None
    if found is None or number is None:
        return paper
    others = tuple(one for one in paper.identifiers if one[0] != "arxiv")
    return replace(paper, title=found[2], identifiers=(("arxiv", number), *others))
