"""Load the papers of the library that an import may change, and write the changes of the import.

New papers are inserted in bulk. For stored papers, only the changed fields are written.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from readq.days import instant
from readq.model.citation_keys.syntax import accepted_key, biber_key
from readq.model.metadata import Metadata
from readq.model.metadata_columns import STATE, columns, stored_metadata
from readq.model.values import Status
from readq.services.importing.changes import PaperChange, StoredPapers
from readq.services.papers import question_cards
from readq.services.papers.question_cards import NoteChange
from readq.store.journal.steps import created_papers, record
from readq.store.papers import corrections, field_states, joined_keys, key_lookup, lookup, notes, other_titles
from readq.store.papers.insert import NewPaper, insert, insert_papers
from readq.store.schema.orm_papers import PaperColumns, PaperTagTable
from readq.text import quoted

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def storage_error(metadata: Metadata) -> str | None:
    """Return the reason why `metadata` cannot be stored in the library, in a few words.

    Return None if it can be stored.
    """
    try:
        PaperColumns.model_validate(columns(metadata))
    except ValidationError as error:
        return _in_words(error.errors(include_url=False)[0])
    return None if all(author.name for author in metadata.authors) else "an author without a name"


def _in_words(error: "ErrorDetails") -> str:
    """Return what is wrong with a column, in words for the user."""
    name = str(error["loc"][0]).removesuffix("_key").replace("_", " ")
    if error["type"] == "string_too_short":
        return f"no {name}"
    if error["type"] == "string_too_long":
        return f"{name} longer than {error['ctx']['max_length']:,} characters"
    return f"{name} that cannot be stored: {quoted(str(error['input']))}"


def metadata_of(connection: sqlite3.Connection, numbers: Collection[int]) -> dict[int, Metadata]:
    """Return the metadata of the papers with the ids `numbers`, by id. Leaves out ids without a paper."""
    return {number: stored_metadata(row) for number, row in lookup.metadata_of(connection, numbers).items()}


def load(connection: sqlite3.Connection, metadata: Mapping[int, Metadata], claimed: Iterable[str]) -> StoredPapers:
    """Load from the library the papers in `metadata`, and the papers with one of the citation keys in `claimed`.

    `metadata` maps paper ids to the metadata of the papers.
    """
    wanted = {key.casefold() for one in claimed for key in (one, accepted_key(one), biber_key(one))}
    owners = lookup.keys_with_prefixes(connection, wanted)
    if owners:
        # Some of these keys may belong to works that were joined to the paper by title. These works can get them back.
        for one in joined_keys.aliases_of_imports(connection):
            owners.pop(one.alias.casefold(), None)
    others = {owners[key] for key in wanted & owners.keys()} - metadata.keys()
    loaded = {**metadata, **metadata_of(connection, others)}
    ids = loaded.keys()
    return StoredPapers(
        lookup.identities_of(connection, ids),
        loaded,
        key_lookup.citation_keys(connection, ids),
        lookup.sightings_of(connection, ids),
        lookup.tags_of(connection, ids),
        lookup.notes_of(connection, ids),
        owners,
    )


def write(connection: sqlite3.Connection, changes: Sequence[PaperChange], step: int | None, now: datetime) -> None:
    """Write the changes of an import, and the cards for the questions in the notes of the changed papers.

    A card is a review question about a paper. The changes are recorded in the step `step` of the undo history. If
    `step` is None, they are not recorded, and undo cannot reverse them.
    """
    at = instant(now)
    # Stored papers first, because a new one may get a key that a stored one has released.
    _update(connection, changes, step, now)
    new = [one for one in changes if one.is_new]
    insert_papers(connection, [_new_paper(one, at) for one in new], step, at)
    for one in new:
        # Undo removes a new paper with its cards.
        question_cards.update(connection, None, NoteChange(one.number, None, one.note, now))


def _new_paper(change: PaperChange, at: str) -> NewPaper:
    return NewPaper(
        change.number,
        {
            **columns(change.metadata),
            "key": change.key,
            "key_frozen": int(change.frozen),
            "status": change.status,
            "decided": None if change.status is Status.INBOX else at,
            "added": at,
        },
        change.metadata.authors,
        change.identifiers,
        [(feed, day, *counts) for (feed, day), counts in change.sightings.items()],
        change.tags,
        change.aliases,
        change.other_titles,
        change.note,
    )


def _update(connection: sqlite3.Connection, changes: Sequence[PaperChange], step: int | None, now: datetime) -> None:
    stored = [one for one in changes if not one.is_new]
    # Undoing the step removes the papers of its earlier batches, whatever else the step did to them.
    created = set() if step is None else created_papers(connection, step, [one.number for one in stored])
    steps = {one.number: None if one.number in created else step for one in stored}
    states = {one.number: _state(one) for one in stored if one.is_metadata_changed}
    _put_metadata(connection, states, {one.key.casefold() for one in changes}, steps)
    for one in stored:
        _update_paper(connection, one, steps[one.number], now)


def _update_paper(connection: sqlite3.Connection, change: PaperChange, step: int | None, now: datetime) -> None:
    """Write all changes of a stored paper, except those of its metadata."""
    _put_sightings(connection, change, step)
    insert(connection, PaperTagTable, [(change.number, tag) for tag in change.tags])
    other_titles.add(connection, step, ((change.number, key) for key in change.other_titles))
    for key in change.aliases:
        corrections.add_alias(connection, step, change.number, key)
    if change.note and change.note != change.note_before:
        if step is None:
            notes.put_note(connection, change.number, change.note, instant(now))
        else:
            notes.replace_note(connection, step, change.number, change.note, instant(now))
        written = NoteChange(change.number, change.note_before, change.note, now)
        question_cards.update(connection, step, written)
    if step is not None:
        record(connection, step, ((change.number, f"tag:{tag}", 0, 1) for tag in change.tags))


def _put_metadata(
    connection: sqlite3.Connection,
    states: Mapping[int, str],
    wanted_keys: Collection[str],
    steps: Mapping[int, int | None],
) -> None:
    before = {
        number: field_states.metadata_state(connection, number, STATE) for number in states if steps[number] is not None
    }
    field_states.put_metadata(connection, states, wanted_keys)
    for number, old in before.items():
        parts = field_states.changed_parts(old, field_states.metadata_state(connection, number, STATE))
        step = steps[number]
        if parts is not None and step is not None:
            record(connection, step, [(number, "metadata", *parts)])


def _put_sightings(connection: sqlite3.Connection, change: PaperChange, step: int | None) -> None:
    for (feed, day), counts in change.sightings.items():
        after = json.dumps(counts, ensure_ascii=False)
        if step is not None:
            before = field_states.sighting_state(connection, change.number, feed, day)
            record(connection, step, [(change.number, f"sighting:{feed}:{day}", before, after)])
        field_states.put_sighting(connection, change.number, feed, day, after)


def _state(change: PaperChange) -> str:
    return json.dumps(
        {
            **columns(change.metadata),
            "key": change.key,
            "key_frozen": int(change.frozen),
            "authors": change.metadata.authors,
            "identifiers": sorted(change.identifiers),
        },
        ensure_ascii=False,
    )
