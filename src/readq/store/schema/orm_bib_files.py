"""Define the tables of the .bib files that readq renews entry by entry, as SQLModel classes."""

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
    """A .bib file that readq writes entry by entry.

    - `sha256`: the digest of the file as readq last wrote it
    - `at`: the time at which readq last wrote the file (UTC text)
    - `renewal`: `automatic` if readq renews the file after each change of the library, `demand` if it renews the file
      when the reader asks, None if it never does
    - `choice`: JSON that describes which papers the file has, and how they are written
    - `error`: the reason why the last renewal failed; None if it succeeded
    """

    __tablename__ = "bib_file"
    __table_args__ = AUTOINCREMENT

    id: int | None = Field(default=None, primary_key=True)
    path: str = column("length(path) > 0", unique=True)
    sha256: str = column()
    at: str = instant_column("at")
    renewal: str | None = column("renewal IN ('automatic', 'demand')", default=None)
    choice: str = column("json_valid(choice)", sql_default="'{}'")
    error: str | None = column(default=None)


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
