"""The library's tables as SQLModel classes, for the writes of the object graph.

The tables themselves are made by `readq.store.schema.migrations` (STRICT refuses SQLModel's VARCHAR); a test holds
the two to one schema. Classes with `table=True` do not validate, so rows of foreign origin pass through
`PaperFields` first.
"""

from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
Address = Annotated[str, StringConstraints(max_length=2048, pattern=r"^https?://")]


class PaperFields(SQLModel):
    """What a source can say of a paper, with the limits that the library keeps; lengths in characters."""

    title: str = Field(min_length=1, max_length=100_000)
    title_key: str = Field(min_length=1, max_length=100_000)
    authors: str = Field(default="", max_length=1_000_000)
    abstract: str | None = Field(default=None, max_length=1_000_000)
    year: int | None = Field(default=None, ge=1000, le=9999)
    published: Day | None = None
    venue: str | None = Field(default=None, max_length=1_000)
    primary_class: str | None = Field(default=None, max_length=50)
    url: Address | None = None
    pdf_url: Address | None = None
    entry_type: str | None = Field(default=None, max_length=50)
    fields: str | None = None
    trust: int
    trusts: str | None = None
    version: int | None = Field(default=None, gt=0, le=1_000_000)
    revised: Day | None = None


class PaperTable(PaperFields, table=True):
    """One work, however many feeds and versions it turned up under."""

    __tablename__ = "paper"

    id: int | None = Field(default=None, primary_key=True)
    key: str
    key_frozen: int = 0
    edited: str = ""
    status: str = "inbox"
    decided: Instant | None = None
    starred: int = 0
    snoozed_until: Day | None = None
    added: Instant
    upvotes: int | None = None


class AuthorTable(SQLModel, table=True):
    """One author of a paper, in order."""

    __tablename__ = "author"

    paper_id: int = Field(primary_key=True, foreign_key="paper.id")
    position: int = Field(primary_key=True)
    name: str
    family: str | None = None
    given: str | None = None
    suffix: str | None = None


class IdentifierTable(SQLModel, table=True):
    """What a paper is known by, unique over the library."""

    __tablename__ = "identifier"

    scheme: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    paper_id: int = Field(foreign_key="paper.id")


class OtherTitleTable(SQLModel, table=True):
    """A title, beside its own, that a paper was seen under, normalised."""

    __tablename__ = "other_title"

    title_key: str = Field(primary_key=True)
    paper_id: int = Field(primary_key=True, foreign_key="paper.id")


class AliasTable(SQLModel, table=True):
    """A former citation key."""

    __tablename__ = "alias"

    key: str = Field(primary_key=True)
    paper_id: int = Field(foreign_key="paper.id")


class PaperTagTable(SQLModel, table=True):
    """A tag on a paper."""

    __tablename__ = "paper_tag"

    paper_id: int = Field(primary_key=True, foreign_key="paper.id")
    tag: str = Field(primary_key=True)


class FeedTable(SQLModel, table=True):
    """A source that is pulled, or a name under which papers were imported."""

    __tablename__ = "feed"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    spec: str | None = None
    added: Instant


class SightingTable(SQLModel, table=True):
    """One appearance of a paper in a feed."""

    __tablename__ = "sighting"

    paper_id: int = Field(primary_key=True, foreign_key="paper.id")
    feed_id: int = Field(primary_key=True, foreign_key="feed.id")
    day: Day = Field(primary_key=True)
    rank: int | None = None
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str | None = None


class NoteTable(SQLModel, table=True):
    """The reader's own Markdown on a paper."""

    __tablename__ = "note"

    paper_id: int | None = Field(default=None, primary_key=True, foreign_key="paper.id")
    text: str
    version: int
    created: Instant
    updated: Instant


class NoteHistoryTable(SQLModel, table=True):
    """What a note said before a change."""

    __tablename__ = "note_history"

    paper_id: int = Field(primary_key=True, foreign_key="paper.id")
    version: int = Field(primary_key=True)
    text: str
    replaced: Instant


class DraftTable(SQLModel, table=True):
    """Text being typed."""

    __tablename__ = "draft"

    paper_id: int | None = Field(default=None, primary_key=True, foreign_key="paper.id")
    text: str
    base_version: int | None = None
    updated: Instant


class CardTable(SQLModel, table=True):
    """What review asks, with its memory state."""

    __tablename__ = "card"

    id: int | None = Field(default=None, primary_key=True)
    paper_id: int = Field(foreign_key="paper.id")
    kind: str
    question: str | None = None
    answer: str | None = None
    suspended: int = 0
    buried_until: Day | None = None
    priority: int = 0
    due: Day
    stability: float | None = None
    difficulty: float | None = None
    interval_days: int | None = None
    last_day: Day | None = None
    reps: int = 0
    lapses: int = 0
    created: Instant


class ReviewTable(SQLModel, table=True):
    """One answer, with the card as it was before."""

    __tablename__ = "review"

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id")
    rating: int
    at: Instant
    day: Day
    utc_offset: int
    elapsed_days: int
    stability: float
    difficulty: float
    interval_days: int
    due: Day
    stability_before: float | None = None
    difficulty_before: float | None = None
    interval_before: int | None = None
    due_before: str
    last_day_before: str | None = None
    reps_before: int
    lapses_before: int
    retention: float
    algorithm: str
    undone: int = 0


class StepTable(SQLModel, table=True):
    """One action of a person."""

    __tablename__ = "step"

    id: int | None = Field(default=None, primary_key=True)
    at: Instant
    what: str
    papers: int
    undone: int | None = None
    redoable: int = 1


class ViewTable(SQLModel, table=True):
    """A saved query."""

    __tablename__ = "view"

    name: str = Field(primary_key=True)
    query: str
    sort: str = "added"
    position: int


class PullTable(SQLModel, table=True):
    """How pulling a feed went."""

    __tablename__ = "pull"

    feed_id: int | None = Field(default=None, primary_key=True, foreign_key="feed.id")
    tried: Instant | None = None
    succeeded: Instant | None = None
    failed_since: Instant | None = None
    failures: int = 0
    error: str | None = None
    next_try: Instant | None = None
    paused: int = 0
    through: Day | None = None
    newest: Day | None = None
    batch: str | None = None
    batch_since: Day | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None


class ServiceTable(SQLModel, table=True):
    """What a server asked of us."""

    __tablename__ = "service"

    name: str = Field(primary_key=True)
    last_request: int | None = None
    blocked_until: Instant | None = None
    why: str | None = None


class PendingTable(SQLModel, table=True):
    """A paper whose metadata is still to be fetched."""

    __tablename__ = "pending"

    paper_id: int | None = Field(default=None, primary_key=True, foreign_key="paper.id")
    reference: str
    since: Instant
    tried: Instant | None = None
    error: str | None = None


class PdfTable(SQLModel, table=True):
    """The file of a paper."""

    __tablename__ = "pdf"

    paper_id: int | None = Field(default=None, primary_key=True, foreign_key="paper.id")
    path: str
    sha256: str | None = None
    url: str | None = None
    added: Instant
