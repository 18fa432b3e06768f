"""Take snapshots of all cards and answers of a paper, and restore them. Undo of a merge uses this module.

A merge of two papers moves many answers at once. They cannot be undone one by one, because the answers to the cards
of the two papers alternate in time. A snapshot is JSON: the paper's rows of the tables `card` and `review`, and a mark.
The mark is a text that changes whenever a person answers, buries, suspends or prioritises one of the cards.
"""

import json
import sqlite3
from collections.abc import Mapping

from readq.store.review import lapses

# Each half can use an index; one condition with OR could not.
_CARDS = """
SELECT id FROM card WHERE kind = 'paper' AND paper_id = {paper} UNION ALL
SELECT id FROM card WHERE kind = 'question' AND paper_id = {paper}
"""

_UNUSED = """
(orphaned IS NOT NULL OR (kind = 'paper' AND suspended = 1))
  AND reps = 0 AND stability IS NULL AND buried_until IS NULL AND priority = 0 AND retired IS NULL
"""
"""SQL condition on table `card`: a card as it remains after undo of a note or of an enrolment.

It must not hinder the undo of an earlier merge.
"""


def _mark(paper: str, condition: str) -> str:
    cards = _CARDS.format(paper=paper)
    return f"""
coalesce((SELECT group_concat(id || ':' || suspended || ':' || iif(suspended AND reps = 0, '', due) || ':'
  || coalesce(buried_until, '') || ':' || priority)
  FROM (SELECT * FROM card WHERE id IN ({cards}) AND {condition} ORDER BY id)), '') || ';' ||
coalesce((SELECT group_concat(id) FROM (SELECT id FROM review
  WHERE card_id IN ({cards}) AND undone = 0 ORDER BY id)), '')
"""


CURRENT = f"""
SELECT CASE json_extract(c.{{expected}}, '$.mark') WHEN {_mark("c.paper_id", f"NOT ({_UNUSED})")} THEN c.{{expected}}
  -- The marks of readq 0.1 have all cards.
  WHEN {_mark("c.paper_id", "1")} THEN c.{{expected}} END
"""
"""SQL query that tests whether the cards of a paper are still as in a snapshot.

The query is part of a statement with a change `c`, a row of the table `change`. Replace `{expected}` by `before` or
`after`, the column of `c` that holds the snapshot. The result is this snapshot if the cards have not changed since, and
null otherwise. A snapshot contains a mark, a short text that differs after each change of the cards.
"""


def snapshot(connection: sqlite3.Connection, paper_id: int) -> str:
    """Return a snapshot of all cards of a paper and their answers, as JSON."""
    present = _mark(":paper", f"NOT ({_UNUSED})")
    ((mark,),) = connection.execute(f"SELECT {present}", {"paper": paper_id}).fetchall()
    own = _CARDS.format(paper=":paper")
    cards = _rows(connection, f"SELECT * FROM card WHERE id IN ({own}) ORDER BY id", paper_id)
    reviews = _rows(connection, f"SELECT * FROM review WHERE card_id IN ({own}) ORDER BY id", paper_id)
    return json.dumps({"mark": mark, "card": cards, "review": reviews}, ensure_ascii=False)


def restore(connection: sqlite3.Connection, states: Mapping[int, str]) -> None:
    """Replace all cards and answers of papers by those in snapshots. `states` maps paper ids to snapshots."""
    own = _CARDS.format(paper=":paper")
    # All rows are deleted before the first insert, because an answer may have moved from one paper to another.
    for paper_id in states:
        connection.execute(f"DELETE FROM card WHERE id IN ({own})", {"paper": paper_id})
    for tables in map(json.loads, states.values()):
        for table in ("card", "review"):
            for row in tables[table]:
                marks = ",".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    lapses.count_again(connection, list(states))


def _rows(connection: sqlite3.Connection, statement: str, paper_id: int) -> list[dict[str, object]]:
    cursor = connection.execute(statement, {"paper": paper_id})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
