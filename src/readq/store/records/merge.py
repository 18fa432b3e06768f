"""Merge one paper into another, as part of a step of the undo history, so that undo can reverse the merge.

All writes run inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.metadata_columns import STATE
from readq.model.records import PaperRecord
from readq.store.feeds import caught_papers
from readq.store.journal.steps import record
from readq.store.papers import (
    corrections,
    decisions,
    field_states,
    look_alikes,
    notes,
    other_titles,
    provenance,
    snapshots,
)
from readq.store.papers.insert import feed_ids
from readq.store.records import write
from readq.store.records.cards import CardWriter
from readq.store.records.write import NumberedRecord
from readq.store.review import card_snapshots

_SAME_CARD = """
SELECT mine.id FROM card mine WHERE mine.paper_id = :keeper AND mine.kind = {theirs}.kind
  AND mine.question IS {theirs}.question ORDER BY mine.id LIMIT 1
"""


class MergedPaper(NamedTuple):
    """The result of merging two papers, to be written to the library."""

    old: PaperRecord
    """The record, before the merge, of the paper that remains."""
    new: NumberedRecord
    """The record, after the merge, of the paper that remains."""
    rows: Mapping[str, dict[str, Any] | None]
    """Maps each table of `field_states.ROWS` to the paper's new row, or to None if the paper has no row in the table.
    """
    update_questions: Callable[[int | None], object]
    """A function that makes the question cards fit the questions in the merged note.

    Its argument is the id of the step of the undo history that records the changes of the cards, or None to record
    nothing.
    """


def write_merged(
    connection: sqlite3.Connection, step: int, other: int, merged: MergedPaper, cards: CardWriter, at: str
) -> None:
    """Write the merged paper, and remove the paper with the id `other`, which was merged into it.

    Records both changes in the step `step` of the undo history. Afterwards, the keys, titles, sources and the id of
    `other` name the merged paper. `cards` writes the review cards. `at` is the present time (UTC text).
    """
    old, new, keeper = merged.old, merged.new.paper, merged.new.number
    cards_before = card_snapshots.snapshot(connection, keeper)
    numbers = _numbers_of(connection, other)
    titles = [*other_titles.of(connection, keeper), *other_titles.of(connection, other)]
    was_opened = connection.execute("SELECT 1 FROM last_opened WHERE paper_id = ?", (other,)).fetchone()
    snapshot = snapshots.snapshots(connection, [other])[other]
    record(connection, step, [(other, f"merged:{keeper}", snapshot, None)])
    if new.cards != old.cards:
        _move_cards(connection, keeper, other)
    provenance.move(connection, step, keeper, other)
    look_alikes.move(connection, step, keeper, other)
    connection.execute("DELETE FROM paper WHERE id = ?", (other,))
    _put_metadata(connection, step, merged)
    other_titles.add(connection, step, ((keeper, title) for title in titles if title != merged.new.title_key))
    write.put_choices(connection, step, keeper, old, new)
    if new.note != old.note:
        notes.replace_note(connection, step, keeper, new.note or "", at)
    seen = [one for one in new.sightings if one not in old.sightings]
    write.put_sightings(connection, step, keeper, seen, feed_ids(connection, (), at))
    caught_papers.put_by_names(connection, step, {keeper: [one for one in new.watches if one not in old.watches]})
    if new.cards != old.cards:
        cards.put(keeper, new.cards)
        merged.update_questions(None)
        record(connection, step, [(keeper, "cards", cards_before, card_snapshots.snapshot(connection, keeper))])
    elif new.note != old.note:
        merged.update_questions(step)
    for number in numbers:
        corrections.add_alias(connection, step, keeper, number)
    for table, row in merged.rows.items():
        _put_row(connection, step, table, keeper, row)
    if was_opened:
        decisions.open_paper(connection, keeper)


def _numbers_of(connection: sqlite3.Connection, paper_id: int) -> Sequence[str]:
    """Return the aliases for the id of the paper, and for the ids of papers that were merged into it."""
    rows = connection.execute(f"SELECT key FROM alias WHERE paper_id = ? AND NOT ({field_states.IS_KEY})", (paper_id,))
    return [f"#{paper_id}", *(key for (key,) in rows)]


def _move_cards(connection: sqlite3.Connection, keeper: int, other: int) -> None:
    """Move the cards of `other` to `keeper`. If `keeper` has the same card, only the answers are moved.

    Ids stay the same. If both cards have the same answer, it is not moved: the answer of `keeper` stays, because the
    journal refers to its id.
    """
    bound = {"keeper": keeper, "other": other}
    connection.execute(
        f"UPDATE review SET card_id = t.same FROM (SELECT theirs.id, ({_SAME_CARD.format(theirs='theirs')}) AS same"
        " FROM card theirs WHERE theirs.paper_id = :other) t WHERE review.card_id = t.id AND t.same IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM review mine WHERE mine.card_id = t.same AND mine.undone = 0"
        "  AND mine.at = review.at AND mine.rating = review.rating)",
        bound,
    )
    connection.execute(
        f"UPDATE card SET paper_id = :keeper WHERE paper_id = :other AND ({_SAME_CARD.format(theirs='card')}) IS NULL",
        bound,
    )


def _put_metadata(connection: sqlite3.Connection, step: int, merged: MergedPaper) -> None:
    number = merged.new.number
    before = field_states.metadata_state(connection, number, STATE)
    state = json.dumps(write.state(merged.new), ensure_ascii=False)
    field_states.put_metadata(connection, {number: state})
    parts = field_states.changed_parts(before, field_states.metadata_state(connection, number, STATE))
    if parts is not None:
        record(connection, step, [(number, "metadata", *parts)])


def _put_row(connection: sqlite3.Connection, step: int, table: str, paper_id: int, row: dict[str, Any] | None) -> None:
    before = field_states.row_state(connection, table, paper_id)
    field_states.put_row(connection, table, paper_id, None if row is None else json.dumps(row))
    after = field_states.row_state(connection, table, paper_id)
    if after != before:
        record(connection, step, [(paper_id, table, before, after)])
