"""Define further tables as SQLModel classes: the undo history, the text index of PDFs, the state of feeds and others.

The statements in `readq.store.schema_versions` create and upgrade libraries; a test compares their tables with the
classes of this module and of the other modules `orm_…`. Views, triggers and the full-text index have no class.
"""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import (
    AUTOINCREMENT,
    STRICT,
    WITHOUT_ROWID,
    AnyValue,
    column,
    day_column,
    instant_column,
    integer_column,
    paper_reference,
)


class NoteHistoryTable(SQLModel, table=True):
    """A former text of a note. `replaced` is the time (UTC text) at which a newer text replaced it."""

    __tablename__ = "note_history"
    __table_args__ = WITHOUT_ROWID

    paper_id: int = paper_reference(primary_key=True)
    version: int = Field(primary_key=True)
    text: str = column()
    replaced: str = instant_column("replaced")


class DraftTable(SQLModel, table=True):
    """Unsaved text of a note.

    `base_version` is the version of the note when editing began, 0 if there was no note, or None if it is unknown.
    """

    __tablename__ = "draft"
    __table_args__ = STRICT

    paper_id: int | None = paper_reference(default=None, primary_key=True)
    text: str = column()
    base_version: int | None = None
    updated: str = instant_column("updated")


class StepTable(SQLModel, table=True):
    """A step of the undo history: one action of a person."""

    __tablename__ = "step"
    __table_args__ = (Index("step_in_force", "id", sqlite_where=text("undone IS NULL")), AUTOINCREMENT)

    id: int | None = Field(default=None, primary_key=True)
    at: str = instant_column("at")
    what: str = column()
    papers: int
    """The number of papers that the step changed."""
    undone: int | None = None
    """None if the step is not undone, otherwise a number.

    The step that was undone last has the highest number, and is redone first.
    """
    redoable: int = integer_column("redoable IN (0, 1)", sql_default="1")
    """0 if the step was undone and can no longer be redone, because a newer step was made. Otherwise 1."""


class ChangeTable(SQLModel, table=True):
    """The value of one field of a paper before and after a step of the undo history.

    `readq.store.undo` lists the fields. The paper may have been removed since.
    """

    __tablename__ = "change"
    __table_args__ = WITHOUT_ROWID

    step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    paper_id: int = Field(primary_key=True)
    field: str = column(primary_key=True)
    before: str | int | None = column(sa_type=AnyValue, default=None)
    after: str | int | None = column(sa_type=AnyValue, default=None)


class ExportedTable(SQLModel, table=True):
    """A file that readq exported. readq overwrites it without asking as long as it still has the digest `sha256`."""

    __tablename__ = "exported"
    __table_args__ = WITHOUT_ROWID

    path: str = column(primary_key=True)
    sha256: str = column()
    at: str = instant_column("at")


class LastOpenedTable(SQLModel, table=True):
    """The paper that was opened last. On the command line, `.` names this paper. The table has at most one row."""

    __tablename__ = "last_opened"
    __table_args__ = STRICT

    one: int | None = integer_column("one = 1", default=None, primary_key=True)
    paper_id: int = paper_reference()


class PullTable(SQLModel, table=True):
    """The state of pulling a feed. The columns are the fields of `readq.store.feeds.pulls.Pull`.

    `through` is the last day whose papers were pulled completely. The next pull asks for at least the days after it.
    """

    __tablename__ = "pull"
    __table_args__ = STRICT

    feed_id: int | None = Field(default=None, primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    tried: str | None = instant_column("tried", default=None)
    succeeded: str | None = instant_column("succeeded", default=None)
    failed_since: str | None = instant_column("failed_since", default=None)
    failures: int = integer_column(sql_default="0")
    error: str | None = column(default=None)
    next_try: str | None = instant_column("next_try", default=None)
    paused: int = integer_column("paused IN (0, 1)", sql_default="0")
    through: str | None = day_column("through", default=None)
    newest: str | None = day_column("newest", default=None)
    batch: str | None = column(default=None)
    batch_since: str | None = day_column("batch_since", default=None)
    etag: str | None = column(default=None)
    last_modified: str | None = column(default=None)
    moved_to: str | None = column(default=None)


class ServiceTable(SQLModel, table=True):
    """The state of rate limiting for a server."""

    __tablename__ = "service"
    __table_args__ = WITHOUT_ROWID

    name: str = column("length(name) > 0", primary_key=True)
    last_request: int | None = None
    """The time of the last request, in milliseconds since 1970."""
    blocked_until: str | None = instant_column("blocked_until", default=None)
    """No request is sent before this time, because the server is blocked. None for a server that is not blocked."""
    why: str | None = column(default=None)
    """The reason why the server is blocked, or None."""


class PendingTable(SQLModel, table=True):
    """A paper whose metadata is still to be fetched.

    The columns are the fields of `readq.store.enrichment.pending_papers.PendingPaper`.
    """

    __tablename__ = "pending"
    __table_args__ = STRICT

    paper_id: int | None = paper_reference(default=None, primary_key=True)
    reference: str = column("length(reference) > 0")
    since: str = instant_column("since")
    tried: str | None = instant_column("tried", default=None)
    error: str | None = column(default=None)


class PdfTable(SQLModel, table=True):
    """The PDF file of a paper. If readq downloaded the file, `sha256` is its digest.

    For a file of the user's own, `sha256` is None, and readq never writes to the file.
    """

    __tablename__ = "pdf"
    __table_args__ = STRICT

    paper_id: int | None = paper_reference(default=None, primary_key=True)
    path: str = column("length(path) > 0")
    sha256: str | None = column(default=None)
    url: str | None = column(default=None)
    added: str = instant_column("added")


class PdfTextTable(SQLModel, table=True):
    """The text of a paper's PDF file, or the reason why the file could not be read."""

    __tablename__ = "pdf_text"
    __table_args__ = STRICT

    paper_id: int | None = Field(default=None, primary_key=True, foreign_key="pdf.paper_id", ondelete="CASCADE")
    size: int
    """The size of the file when it was read, in bytes."""
    mtime_ns: int
    """The time of the file's last change before it was read, in nanoseconds since 1970."""
    is_cut: int = integer_column("is_cut IN (0, 1)", default=0, sql_default="0")
    """1 if `text` has only the beginning of the file's text, otherwise 0."""
    error: str | None = column(default=None)
    """The reason why the file could not be read, or None."""
    text: str = column(default="", sql_default="''")


class SharedTable(SQLModel, table=True):
    """The commits of a shared git repository that the library has merged. The table has one row, or none.

    `commits` are the hexadecimal names of the commits, separated by spaces.
    """

    __tablename__ = "shared"
    __table_args__ = STRICT

    one: int | None = integer_column("one = 1", default=None, primary_key=True)
    commits: str = column("length(commits) > 0")
