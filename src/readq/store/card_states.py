"""All cards of one paper with the whole log of their answers, as one state that a step can set and take back.

For what moves answers in bulk (a dump merged in, two papers joined), where taking back one rating after another would
not do: united answers lie between each other. A state is JSON: the rows of `card` and `review`, and a `mark` by which
to tell whether anything that a person decides has changed since.
"""

import json
import sqlite3

_MARK = """
coalesce((SELECT group_concat(id || ':' || suspended || ':' || due || ':' || coalesce(buried_until, '') || ':'
  || priority) FROM (SELECT * FROM card WHERE paper_id = {paper} ORDER BY id)), '') || ';' ||
coalesce((SELECT group_concat(id) FROM (SELECT r.id FROM card k JOIN review r ON r.card_id = k.id
  WHERE k.paper_id = {paper} AND r.undone = 0 ORDER BY r.id)), '')
"""

NOW = f"""
SELECT CASE ({_MARK.format(paper="c.paper_id")})
  WHEN json_extract(c.after, '$.mark') THEN c.after WHEN json_extract(c.before, '$.mark') THEN c.before END
"""
"""For `readq.store.restore`: the state of change `c` that is in force, before or after; null when neither is."""


def cards_state(connection: sqlite3.Connection, paper_id: int) -> str:
    """The paper's cards and their answers as they are now."""
    ((mark,),) = connection.execute(f"SELECT {_MARK.format(paper=':paper')}", {"paper": paper_id}).fetchall()
    cards = _rows(connection, "SELECT * FROM card WHERE paper_id = ? ORDER BY id", paper_id)
    reviews = _rows(
        connection,
        "SELECT * FROM review WHERE card_id IN (SELECT id FROM card WHERE paper_id = ?) ORDER BY id",
        paper_id,
    )
    return json.dumps({"mark": mark, "card": cards, "review": reviews}, ensure_ascii=False)


def put_cards_state(connection: sqlite3.Connection, paper_id: int, state: str) -> None:
    """Write a state that `cards_state` returned, in place of all cards and answers that the paper has."""
    tables = json.loads(state)
    connection.execute("DELETE FROM card WHERE paper_id = ?", (paper_id,))
    for table in ("card", "review"):
        for row in tables[table]:
            marks = ",".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def _rows(connection: sqlite3.Connection, statement: str, paper_id: int) -> list[dict[str, object]]:
    cursor = connection.execute(statement, (paper_id,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
