"""The writes of the object graph, in bulk, through SQLModel: what an import or a sync brings."""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel, create_engine

from readq.store.connection.sqlite_errors import library_error
from readq.store.library import open_for_writing
from readq.store.schema import orm_tables as tables

_MANY = 100
"""From so many papers on it pays to index them together: other connections must then read the schema again."""


class UnitOfWork(NamedTuple):
    """One write transaction, through the ORM's session and through the plain connection beneath it."""

    session: Session
    connection: sqlite3.Connection


@contextlib.contextmanager
def unit_of_work(path: str, busy_timeout: float) -> Iterator[UnitOfWork]:
    """All that is written in the body is kept, or none of it when the body raises.

    Raises the kinds of LibraryError that `readq.store.connection.sqlite_errors` returns.
    """
    engine = create_engine("sqlite://", creator=lambda: open_for_writing(path, busy_timeout), poolclass=NullPool)
    # The driver begins nothing by itself (isolation_level=None): the lock is taken before anything is read.
    event.listen(engine, "begin", _begin)
    try:
        with Session(engine, autoflush=False, expire_on_commit=False) as session, session.begin():
            raw = session.connection().connection.driver_connection
            if not isinstance(raw, sqlite3.Connection):
                raise TypeError(f"not a connection to SQLite: {raw!r}")
            yield UnitOfWork(session, raw)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise library_error(error.orig, path) from error
        raise
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def insert_rows(session: Session, table: type[SQLModel], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows that have the columns `names`, in this order."""
    if not rows:
        return
    statement = f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    # Values go to the driver as they are: for SQLAlchemy to look at each takes longer than to write them.
    session.connection().exec_driver_sql(statement, rows)


def insert_papers(unit: UnitOfWork, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert papers whose numbers, the first of each row, are above all others, and index their text."""
    if len(rows) < _MANY:
        insert_rows(unit.session, tables.PaperTable, names, rows)
    else:
        with _indexing_from(unit.connection, min(row[0] for row in rows)):
            insert_rows(unit.session, tables.PaperTable, names, rows)


@contextlib.contextmanager
def _indexing_from(connection: sqlite3.Connection, first: int) -> Iterator[None]:
    """Index the papers that the body inserts, from the number `first`, in one statement instead of one by one.

    SQLite writes the index out before each statement that reaches it by a trigger, which takes four times as long. The
    trigger is back before the transaction ends, and nobody else sees the library without it.
    """
    ((trigger,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'paper_indexed'").fetchall()
    connection.execute("DROP TRIGGER paper_indexed")
    yield
    connection.execute(
        "INSERT INTO paper_search (rowid, title, abstract, authors)"
        " SELECT id, title, abstract, authors FROM paper WHERE id >= ?",
        (first,),
    )
    connection.execute(trigger)


def feed_id(unit: UnitOfWork, name: str, at: str) -> int:
    """The number of the feed called `name`; a new one when there is none."""
    # Not by the ORM: it would compile the statement anew in each of a sync's many transactions.
    known = unit.connection.execute("SELECT id FROM feed WHERE name = ?", (name,)).fetchone()
    if known is not None:
        return int(known[0])
    feed = tables.FeedTable(name=name, added=at)
    unit.session.add(feed)
    unit.session.flush()
    if feed.id is None:
        raise RuntimeError(f"the library gave feed {name} no number")
    return feed.id
