"""Define the tables of the present schema as SQLModel classes. The other modules `orm_…` define further tables.

The statements in `readq.store.schema_versions` create and upgrade libraries; a test compares their tables with these
classes. Views, triggers and the full-text index have no class. Bulk writes derive their INSERT statements from these
classes (see `readq.store.papers.insert`). Classes with `table=True` do not validate values, so imports validate values
from outside with `PaperColumns`. Importing SQLModel takes 360 ms, so commands that list papers or change a few papers
must not import this module.
"""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from readq.model.paper_fields import FIELDS
from readq.store.schema.column_types import (
    AUTOINCREMENT,
    NOCASE,
    STRICT,
    WITHOUT_ROWID,
    AnyValue,
    Day,
    Link,
    column,
    day_column,
    instant_column,
    integer_column,
    paper_reference,
)


class PaperColumns(SQLModel):
    """The columns of the table `paper` that an import fills. Their `max_length` is in characters.

    Imports use this class to check the types and limits of values.
    """

    title: str = column("length(title) > 0", min_length=1, max_length=FIELDS["title"].longest)
    title_key: str = column(min_length=1, max_length=FIELDS["title"].longest)
    authors: str = column(sql_default="''", max_length=FIELDS["authors"].longest)
    """The names of the authors, one per line."""
    abstract: str | None = column(default=None, max_length=FIELDS["abstract"].longest)
    year: int | None = integer_column("year BETWEEN 1000 AND 9999", default=None, ge=1000, le=9999)
    published: Day | None = day_column("published", default=None)
    venue: str | None = column(default=None, max_length=FIELDS["venue"].longest)
    primary_class: str | None = column(default=None, max_length=FIELDS["primary_class"].longest)
    url: Link | None = column(default=None, max_length=FIELDS["url"].longest)
    pdf_url: Link | None = column(default=None, max_length=FIELDS["pdf_url"].longest)
    entry_type: str | None = column(default=None, max_length=FIELDS["entry_type"].longest)
    fields: str | None = column(default=None)
    """The BibTeX fields of the paper, as JSON."""
    trust: int
    """The trust in the most reliable source of the paper."""
    trusts: str | None = column(default=None)
    """The ranks of fields, as a JSON object (see `readq.model.metadata.Rank`).

    Fields that are not in the object have the rank 1000 * `trust`.
    """
    version: int | None = integer_column("version > 0", default=None, gt=0, le=1_000_000)
    revised: Day | None = day_column("revised", default=None)


_BY_SEEN = (text("seen DESC"), text("seen_rank IS NULL"), "seen_rank")


class PaperTable(PaperColumns, table=True):
    """A paper: one work, in any number of feeds and versions.

    Triggers keep `upvotes`, `seen` and `seen_rank` up to date with the sightings (appearances of the paper in feeds).
    """

    __tablename__ = "paper"
    __table_args__ = (
        Index("paper_by_status", "status", *_BY_SEEN, "id", "snoozed_until"),
        Index("paper_by_seen", *_BY_SEEN, "id", "status", "snoozed_until"),
        Index("paper_by_added", text("added DESC"), "id", "status", "snoozed_until"),
        Index("paper_by_title_key", "title_key"),
        Index("paper_starred", text("added DESC"), "id", sqlite_where=text("starred = 1")),
        Index("paper_snoozed", "snoozed_until", "status", sqlite_where=text("snoozed_until IS NOT NULL")),
        AUTOINCREMENT,
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = column("length(key) > 0", sa_type=NOCASE, unique=True)
    key_frozen: int = integer_column("key_frozen IN (0, 1)", sql_default="0")
    edited: str = column(sql_default="''")
    status: str = column("status IN ('inbox', 'queued', 'reading', 'done', 'dropped')", sql_default="'inbox'")
    decided: str | None = instant_column("decided", default=None)
    starred: int = integer_column("starred IN (0, 1)", sql_default="0")
    snoozed_until: str | None = day_column("snoozed_until", default=None)
    added: str = instant_column("added")
    upvotes: int | None = None
    """The highest number of upvotes of all sightings."""
    seen: str | None = day_column("seen", default=None)
    """The ISO day of the newest sighting, or the local day on which the paper was added if there is no sighting."""
    seen_rank: int | None = integer_column("seen_rank > 0", default=None)
    """The best rank on the day `seen`."""


class AuthorTable(SQLModel, table=True):
    """An author of a paper. `family`, `given` and `suffix` are the parts of `name`, or None if the name is not split.

    If `family` is set and `given` is None, the name has one part, such as the name of an organisation.
    """

    __tablename__ = "author"
    __table_args__ = WITHOUT_ROWID

    paper_id: int = paper_reference(primary_key=True)
    position: int = integer_column("position >= 0", primary_key=True)
    name: str = column("length(name) > 0")
    family: str | None = column(default=None)
    given: str | None = column(default=None)
    suffix: str | None = column(default=None)


class IdentifierTable(SQLModel, table=True):
    """An identifier of a paper, such as a DOI. Two papers never have the same identifier."""

    __tablename__ = "identifier"
    __table_args__ = (Index("identifier_of_paper", "paper_id"), WITHOUT_ROWID)

    scheme: str = column(
        "scheme IN ('arxiv', 'doi', 'pmid', 'openreview', 'acl', 'isbn', 's2', 'url')", primary_key=True
    )
    value: str = column("length(value) > 0", primary_key=True)
    paper_id: int = paper_reference()


class OtherTitleTable(SQLModel, table=True):
    """An additional title of a paper, as a title key: the title normalised for comparison."""

    __tablename__ = "other_title"
    __table_args__ = (Index("other_title_of_paper", "paper_id"), WITHOUT_ROWID)

    title_key: str = column("length(title_key) > 0", primary_key=True)
    paper_id: int = paper_reference(primary_key=True)


class AliasTable(SQLModel, table=True):
    """Another name of a paper: a former citation key, or the id of a paper that was merged into it."""

    __tablename__ = "alias"
    __table_args__ = (Index("alias_of_paper", "paper_id"), WITHOUT_ROWID)

    key: str = column(sa_type=NOCASE, primary_key=True)
    paper_id: int = paper_reference()


class PaperTagTable(SQLModel, table=True):
    """A tag of a paper."""

    __tablename__ = "paper_tag"
    __table_args__ = (Index("paper_with_tag", "tag"), WITHOUT_ROWID)

    paper_id: int = paper_reference(primary_key=True)
    tag: str = column("length(tag) > 0", primary_key=True)


class FeedTable(SQLModel, table=True):
    """A feed. `spec` names the data to pull, such as `arxiv:cs.LG` or a URL. It is None if the feed is not pulled.

    The library keeps the name of a feed that is not pulled, to say which papers were seen in it.
    """

    __tablename__ = "feed"
    __table_args__ = STRICT

    id: int | None = Field(default=None, primary_key=True)
    name: str = column("length(name) > 0", unique=True)
    spec: str | None = column(default=None, unique=True)
    added: str = instant_column("added")


class SightingTable(SQLModel, table=True):
    """One appearance of a paper in a feed on a day, with its rank, upvotes and comments in this feed."""

    __tablename__ = "sighting"
    __table_args__ = (Index("sighting_of_feed", "feed_id", "day"), WITHOUT_ROWID)

    paper_id: int = paper_reference(primary_key=True)
    feed_id: int = Field(primary_key=True, foreign_key="feed.id")
    day: str = day_column("day", primary_key=True)
    rank: int | None = integer_column("rank > 0", default=None)
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = column(default=None)


class NoteTable(SQLModel, table=True):
    """The reader's note on a paper, in Markdown. Each save increases `version`."""

    __tablename__ = "note"
    __table_args__ = (Index("note_by_version", "version"), STRICT)

    paper_id: int | None = paper_reference(default=None, primary_key=True)
    text: str = column("length(text) > 0")
    version: int
    created: str = instant_column("created")
    updated: str = instant_column("updated")


class NoteHistoryTable(SQLModel, table=True):
    """A former text of a note. `replaced` is the time (UTC text) at which a newer text replaced it."""

    __tablename__ = "note_history"
    __table_args__ = WITHOUT_ROWID

    paper_id: int = paper_reference(primary_key=True)
    version: int = Field(primary_key=True)
    text: str = column()
    replaced: str = instant_column("replaced")


class DraftTable(SQLModel, table=True):
    """Unsaved text of a note. `base_version` is the note's version when editing began, or None if there was no note."""

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

    `through` is the last day whose papers were pulled completely. The next pull requests at least the days after it.
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
    """The time before which no request is sent, because the server is blocked, or None."""
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

    For a file of the reader's own, `sha256` is None, and readq never writes to the file.
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
