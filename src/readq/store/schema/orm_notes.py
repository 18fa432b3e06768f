"""Define the tables of the folders of Markdown notes as SQLModel classes. `orm_tables` has the other tables."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import WITHOUT_ROWID, column


class NoteFolderTable(SQLModel, table=True):
    """A folder of Markdown notes, with the state of the undo history at the last comparison with the library.

    - `step`: the id of the newest step
    - `undone`: the highest number in the column `undone` of the table `step`, in which undone steps have ascending
      numbers
    - `undone_steps`: the number of undone steps
    """

    __tablename__ = "note_folder"
    __table_args__ = WITHOUT_ROWID

    folder: str = column(primary_key=True)
    step: int
    undone: int
    undone_steps: int


class NoteFileTable(SQLModel, table=True):
    """The Markdown file of a note, as it was when its content last agreed with the library.

    - `size`: in bytes
    - `mtime_ns`: the time of the file's last change, in nanoseconds since 1970
    - `digest`: the SHA-256 of the file
    - `note_digest`: the SHA-256 of the text of the note
    - `version`: the version of the note
    - `properties`: the title, status and tags of the paper, as JSON

    The paper may have been removed since.
    """

    __tablename__ = "note_file"
    __table_args__ = (
        UniqueConstraint("folder", "name"),
        Index("note_file_state", "folder", "version", "paper_id", "name", "size", "mtime_ns"),
        WITHOUT_ROWID,
    )

    folder: str = column(primary_key=True)
    paper_id: int = Field(primary_key=True)
    name: str = column("length(name) > 0")
    size: int
    mtime_ns: int
    digest: str = column()
    note_digest: str = column()
    version: int
    properties: str = column("json_valid(properties)")
