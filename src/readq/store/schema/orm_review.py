"""Define the tables of review cards and answers as SQLModel classes."""

from sqlalchemy import REAL, Index, text
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import (
    AUTOINCREMENT,
    STRICT,
    column,
    day_column,
    instant_column,
    integer_column,
    paper_reference,
)


class CardTable(SQLModel, table=True):
    """A review card with its memory state. `readq.store.review.cards.Card` explains the columns."""

    __tablename__ = "card"
    __table_args__ = (
        Index("card_of_paper", "paper_id", unique=True, sqlite_where=text("kind = 'paper'")),
        Index("cards_of_paper", "paper_id"),
        Index("card_due", "due", "id", "paper_id", "buried_until", "orphaned", sqlite_where=text("suspended = 0")),
        Index("card_new", "due", "id", sqlite_where=text("suspended = 0 AND orphaned IS NULL AND reps = 0")),
        Index("card_known", "due", "id", sqlite_where=text("suspended = 0 AND orphaned IS NULL AND reps > 0")),
        Index("card_prioritised", "due", "id", sqlite_where=text("priority > 0")),
        Index("card_answered", "last_day", sqlite_where=text("reps > 0")),
        AUTOINCREMENT,
    )

    id: int | None = Field(default=None, primary_key=True)
    paper_id: int = paper_reference()
    kind: str = column("kind IN ('paper', 'question')")
    question: str | None = column(default=None)
    answer: str | None = column(default=None)
    suspended: int = integer_column("suspended IN (0, 1)", sql_default="0")
    buried_until: str | None = day_column("buried_until", default=None)
    priority: int = integer_column(sql_default="0")
    due: str = day_column("due")
    stability: float | None = column("stability > 0", sa_type=REAL, default=None)
    difficulty: float | None = column("difficulty BETWEEN 1 AND 10", sa_type=REAL, default=None)
    interval_days: int | None = None
    last_day: str | None = day_column("last_day", default=None)
    reps: int = integer_column(sql_default="0")
    lapses: int = integer_column(sql_default="0")
    created: str = instant_column("created")
    retired: str | None = day_column("retired", default=None)
    orphaned: str | None = day_column("orphaned", default=None)


class ReviewTable(SQLModel, table=True):
    """One answer to a card, with the state of the card after the answer.

    The columns whose names end in `_before` have the state before the answer.
    """

    __tablename__ = "review"
    __table_args__ = (Index("review_of_card", "card_id", "id"), STRICT)

    id: int | None = Field(default=None, primary_key=True)
    """The time of the answer in milliseconds since 1970, or the next higher number that is free."""
    card_id: int = Field(foreign_key="card.id", ondelete="CASCADE")
    rating: int = integer_column("rating BETWEEN 1 AND 4")
    at: str = instant_column("at")
    day: str = day_column("day")
    """The local ISO day for which the answer counts."""
    utc_offset: int
    """The offset of local time from UTC, in seconds."""
    elapsed_days: int
    stability: float = column(sa_type=REAL)
    difficulty: float = column(sa_type=REAL)
    interval_days: int
    due: str = day_column("due")
    stability_before: float | None = column(sa_type=REAL, default=None)
    difficulty_before: float | None = column(sa_type=REAL, default=None)
    interval_before: int | None = None
    due_before: str = column()
    last_day_before: str | None = column(default=None)
    reps_before: int
    lapses_before: int
    retention: float = column(sa_type=REAL)
    algorithm: str = column()
    undone: int = integer_column("undone IN (0, 1)", sql_default="0")
    """1 if the answer was undone, otherwise 0."""
    kind: str = column("kind IN ('answer', 'read')", sql_default="'answer'")
    """`answer` for an answer. `read` for the record that the user read the paper to the end."""
    prompt: str | None = column(default=None)
    """The question: `claim`, `how`, `limit` or `use` for the card of a paper, otherwise the text of the question."""
    recalled: str | None = column(default=None)
    """The text that the user recalled and typed before the back of the card was shown."""
    taken_ms: int | None = integer_column("taken_ms >= 0", default=None)
    """The number of milliseconds that the user took to answer."""
    sitting: int | None = None
    """The start of the review session, in milliseconds since 1970, or None outside a session."""
    params_id: int = integer_column(sql_default="1")
    """The id of the row of `params` with the parameters that the scheduler used."""


class ParamsTable(SQLModel, table=True):
    """A set of parameters of the scheduler. `weights` is a JSON array of numbers. Row 1 has the defaults of FSRS-6."""

    __tablename__ = "params"
    __table_args__ = STRICT

    id: int | None = Field(default=None, primary_key=True)
    algorithm: str = column("length(algorithm) > 0")
    weights: str = column("json_valid(weights)")
