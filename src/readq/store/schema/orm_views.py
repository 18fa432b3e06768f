"""Define the table of saved views as an SQLModel class. `orm_tables` has the other tables."""

from sqlmodel import SQLModel

from readq.store.schema.column_types import WITHOUT_ROWID, column


class ViewTable(SQLModel, table=True):
    """A saved view: a query with a name and a sort order. Lists show views by `position`."""

    __tablename__ = "view"
    __table_args__ = WITHOUT_ROWID

    name: str = column("length(name) > 0", primary_key=True)
    query: str = column()
    sort: str = column(sql_default="'added'")
    position: int
