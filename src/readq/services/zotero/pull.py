"""Import the items of a collection of Zotero, with notes, tags, reading state and the paths of PDFs."""

import dataclasses
import os
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from readq.days import local_day
from readq.errors import ReadqError, UsageError
from readq.model.import_report import ImportReport
from readq.model.values import Rejected, Status
from readq.registries.json_record import object_in, text_in
from readq.registries.zotero.items import NOT_WORKS, paper_of, status_of
from readq.registries.zotero.local_api import Collection, Item, Zotero
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import Batch, IngestOptions, Stored, ingest_batches
from readq.services.importing.report_lines import identity_lines
from readq.services.zotero.child_notes import children_of, text_of_notes
from readq.services.zotero.origins import sent_to, taken_from
from readq.store.papers import provenance
from readq.text import quoted


def collection_named(name: str, collections: Sequence[Collection]) -> Collection:
    """Return the collection whose key or name is `name`. Case does not matter in names.

    Raises UsageError if there is no such collection, or more than one.
    """
    found = [one for one in collections if one.key == name] or [
        one for one in collections if one.name.casefold() == name.casefold()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} collections are named {quoted(name)}", " or ".join(one.key for one in found))
    from readq.nearest_name import suggestion

    names = [one.name for one in collections]
    raise UsageError(f"Zotero has no collection {quoted(name)}", suggestion(name, names, ", ".join(names[:10])))


def known_papers(connection: sqlite3.Connection, server: str) -> dict[str, int]:
    """Return the papers that readq exported to a Zotero library earlier, so that an import recognises them.

    The result maps the Zotero keys of items and notes to paper ids. A note has the key `ITEM/NOTE`: the key of its
    item, a slash and the key of the note. The result also maps the other names that `origins.sent_to` lists, such as
    `ITEM/wish`, to paper ids. `server` is the id that Zotero gives its local server (Zotero-Server-ID).
    """
    return provenance.names_at(connection, sent_to(server))


async def items_of(zotero: Zotero, name: str | None) -> list[Item]:
    """Return the items of the collection `name` of a connected Zotero.

    If `name` is None, return all items of the Zotero library. Raises UsageError for an unknown collection.
    """
    if name is None:
        return await zotero.items_in(None)
    return await zotero.items_in(collection_named(name, await zotero.collections()).key)


def take_in(
    library: str, items: Sequence[Item], known: Mapping[str, int], server: str, now: datetime, options: IngestOptions
) -> ImportReport:
    """Import items of a Zotero library into the library of readq. Return a report.

    `known` is the result of `known_papers`, and `server` the id that Zotero gives its local server. `options` are the
    options of the import, such as whether it is a step of the undo history.

    An item without a title is rejected. The status of a new paper corresponds to the reading state of its item. If the
    item has no reading state, the status is `done`.

    Raises ReadqError if all items are rejected. Raises LibraryError or a subclass if the library cannot be written.
    """
    day = local_day(now).isoformat()
    rejected: list[Rejected] = []
    entries: list[Entry] = []
    files: dict[int, str] = {}
    children = children_of(items)
    for item in items:
        if item.data.get("itemType") in NOT_WORKS or item.data.get("parentItem") or item.data.get("deleted"):
            continue
        paper = paper_of(item.data, item.key)
        if paper is None:
            rejected.append(Rejected(f"item {item.key}", "no title"))
            continue
        own = children.get(item.key, ())
        paper = dataclasses.replace(paper, note=text_of_notes(item.key, own, known) or None)
        if path := next(filter(None, map(_pdf_path, own)), None):
            files[len(entries)] = path
        status = status_of(item.data) or Status.DONE
        entries.append(Entry(paper, None, day, status, number=known.get(item.key), origin=taken_from(server)))
    if not entries and rejected:
        raise ReadqError(f"{rejected[0].where}: {rejected[0].why}", "nothing was imported")

    def attach(connection: sqlite3.Connection, stored: Stored) -> None:
        from readq.services.pdf.linked_files import link_missing

        paths = {stored.numbers[place]: path for place, path in files.items() if place in stored.numbers}
        link_missing(connection, paths, now)

    report = ingest_batches(library, [Batch(entries, attach if files else None)], now, options)
    return report._replace(
        updated=report.updated + report.refreshed,
        refreshed=0,
        rejected=(*rejected, *report.rejected),
        messages=(*report.messages, *identity_lines(report)),
    )


def _pdf_path(item: Item) -> str | None:
    """Return the path of a PDF that an attachment names, if the file is there."""
    from readq.services.pdf.linked_files import is_pdf

    if item.data.get("contentType") != "application/pdf":
        return None
    address = urlsplit(text_in(object_in(item.links.get("enclosure")).get("href")))
    path = unquote(address.path) if address.scheme == "file" else text_in(item.data.get("path"))
    return path if os.path.isabs(path) and is_pdf(path) else None
