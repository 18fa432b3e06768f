"""Read the settings of exports from the config file and the command line."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from readq.config import Config
from readq.errors import UsageError
from readq.formats.entry_style import EntryStyle
from readq.formats.field_choice import KNOWN, FieldChoice, choice
from readq.nearest_name import suggestion
from readq.store.papers import citations
from readq.text import quoted


class FieldNames(NamedTuple):
    """The names of the fields to write and to leave out (see `field_choice.choice`), and the style of entries.

    `style` has the arguments for making an EntryStyle. It is () for the default style.
    """

    fields: tuple[str, ...]
    omitted: tuple[str, ...]
    style: tuple[str, ...] = ()


def field_names(
    config: Config, fields: Sequence[str] | None, omitted: Sequence[str] | None, version: str = "given"
) -> FieldNames:
    """Return the names of the fields to write and of the fields to leave out, and the style of entries.

    `fields` are the names of the fields to write, or None for the list in `config`. `omitted` are the names of the
    fields to leave out, or None for the list in `config`. `version`, one of entry_style.VERSIONS, says which version
    of a paper the entries describe: the preprint, the published version, or the version of the imported entry.
    """
    chosen = config.export_fields if fields is None else fields
    left_out = config.export_omit if omitted is None else omitted
    style = EntryStyle(config.export_protect, config.export_preprints, config.export_journals, version)
    return FieldNames(tuple(chosen), tuple(left_out), () if style == EntryStyle() else style)


def field_choice(names: FieldNames) -> FieldChoice:
    """Return the choice of fields to write. Raises UsageError if a name is not a valid name of a field."""
    try:
        return choice(names.fields, names.omitted)._replace(style=EntryStyle(*names.style))
    except ValueError as error:
        raise UsageError(
            f"{quoted(str(error))} is not the name of a field", "such as --fields title,author,year"
        ) from error


def refuse_unknown_fields(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Raise UsageError if one of `names` is not the name of a field.

    Known names are the fields of BibTeX and biblatex, and the fields of entries in the library. A `+` before a name is
    ignored.
    """
    asked = {name.strip().lower().removeprefix("+") for name in names} - KNOWN
    if unknown := sorted(asked - citations.field_names(connection, asked)) if asked else []:
        hint = suggestion(unknown[0], KNOWN)
        raise UsageError(f"no entry has a field {quoted(unknown[0])}", hint or "such as --fields title,author,year")


def listed(names: str | None) -> list[str] | None:
    """Return the names in a comma-separated list from the command line. Return None for None."""
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]
