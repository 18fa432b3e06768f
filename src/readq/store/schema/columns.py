"""Kinds of columns and options of tables, as `readq.store.schema.orm_tables` uses them. Imports SQLModel."""

from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import CheckConstraint, Integer, Text, text
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Link = Annotated[str, StringConstraints(pattern=r"^https?://")]

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_INSTANT = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
STRICT = {"sqlite_strict": True}
WITHOUT_ROWID = {"sqlite_strict": True, "sqlite_with_rowid": False}
AUTOINCREMENT = {"sqlite_strict": True, "sqlite_autoincrement": True}
NOCASE: Any = Text(collation="NOCASE")


class AnyValue(UserDefinedType[object]):
    """SQLite's type ANY, which stores values of every type as they are."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        """Return the name of the type in SQL."""
        return "ANY"


def column(check: str | None = None, *, sql_default: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field with a CHECK constraint and a default in SQL; its type is TEXT unless `sa_type` is given."""
    options.setdefault("sa_type", Text)
    if check:
        options["sa_column_args"] = [CheckConstraint(check)]
    if sql_default is not None:
        options["sa_column_kwargs"] = {"server_default": text(sql_default)}
    return Field(**options)


def integer_column(check: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return an INTEGER column."""
    return column(check, sa_type=Integer, **options)


def day_column(name: str, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a column of local days; `name` is that of the column."""
    return column(f"{name} {_DAY}", **options)


def instant_column(name: str, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a column of instants; `name` is that of the column."""
    return column(f"{name} {_INSTANT}", **options)


def paper_reference(**options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a reference to a paper, whose removal removes the row."""
    return Field(foreign_key="paper.id", ondelete="CASCADE", **options)
