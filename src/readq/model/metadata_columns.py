"""Convert a paper's fields and metadata to column values of the table `paper`, and back."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from readq.model.fields import edit_marks
from readq.model.fields.paper_fields import FIELDS, PaperFields
from readq.model.metadata import Metadata

COLUMNS = tuple(one.name for one in fields(Metadata))
"""The columns of the table `paper` that hold metadata.

The column `authors` has one name per line, for lists and searches.
"""

STATE = (*COLUMNS, "key", "key_frozen", "added", "identifiers", "aliases")
"""The names of the values that the undo history records when the metadata of a paper changes.

All are columns of the table `paper`, except `identifiers` and `aliases`: these are lists in other tables.
"""


def field_columns(paper: PaperFields) -> dict[str, Any]:
    """Return a dict that maps the columns of the table `paper` to the values of the fields of `paper`."""
    values: dict[str, Any] = {name: getattr(paper, name) for name in FIELDS}
    values["authors"] = "\n".join([author.name for author in paper.authors])
    values["fields"] = json.dumps(dict(paper.fields), ensure_ascii=False) if paper.fields else None
    return values


def field_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dict that maps the fields of a paper to the values in `row`, a row of the table `paper`.

    `row["authors"]` must already be a tuple of Author.
    """
    values = {name: row[name] for name in FIELDS}
    values["fields"] = raw_fields(row["fields"])
    return values


def raw_fields(column: str | None) -> tuple[tuple[str, str], ...]:
    """Parse `column`, a value of the column `fields` of the table `paper`. It is a JSON object, or None.

    Return the BibTeX fields in it as (name, value) pairs.
    """
    return tuple(json.loads(column).items()) if column else ()


def columns(metadata: Metadata) -> dict[str, Any]:
    """Return a dict that maps the columns of the table `paper` to the values of `metadata`.

    The column `edited` is left out, because it is written only when a person edits the paper.
    """
    return {
        **field_columns(metadata),
        "title_key": metadata.title_key,
        "trust": metadata.trust,
        "trusts": json.dumps(dict(metadata.trusts)) if metadata.trusts else None,
        "version": metadata.version,
        "revised": metadata.revised,
    }


def stored_metadata(row: Mapping[str, Any]) -> Metadata:
    """Return the metadata of a paper from a row of the table `paper`.

    `row["authors"]` must already be a tuple of Author. `row["edited"]` is text with an edit mark for each field that a
    person edited, such as `title@2026-11-25T22:01:38Z year@2026-11-26T08:00:00Z`.
    """
    return Metadata(
        **field_values(row),
        title_key=row["title_key"],
        trust=row["trust"],
        trusts=json.loads(row["trusts"]) if row["trusts"] else {},
        version=row["version"],
        revised=row["revised"],
        edited=edit_marks.names(row["edited"].split()),
    )
