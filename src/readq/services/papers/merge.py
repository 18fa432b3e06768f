"""Merge two papers of the library into one paper, which keeps the lower of the two ids."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from readq.days import instant
from readq.errors import ReadqError
from readq.merge import records
from readq.model.identifiers import title_key
from readq.model.metadata import combine, differently_ranked
from readq.model.metadata_columns import stored_metadata
from readq.model.records import PaperRecord
from readq.model.values import CONFLICT_HEADING
from readq.services.history.steps import Outcome, run_as_step
from readq.services.papers import question_cards
from readq.services.papers.card_replay import replay_answers
from readq.services.papers.question_cards import NoteChange
from readq.store.journal import steps
from readq.store.papers import field_states, lookup
from readq.store.records import read
from readq.store.records.cards import CardWriter
from readq.store.records.merge import MergedPaper, write_merged
from readq.store.records.write import NumberedRecord

Row = dict[str, Any] | None


def merge(connection: sqlite3.Connection, one: int, other: int, now: datetime) -> Outcome:
    """Merge the papers with the ids `one` and `other`, as one step of the undo history. Return the outcome.

    The merged paper keeps the lower id. The other id and the citation keys of both papers still find it. If one of the
    papers is not in the library, nothing is changed. Raises ReadqError if both ids are the same.
    """
    if one == other:
        raise ReadqError(f"both are paper #{one}", "name two papers; readq list shows their numbers")

    def act(step: int, present: list[int]) -> None:
        # `present` is in ascending order, so the older paper comes first.
        if len(present) == 2:
            _merge(connection, step, present[0], present[1], now)

    return run_as_step(connection, [one, other], "merged", now, act)


def merge_linked(connection: sqlite3.Connection, keeper: int, other: int, now: datetime, *, journalled: bool) -> None:
    """Merge two papers that are the same according to a source, inside the caller's transaction.

    `keeper` is the id of the merged paper. It must be lower than `other`. If `journalled` is True, the merge is one
    step of the undo history. A sync passes False, so undo cannot reverse its merges.
    """
    step = steps.begin(connection, instant(now), "merged")
    _merge(connection, step, keeper, other, now)
    if journalled:
        steps.finish(connection, step)
    else:
        steps.discard(connection, step)


def _merge(connection: sqlite3.Connection, step: int, keeper: int, other: int, now: datetime) -> None:
    papers = read.papers(connection, (keeper, other))
    stored = lookup.metadata_of(connection, (keeper, other))
    mine, theirs = stored_metadata(stored[keeper]), stored_metadata(stored[other])
    metadata = combine(mine, theirs)
    # The rules for dumps choose by the trust in whole records, and by the time of corrections.
    better = {name: getattr(metadata, name) for name in differently_ranked(mine, theirs) if name not in metadata.edited}
    paper = replace(
        _merge_records(papers[keeper], papers[other]),
        **better,
        trusts=tuple(sorted(metadata.trusts.items())),
        version=metadata.version,
        revised=metadata.revised,
    )
    rows = {table: _merge_row(connection, table, keeper, other) for table in field_states.ROWS}
    change = NoteChange(keeper, papers[keeper].note, paper.note, now)
    merged = MergedPaper(
        old=papers[keeper],
        new=NumberedRecord(keeper, paper, title_key(paper.title)),
        rows=rows,
        update_questions=lambda step: question_cards.update(connection, step, change),
    )
    at = instant(now)
    write_merged(connection, step, other, merged, CardWriter(connection, replay_answers, at), at)


def _merge_records(older: PaperRecord, other: PaperRecord) -> PaperRecord:
    """Merge two records by the rules for dumps.

    The key of `older` is kept, unless only the key of `other` is frozen.
    """
    key = other.key if other.key_frozen and not older.key_frozen else older.key
    paper = records.join((older, other), key)
    note = paper.note
    if older.note and other.note and note not in (older.note, other.note):
        note = f"{older.note}\n\n{other.note}"
    return replace(paper, note=note)


def _merge_row(connection: sqlite3.Connection, table: str, keeper: int, other: int) -> Row:
    mine, theirs = field_states.row(connection, table, keeper), field_states.row(connection, table, other)
    return _CHOICES[table](mine, theirs)


def _draft(mine: Row, theirs: Row) -> Row:
    """Return the draft of the merged paper, with the texts of both drafts. `mine` is the draft of the paper that stays.

    If only the other paper has a draft, its base version is 0: it is based on no version of the note of this paper.
    """
    if theirs is None:
        return mine
    if mine is None:
        return {**theirs, "base_version": 0}
    return {**mine, "text": f"{mine['text']}\n\n{CONFLICT_HEADING}\n\n{theirs['text']}"}


def _pdf(mine: Row, theirs: Row) -> Row:
    """Return the row of the PDF: `mine`, or `theirs` if `mine` is None or only `theirs` is a file of the user."""
    if mine is None or theirs is None:
        return theirs if mine is None else mine
    return theirs if theirs["sha256"] is None and mine["sha256"] is not None else mine


def _pending(mine: Row, theirs: Row) -> Row:
    """Return `mine` if both papers are pending, else None."""
    return mine if theirs is not None else None


_CHOICES: Mapping[str, Callable[[Row, Row], Row]] = {"draft": _draft, "pdf": _pdf, "pending": _pending}
