"""Define the tables of the folders of Markdown notes as SQLModel classes."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import WITHOUT_ROWID, column


class NoteFolderTable(SQLModel, table=True):
    """A folder of Markdown notes, with the state of the undo history at the last comparison with the library."""

    __tablename__ = "note_folder"
    __table_args__ = WITHOUT_ROWID

    folder: str = column(primary_key=True)
    step: int
    """The id of the newest step."""
    undone: int
    """The highest number in the column `undone` of the table `step`, or 0 if no step is undone.

    The column numbers the undone steps in the order in which they were undone.
    """
    undone_steps: int
    """The number of undone steps."""


class NoteFileTable(SQLModel, table=True):
    """The Markdown file of a note, as it was when its content last agreed with the library."""

    __tablename__ = "note_file"
    __table_args__ = (
        UniqueConstraint("folder", "name"),
        Index("note_file_state", "folder", "version", "paper_id", "name", "size", "mtime_ns"),
        WITHOUT_ROWID,
    )

    folder: str = column(primary_key=True)
    paper_id: int = Field(primary_key=True)
    """The id of the paper. The paper may have been removed since."""
    name: str = column("length(name) > 0")
    size: int
    """The size of the file in bytes."""
    mtime_ns: int
    """The time of the file's last change, in nanoseconds since 1970.

    It is -1 for a file that was read less than two seconds after its last change. Such a file counts as changed at the
    next comparison.
    """
    digest: str = column()
    """The SHA-256 of the file."""
    note_digest: str = column()
    """The SHA-256 of the text of the note."""
    version: int
    """The version of the note."""
    properties: str = column("json_valid(properties)")
    """The title, status and tags of the paper, as JSON."""
