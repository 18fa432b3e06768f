"""Metadata as the columns of `paper`, and back. Without the ORM, for what needs only this."""

import json
from collections.abc import Mapping
from typing import Any

from readq.model import edit_marks as edits
from readq.model.metadata import Metadata


def columns(metadata: Metadata) -> dict[str, Any]:
    """The columns of `paper` that metadata fills, `authors` as the text of the list and of the index."""
    values = metadata._asdict()
    del values["edited"]
    values["authors"] = "\n".join([author.name for author in metadata.authors])
    values["fields"] = json.dumps(dict(metadata.fields), ensure_ascii=False) if metadata.fields else None
    values["trusts"] = json.dumps(dict(metadata.trusts)) if metadata.trusts else None
    return values


def stored_metadata(row: Mapping[str, Any]) -> Metadata:
    """The metadata in a row that `readq.store.papers.lookup.metadata_of` read."""
    values = {name: row[name] for name in Metadata._fields}
    values["fields"] = tuple(json.loads(row["fields"]).items()) if row["fields"] else ()
    values["edited"] = edits.names(row["edited"].split())
    values["trusts"] = json.loads(row["trusts"]) if row["trusts"] else {}
    return Metadata(**values)
