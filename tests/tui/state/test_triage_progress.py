"""Progress counts what this UI decided: not an import, not another process, and an undo takes it back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from readq.store.papers.queries import Counts
from readq.tui.state.triage_progress import TriageProgress, budget_text, end_text

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
START = Counts(inbox=112, queued=38, reading=2, done=211, all=4031, dropped=900, starred=0, snoozed=0, due=0)


def drop(counts: Counts, papers: int = 1) -> Counts:
    return counts._replace(inbox=counts.inbox - papers, all=counts.all - papers, dropped=counts.dropped + papers)


def queue(counts: Counts, papers: int = 1) -> Counts:
    return counts._replace(inbox=counts.inbox - papers, queued=counts.queued + papers)


def test_decisions_are_counted_with_the_minutes_since_the_first() -> None:
    progress = TriageProgress()
    progress.see(START, NOW, own=False)
    assert progress.text(NOW) == ""
    progress.see(drop(START, 28), NOW, own=True)
    progress.see(queue(drop(START, 28), 9), NOW + timedelta(minutes=5), own=True)
    assert progress.text(NOW + timedelta(minutes=12, seconds=40)) == "37 of 112 today · 9 queued · 12 min"


def test_an_undo_takes_a_decision_back() -> None:
    progress = TriageProgress()
    for counts, own in ((START, False), (queue(START), True), (START, True)):
        progress.see(counts, NOW, own=own)
    assert (progress.decided, progress.text(NOW)) == (0, "")


def test_what_others_change_and_what_arrives_is_no_decision() -> None:
    progress = TriageProgress()
    progress.see(START, NOW, own=False)
    progress.see(drop(START, 3), NOW, own=True)
    # Another process drops ten, a sync brings five, and this UI imports a bibliography and takes the import back.
    others = drop(drop(START, 3), 10)
    progress.see(others, NOW, own=False)
    arrived = others._replace(inbox=others.inbox + 5, all=others.all + 5)
    progress.see(arrived, NOW, own=False)
    imported = arrived._replace(done=arrived.done + 500, all=arrived.all + 500)
    progress.see(imported, NOW, own=True)
    progress.see(arrived, NOW, own=True)
    assert progress.text(NOW) == "3 of 107 today"


def test_a_decision_of_others_that_is_taken_back_here_is_not_subtracted() -> None:
    progress = TriageProgress()
    progress.see(START, NOW, own=False)
    # A watch drops ten papers, which an undo here takes back, and a paper of the queue is begun.
    progress.see(drop(START, 10), NOW, own=False)
    begun = START._replace(queued=START.queued - 1, reading=START.reading + 1)
    progress.see(START, NOW, own=True)
    progress.see(begun, NOW, own=True)
    progress.see(drop(queue(begun, 3), 2), NOW, own=True)
    assert progress.text(NOW) == "5 of 112 today · 3 queued"
    assert progress.dropped == 2


def test_a_new_day_is_a_new_sitting() -> None:
    progress = TriageProgress()
    progress.see(START, NOW, own=False)
    progress.see(drop(START), NOW, own=True)
    progress.see(drop(START), NOW + timedelta(days=1), own=False)
    assert progress.decided == 0


def test_papers_dropped_here_are_counted_until_they_are_forgotten() -> None:
    progress = TriageProgress()
    progress.see(START, NOW, own=False)
    progress.see(drop(START, 4), NOW, own=True)
    assert progress.dropped == 4
    progress.forget_dropped()
    progress.see(drop(START, 5), NOW, own=True)
    assert (progress.dropped, progress.decided) == (1, 5)


@given(st.lists(st.tuples(st.sampled_from(["drop", "queue", "undo"]), st.integers(1, 20))))
def test_the_count_is_what_is_decided_now(moves: list[tuple[str, int]]) -> None:
    progress, history = TriageProgress(), [START]
    progress.see(START, NOW, own=False)
    for move, papers in moves:
        if move == "undo" and len(history) > 1:
            history.pop()
        elif move != "undo" and history[-1].inbox >= papers:
            history.append((drop if move == "drop" else queue)(history[-1], papers))
        progress.see(history[-1], NOW, own=True)
        assert progress.decided == START.inbox - history[-1].inbox
        assert progress.dropped == history[-1].dropped - START.dropped


def test_the_end_says_what_is_next() -> None:
    assert end_text(6, 47, "v", "2") == "inbox empty · v reviews 6 cards, about 3 minutes"
    assert end_text(1, 47, "v", "2") == "inbox empty · v reviews 1 card, about 1 minute"
    assert end_text(0, 47, "v", "2") == "inbox empty · 2 shows the queue (47 papers)"
    assert end_text(0, 0, "v", "2") == "inbox empty"
    assert end_text(2, 0, "", "") == "inbox empty · 2 cards to review, about 1 minute"
    assert end_text(0, 1, "", "") == "inbox empty · queue (1 paper)"


def test_a_budget_is_shown_with_the_size_of_the_queue() -> None:
    assert (budget_text(63, 60), budget_text(63, None)) == ("queue 63 of 60", "")
