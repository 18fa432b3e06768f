"""Read papers, feeds and views from the library as the records that dumps hold. A dump is a library as text.

Each function runs one statement for each table.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from readq.model.metadata_columns import field_values
from readq.model.paper_fields import FIELDS
from readq.model.records import AnswerRecord, CardRecord, FeedRecord, PaperRecord, SightingRecord, ViewRecord
from readq.model.values import Author
from readq.store.feeds import caught_papers
from readq.store.papers import field_states
from readq.store.review.params import WEIGHTS

T = TypeVar("T")

_COPIED = (
    *("key", "key_frozen", "trust", "version", "revised"),
    *("status", "decided", "starred", "snoozed_until", "added"),
)
"""The columns of table `paper` that are fields of a PaperRecord, in addition to FIELDS."""

_COLUMNS = ("id", *_COPIED, "edited", "trusts", *(name for name in FIELDS if name != "authors"))

_IN_IDS = "IN (SELECT value FROM json_each(:ids))"


def papers(connection: sqlite3.Connection, only: Sequence[int] | None = None) -> dict[int, PaperRecord]:
    """Return a dict that maps paper ids to the records of the papers.

    `only` are the ids of the papers to return, or None for all papers. The aliases in a record are the former citation
    keys of the paper, but not the ids of papers that were merged into it.
    """
    bound = {"ids": json.dumps(list(only or ()))}
    by_paper, by_id = ("1", "1") if only is None else (f"paper_id {_IN_IDS}", f"id {_IN_IDS}")
    authors = _group(
        (row[0], Author._make(row[1:]))
        for row in connection.execute(
            f"SELECT paper_id, name, family, given, suffix FROM author WHERE {by_paper} ORDER BY paper_id, position",
            bound,
        )
    )
    identifiers = _group(
        (row[0], (str(row[1]), str(row[2])))
        for row in connection.execute(
            f"SELECT paper_id, scheme, value FROM identifier WHERE {by_paper} ORDER BY scheme, value", bound
        )
    )
    aliases: dict[int, list[str]] = _group(
        connection.execute(f"SELECT paper_id, key FROM alias WHERE {field_states.IS_KEY} AND {by_paper}", bound)
    )
    tags = _tags(connection, by_paper, bound)
    sightings = _sightings(connection, by_paper, bound)
    cards = _cards(connection, by_paper, bound)
    watches = caught_papers.records(connection, by_paper, bound)
    other_titles = _other_titles(connection, by_paper, bound)
    notes: dict[int, str] = dict(connection.execute(f"SELECT paper_id, text FROM note WHERE {by_paper}", bound))
    records: dict[int, PaperRecord] = {}
    for values in connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM paper WHERE {by_id}", bound):
        number = values[0]
        row = {**dict(zip(_COLUMNS, values, strict=True)), "authors": tuple(authors.get(number, ()))}
        row |= {name: bool(row[name]) for name in ("key_frozen", "starred")}
        records[number] = PaperRecord(
            **field_values(row),
            **{name: row[name] for name in _COPIED},
            aliases=tuple(sorted(aliases.get(number, ()))),
            edited=tuple(sorted(row["edited"].split())),
            identifiers=tuple(identifiers.get(number, ())),
            sightings=tuple(sightings.get(number, ())),
            tags=tuple(sorted(tags.get(number, ()))),
            note=notes.get(number),
            cards=tuple(cards.get(number, ())),
            watches=tuple(watches.get(number, ())),
            trusts=tuple(sorted(json.loads(row["trusts"]).items())) if row["trusts"] else (),
            other_titles=tuple(other_titles.get(number, ())),
        )
    return records


def _tags(connection: sqlite3.Connection, by_paper: str, bound: Mapping[str, str]) -> dict[int, list[str]]:
    return _group(connection.execute(f"SELECT paper_id, tag FROM paper_tag WHERE {by_paper}", bound))


def _other_titles(connection: sqlite3.Connection, by_paper: str, bound: Mapping[str, str]) -> dict[int, list[str]]:
    rows = connection.execute(
        "SELECT o.paper_id, o.title_key FROM other_title o JOIN paper p ON p.id = o.paper_id"
        f" WHERE o.title_key <> p.title_key AND {by_paper} ORDER BY o.title_key",
        bound,
    )
    return _group(rows)


def feeds(connection: sqlite3.Connection) -> tuple[FeedRecord, ...]:
    """Return the records of the feeds that are pulled, ordered by name."""
    rows = connection.execute("SELECT name, spec, added FROM feed WHERE spec IS NOT NULL ORDER BY name")
    return tuple(map(FeedRecord._make, rows))


def views(connection: sqlite3.Connection) -> tuple[ViewRecord, ...]:
    """Return the records of the saved views, ordered by name."""
    rows = connection.execute("SELECT name, query, sort, position, watch FROM view ORDER BY name")
    return tuple(map(ViewRecord._make, rows))


def _group(rows: "Iterator[tuple[int, T]] | sqlite3.Cursor") -> dict[int, list[T]]:
    groups: dict[int, list[T]] = defaultdict(list)
    for number, value in rows:
        groups[number].append(value)
    return groups


def _sightings(
    connection: sqlite3.Connection, by_paper: str, bound: Mapping[str, str]
) -> dict[int, list[SightingRecord]]:
    rows = connection.execute(
        "SELECT s.paper_id, f.name, s.day, s.rank, s.upvotes, s.comments, s.submitted_by FROM sighting s"
        f" JOIN feed f ON f.id = s.feed_id WHERE {by_paper} ORDER BY f.name, s.day",
        bound,
    )
    return _group((row[0], SightingRecord(*row[1:])) for row in rows)


def _cards(connection: sqlite3.Connection, by_paper: str, bound: Mapping[str, str]) -> dict[int, list[CardRecord]]:
    by_card = "1" if by_paper == "1" else f"card_id IN (SELECT id FROM card WHERE {by_paper})"
    answers = _group(
        (row[0], AnswerRecord(*row[1:]))
        for row in connection.execute(
            "SELECT card_id, at, day, utc_offset, rating, retention, algorithm, kind, prompt, recalled, taken_ms,"
            f" sitting, {WEIGHTS} FROM review r WHERE undone = 0 AND {by_card} ORDER BY card_id, id",
            bound,
        )
    )
    rows = connection.execute(
        "SELECT id, paper_id, kind, question, answer, suspended, due, buried_until, priority, retired, orphaned,"
        " created FROM card"
        f" WHERE {by_paper} ORDER BY kind, question, id",
        bound,
    )
    return _group((row[1], card) for row in rows if (card := _card(row, tuple(answers.get(row[0], ())))))


def _card(row: tuple[Any, ...], answers: tuple[AnswerRecord, ...]) -> CardRecord | None:
    """Return the record of a card.

    Return None for an empty card, as it remains after undo of an enrolment or a note.
    """
    _, _, kind, question, answer, suspended, due, buried_until, priority, retired, orphaned, created = row
    enrolled = not suspended
    if not (answers or buried_until or priority) and (orphaned or (kind == "paper" and not (enrolled or retired))):
        return None
    made = created if kind == "question" else None
    card = CardRecord(kind, question, answer, enrolled, None, buried_until, priority, answers, retired, orphaned, made)
    return card._replace(due=due) if enrolled and not card.is_rated else card
