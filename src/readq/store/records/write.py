"""Write merged records of papers, feeds and views to the library.

`readq.store.records.cards` writes the review cards of the papers.

All writes run inside the caller's transaction. `step` is the id of the step of the undo history that records the
changes of papers.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.metadata_columns import STATE, field_columns
from readq.model.records import FeedRecord, PaperRecord, SightingRecord, ViewRecord
from readq.store.journal.steps import COLUMNS, record
from readq.store.papers import decisions, field_states, other_titles
from readq.store.papers.insert import NewPaper, insert, insert_papers


class NumberedRecord(NamedTuple):
    """The record of a paper that is in the library, or is to be inserted."""

    number: int
    """The id of the paper in the library."""
    paper: PaperRecord
    title_key: str
    """The title in the record, normalised for comparison."""


def put_feeds(connection: sqlite3.Connection, feeds: Sequence[FeedRecord]) -> None:
    """Make the pulled feeds of the library equal to `feeds`. Records nothing in the undo history.

    A stored feed that is not in `feeds` is no longer pulled, but keeps its name and sightings (appearances of papers in
    it). If the spec of a feed (the text that names the data to pull) changes, the state of its pulls is deleted.
    """
    from readq.store.schema.orm_papers import FeedTable

    sources = json.dumps([[feed.name, feed.spec] for feed in feeds])
    connection.execute(
        "DELETE FROM pull WHERE feed_id IN (SELECT f.id FROM json_each(?) v JOIN feed f"
        " ON f.name = v.value ->> 0 AND f.spec IS NOT v.value ->> 1)",
        (sources,),
    )
    # No two feeds may have the same source at any moment.
    connection.execute(
        "UPDATE feed SET spec = NULL WHERE (name, spec) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        (sources,),
    )
    connection.executemany(
        "UPDATE feed SET spec = :spec, added = :added WHERE name = :name", (feed._asdict() for feed in feeds)
    )
    present = {name for (name,) in connection.execute("SELECT name FROM feed")}
    insert(connection, FeedTable, [feed for feed in feeds if feed.name not in present], FeedRecord._fields)


def put_views(connection: sqlite3.Connection, views: Sequence[ViewRecord]) -> None:
    """Replace all saved views by `views`. A view whose name is in `views` and in the library keeps its id.

    Records nothing in the undo history.
    """
    from readq.store.schema.orm_views import ViewTable

    names = json.dumps([view.name for view in views])
    connection.execute("DELETE FROM view WHERE name NOT IN (SELECT value FROM json_each(?))", (names,))
    columns = ", ".join(f"{name} = :{name}" for name in ViewRecord._fields[1:])
    connection.executemany(f"UPDATE view SET {columns} WHERE name = :name", (view._asdict() for view in views))
    present = {name for (name,) in connection.execute("SELECT name FROM view")}
    insert(connection, ViewTable, [view for view in views if view.name not in present], ViewRecord._fields)


def put_metadata(connection: sqlite3.Connection, step: int, papers: Sequence[NumberedRecord]) -> None:
    """Write the citation keys and metadata of records to papers that are in the library.

    A citation key or identifier can move from one of these papers to another. Records the changes in the step `step` of
    the undo history.
    """
    before = [field_states.metadata_state(connection, one.number, STATE) for one in papers]
    field_states.put_metadata(connection, {one.number: json.dumps(state(one), ensure_ascii=False) for one in papers})
    after = [field_states.metadata_state(connection, one.number, STATE) for one in papers]
    record(
        connection,
        step,
        [
            (one.number, "metadata", *parts)
            for one, old, new in zip(papers, before, after, strict=True)
            if (parts := field_states.changed_parts(old, new)) is not None
        ],
    )
    for one in papers:
        put_other_titles(connection, step, one)


def put_other_titles(connection: sqlite3.Connection, step: int, one: NumberedRecord) -> None:
    """Make the additional titles of a stored paper equal to those of its record.

    Titles are stored as title keys, which are titles normalised for comparison. Records the changes in the step `step`
    of the undo history.
    """
    present = {*other_titles.of(connection, one.number)} - {one.title_key}
    wanted = {*one.paper.other_titles}
    other_titles.add(connection, step, ((one.number, key) for key in sorted(wanted - present)))
    for key in sorted(present - wanted):
        other_titles.put(connection, one.number, key, is_present=False)
        record(connection, step, [(one.number, f"title:{key}", 1, 0)])


def state(one: NumberedRecord) -> dict[str, Any]:
    """Return the metadata of a record as a dict. As JSON, it is a state for `field_states.put_metadata`."""
    paper = one.paper
    lists = {"authors": paper.authors, "identifiers": paper.identifiers, "aliases": paper.aliases}
    return {**_columns(one), **lists}


def _columns(one: NumberedRecord) -> dict[str, Any]:
    paper = one.paper
    return {
        **field_columns(paper),
        "key": paper.key,
        "key_frozen": int(paper.key_frozen),
        "added": paper.added,
        "title_key": one.title_key,
        "trust": paper.trust,
        "edited": "\n".join(paper.edited),
        "trusts": json.dumps(dict(paper.trusts)) if paper.trusts else None,
        "version": paper.version,
        "revised": paper.revised,
    }


def put_choices(connection: sqlite3.Connection, step: int, number: int, old: PaperRecord, new: PaperRecord) -> None:
    """Write the decisions of a person (status, star, snooze, tags) in which the record `new` differs from `old`.

    `old` is the present record of the paper in the library, and `number` is the paper's id. Records the changes in the
    step `step` of the undo history.
    """
    for name in COLUMNS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            connection.execute(f"UPDATE paper SET {name} = ? WHERE id = ?", (after, number))
            record(connection, step, [(number, name, before, after)])
    for tag in sorted({*new.tags} ^ {*old.tags}):
        decisions.set_tag(connection, step, decisions.listed([number]), tag, tagged=tag in new.tags)


def put_sightings(
    connection: sqlite3.Connection, step: int, number: int, seen: Iterable[SightingRecord], feeds: Mapping[str, int]
) -> None:
    """Insert or replace sightings (appearances in feeds) of the paper with the id `number`.

    `feeds` maps the names of feeds to their ids. Records the changes in the step `step` of the undo history.
    """
    for sighting in seen:
        feed, day = feeds[sighting.feed], sighting.day
        before = field_states.sighting_state(connection, number, feed, day)
        field_states.put_sighting(connection, number, feed, day, json.dumps(sighting[2:], ensure_ascii=False))
        after = field_states.sighting_state(connection, number, feed, day)
        record(connection, step, [(number, f"sighting:{feed}:{day}", before, after)])


def remove_sightings(connection: sqlite3.Connection, step: int, number: int, gone: Iterable[SightingRecord]) -> None:
    """Remove the sightings (appearances in feeds) `gone` of the paper with the id `number`.

    Records the changes in the step `step` of the undo history.
    """
    for sighting in gone:
        ((feed,),) = connection.execute("SELECT id FROM feed WHERE name = ?", (sighting.feed,)).fetchall()
        before = field_states.sighting_state(connection, number, feed, sighting.day)
        field_states.put_sighting(connection, number, feed, sighting.day, None)
        record(connection, step, [(number, f"sighting:{feed}:{sighting.day}", before, None)])


def insert_records(
    connection: sqlite3.Connection, step: int, papers: Sequence[NumberedRecord], feeds: Mapping[str, int], at: str
) -> None:
    """Insert papers that the library does not have, without their cards.

    `feeds` maps the names of feeds to their ids. The time `at` (UTC text) is stored as the creation time of the notes.
    Records the creation of the papers in the step `step` of the undo history.
    """
    insert_papers(connection, [_new_paper(one, feeds) for one in papers], step, at)


def _new_paper(one: NumberedRecord, feeds: Mapping[str, int]) -> NewPaper:
    paper = one.paper
    choices = {
        "status": paper.status,
        "decided": paper.decided,
        "starred": int(paper.starred),
        "snoozed_until": paper.snoozed_until,
    }
    return NewPaper(
        one.number,
        {**_columns(one), **choices},
        paper.authors,
        paper.identifiers,
        [(feeds[seen.feed], *seen[1:]) for seen in paper.sightings],
        paper.tags,
        paper.aliases,
        paper.other_titles,
        note=paper.note,
    )
