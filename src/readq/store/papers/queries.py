"""Read papers for lists and for the screen, and count them. Imports no third-party package, to start fast."""

import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from readq.model.values import Paper, QueueRow, Sighting, Status
from readq.store.connection.sql_functions import alphabetical
from readq.store.feeds import caught_papers
from readq.store.feeds.caught_papers import DatedList
from readq.store.review.cards import count_due

Value = TypeVar("Value")

CHUNK = 500
"""The maximum number of ids that are bound in one statement. Every release of SQLite allows this number."""


class Selection(NamedTuple):
    """A set of papers, given by the SQL condition `where` on table `paper p`. `params` are the values to bind in it."""

    where: str = "1"
    params: tuple[object, ...] = ()

    def and_(self, other: "Selection") -> "Selection":
        """Return the selection of the papers that are both in this selection and in `other`."""
        return Selection(f"({self.where}) AND ({other.where})", self.params + other.params)


class Counts(NamedTuple):
    """The numbers of papers in the built-in views. `inbox` and `queued` do not count snoozed papers."""

    inbox: int
    queued: int
    reading: int
    done: int
    all: int
    dropped: int
    starred: int
    snoozed: int
    due: int
    """The number of due cards."""
    due_papers: int = 0
    """The number of papers that have a due card and no card answered today."""
    answered: int = 0
    """The number of cards answered today."""

    def of_view(self, name: str) -> int:
        """Return the number of papers in the built-in view `name`."""
        return int(getattr(self, "queued" if name == "queue" else name))


class Line(NamedTuple):
    """The fields of a paper that one line of `readq list` shows."""

    id: int
    key: str
    status: str
    starred: int
    year: int | None
    title: str


_FIRST_AUTHOR = "substr(p.authors, 1, instr(p.authors || char(10), char(10)) - 1)"
_LAST_WORD = f"replace({_FIRST_AUTHOR}, rtrim({_FIRST_AUTHOR}, replace({_FIRST_AUTHOR}, ' ', '')), '')"
_SURNAME = (
    f"CASE WHEN lower({_LAST_WORD}) IN ('team', 'lab', 'labs', 'group', 'collaboration', 'consortium')"
    f" THEN {_FIRST_AUTHOR} ELSE {_LAST_WORD} END"
)
"""SQL expression for the last word of the first author's name, or for the whole name if the author is a group."""

_TITLE, _FAMILY = alphabetical("p.title", "p.title"), alphabetical(_SURNAME, "p.authors")

_DUE = "max(d.due, coalesce(d.buried_until, d.due))"
"""SQL expression for the day on which the card `d` is asked next. A card that is put off is asked when it returns."""

# Written as in the indexes of table `paper`, which then give the order without sorting.
_RANK, _RANK_REVERSED = "p.seen_rank IS NULL, p.seen_rank", "p.seen_rank IS NULL DESC, p.seen_rank DESC"

# The first of each pair is the order without `-`: added and upvotes begin with the newest and the highest.
_ORDERS = {
    "seen": (f"p.seen DESC, {_RANK}, p.id", f"p.seen, {_RANK_REVERSED}, p.id DESC"),
    "interest": (
        "i.score DESC NULLS LAST, p.upvotes DESC NULLS LAST, p.added DESC, p.id",
        "i.score NULLS LAST, p.upvotes NULLS LAST, p.added, p.id DESC",
    ),
    "added": ("p.added DESC, p.id", "p.added, p.id DESC"),
    "decided": ("p.decided DESC NULLS LAST, p.id", "p.decided NULLS LAST, p.id DESC"),
    "published": ("p.published DESC NULLS LAST, p.id", "p.published NULLS LAST, p.id DESC"),
    "title": (f"{_TITLE}, p.id", f"{_TITLE} DESC, p.id DESC"),
    "author": (
        f"p.authors = '', {_FAMILY}, p.authors COLLATE NOCASE, p.id",
        f"p.authors = '', {_FAMILY} DESC, p.authors COLLATE NOCASE DESC, p.id DESC",
    ),
    "year": ("p.year DESC NULLS LAST, p.id", "p.year NULLS LAST, p.id DESC"),
    "upvotes": ("p.upvotes DESC NULLS LAST, p.added DESC, p.id", "p.upvotes NULLS LAST, p.added, p.id DESC"),
    "due": (f"{_DUE} NULLS LAST, p.id", f"{_DUE} DESC NULLS LAST, p.id DESC"),
    "priority": ("d.priority DESC NULLS LAST, p.added DESC, p.id", "d.priority NULLS LAST, p.added, p.id DESC"),
}
SORTS = tuple(_ORDERS)
"""The sort keys of the option `--sort` of `readq list`. A leading `-` reverses the order."""

_SEEN_WITH_INTEREST = (
    f"p.seen DESC, i.score DESC NULLS LAST, {_RANK}, p.id",
    f"p.seen, i.score NULLS FIRST, {_RANK_REVERSED}, p.id DESC",
)
"""The ORDER BY expressions for the sort keys `seen` and `-seen` in a library where papers have numbers of interest.

They need a join, so they are not used in other libraries.
"""

# A card of a dropped paper counts as suspended, however the paper got that status.
_CARD = "LEFT JOIN card d ON d.paper_id = p.id AND d.kind = 'paper' AND d.suspended = 0 AND p.status <> 'dropped'"


_INTEREST = "LEFT JOIN interest_paper i ON i.paper_id = p.id"


def has_interest(connection: sqlite3.Connection) -> bool:
    """Return whether any paper has a predicted interest, a number from 0 to 100."""
    return connection.execute("SELECT 1 FROM interest_paper WHERE score >= 0 LIMIT 1").fetchone() is not None


def list_ids(
    connection: sqlite3.Connection, selection: Selection, sort: str = "seen", limit: int | None = None
) -> "array[int]":
    """Return the ids of the papers in `selection`, in the order `sort`.

    `sort` is one of SORTS, with a leading `-` for the reverse order. Returns at most `limit` ids, or all if `limit` is
    None. Raises KeyError for an unknown sort key.
    """
    # SQLite makes one text of all rows, which is read several times faster than a row for each.
    ordered = _ordered(connection, "p.id AS id", selection, sort, limit)
    ((ids,),) = connection.execute(f"SELECT group_concat(id) FROM ({ordered})", selection.params).fetchall()
    return array("q", map(int, ids.split(",")) if ids else ())


STATUS_CODES: Mapping[Status, int] = {status: code for code, status in enumerate(Status)}
"""A mapping from each status to its code, a number of one digit. The code of `inbox` is 0."""

_STATUS_CASES = " ".join(f"WHEN '{status}' THEN {code}" for status, code in STATUS_CODES.items())
_STATUS_CODE = f"CASE p.status {_STATUS_CASES} END"


def ids_and_statuses(
    connection: sqlite3.Connection, selection: Selection, sort: str = "seen"
) -> tuple["array[int]", bytes]:
    """Return the ids that `list_ids` returns, and the status of each of these papers as one byte, in the same order.

    The value of the byte is the code in STATUS_CODES.
    """
    ordered = _ordered(connection, f"p.id AS id, {_STATUS_CODE} AS code", selection, sort, None)
    # SQLite makes one text of all rows, without the interpreter's lock: other threads go on, and it is faster.
    ((ids, codes),) = connection.execute(
        f"SELECT group_concat(id), group_concat(code, '') FROM ({ordered})", selection.params
    ).fetchall()
    if ids is None:
        return array("q"), b""
    return array("q", map(int, ids.split(","))), codes.encode().translate(_DIGIT_VALUES)


def dated_list(connection: sqlite3.Connection, selection: Selection, sort: str) -> DatedList:
    """Return the papers in `selection`, sorted by the day on which a feed last listed them, with statuses and days.

    `sort` is `seen` (latest day first) or `-seen` (the reverse). `list_ids` sorts papers in the same order.
    """
    # A single query, because evaluating the selection takes most of the time if many papers match.
    columns = f"p.id AS id, {_STATUS_CODE} AS code, coalesce(p.seen, '') AS seen"
    ordered = _ordered(connection, columns, selection, sort, None, by_watches=False)
    ((ids, codes, seen),) = connection.execute(
        f"SELECT group_concat(id), group_concat(code, ''), group_concat(seen) FROM ({ordered})", selection.params
    ).fetchall()
    if ids is None:
        return DatedList(array("q"), b"", ())
    days = tuple(Counter(seen.split(",")).items())
    listed = DatedList(array("q", map(int, ids.split(","))), codes.encode().translate(_DIGIT_VALUES), days)
    return caught_papers.in_order(connection, listed, reverse=sort.startswith("-"))


_DIGIT_VALUES = bytes(max(0, byte - ord("0")) for byte in range(256))


def _ordered(
    connection: sqlite3.Connection,
    columns: str,
    selection: Selection,
    sort: str,
    limit: int | None,
    *,
    by_watches: bool = True,
) -> str:
    name = sort.removeprefix("-")
    orders = _SEEN_WITH_INTEREST if name == "seen" and has_interest(connection) else _ORDERS[name]
    order = orders[sort.startswith("-")]
    if name == "seen" and by_watches and caught_papers.moves_rows(connection):
        day, rest = order.split(", ", 1)
        order = f"{day}, {caught_papers.ORDER}{' DESC' if sort.startswith('-') else ''}, {rest}"
    join = _CARD if "d." in order else _INTEREST if "i.score" in order else ""
    cap = "" if limit is None else f" LIMIT {min(limit, sys.maxsize)}"
    return f"SELECT {columns} FROM paper p {join} WHERE {selection.where} ORDER BY {order}{cap}"


def lines(
    connection: sqlite3.Connection, selection: Selection, sort: str = "seen", limit: int | None = None
) -> Iterator[Line]:
    """Yield the Line of each paper in `selection`. The arguments are those of `list_ids`.

    The read transaction lasts until the last line is read, and can block writers. So read all lines before any slow
    work.
    """
    columns = "p.id, p.key, p.status, p.starred, p.year, p.title"
    for row in connection.execute(_ordered(connection, columns, selection, sort, limit), selection.params):
        yield Line._make(row)


def count(connection: sqlite3.Connection, selection: Selection) -> int:
    """Return the number of papers in `selection`."""
    statement = f"SELECT count(*) FROM paper p WHERE {selection.where}"
    ((number,),) = connection.execute(statement, selection.params).fetchall()
    return int(number)


def has_any(connection: sqlite3.Connection, selection: Selection) -> bool:
    """Return whether any paper is in `selection`. This is faster than `count` if many papers are in it."""
    ((found,),) = connection.execute(
        f"SELECT EXISTS (SELECT 1 FROM paper p WHERE {selection.where})", selection.params
    ).fetchall()
    return bool(found)


_QUEUE_ROW = f"""
SELECT p.id, p.key, p.title, p.authors, p.status, p.starred, p.year, p.upvotes, p.added,
  (SELECT max(day) FROM sighting s WHERE s.paper_id = p.id), p.decided,
  d.paper_id IS NOT NULL,
  EXISTS (SELECT 1 FROM note n WHERE n.paper_id = p.id),
  coalesce((SELECT group_concat(tag, ' ') FROM paper_tag t WHERE t.paper_id = p.id), ''), p.snoozed_until, p.venue,
  (SELECT f.name FROM sighting s JOIN feed f ON f.id = s.feed_id WHERE s.paper_id = p.id ORDER BY s.day DESC, f.name
    LIMIT 1),
  {_DUE},
  (SELECT i.score FROM interest_paper i WHERE i.paper_id = p.id),
  {caught_papers.ACTION}
FROM paper p {_CARD} WHERE p.id IN ({{marks}})
"""


def queue_rows(connection: sqlite3.Connection, ids: Sequence[int]) -> list[QueueRow]:
    """Return the rows that the list on the screen shows for the papers `ids`, in the order of `ids`.

    Skips ids that are not in the library.
    """
    found: dict[int, QueueRow] = {}
    for chunk in _chunks(ids):
        for row in connection.execute(_QUEUE_ROW.format(marks=_marks(chunk)), chunk):
            found[row[0]] = _queue_row(row)
    return [found[paper_id] for paper_id in ids if paper_id in found]


def titles(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return a mapping from each of `ids` to the title of the paper. Skips ids that are not in the library."""
    found: dict[int, str] = {}
    for chunk in _chunks(ids):
        found |= connection.execute(f"SELECT id, title FROM paper WHERE id IN ({_marks(chunk)})", chunk).fetchall()
    return found


def _queue_row(row: tuple[Any, ...]) -> QueueRow:
    return QueueRow._make((*row[:5], bool(row[5]), *row[6:11], bool(row[11]), bool(row[12]), *row[13:]))


_PAPER_COLUMNS = {
    **{name: f"p.{name}" for name in ("id", "key", "key_frozen", "title", "authors", "abstract", "year", "published")},
    "venue": "p.venue",
    "arxiv_id": "(SELECT min(value) FROM identifier WHERE paper_id = p.id AND scheme = 'arxiv')",
    "doi": "(SELECT min(value) FROM identifier WHERE paper_id = p.id AND scheme = 'doi')",
    **{name: f"p.{name}" for name in ("url", "pdf_url", "status", "starred", "snoozed_until", "added", "decided")},
    "note": "n.text",
    "due": _DUE,
    **{name: f"p.{name}" for name in ("version", "revised")},
    "interest": "(SELECT score FROM interest_paper WHERE paper_id = p.id)",
    "zotero": "(SELECT 'zotero://select/library/items/' || min(s.name) FROM source s"
    " JOIN origin o ON o.id = s.origin_id AND o.name GLOB '*zotero:*'"
    " WHERE s.paper_id = p.id AND s.name NOT GLOB '*[^0-9A-Z]*')",
}
"""A mapping from each field of Paper that holds a single value to its SQL expression."""

_PAPER = f"""
SELECT {", ".join(_PAPER_COLUMNS.values())}
FROM paper p
LEFT JOIN note n ON n.paper_id = p.id
{_CARD}
WHERE p.id IN ({{marks}})
"""

_SIGHTINGS = """
SELECT s.paper_id, f.name, s.day, s.rank, s.upvotes, s.comments, s.submitted_by
FROM sighting s JOIN feed f ON f.id = s.feed_id WHERE s.paper_id IN ({marks}) ORDER BY s.day DESC, f.name
"""


def papers(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Paper]:
    """Return all data of the papers `ids`, in the order of `ids`. Skips ids that are not in the library."""
    return list(each_paper(connection, ids))


def each_paper(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Paper]:
    """Yield all data of each of the papers `ids`, in the order of `ids`. Skips ids that are not in the library.

    At most CHUNK papers are in memory at a time.
    """
    for chunk in _chunks(ids):
        found = _by_id(connection, chunk)
        yield from (found[paper_id] for paper_id in chunk if paper_id in found)


def _by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Paper]:
    marks = _marks(ids)
    tags = _grouped(
        connection.execute(f"SELECT paper_id, tag FROM paper_tag WHERE paper_id IN ({marks}) ORDER BY tag", ids)
    )
    sightings = _grouped(
        (row[0], Sighting(*row[1:])) for row in connection.execute(_SIGHTINGS.format(marks=marks), ids)
    )
    caught = caught_papers.of_papers(connection, ids)
    return {
        row[0]: _paper(row, tuple(tags.get(row[0], ())), tuple(sightings.get(row[0], ())))._replace(
            watches=tuple(caught.get(row[0], ()))
        )
        for row in connection.execute(_PAPER.format(marks=marks), ids)
    }


def paper(connection: sqlite3.Connection, paper_id: int) -> Paper | None:
    """Return all data of the paper with the id `paper_id`. Return None if there is no such paper."""
    found = papers(connection, (paper_id,))
    return found[0] if found else None


def as_json(paper: Paper) -> dict[str, object]:
    """Return the paper as the JSON object that `readq list --json` prints for it."""
    lists = {
        "sightings": [seen._asdict() for seen in paper.sightings],
        "watches": [one._asdict() for one in paper.watches],
    }
    return {**paper._asdict(), **lists}


def _paper(row: tuple[object, ...], tags: tuple[str, ...], sightings: tuple[Sighting, ...]) -> Paper:
    fields: dict[str, object] = dict(zip(_PAPER_COLUMNS, row, strict=True))
    fields["authors"] = tuple(str(fields["authors"]).splitlines())
    fields["key_frozen"] = bool(fields["key_frozen"])
    fields["starred"] = bool(fields["starred"])
    return Paper(**fields, tags=tags, enrolled=fields["due"] is not None, sightings=sightings)  # type: ignore[arg-type]  # columns are typed by the STRICT table


def counts(connection: sqlite3.Connection, today: str) -> Counts:
    """Return the number of papers in each built-in view on the local ISO day `today`.

    Also return the number of cards that are due on this day, and the number of cards answered on it.
    """
    by_status = dict(connection.execute("SELECT status, count(*) FROM paper GROUP BY status").fetchall())
    snoozed = dict(
        connection.execute(
            "SELECT status, count(*) FROM paper WHERE snoozed_until > ? GROUP BY status",
            (today,),
        ).fetchall()
    )
    ((starred,),) = connection.execute("SELECT count(*) FROM paper WHERE starred = 1").fetchall()
    due = count_due(connection, today)
    return Counts(
        inbox=by_status.get("inbox", 0) - snoozed.get("inbox", 0),
        queued=by_status.get("queued", 0) - snoozed.get("queued", 0),
        reading=by_status.get("reading", 0),
        done=by_status.get("done", 0),
        all=sum(by_status.values()) - by_status.get("dropped", 0),
        dropped=by_status.get("dropped", 0),
        starred=starred,
        snoozed=sum(snoozed.values()),
        due=due.due,
        due_papers=due.papers,
        answered=due.answered,
    )


def _chunks(ids: Sequence[int]) -> Iterable[list[int]]:
    return (list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _grouped(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    groups: dict[int, list[Value]] = {}
    for paper_id, value in pairs:
        groups.setdefault(paper_id, []).append(value)
    return groups
