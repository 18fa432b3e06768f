"""Define types of columns and options of tables, from which the SQLModel classes of this package are built."""

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
    """The column type ANY of SQLite's strict tables, which stores a value of any type unchanged."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        """Return the SQL name of the type, `ANY`. SQLAlchemy calls this method."""
        return "ANY"


def column(check: str | None = None, *, sql_default: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field with the CHECK constraint `check` and the SQL default `sql_default`, each only if it is not None.

    The type of the column is TEXT, unless `options` has `sa_type`. All other `options` are passed to Field.
    """
    options.setdefault("sa_type", Text)
    if check:
        options["sa_column_args"] = [CheckConstraint(check)]
    if sql_default is not None:
        options["sa_column_kwargs"] = {"server_default": text(sql_default)}
    return Field(**options)


def integer_column(check: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field of type INTEGER, with the CHECK constraint `check` if it is given. Passes `options` to Field."""
    return column(check, sa_type=Integer, **options)


def day_column(name: str, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field for local days such as `2026-11-23`. A CHECK constraint tests the values.

    `name` is the name of the column. Passes `options` to Field.
    """
    return column(f"{name} {_DAY}", **options)


def instant_column(name: str, **options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field for UTC times such as `2026-11-23T08:00:00Z`. A CHECK constraint tests the values.

    `name` is the name of the column. Passes `options` to Field.
    """
    return column(f"{name} {_INSTANT}", **options)


def paper_reference(**options: Any) -> Any:  # noqa: ANN401 - as Field
    """Return a Field for a foreign key to a paper's id. If the paper is removed, SQLite removes the row, too.

    Passes `options` to Field.
    """
    return Field(foreign_key="paper.id", ondelete="CASCADE", **options)
