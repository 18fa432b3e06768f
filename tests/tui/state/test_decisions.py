from collections.abc import Sequence
from datetime import date, datetime

import pytest

from readq.model.values import QueueRow, Status
from readq.services.history.steps import Outcome
from readq.services.history.undo import UndoResult
from readq.services.papers.triage import OnDone
from readq.tui.state import decisions
from readq.tui.state.decisions import Decision
from readq.tui.state.line_marks import Targets

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def row(*, starred: bool = False, enrolled: bool = False) -> QueueRow:
    return QueueRow(
        id=1,
        key="key",
        title="A Title",
        authors="",
        status="inbox",
        starred=starred,
        year=None,
        upvotes=None,
        added="2026-11-20T08:00:00Z",
        seen=None,
        decided=None,
        enrolled=enrolled,
        has_note=False,
        tags="",
    )


def describe(paper_ids: Sequence[int]) -> str:
    return " ".join(map(str, paper_ids))


def text(decision: Decision, outcome: Outcome) -> str:
    return decisions.result_text(decision, outcome, describe)


def test_a_mark_previews_status_and_time() -> None:
    decision = decisions.mark(Targets.of(1), Status.QUEUED, NOW, on_done=OnDone())
    assert decision.preview is not None
    changed = decision.preview(row())
    assert (changed.status, changed.decided) == ("queued", "2026-11-23T08:00:00Z")
    assert decision.status == Status.QUEUED


@pytest.mark.parametrize(
    ("starred", "past", "after"),
    [([False], "starred", True), ([True, False], "starred", True), ([True, True], "unstarred", False)],
)
def test_a_star_is_removed_only_if_all_papers_have_it(starred: list[bool], past: str, after: bool) -> None:
    decision = decisions.toggle_star(Targets.of(*range(len(starred))), [row(starred=each) for each in starred], NOW)
    assert decision.past == past
    assert decision.preview is not None
    assert decision.preview(row()).starred is after


def test_a_paper_whose_row_is_not_cached_counts_as_not_enrolled() -> None:
    assert decisions.toggle_enrolment(Targets.of(1, 2), [row(enrolled=True), None], NOW).past == "now in review:"
    assert decisions.toggle_enrolment(Targets.of(1), [row(enrolled=True)], NOW).past == "out of review:"


@pytest.mark.parametrize(
    ("decision", "outcome", "words"),
    [
        (decisions.mark(Targets.of(1, 2), Status.DROPPED, NOW, on_done=OnDone()), Outcome(2, 0), "dropped 2 papers"),
        (decisions.mark(Targets.of(1), Status.INBOX, NOW, on_done=OnDone()), Outcome(1, 0), "back to the inbox: 1"),
        (
            decisions.mark(Targets.of(1, 2), Status.DROPPED, NOW, on_done=OnDone()),
            Outcome(1, 0, ("2",)),
            "not in the library any more, taken off the list: 2; dropped 1",
        ),
        (
            decisions.mark(Targets.of(1), Status.DROPPED, NOW, on_done=OnDone()),
            Outcome(0, 0, ("1",)),
            "not in the library any more, taken off the list: 1",
        ),
        (decisions.tag(Targets.of(1), ["rl"], ["old"], NOW), Outcome(1, 0), "tagged +rl -old: 1"),
        (decisions.tag(Targets.of(1), ["rl"], [], NOW), Outcome(0, 1), "tagged +rl (already so): 1"),
        (decisions.snooze(Targets.of(1), date(2026, 11, 30), NOW), Outcome(1, 0), "snoozed until 2026-11-30: 1"),
        (
            decisions.snooze(Targets.of(1), date(2026, 11, 30), NOW),
            Outcome(0, 1),
            "not changed, already snoozed until 2026-11-30 or neither undecided nor queued: 1",
        ),
        (decisions.snooze(Targets.of(1), None, NOW), Outcome(0, 1), "no longer snoozed (already so): 1"),
        (
            decisions.mark(Targets.of(1, 2, 3), Status.DROPPED, NOW, on_done=OnDone()),
            Outcome(2, 1, decided=1),
            "dropped 2 papers; 1 paper decided on before, left alone",
        ),
        (
            decisions.mark(Targets.of(1, 2), Status.DROPPED, NOW, on_done=OnDone()),
            Outcome(0, 2, decided=2),
            "2 papers decided on before, left alone",
        ),
        (
            decisions.snooze(Targets.of(1, 2, 3, 4, 5), date(2026, 11, 30), NOW),
            Outcome(2, 3, what="snoozed"),
            "snoozed until 2026-11-30: 2 papers; 3 papers left as they were",
        ),
        (
            decisions.toggle_enrolment(Targets.of(1, 2, 3), [None, None, None], NOW),
            Outcome(1, 1, ("3",), what="enrolled"),
            "not in the library any more, taken off the list: 3; now in review: 1 paper; 1 paper left as it was",
        ),
        (
            decisions.mark(Targets.of(1, 2, 3, 4), Status.DROPPED, NOW, on_done=OnDone()),
            Outcome(2, 2, decided=1, what="dropped"),
            "dropped 2 papers; 1 paper left as it was; 1 paper decided on before, left alone",
        ),
        (
            decisions.tag(Targets.of(1, 2), ["rl"], [], NOW),
            Outcome(0, 2, what="tagged +rl"),
            "tagged +rl (already so): 2 papers",
        ),
        (
            decisions.toggle_star(Targets.of(*range(100)), None, NOW),
            Outcome(100, 0, what="unstarred"),
            "unstarred: 100 papers",
        ),
    ],
)
def test_result_text(decision: Decision, outcome: Outcome, words: str) -> None:
    assert text(decision, outcome) == words


@pytest.mark.parametrize(
    ("undone", "words"),
    [
        (UndoResult(7, "dropped", (1,), ()), "undone: dropped 1"),
        (
            UndoResult(7, "dropped", (3,), (1, 2, 4), absent=(4,)),
            "undone: dropped 3; 2 papers changed since, left alone: #1 #2; 1 paper not in the library any more",
        ),
        (
            UndoResult(7, "imported", (), (1, 2), kept=(5,)),
            "undone: imported; 2 papers changed since, left alone: #1 #2; 1 paper kept because of later changes",
        ),
        (
            UndoResult(7, "sync", (1, 2, 3), (), unrestored=("feed hf-daily",)),
            "undone: sync 1 2 3; changed since, left alone: feed hf-daily",
        ),
        (
            UndoResult(7, "dropped", (), (1,), is_unchanged=True),
            "cannot undo: dropped 1; 1 paper changed since, left alone: #1",
        ),
        (
            UndoResult(7, "dropped", (), (1,), absent=(1,), is_unchanged=True),
            "cannot undo: dropped 1; 1 paper not in the library any more",
        ),
        (
            UndoResult(7, "saved view x", (), (), ("view x",), is_unchanged=True),
            "cannot undo: saved view x; changed since, left alone: view x",
        ),
    ],
)
def test_undo_text(undone: UndoResult, words: str) -> None:
    assert decisions.undo_text(undone, "undone", "undo", describe) == words


def test_only_a_completed_merge_removes_the_merged_paper_from_the_list() -> None:
    decision = decisions.merge(lambda _: Outcome(2, 0), 1, 3)
    assert decisions.unlisted_papers(decision, Outcome(2, 0, (), 7)) == (3,)
    assert text(decision, Outcome(2, 0, (), 7)) == "merged #3 into #1: 1"
    assert decisions.unlisted_papers(decision, Outcome(0, 1, ("3",))) == ()
    assert text(decision, Outcome(0, 1, ("3",))) == "not merged: one of the two is not in the library any more"
