"""Define the tables of the user's interest as SQLModel classes.

`readq.store.interest` fills these tables. Their content can be computed again from the papers and the decisions on
them. A paper is counted if its words and the decision on it have been added to the sums in these tables.
"""

from sqlalchemy import REAL, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import STRICT, column, integer_column


class InterestWordTable(SQLModel, table=True):
    """A feature of papers: a word, author, category or submitter.

    `papers`, `liked` and `dropped` are the sums of the feature over the counted papers, as
    `readq.ranking.weights.FeatureSums` explains.
    """

    __tablename__ = "interest_word"
    __table_args__ = STRICT

    id: int | None = Field(default=None, primary_key=True)
    word: str = column("length(word) > 0", unique=True)
    papers: int = integer_column("papers >= 0")
    liked: int = integer_column("liked >= 0")
    dropped: int = integer_column("dropped >= 0")


class InterestPaperTable(SQLModel, table=True):
    """A paper that was added to the sums of interest."""

    __tablename__ = "interest_paper"
    __table_args__ = (Index("interest_by_score", "score"), STRICT)

    paper_id: int | None = Field(default=None, primary_key=True)
    verdict: int
    """The weight of the decision on the paper.

    The weight is positive if the user likes the paper, negative for a dropped paper, and 0 for an undecided paper.
    """
    score: int | None = integer_column("score BETWEEN 0 AND 100", default=None)
    """The interest of the paper, a number that predicts how much it interests the user.

    It is None until it is computed.
    """
    words: bytes
    """The ids and weights of the paper's features: words, authors, categories and submitters."""


class InterestPendingTable(SQLModel, table=True):
    """A paper that waits to be counted, because its words or the decision on it changed. Triggers write the rows."""

    __tablename__ = "interest_pending"
    __table_args__ = STRICT

    paper_id: int | None = Field(default=None, primary_key=True)


class InterestTable(SQLModel, table=True):
    """The totals of the counted papers, in one row.

    A paper is counted if its words and the decision on it were added to the sums. `readq.ranking.weights.Totals`
    explains the columns from `papers` to `dropped_weight`. `centre` and `slope` convert raw scores to interest, a
    number from 0 to 100. `version` is the version of the rules by which the sums were computed.
    """

    __tablename__ = "interest"
    __table_args__ = (CheckConstraint("one = 1"), STRICT)

    one: int | None = Field(default=None, primary_key=True)
    version: int
    papers: int
    liked: int
    dropped: int
    liked_weight: int
    dropped_weight: int
    centre: float = Field(sa_type=REAL)
    slope: float = Field(sa_type=REAL)
