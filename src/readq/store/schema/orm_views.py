"""Define the tables of saved views and watches as SQLModel classes."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from readq.store.schema.column_types import (
    AUTOINCREMENT,
    WITHOUT_ROWID,
    column,
    instant_column,
    paper_reference,
)


class ViewTable(SQLModel, table=True):
    """A saved view: a query with a name and a sort order. Lists show views in ascending order of `position`.

    `watch` is what the view does with papers that arrive: `raise`, `lower` or `drop`. It is None if the view does
    nothing.
    """

    __tablename__ = "view"
    __table_args__ = AUTOINCREMENT

    name: str = column("length(name) > 0", unique=True)
    query: str = column()
    sort: str = column(sql_default="'added'")
    position: int
    id: int | None = Field(default=None, primary_key=True)
    watch: str | None = column("watch IN ('raise', 'lower', 'drop')", default=None)


class CaughtTable(SQLModel, table=True):
    """A paper that a watch caught when the paper arrived. A watch is a saved view that acts on the papers that arrive.

    `at` is the time at which the paper arrived. `action` is what the watch did with it. The view with the id `view_id`
    may have been removed since.
    """

    __tablename__ = "caught"
    __table_args__ = (
        Index("caught_by_view", "view_id", "at"),
        Index("caught_by_action", "action", "view_id"),
        WITHOUT_ROWID,
    )

    paper_id: int = paper_reference(primary_key=True)
    view_id: int = Field(primary_key=True)
    action: str = column("action IN ('raise', 'lower', 'drop')")
    at: str = instant_column("at")
