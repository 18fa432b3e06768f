"""Two papers made one, as part of a step that gives both back. Runs inside the caller's write transaction."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from readq.model.metadata_columns import STATE
from readq.model.records import PaperRecord
from readq.store.journal.steps import record
from readq.store.papers import field_states as import_rows
from readq.store.papers import other_titles as titles
from readq.store.papers import snapshots as whole_papers
from readq.store.records import cards as dump_cards
from readq.store.records import write as dump_writes
from readq.store.records.write import Incoming
from readq.store.review import card_snapshots as card_states

BEYOND_DUMPS = ("trusts", "version", "revised")
"""The metadata of a paper that no dump has."""

_TWIN = """
SELECT mine.id FROM card mine WHERE mine.paper_id = :keeper AND mine.kind = {theirs}.kind
  AND mine.question IS {theirs}.question ORDER BY mine.id LIMIT 1
"""


def join(
    connection: sqlite3.Connection,
    step: int,
    other: int,
    old: PaperRecord,
    new: Incoming,
    beyond: Mapping[str, Any],
    rows: Mapping[str, dict[str, Any] | None],
    cards: dump_cards.CardWriter,
    at: str,
) -> None:
    """Make `new` of the paper that was `old` and has its number; the paper `other` goes into it.

    `beyond` are the values of BEYOND_DUMPS, and `rows` those of the tables in import_rows.ROWS as they are to be.
    """
    keeper = new.number
    cards_before = card_states.snapshot(connection, keeper)
    numbers = _numbers_of(connection, other)
    seen_under = [*titles.of(connection, keeper), *titles.of(connection, other)]
    was_opened = connection.execute("SELECT 1 FROM last_opened WHERE paper_id = ?", (other,)).fetchone()
    rows_of_other = whole_papers.snapshots(connection, [other])[other]
    record(connection, step, [(other, f"merged:{keeper}", rows_of_other, None)])
    if new.paper.cards != old.cards:
        _move_cards(connection, keeper, other)
    connection.execute("DELETE FROM paper WHERE id = ?", (other,))
    _put_metadata(connection, step, new, beyond)
    titles.add(connection, step, ((keeper, title) for title in seen_under if title != new.title_key))
    dump_writes.put_choices(connection, step, keeper, old, new.paper)
    if new.paper.note != old.note:
        dump_writes.put_note(connection, step, keeper, new.paper.note, at)
    feeds = dump_writes.feed_ids(connection, [], at)
    seen = [one for one in new.paper.sightings if one not in old.sightings]
    dump_writes.put_sightings(connection, step, keeper, seen, feeds)
    if new.paper.cards != old.cards:
        cards.put(keeper, new.paper.cards)
        record(connection, step, [(keeper, "cards", cards_before, card_states.snapshot(connection, keeper))])
    _put_numbers(connection, step, keeper, numbers)
    for table, row in rows.items():
        _set_row(connection, step, table, keeper, row)
    if was_opened:
        connection.execute("INSERT OR REPLACE INTO last_opened (one, paper_id) VALUES (1, ?)", (keeper,))


def _numbers_of(connection: sqlite3.Connection, paper_id: int) -> list[str]:
    """The number of the paper, and those of papers that were merged into it."""
    rows = connection.execute(f"SELECT key FROM alias WHERE paper_id = ? AND NOT ({import_rows.IS_KEY})", (paper_id,))
    return [str(paper_id), *(key for (key,) in rows)]


def _move_cards(connection: sqlite3.Connection, keeper: int, other: int) -> None:
    """Give one paper's cards to the other, or their answers where the other has such a card: numbers stay.

    Of one answer that both got, which is one from now on, the other's own number stays: the journal names it.
    """
    bound = {"keeper": keeper, "other": other}
    connection.execute(
        f"UPDATE review SET card_id = t.twin FROM (SELECT theirs.id, ({_TWIN.format(theirs='theirs')}) AS twin"
        " FROM card theirs WHERE theirs.paper_id = :other) t WHERE review.card_id = t.id AND t.twin IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM review mine WHERE mine.card_id = t.twin AND mine.undone = 0"
        "  AND mine.at = review.at AND mine.rating = review.rating)",
        bound,
    )
    connection.execute(
        f"UPDATE card SET paper_id = :keeper WHERE paper_id = :other AND ({_TWIN.format(theirs='card')}) IS NULL", bound
    )


def _put_metadata(connection: sqlite3.Connection, step: int, new: Incoming, beyond: Mapping[str, Any]) -> None:
    before = import_rows.metadata_state(connection, new.number, STATE)
    state = json.dumps({**dump_writes.state(new), **beyond}, ensure_ascii=False)
    import_rows.put_metadata(connection, {new.number: state})
    parts = import_rows.changed_parts(before, import_rows.metadata_state(connection, new.number, STATE))
    if parts is not None:
        record(connection, step, [(new.number, "metadata", *parts)])


def _put_numbers(connection: sqlite3.Connection, step: int, keeper: int, numbers: Sequence[str]) -> None:
    """Have the numbers of papers that went into another mean that one."""
    connection.executemany("INSERT INTO alias (key, paper_id) VALUES (?, ?)", [(number, keeper) for number in numbers])
    record(connection, step, [(keeper, f"alias:{number}", 0, 1) for number in numbers])


def _set_row(connection: sqlite3.Connection, step: int, table: str, paper_id: int, row: dict[str, Any] | None) -> None:
    before = import_rows.row_state(connection, table, paper_id)
    import_rows.put_row(connection, table, paper_id, None if row is None else json.dumps(row))
    after = import_rows.row_state(connection, table, paper_id)
    if after != before:
        record(connection, step, [(paper_id, table, before, after)])
