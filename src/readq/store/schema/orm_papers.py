"""Define the tables of papers as SQLModel classes: a paper, the rows that belong to it, and the feeds that brought it.

Bulk writes derive their INSERT statements from these classes (see `readq.store.papers.insert`). Classes with
`table=True` do not validate values. So an import of papers validates its values with `PaperColumns`. Importing SQLModel
takes 360 ms, so commands that list papers or change a few papers must not import this module. Tables that an import of
papers does not fill have their classes in the other modules `orm_…`, because each class takes 5 ms.
"""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from readq.model.fields.paper_fields import FIELDS
from readq.store.schema.column_types import (
    AUTOINCREMENT,
    NOCASE,
    STRICT,
    WITHOUT_ROWID,
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
    """The trust in the most reliable source of the paper, a value of `readq.model.values.Trust`."""
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
    """The user's note on a paper, in Markdown. Each save increases `version`."""

    __tablename__ = "note"
    __table_args__ = (Index("note_by_version", "version"), STRICT)

    paper_id: int | None = paper_reference(default=None, primary_key=True)
    text: str = column("length(text) > 0")
    version: int
    created: str = instant_column("created")
    updated: str = instant_column("updated")
