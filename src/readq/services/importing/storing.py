"""Writing merged papers: new ones in bulk, known ones field by field with the journal."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from readq.formats.bibtex.citation_keys import safe_key
from readq.model.matching import Identity
from readq.model.metadata import Metadata
from readq.model.metadata_columns import STATE, columns, stored_metadata
from readq.model.paper_fields import FIELDS
from readq.model.values import Author, Status
from readq.services.importing.merging import Known, Work
from readq.store.journal import steps as journal
from readq.store.papers import corrections
from readq.store.papers import field_states as import_rows
from readq.store.papers import lookup as known
from readq.store.papers import notes as note_rows
from readq.store.papers import other_titles as titles
from readq.store.papers.bulk_insert import UnitOfWork, insert_papers, insert_rows
from readq.store.schema import orm_tables as tables

_PAPER = (
    *("id", "key", "key_frozen", "status", "decided", "added", "upvotes"),
    *(*FIELDS, "title_key", "trust", "trusts", "version", "revised"),
)
_TAG = ("paper_id", "tag")


def complaint(metadata: Metadata) -> str | None:
    """What the library cannot hold of a paper, in a few words; None when all is well."""
    try:
        tables.PaperColumns.model_validate(columns(metadata))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    return None if all(author.name for author in metadata.authors) else "an author without a name"


def load_known(unit: UnitOfWork, identities: dict[int, Identity], claimed_keys: Iterable[str]) -> Known:
    """What the library knows of papers whose `identities` are given, and of those that have a key of `claimed_keys`."""
    connection = unit.connection
    wanted = {key.casefold() for claimed in claimed_keys for key in (claimed, safe_key(claimed))}
    taken = known.keys(connection, wanted)
    claimed = {taken[key] for key in wanted & taken.keys()}
    identities = identities | known.identities_of(connection, claimed - identities.keys())
    ids = identities.keys()
    rows = known.metadata_of(connection, ids)
    return Known(
        identities,
        {paper_id: stored_metadata(row) for paper_id, row in rows.items()},
        {paper_id: (row["key"], bool(row["key_frozen"])) for paper_id, row in rows.items()},
        known.sightings_of(connection, ids),
        known.tags_of(connection, ids),
        known.notes_of(connection, ids),
        taken,
    )


def insert_new(unit: UnitOfWork, works: Sequence[Work], step: int | None, status: dict[int, Status], at: str) -> None:
    """Store papers that the library did not have."""
    session = unit.session
    insert_papers(unit, _PAPER, [_paper_row(work, status[work.number], at) for work in works])
    insert_rows(
        session,
        tables.AuthorTable,
        ("paper_id", "position", *Author._fields),
        [(work.number, place, *author) for work in works for place, author in enumerate(work.metadata.authors)],
    )
    insert_rows(
        session,
        tables.IdentifierTable,
        ("paper_id", "scheme", "value"),
        [(work.number, *identifier) for work in works for identifier in work.identifiers],
    )
    insert_rows(
        session,
        tables.SightingTable,
        ("paper_id", "feed_id", "day", "rank", "upvotes", "comments", "submitted_by"),
        [(work.number, *place, *counts) for work in works for place, counts in work.sightings.items()],
    )
    insert_rows(session, tables.PaperTagTable, _TAG, [(work.number, tag) for work in works for tag in work.tags])
    for work in works:
        _add_belongings(unit.connection, work, None, at)
    if step is not None:
        journal.record(unit.connection, step, ((work.number, "created", None, 1) for work in works))


def _paper_row(work: Work, status: Status, at: str) -> tuple[Any, ...]:
    decided = None if status is Status.INBOX else at
    upvotes = max((votes for _, votes, *_ in work.sightings.values() if votes is not None), default=None)
    return (work.number, work.key, int(work.frozen), status, decided, at, upvotes, *columns(work.metadata).values())


def update_known(unit: UnitOfWork, works: Sequence[Work], step: int | None, at: str) -> None:
    """Write what arrivals changed of those of `works` that the library had; in a step, with what it was before."""
    known_works = [work for work in works if work.known]
    claimed = {work.key.casefold() for work in works}
    states = {work.number: _state(work) for work in known_works if work.is_changed}
    if step is None:
        import_rows.put_metadata(unit.connection, states, claimed)
    else:
        _put_journalled(unit.connection, states, claimed, step)
    for work in known_works:
        _add_to_known(unit, work, step)
        _add_belongings(unit.connection, work, step, at)


def _put_journalled(
    connection: sqlite3.Connection, states: Mapping[int, str], claimed: Collection[str], step: int
) -> None:
    before = [import_rows.metadata_state(connection, number, STATE) for number in states]
    import_rows.put_metadata(connection, states, claimed)
    for number, old in zip(states, before, strict=True):
        parts = import_rows.changed_parts(old, import_rows.metadata_state(connection, number, STATE))
        if parts is not None:
            journal.record(connection, step, [(number, "metadata", *parts)])


def _add_to_known(unit: UnitOfWork, work: Work, step: int | None) -> None:
    connection = unit.connection
    for (feed, day), counts in work.sightings.items():
        after_counts = json.dumps(counts, ensure_ascii=False)
        if step is not None:
            before_counts = import_rows.sighting_state(connection, work.number, feed, day)
            journal.record(connection, step, [(work.number, f"sighting:{feed}:{day}", before_counts, after_counts)])
        import_rows.put_sighting(connection, work.number, feed, day, after_counts)
    insert_rows(unit.session, tables.PaperTagTable, _TAG, [(work.number, tag) for tag in work.tags])
    if step is not None:
        journal.record(connection, step, ((work.number, f"tag:{tag}", 0, 1) for tag in work.tags))


def _add_belongings(connection: sqlite3.Connection, work: Work, step: int | None, at: str) -> None:
    """Write the note, titles and former keys of a paper; a new one's stand in no step but that which made it."""
    titles.add(connection, step, ((work.number, key) for key in work.other_titles))
    for key in work.aliases:
        corrections.add_alias(connection, step, work.number, key)
    if work.note and work.note != work.note_before:
        if step is None:
            note_rows.put_note(connection, work.number, work.note, at)
        else:
            note_rows.replace_note(connection, step, work.number, work.note, at)


def _state(work: Work) -> str:
    authors: list[Author] = list(work.metadata.authors)
    return json.dumps(
        {
            **columns(work.metadata),
            "key": work.key,
            "key_frozen": int(work.frozen),
            "authors": authors,
            "identifiers": sorted(work.identifiers),
        },
        ensure_ascii=False,
    )
