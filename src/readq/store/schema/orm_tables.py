"""The tables of a library as SQLModel classes: the definition of the present schema.

A library is created and upgraded by the statements of `readq.store.schema.migrations`; a test compares the result with
the tables that these classes create. Views, triggers and the full-text index are in the migrations alone. Bulk writes
take their statements from these classes, see `readq.store.papers.insert`. Classes with `table=True` do not validate
values, so values of foreign origin are checked by `PaperColumns` first. Importing SQLModel takes 360 ms, so commands
that list papers or change a few must not import this module.
"""

from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import REAL, CheckConstraint, Index, Integer, Text, text
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from readq.model.paper_fields import FIELDS

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Link = Annotated[str, StringConstraints(pattern=r"^https?://")]

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
_STRICT = {"sqlite_strict": True}
_WITHOUT_ROWID = {"sqlite_strict": True, "sqlite_with_rowid": False}
_AUTOINCREMENT = {"sqlite_strict": True, "sqlite_autoincrement": True}
_NOCASE: Any = Text(collation="NOCASE")


class _AnyValue(UserDefinedType[object]):
    """SQLite's type ANY, which stores values of every type as they are."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        """Return the name of the type in SQL."""
        return "ANY"


def _column(check: str | None = None, *, sql_default: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field with a CHECK constraint and a default in SQL; its type is TEXT unless `sa_type` is given."""
    options.setdefault("sa_type", Text)
    if check:
        options["sa_column_args"] = [CheckConstraint(check)]
    if sql_default is not None:
        options["sa_column_kwargs"] = {"server_default": text(sql_default)}
    return Field(**options)


def _integer(check: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Field
    return _column(check, sa_type=Integer, **options)


def _day(name: str, **options: Any) -> Any:  # noqa: ANN401 - as Field
    return _column(f"{name} {_DAY}", **options)


def _instant(name: str, **options: Any) -> Any:  # noqa: ANN401 - as Field
    return _column(f"{name} {_INSTANT}", **options)


def _paper(**options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a reference to a paper, whose removal removes the row."""
    return Field(foreign_key="paper.id", ondelete="CASCADE", **options)


class PaperColumns(SQLModel):
    """The columns that sources fill, with the limits of `readq.model.paper_fields`; lengths in characters."""

    title: str = _column("length(title) > 0", min_length=1, max_length=FIELDS["title"].longest)
    title_key: str = _column(min_length=1, max_length=FIELDS["title"].longest)
    authors: str = _column(sql_default="''", max_length=FIELDS["authors"].longest)
    abstract: str | None = _column(default=None, max_length=FIELDS["abstract"].longest)
    year: int | None = _integer("year BETWEEN 1000 AND 9999", default=None, ge=1000, le=9999)
    published: Day | None = _day("published", default=None)
    venue: str | None = _column(default=None, max_length=FIELDS["venue"].longest)
    primary_class: str | None = _column(default=None, max_length=FIELDS["primary_class"].longest)
    url: Link | None = _column(default=None, max_length=FIELDS["url"].longest)
    pdf_url: Link | None = _column(default=None, max_length=FIELDS["pdf_url"].longest)
    entry_type: str | None = _column(default=None, max_length=FIELDS["entry_type"].longest)
    fields: str | None = _column(default=None)
    trust: int
    trusts: str | None = _column(default=None)
    version: int | None = _integer("version > 0", default=None, gt=0, le=1_000_000)
    revised: Day | None = _day("revised", default=None)


class PaperTable(PaperColumns, table=True):
    """A paper: one work, whatever feeds and versions it was seen in. `upvotes` is the highest of all sightings."""

    __tablename__ = "paper"
    __table_args__ = (
        Index("paper_by_status", "status", text("added DESC"), "id", "snoozed_until"),
        Index("paper_by_added", text("added DESC"), "id", "status", "snoozed_until"),
        Index("paper_by_title_key", "title_key"),
        Index("paper_starred", text("added DESC"), "id", sqlite_where=text("starred = 1")),
        Index("paper_snoozed", "snoozed_until", "status", sqlite_where=text("snoozed_until IS NOT NULL")),
        _AUTOINCREMENT,
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = _column("length(key) > 0", sa_type=_NOCASE, unique=True)
    key_frozen: int = _integer("key_frozen IN (0, 1)", sql_default="0")
    edited: str = _column(sql_default="''")
    status: str = _column("status IN ('inbox', 'queued', 'reading', 'done', 'dropped')", sql_default="'inbox'")
    decided: str | None = _instant("decided", default=None)
    starred: int = _integer("starred IN (0, 1)", sql_default="0")
    snoozed_until: str | None = _day("snoozed_until", default=None)
    added: str = _instant("added")
    upvotes: int | None = None


class AuthorTable(SQLModel, table=True):
    """An author of a paper. `family` is None until somebody split the name; `given` None: a name in one piece."""

    __tablename__ = "author"
    __table_args__ = _WITHOUT_ROWID

    paper_id: int = _paper(primary_key=True)
    position: int = _integer("position >= 0", primary_key=True)
    name: str = _column("length(name) > 0")
    family: str | None = _column(default=None)
    given: str | None = _column(default=None)
    suffix: str | None = _column(default=None)


class IdentifierTable(SQLModel, table=True):
    """An identifier of a paper, unique over the library."""

    __tablename__ = "identifier"
    __table_args__ = (Index("identifier_of_paper", "paper_id"), _WITHOUT_ROWID)

    scheme: str = _column("scheme IN ('arxiv', 'doi', 'openreview', 'acl', 's2', 'url')", primary_key=True)
    value: str = _column("length(value) > 0", primary_key=True)
    paper_id: int = _paper()


class OtherTitleTable(SQLModel, table=True):
    """The normalised form of another title that a paper was seen under."""

    __tablename__ = "other_title"
    __table_args__ = (Index("other_title_of_paper", "paper_id"), _WITHOUT_ROWID)

    title_key: str = _column("length(title_key) > 0", primary_key=True)
    paper_id: int = _paper(primary_key=True)


class AliasTable(SQLModel, table=True):
    """A former citation key, or the number of a paper that was merged into this one."""

    __tablename__ = "alias"
    __table_args__ = (Index("alias_of_paper", "paper_id"), _WITHOUT_ROWID)

    key: str = _column(sa_type=_NOCASE, primary_key=True)
    paper_id: int = _paper()


class PaperTagTable(SQLModel, table=True):
    """A tag of a paper."""

    __tablename__ = "paper_tag"
    __table_args__ = (Index("paper_with_tag", "tag"), _WITHOUT_ROWID)

    paper_id: int = _paper(primary_key=True)
    tag: str = _column("length(tag) > 0", primary_key=True)


class FeedTable(SQLModel, table=True):
    """A source that is pulled. `spec` None: only a name under which papers were imported."""

    __tablename__ = "feed"
    __table_args__ = _STRICT

    id: int | None = Field(default=None, primary_key=True)
    name: str = _column("length(name) > 0", unique=True)
    spec: str | None = _column(default=None, unique=True)
    added: str = _instant("added")


class SightingTable(SQLModel, table=True):
    """One appearance of a paper in a feed."""

    __tablename__ = "sighting"
    __table_args__ = (Index("sighting_of_feed", "feed_id", "day"), _WITHOUT_ROWID)

    paper_id: int = _paper(primary_key=True)
    feed_id: int = Field(primary_key=True, foreign_key="feed.id")
    day: str = _day("day", primary_key=True)
    rank: int | None = _integer("rank > 0", default=None)
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = _column(default=None)


class NoteTable(SQLModel, table=True):
    """The reader's note on a paper, in Markdown. `version` rises with each save."""

    __tablename__ = "note"
    __table_args__ = _STRICT

    paper_id: int | None = _paper(default=None, primary_key=True)
    text: str = _column("length(text) > 0")
    version: int
    created: str = _instant("created")
    updated: str = _instant("updated")


class NoteHistoryTable(SQLModel, table=True):
    """The text of a note before a change."""

    __tablename__ = "note_history"
    __table_args__ = _WITHOUT_ROWID

    paper_id: int = _paper(primary_key=True)
    version: int = Field(primary_key=True)
    text: str = _column()
    replaced: str = _instant("replaced")


class DraftTable(SQLModel, table=True):
    """Unsaved text of a note. `base_version` is the note's version when typing began; None: there was no note."""

    __tablename__ = "draft"
    __table_args__ = _STRICT

    paper_id: int | None = _paper(default=None, primary_key=True)
    text: str = _column()
    base_version: int | None = None
    updated: str = _instant("updated")


class CardTable(SQLModel, table=True):
    """A review card with its memory state. `stability` None: never rated."""

    __tablename__ = "card"
    __table_args__ = (
        Index("card_of_paper", "paper_id", unique=True, sqlite_where=text("kind = 'paper'")),
        Index("cards_of_paper", "paper_id"),
        Index("card_due", "due", sqlite_where=text("suspended = 0")),
        _AUTOINCREMENT,
    )

    id: int | None = Field(default=None, primary_key=True)
    paper_id: int = _paper()
    kind: str = _column("kind IN ('paper', 'question')")
    question: str | None = _column(default=None)
    answer: str | None = _column(default=None)
    suspended: int = _integer("suspended IN (0, 1)", sql_default="0")
    buried_until: str | None = _day("buried_until", default=None)
    priority: int = _integer(sql_default="0")
    due: str = _day("due")
    stability: float | None = _column("stability > 0", sa_type=REAL, default=None)
    difficulty: float | None = _column("difficulty BETWEEN 1 AND 10", sa_type=REAL, default=None)
    interval_days: int | None = None
    last_day: str | None = _day("last_day", default=None)
    reps: int = _integer(sql_default="0")
    lapses: int = _integer(sql_default="0")
    created: str = _instant("created")


class ReviewTable(SQLModel, table=True):
    """One answer, with the card as it was before. `id`: milliseconds since 1970, raised where two would be equal.

    `day` is the local day that it counts for, `utc_offset` that of the place, in seconds.
    """

    __tablename__ = "review"
    __table_args__ = (Index("review_of_card", "card_id", "id"), _STRICT)

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id", ondelete="CASCADE")
    rating: int = _integer("rating BETWEEN 1 AND 4")
    at: str = _instant("at")
    day: str = _day("day")
    utc_offset: int
    elapsed_days: int
    stability: float = _column(sa_type=REAL)
    difficulty: float = _column(sa_type=REAL)
    interval_days: int
    due: str = _day("due")
    stability_before: float | None = _column(sa_type=REAL, default=None)
    difficulty_before: float | None = _column(sa_type=REAL, default=None)
    interval_before: int | None = None
    due_before: str = _column()
    last_day_before: str | None = _column(default=None)
    reps_before: int
    lapses_before: int
    retention: float = _column(sa_type=REAL)
    algorithm: str = _column()
    undone: int = _integer("undone IN (0, 1)", sql_default="0")


class StepTable(SQLModel, table=True):
    """One action of a person. `undone`: the order in which steps were undone; None: in force."""

    __tablename__ = "step"
    __table_args__ = (Index("step_in_force", "id", sqlite_where=text("undone IS NULL")), _AUTOINCREMENT)

    id: int | None = Field(default=None, primary_key=True)
    at: str = _instant("at")
    what: str = _column()
    papers: int
    undone: int | None = None
    redoable: int = _integer("redoable IN (0, 1)", sql_default="1")


class ChangeTable(SQLModel, table=True):
    """The value of one field of one paper before and after a step. The paper need not exist any more."""

    __tablename__ = "change"
    __table_args__ = _WITHOUT_ROWID

    step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    paper_id: int = Field(primary_key=True)
    field: str = _column(primary_key=True)
    before: str | int | None = _column(sa_type=_AnyValue, default=None)
    after: str | int | None = _column(sa_type=_AnyValue, default=None)


class ViewTable(SQLModel, table=True):
    """A saved query."""

    __tablename__ = "view"
    __table_args__ = _WITHOUT_ROWID

    name: str = _column("length(name) > 0", primary_key=True)
    query: str = _column()
    sort: str = _column(sql_default="'added'")
    position: int


class ExportedTable(SQLModel, table=True):
    """A file that readq wrote, so it may write it again."""

    __tablename__ = "exported"
    __table_args__ = _WITHOUT_ROWID

    path: str = _column(primary_key=True)
    sha256: str = _column()
    at: str = _instant("at")


class LastOpenedTable(SQLModel, table=True):
    """The paper that the REF `.` means, in one row."""

    __tablename__ = "last_opened"
    __table_args__ = _STRICT

    one: int | None = _integer("one = 1", default=None, primary_key=True)
    paper_id: int = _paper()


class PullTable(SQLModel, table=True):
    """How pulling a feed went. `through` is the last day that was pulled completely: back-filling begins after it."""

    __tablename__ = "pull"
    __table_args__ = _STRICT

    feed_id: int | None = Field(default=None, primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    tried: str | None = _instant("tried", default=None)
    succeeded: str | None = _instant("succeeded", default=None)
    failed_since: str | None = _instant("failed_since", default=None)
    failures: int = _integer(sql_default="0")
    error: str | None = _column(default=None)
    next_try: str | None = _instant("next_try", default=None)
    paused: int = _integer("paused IN (0, 1)", sql_default="0")
    through: str | None = _day("through", default=None)
    newest: str | None = _day("newest", default=None)
    batch: str | None = _column(default=None)
    batch_since: str | None = _day("batch_since", default=None)
    etag: str | None = _column(default=None)
    last_modified: str | None = _column(default=None)
    moved_to: str | None = _column(default=None)


class ServiceTable(SQLModel, table=True):
    """What a server asked of its clients. `last_request` is in milliseconds since 1970."""

    __tablename__ = "service"
    __table_args__ = _WITHOUT_ROWID

    name: str = _column("length(name) > 0", primary_key=True)
    last_request: int | None = None
    blocked_until: str | None = _instant("blocked_until", default=None)
    why: str | None = _column(default=None)


class PendingTable(SQLModel, table=True):
    """A paper added by an id alone, whose metadata is still to be fetched."""

    __tablename__ = "pending"
    __table_args__ = _STRICT

    paper_id: int | None = _paper(default=None, primary_key=True)
    reference: str = _column("length(reference) > 0")
    since: str = _instant("since")
    tried: str | None = _instant("tried", default=None)
    error: str | None = _column(default=None)


class PdfTable(SQLModel, table=True):
    """The file of a paper. `sha256` is that of the download; None: the reader's own file, never written to."""

    __tablename__ = "pdf"
    __table_args__ = _STRICT

    paper_id: int | None = _paper(default=None, primary_key=True)
    path: str = _column("length(path) > 0")
    sha256: str | None = _column(default=None)
    url: str | None = _column(default=None)
    added: str = _instant("added")
