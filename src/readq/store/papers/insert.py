"""Insert new papers in bulk, with their authors, identifiers, tags, notes and other rows.

Imports, syncs and merges of dumps use this module. The INSERT statements are derived from the classes of
`readq.store.schema.orm_papers`, which are imported at the first insert. All functions run inside the caller's
transaction.
"""

import contextlib
import functools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from readq.model.identity.evidence import Identifier
from readq.model.values import Author
from readq.store.journal.steps import record

if TYPE_CHECKING:
    from sqlmodel import SQLModel

SightingRow = tuple[int, str, int | None, int | None, int | None, str | None]
"""A sighting (an appearance of a paper in a feed): feed id, local ISO day, rank, upvotes, comments, submitter."""

_INDEX_TOGETHER = 100
"""If at least this many papers are inserted together, one statement adds all of them to the full-text index.

For many papers this is faster than adding them one by one. But it makes other connections reload the schema.
"""


class NewPaper(NamedTuple):
    """A paper to insert, with the rows that belong to it."""

    number: int
    """The id of the paper, which must be higher than the id of every stored paper."""
    columns: Mapping[str, Any]
    """Maps the columns of table `paper` to their values, without `id`, `upvotes`, `seen` and `seen_rank`.

    Papers that are inserted together must have the same columns in the same order.
    """
    authors: Sequence[Author] = ()
    identifiers: Iterable[Identifier] = ()
    sightings: Sequence[SightingRow] = ()
    tags: Iterable[str] = ()
    aliases: Iterable[str] = ()
    """The former citation keys."""
    other_titles: Iterable[str] = ()
    """Title keys, which are titles normalised for comparison."""
    note: str | None = None


def insert(
    connection: sqlite3.Connection,
    table: "type[SQLModel]",
    rows: Iterable[tuple[Any, ...]],
    columns: tuple[str, ...] | None = None,
) -> None:
    """Insert `rows` into the table that the SQLModel class `table` describes.

    Each row has one value for each of `columns`, in this order. If `columns` is None, each row has one value for each
    field of the class.
    """
    statement, order = _statement(table, columns or tuple(table.model_fields))
    connection.executemany(statement, rows if order is None else map(itemgetter(*order), rows))


@functools.cache
def _statement(table: "type[SQLModel]", columns: tuple[str, ...]) -> tuple[str, tuple[int, ...] | None]:
    """Return the INSERT statement for `columns`, and the index in `columns` of each parameter of the statement.

    In place of the indexes, return None if the parameters have the order of `columns`. Raises CompileError for a column
    that the table does not have.
    """
    import sqlalchemy
    from sqlalchemy.dialects import sqlite

    compiled = sqlalchemy.insert(table).values(dict.fromkeys(columns)).compile(dialect=sqlite.dialect())
    names = compiled.positiontup or []
    order = tuple(columns.index(name) for name in names)
    return str(compiled), None if order == tuple(range(len(order))) else order


def insert_papers(connection: sqlite3.Connection, papers: Sequence[NewPaper], step: int | None, at: str) -> None:
    """Insert `papers`. Their notes get the time `at` (UTC text) as their creation time.

    Records the creation of the papers in the step `step` of the undo history, unless `step` is None.
    """
    if not papers:
        return
    from readq.store.schema import orm_papers

    _insert_paper_rows(connection, papers)
    insert(
        connection,
        orm_papers.AuthorTable,
        [(one.number, place, *author) for one in papers for place, author in enumerate(one.authors)],
    )
    insert(
        connection,
        orm_papers.IdentifierTable,
        [(*identifier, one.number) for one in papers for identifier in one.identifiers],
    )
    insert(connection, orm_papers.OtherTitleTable, [(key, one.number) for one in papers for key in one.other_titles])
    insert(connection, orm_papers.AliasTable, [(key, one.number) for one in papers for key in one.aliases])
    insert(connection, orm_papers.PaperTagTable, [(one.number, tag) for one in papers for tag in one.tags])
    insert(connection, orm_papers.SightingTable, [(one.number, *seen) for one in papers for seen in one.sightings])
    insert(connection, orm_papers.NoteTable, [(one.number, one.note, 1, at, at) for one in papers if one.note])
    if step is not None:
        record(connection, step, ((one.number, "created", None, 1) for one in papers))


def _insert_paper_rows(connection: sqlite3.Connection, papers: Sequence[NewPaper]) -> None:
    from readq.store.schema.orm_papers import PaperTable

    columns = ("id", "upvotes", "seen", "seen_rank", *papers[0].columns)
    rows = [
        (one.number, _most_upvotes(one.sightings), *_newest(one.sightings), *one.columns.values()) for one in papers
    ]
    together = len(papers) >= _INDEX_TOGETHER
    with _indexing_from(connection, papers) if together else contextlib.nullcontext():
        insert(connection, PaperTable, rows, columns)


def _most_upvotes(sightings: Iterable[SightingRow]) -> int | None:
    # A paper inserted with its upvotes is not written a second time by the trigger on its sightings.
    return max((votes for _, _, _, votes, *_ in sightings if votes is not None), default=None)


def _newest(sightings: Sequence[SightingRow]) -> tuple[str | None, int | None]:
    """Return the day of the newest sightings, and the best rank on that day. Both are None without a sighting."""
    # A paper inserted with its day is not written a second time either.
    day = max((seen for _, seen, *_ in sightings), default=None)
    return day, min((rank for _, seen, rank, *_ in sightings if seen == day and rank is not None), default=None)


@contextlib.contextmanager
def _indexing_from(connection: sqlite3.Connection, papers: Sequence[NewPaper]) -> Iterator[None]:
    """Add the papers that the body inserts to the full-text index with one statement, instead of one by one.

    The trigger that adds papers one by one is deleted during the body. It would take four times as long, because SQLite
    writes the index out before each statement that starts the trigger. The trigger is created again before the
    transaction ends, so no other connection sees the library without it.
    """
    ((trigger,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'paper_indexed'").fetchall()
    connection.execute("DROP TRIGGER paper_indexed")
    yield
    connection.execute(
        "INSERT INTO paper_search (rowid, title, abstract, authors)"
        " SELECT id, title, abstract, authors FROM paper WHERE id >= ?",
        (min(one.number for one in papers),),
    )
    connection.execute(trigger)


def feed_ids(connection: sqlite3.Connection, names: Iterable[str], at: str) -> dict[str, int]:
    """Insert the feeds among `names` that the library lacks.

    Return a dict that maps the names of all feeds of the library to their ids. Sightings of papers can refer to an
    inserted feed, but readq does not pull the feed. `at` (UTC text) is stored as the time at which the feed was added.
    """
    present = _feed_ids(connection)
    missing = [(name, at) for name in names if name not in present]
    if not missing:
        return present
    from readq.store.schema.orm_papers import FeedTable

    insert(connection, FeedTable, missing, ("name", "added"))
    return _feed_ids(connection)


def _feed_ids(connection: sqlite3.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT name, id FROM feed").fetchall())
