"""All cards of one paper with the whole log of their answers, as one state that a step can set and take back.

For what moves answers in bulk (a dump merged in, two papers joined), where taking back one rating after another would
not do: united answers lie between each other. A state is JSON: the rows of `card` and `review`, and a `mark` by which
to tell whether anything that a person decides has changed since.
"""

import json
import sqlite3
from collections.abc import Mapping

# Both halves have an index, which their union as one condition has not.
_CARDS = """
SELECT id FROM card WHERE kind = 'paper' AND paper_id = {paper} UNION ALL
SELECT id FROM card WHERE kind = 'question' AND paper_id = {paper}
"""

_MARK = f"""
coalesce((SELECT group_concat(id || ':' || suspended || ':' || iif(suspended AND reps = 0, '', due) || ':'
  || coalesce(buried_until, '') || ':' || priority)
  FROM (SELECT * FROM card WHERE id IN ({_CARDS}) ORDER BY id)), '') || ';' ||
coalesce((SELECT group_concat(id) FROM (SELECT id FROM review
  WHERE card_id IN ({_CARDS}) AND undone = 0 ORDER BY id)), '')
"""

CURRENT = f"""
SELECT CASE ({_MARK.format(paper="c.paper_id")})
  WHEN json_extract(c.after, '$.mark') THEN c.after WHEN json_extract(c.before, '$.mark') THEN c.before END
"""
"""For `readq.store.undo`: the state of change `c` that is in force, before or after; null when neither is."""


def snapshot(connection: sqlite3.Connection, paper_id: int) -> str:
    """The paper's cards and their answers as they are now."""
    ((mark,),) = connection.execute(f"SELECT {_MARK.format(paper=':paper')}", {"paper": paper_id}).fetchall()
    own = _CARDS.format(paper=":paper")
    cards = _rows(connection, f"SELECT * FROM card WHERE id IN ({own}) ORDER BY id", paper_id)
    reviews = _rows(connection, f"SELECT * FROM review WHERE card_id IN ({own}) ORDER BY id", paper_id)
    return json.dumps({"mark": mark, "card": cards, "review": reviews}, ensure_ascii=False)


def restore(connection: sqlite3.Connection, states: Mapping[int, str]) -> None:
    """Write states that `cards_state` returned, by paper, in place of all cards and answers that the papers have.

    All are taken away before any is put: a number may have gone from one paper's answer to another's.
    """
    own = _CARDS.format(paper=":paper")
    for paper_id in states:
        connection.execute(f"DELETE FROM card WHERE id IN ({own})", {"paper": paper_id})
    for tables in map(json.loads, states.values()):
        for table in ("card", "review"):
            for row in tables[table]:
                marks = ",".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def _rows(connection: sqlite3.Connection, statement: str, paper_id: int) -> list[dict[str, object]]:
    cursor = connection.execute(statement, {"paper": paper_id})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
