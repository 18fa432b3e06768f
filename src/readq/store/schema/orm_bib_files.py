"""Define the tables of the .bib files that readq writes entry by entry, as SQLModel classes."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import (
    AUTOINCREMENT,
    NOCASE,
    WITHOUT_ROWID,
    column,
    instant_column,
    integer_column,
)


class BibFileTable(SQLModel, table=True):
    """A .bib file that readq writes entry by entry."""

    __tablename__ = "bib_file"
    __table_args__ = AUTOINCREMENT

    id: int | None = Field(default=None, primary_key=True)
    path: str = column("length(path) > 0", unique=True)
    sha256: str = column()
    """The digest of the file as readq last wrote it."""
    at: str = instant_column("at")
    """The time at which readq last wrote the file."""
    renewal: str | None = column("renewal IN ('automatic', 'demand')", default=None)
    """`automatic` if readq renews the file after each change of the library.

    It is `demand` if readq renews the file when the user asks, and None if readq never renews it.
    """
    choice: str = column("json_valid(choice)", sql_default="'{}'")
    """JSON that describes which papers the file has, and how they are written."""
    error: str | None = column(default=None)
    """The reason why the last renewal failed, or None if it succeeded."""


class BibEntryTable(SQLModel, table=True):
    """An entry that readq wrote to a .bib file. `sha256` is the digest of the entry's bytes.

    `published` is 1 if the entry describes the published version of the paper. The paper may have been removed since.
    """

    __tablename__ = "bib_entry"
    __table_args__ = WITHOUT_ROWID

    file_id: int = Field(primary_key=True, foreign_key="bib_file.id", ondelete="CASCADE")
    key: str = column("length(key) > 0", primary_key=True, sa_type=NOCASE)
    paper_id: int
    sha256: str = column()
    published: int = integer_column("published IN (0, 1)", sql_default="0")


class BibChangeTable(SQLModel, table=True):
    """A paper that changed since a .bib file was renewed. Triggers write the rows. A later change has a higher id."""

    __tablename__ = "bib_change"
    __table_args__ = (UniqueConstraint("paper_id", "file_id"), AUTOINCREMENT)

    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(foreign_key="bib_file.id", ondelete="CASCADE")
    paper_id: int
