"""Writing a merged dump into a library, journalled like any import. Runs inside the caller's write transaction.

Values come from `readq.model.records`; cards are written by `readq.store.records.cards`.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.metadata_columns import STATE, field_columns
from readq.model.records import FeedRecord, PaperRecord, SightingRecord, ViewRecord
from readq.store.journal.steps import COLUMNS, record
from readq.store.papers import field_states as import_rows
from readq.store.papers import notes as note_rows
from readq.store.papers import other_titles as titles


class Incoming(NamedTuple):
    """A paper as it is to be, its number, and its title reduced to what sources agree on."""

    number: int
    paper: PaperRecord
    title_key: str


def feed_ids(connection: sqlite3.Connection, names: Iterable[str], at: str) -> dict[str, int]:
    """The numbers of feeds by name; those that are not there yet are made, without a source."""
    connection.executemany("INSERT OR IGNORE INTO feed (name, added) VALUES (?, ?)", [(name, at) for name in names])
    return dict(connection.execute("SELECT name, id FROM feed").fetchall())


def put_feeds(connection: sqlite3.Connection, feeds: Sequence[FeedRecord]) -> None:
    """Make `feeds` the sources that are pulled; a name that lost its source stays with its sightings.

    One that gets another is as one that was never pulled.
    """
    wanted = json.dumps([[feed.name, feed.spec] for feed in feeds])
    connection.execute(
        "DELETE FROM pull WHERE feed_id IN (SELECT f.id FROM json_each(?) v JOIN feed f"
        " ON f.name = v.value ->> 0 AND f.spec IS NOT v.value ->> 1)",
        (wanted,),
    )
    # No two may have one source at any moment.
    connection.execute(
        "UPDATE feed SET spec = NULL WHERE (name, spec) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        (wanted,),
    )
    connection.executemany(
        "INSERT INTO feed (name, spec, added) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, added = excluded.added",
        feeds,
    )


def put_views(connection: sqlite3.Connection, views: Sequence[ViewRecord]) -> None:
    """Make `views` the saved queries."""
    connection.execute("DELETE FROM view")
    connection.executemany("INSERT INTO view (name, query, sort, position) VALUES (?, ?, ?, ?)", views)


def put_metadata(connection: sqlite3.Connection, step: int, papers: Sequence[Incoming]) -> None:
    """Write keys and metadata of papers that are there; keys and identifiers may change hands among them."""
    before = [import_rows.metadata_state(connection, one.number, STATE) for one in papers]
    import_rows.put_metadata(connection, {one.number: json.dumps(state(one), ensure_ascii=False) for one in papers})
    after = [import_rows.metadata_state(connection, one.number, STATE) for one in papers]
    record(
        connection,
        step,
        [
            (one.number, "metadata", *parts)
            for one, old, new in zip(papers, before, after, strict=True)
            if (parts := import_rows.changed_parts(old, new)) is not None
        ],
    )
    # Sources go on giving the title that has lost.
    former = ((one.number, json.loads(old)["title_key"]) for one, old in zip(papers, before, strict=True))
    present = {one.number: one.title_key for one in papers}
    titles.add(connection, step, ((number, key) for number, key in former if key != present[number]))


def state(one: Incoming) -> dict[str, Any]:
    """The metadata of a paper, as `import_rows.put_metadata` takes it."""
    paper = one.paper
    lists = {"authors": paper.authors, "identifiers": paper.identifiers, "aliases": paper.aliases}
    return {**_columns(one), **lists}


def _columns(one: Incoming) -> dict[str, Any]:
    paper = one.paper
    return {
        **field_columns(paper),
        "key": paper.key,
        "key_frozen": int(paper.key_frozen),
        "added": paper.added,
        "title_key": one.title_key,
        "trust": paper.trust,
        "edited": "\n".join(paper.edited),
        # A dump says how far its best source is believed; what the library knew more exactly was of other values.
        "trusts": None,
    }


def put_choices(connection: sqlite3.Connection, step: int, number: int, old: PaperRecord, new: PaperRecord) -> None:
    """Write what only a person decides: status, star, snooze and tags. Tags are only ever added."""
    for name in COLUMNS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            connection.execute(f"UPDATE paper SET {name} = ? WHERE id = ?", (after, number))
            record(connection, step, [(number, name, before, after)])
    added = [tag for tag in new.tags if tag not in old.tags]
    connection.executemany("INSERT INTO paper_tag (paper_id, tag) VALUES (?, ?)", [(number, tag) for tag in added])
    record(connection, step, [(number, f"tag:{tag}", 0, 1) for tag in added])


def put_note(connection: sqlite3.Connection, step: int, number: int, text: str | None, at: str) -> None:
    """Write a note, of which the former text goes to its history."""
    note_rows.replace_note(connection, step, number, text or "", at)


def put_sightings(
    connection: sqlite3.Connection, step: int, number: int, seen: Iterable[SightingRecord], feeds: Mapping[str, int]
) -> None:
    """Write sightings that are new or that counted more."""
    for sighting in seen:
        feed, day = feeds[sighting.feed], sighting.day
        before = import_rows.sighting_state(connection, number, feed, day)
        import_rows.put_sighting(connection, number, feed, day, json.dumps(sighting[2:], ensure_ascii=False))
        after = import_rows.sighting_state(connection, number, feed, day)
        record(connection, step, [(number, f"sighting:{feed}:{day}", before, after)])


def insert(
    connection: sqlite3.Connection, step: int, papers: Sequence[Incoming], feeds: Mapping[str, int], at: str
) -> None:
    """Store papers that the library did not have, all but their cards."""
    if not papers:
        return
    rows = [
        {
            "id": one.number,
            **_columns(one),
            "status": one.paper.status,
            "decided": one.paper.decided,
            "starred": int(one.paper.starred),
            "snoozed_until": one.paper.snoozed_until,
        }
        for one in papers
    ]
    names = list(rows[0])
    marks = ", ".join(f":{name}" for name in names)
    connection.executemany(f"INSERT INTO paper ({', '.join(names)}) VALUES ({marks})", rows)
    for one in papers:
        _insert_belongings(connection, one.number, one.paper, feeds)
        if one.paper.note:
            note_rows.put_note(connection, one.number, one.paper.note, at)
    record(connection, step, ((one.number, "created", None, 1) for one in papers))


def _insert_belongings(
    connection: sqlite3.Connection, number: int, paper: PaperRecord, feeds: Mapping[str, int]
) -> None:
    connection.executemany(
        "INSERT INTO author (paper_id, position, name, family, given, suffix) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, position, *author) for position, author in enumerate(paper.authors)],
    )
    connection.executemany(
        "INSERT INTO identifier (paper_id, scheme, value) VALUES (?, ?, ?)",
        [(number, *identifier) for identifier in paper.identifiers],
    )
    connection.executemany(
        "INSERT INTO alias (key, paper_id) VALUES (?, ?)", [(alias, number) for alias in paper.aliases]
    )
    connection.executemany("INSERT INTO paper_tag (paper_id, tag) VALUES (?, ?)", [(number, tag) for tag in paper.tags])
    connection.executemany(
        "INSERT INTO sighting (paper_id, feed_id, day, rank, upvotes, comments, submitted_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(number, feeds[seen.feed], *seen[1:]) for seen in paper.sightings],
    )
