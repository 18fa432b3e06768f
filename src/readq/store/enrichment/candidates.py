"""Select papers that lack metadata, to look them up at web services. Read the stored metadata of these papers."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from readq.model.identity.evidence import Identifier
from readq.model.values import Author
from readq.store.enrichment.incomplete import incomplete
from readq.store.papers import lookup


class EnrichablePaper(NamedTuple):
    """The stored metadata of a paper whose missing metadata is to be looked up."""

    id: int
    key: str
    title: str
    authors: tuple[Author, ...]
    abstract: str | None
    published: str | None
    year: int | None
    venue: str | None
    identifiers: frozenset[Identifier]
    reference: str | None = None
    """The identifier or URL by which the user added the paper, or `title:TITLE`.

    It is None after the first successful lookup of the paper. It is also None for a paper that came into the library in
    another way, for example from a feed.
    """

    def identifier(self, *schemes: str) -> Identifier | None:
        """Return an identifier of the paper with one of the schemes `schemes`, such as `doi`.

        Earlier schemes are preferred. Return None if the paper has no such identifier.
        """
        return next((one for scheme in schemes for one in sorted(self.identifiers) if one[0] == scheme), None)


_COLUMNS = ("key", "title", "authors", "abstract", "published", "year", "venue")


def select(connection: sqlite3.Connection, ids: Sequence[int]) -> list[EnrichablePaper]:
    """Return the papers among `ids` that should be looked up, ordered by paper id.

    A paper should be looked up if at least one of these statements is true:

    - The user added the paper by an identifier, a URL or a title, and its metadata is still to be fetched.
    - The paper lacks authors.
    - The paper lacks the year.
    - The paper has no identifier except URLs.
    - The paper is on arXiv and lacks a venue or a DOI, so a publisher may have published it after its last lookup.
    """
    rows = connection.execute(
        "SELECT p.id FROM json_each(?) v JOIN paper p ON p.id = v.value"
        " WHERE p.id IN (SELECT paper_id FROM pending)"
        " OR (p.id IN (SELECT paper_id FROM identifier WHERE scheme = 'arxiv') AND (coalesce(p.venue, '') = ''"
        " OR p.id NOT IN (SELECT paper_id FROM identifier WHERE scheme = 'doi')))",
        (json.dumps(list(ids)),),
    )
    return papers(connection, {*(number for (number,) in rows), *(one.id for one in incomplete(connection, ids))})


def to_be_read(connection: sqlite3.Connection, before: str, limit: int) -> list[tuple[int, str, str | None, str]]:
    """Return papers with the status `queued` or `reading` as tuples (id, title, abstract, arXiv id).

    Returns at most `limit` papers, the papers with the newest decisions first. Leaves out papers without an arXiv id,
    and papers whose status was set after the time `before` (UTC text). For a paper with several arXiv ids, returns one
    of them.
    """
    return connection.execute(
        "SELECT p.id, p.title, p.abstract, min(i.value) FROM paper p"
        " JOIN identifier i ON i.paper_id = p.id AND i.scheme = 'arxiv'"
        " WHERE p.status IN ('queued', 'reading') AND p.decided <= ? GROUP BY p.id ORDER BY p.decided DESC LIMIT ?",
        (before, limit),
    ).fetchall()


def queued_by_title(connection: sqlite3.Connection, before: str, limit: int) -> list[EnrichablePaper]:
    """Return at most `limit` papers with the status `queued` to look up by title, ordered by paper id.

    These papers lack authors, or have no identifier except URLs. Leaves out papers that were looked up by title at the
    time `before` (UTC text) or later. Also leaves out papers that are still to be looked up by an identifier or a URL.
    """
    rows = connection.execute(
        "SELECT p.id FROM paper p LEFT JOIN pending w ON w.paper_id = p.id WHERE p.status = 'queued'"
        " AND (w.paper_id IS NULL OR (w.reference LIKE 'title:%' AND coalesce(w.tried, '') < ?)) ORDER BY p.id",
        (before,),
    )
    lacking = [
        one.id for one in incomplete(connection, [number for (number,) in rows]) if one.lacks_authors or one.lacks_ids
    ]
    return papers(connection, lacking[:limit])


def papers(connection: sqlite3.Connection, ids: Iterable[int]) -> list[EnrichablePaper]:
    """Return the stored metadata of the papers `ids`, ordered by paper id. Skips ids that are not in the library."""
    listed = sorted(set(ids))
    rows = lookup.metadata_of(connection, listed)
    identifiers = lookup.identifiers_of(connection, listed)
    references = dict(connection.execute("SELECT paper_id, reference FROM pending").fetchall())
    return [
        EnrichablePaper(
            number,
            **{name: rows[number][name] for name in _COLUMNS},
            identifiers=frozenset(identifiers[number]),
            reference=references.get(number),
        )
        for number in listed
        if number in rows
    ]
