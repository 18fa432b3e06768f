"""Define the tables of review cards and answers as SQLModel classes. `orm_tables` has the other tables."""

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
    """A review card with its memory state. `stability` is in days, or None if the card was never rated."""

    __tablename__ = "card"
    __table_args__ = (
        Index("card_of_paper", "paper_id", unique=True, sqlite_where=text("kind = 'paper'")),
        Index("cards_of_paper", "paper_id"),
        Index("card_due", "due", sqlite_where=text("suspended = 0")),
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


class ReviewTable(SQLModel, table=True):
    """One answer to a card, with the state of the card after the answer.

    The columns with names in `_before` have the state before the answer. `id` is the time in milliseconds since 1970,
    or the next free number. `day` is the local day for which the answer counts. `utc_offset` is the reader's offset
    from UTC in seconds.
    """

    __tablename__ = "review"
    __table_args__ = (Index("review_of_card", "card_id", "id"), STRICT)

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id", ondelete="CASCADE")
    rating: int = integer_column("rating BETWEEN 1 AND 4")
    at: str = instant_column("at")
    day: str = day_column("day")
    utc_offset: int
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
