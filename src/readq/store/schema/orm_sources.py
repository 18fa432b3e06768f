"""Define the tables `origin`, `source` and `look_alike` as SQLModel classes."""

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import STRICT, WITHOUT_ROWID, column, integer_column, paper_reference


class OriginTable(SQLModel, table=True):
    """A file, feed or page that metadata of papers came from.

    Examples of names are `file:/home/me/refs.bib`, `feed:a-blog` and `page:hf-page`.
    """

    __tablename__ = "origin"
    __table_args__ = STRICT

    id: int | None = Field(default=None, primary_key=True)
    name: str = column("length(name) > 0", unique=True)


class SourceTable(SQLModel, table=True):
    """A source: the entry of a paper at an origin (a file, feed or page). `name` is the key, guid or link of the entry.

    A record is the metadata that the entry gave for its paper. `digest` is the hash of the latest record. `said` is the
    record as JSON, or None while the record equals the paper's metadata.
    """

    __tablename__ = "source"
    __table_args__ = (Index("source_of_paper", "paper_id"), WITHOUT_ROWID)

    origin_id: int = Field(primary_key=True, foreign_key="origin.id")
    name: str = column("length(name) > 0", primary_key=True)
    paper_id: int = paper_reference()
    digest: int
    said: str | None = column(default=None)


class LookAlikeTable(SQLModel, table=True):
    """A pair of papers that may be the same work. `paper_id` is the lower of the two ids.

    `why` holds the reasons, one per line. `apart` is 1 if the user decided that the papers are different works.
    """

    __tablename__ = "look_alike"
    __table_args__ = (
        CheckConstraint("paper_id < other_id"),
        Index("look_alike_of_other", "other_id"),
        WITHOUT_ROWID,
    )

    paper_id: int = paper_reference(primary_key=True)
    other_id: int = paper_reference(primary_key=True)
    why: str = column()
    apart: int = integer_column("apart IN (0, 1)", sql_default="0", default=0)
