"""Read papers, feeds and views from the library as the records that dumps hold. A dump is a library as text.

Each function runs one statement for each table.
"""

import json
import marshal
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from readq.model.fields.paper_fields import FIELDS
from readq.model.metadata_columns import field_values
from readq.model.records import AnswerRecord, CardRecord, FeedRecord, PaperRecord, SightingRecord, ViewRecord
from readq.model.values import Author, Caught
from readq.store.feeds import caught_papers
from readq.store.papers import field_states
from readq.store.review.params import WEIGHTS

_COPIED = (
    *("key", "key_frozen", "trust", "version", "revised"),
    *("status", "decided", "starred", "snoozed_until", "added"),
)
"""The columns of table `paper` that are fields of a PaperRecord, in addition to FIELDS."""

_COLUMNS = ("id", *_COPIED, "edited", "trusts", *(name for name in FIELDS if name != "authors"))

_STATEMENTS = {
    "paper": f"SELECT {', '.join(_COLUMNS)} FROM paper WHERE {{papers}}",
    "author": "SELECT paper_id, name, family, given, suffix FROM author WHERE {papers} ORDER BY paper_id, position",
    "identifier": "SELECT paper_id, scheme, value FROM identifier WHERE {papers} ORDER BY scheme, value",
    "alias": f"SELECT paper_id, key FROM alias WHERE {field_states.IS_KEY} AND {{papers}} ORDER BY paper_id, key",
    "tag": "SELECT paper_id, tag FROM paper_tag WHERE {papers} ORDER BY paper_id, tag",
    "sighting": "SELECT s.paper_id, f.name, s.day, s.rank, s.upvotes, s.comments, s.submitted_by FROM sighting s"
    " JOIN feed f ON f.id = s.feed_id WHERE {papers} ORDER BY f.name, s.day",
    "note": "SELECT paper_id, text FROM note WHERE {papers}",
    "watch": caught_papers.RECORDS,
    # CROSS JOIN makes SQLite begin with the few other titles, not with all papers.
    "other_title": "SELECT o.paper_id, o.title_key FROM other_title o CROSS JOIN paper p ON p.id = o.paper_id"
    " WHERE o.title_key <> p.title_key AND {papers} ORDER BY o.title_key",
    "card": "SELECT paper_id, id, kind, question, answer, suspended, due, buried_until, priority, retired, orphaned,"
    " created FROM card WHERE {papers} ORDER BY kind, question, id",
    "answer": "SELECT c.paper_id, r.card_id, r.at, r.day, r.utc_offset, r.rating, r.retention, r.algorithm, r.kind,"
    f" r.prompt, r.recalled, r.taken_ms, r.sitting, {WEIGHTS} FROM card c JOIN review r ON r.card_id = c.id"
    " WHERE r.undone = 0 AND {papers} ORDER BY r.card_id, r.id",
}
"""The statements that read papers. In each, `{papers}` stands for a condition on the id of the paper.

The first column of each result is the id of the paper.
"""


class PaperRows:
    """The rows of the library that describe some papers.

    To find out whether a paper has changed, use `facts`. It is much faster than `record`.
    """

    def __init__(self, connection: sqlite3.Connection, only: Sequence[int] | None = None) -> None:
        """Read the rows of the papers with the ids `only`, or of all papers if `only` is None."""
        bound = {"ids": json.dumps(list(only or ()))}
        self._rows: dict[str, dict[int, list[tuple[Any, ...]]]] = {}
        for name, statement in _STATEMENTS.items():
            column = "id" if name == "paper" else "paper_id"
            papers = "1" if only is None else f"{column} IN (SELECT value FROM json_each(:ids))"
            groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
            for row in connection.execute(statement.format(papers=papers), bound):
                groups[row[0]].append(row)
            self._rows[name] = groups

    def ids(self) -> Iterable[int]:
        """Return the ids of the papers that the library has."""
        return self._rows["paper"].keys()

    def rated(self) -> Collection[int]:
        """Return the ids of the papers with answers that were not undone."""
        return self._rows["answer"].keys()

    def facts(self, number: int) -> bytes:
        """Return all rows of the paper with the id `number` as bytes. Equal bytes give equal records.

        The bytes may depend on the version of Python.
        """
        # Version 2 of the format describes values only. Later ones also describe how the values are stored in memory.
        return marshal.dumps([self._of(name, number) for name in _STATEMENTS], 2)

    def record(self, number: int) -> PaperRecord:
        """Return the record of the paper with the id `number`.

        The aliases in a record are the former citation keys of the paper, but not the ids of papers that were merged
        into it.
        """
        (values,) = self._of("paper", number)
        authors = tuple(Author._make(row[1:]) for row in self._of("author", number))
        row = {**dict(zip(_COLUMNS, values, strict=True)), "authors": authors}
        row |= {name: bool(row[name]) for name in ("key_frozen", "starred")}
        notes = self._of("note", number)
        return PaperRecord(
            **field_values(row),
            **{name: row[name] for name in _COPIED},
            aliases=tuple(sorted(self._values("alias", number))),
            edited=tuple(sorted(row["edited"].split())),
            identifiers=tuple((str(scheme), str(value)) for _, scheme, value in self._of("identifier", number)),
            sightings=tuple(SightingRecord(*row[1:]) for row in self._of("sighting", number)),
            tags=tuple(sorted(self._values("tag", number))),
            note=notes[0][1] if notes else None,
            cards=self.cards(number),
            watches=tuple(Caught(*row[1:]) for row in self._of("watch", number)),
            trusts=tuple(sorted(json.loads(row["trusts"]).items())) if row["trusts"] else (),
            other_titles=tuple(self._values("other_title", number)),
        )

    def cards(self, number: int) -> tuple[CardRecord, ...]:
        """Return the records of the cards of the paper with the id `number`.

        Leaves out empty cards, such as orphans without answers.
        """
        answers: dict[int, list[AnswerRecord]] = defaultdict(list)
        for row in self._of("answer", number):
            answers[row[1]].append(AnswerRecord(*row[2:]))
        cards = (_card(row, tuple(answers.get(row[1], ()))) for row in self._of("card", number))
        return tuple(card for card in cards if card is not None)

    def _of(self, name: str, number: int) -> Sequence[tuple[Any, ...]]:
        return self._rows[name].get(number, ())

    def _values(self, name: str, number: int) -> list[str]:
        return [row[1] for row in self._of(name, number)]


def papers(connection: sqlite3.Connection, only: Sequence[int] | None = None) -> dict[int, PaperRecord]:
    """Return a dict that maps paper ids to the records of the papers.

    If `only` is None, return all records.
    """
    rows = PaperRows(connection, only)
    return {number: rows.record(number) for number in rows.ids()}


def feeds(connection: sqlite3.Connection) -> tuple[FeedRecord, ...]:
    """Return the records of the feeds that are pulled, ordered by name."""
    rows = connection.execute("SELECT name, spec, added FROM feed WHERE spec IS NOT NULL ORDER BY name")
    return tuple(map(FeedRecord._make, rows))


def views(connection: sqlite3.Connection) -> tuple[ViewRecord, ...]:
    """Return the records of the saved views, ordered by name."""
    rows = connection.execute("SELECT name, query, sort, position, watch FROM view ORDER BY name")
    return tuple(map(ViewRecord._make, rows))


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
