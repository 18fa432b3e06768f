import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue

import pytest

from readq import clock
from readq.config import Config
from readq.errors import ReadqError
from readq.model.values import Status
from readq.services.papers.triage import OnDone
from readq.store.library import open_for_reading, open_for_writing
from readq.tui.state import decisions
from readq.tui.state.library_cache import LibraryCache, ListQuery
from readq.tui.state.line_marks import Targets
from readq.tui.state.session import Session
from readq.tui.state.writer_thread import LockWait, Writer, WriteResult

Raw = Callable[..., list[tuple[object, ...]]]


class RecordingObserver:
    """Records the notifications of a session."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.errors: list[ReadqError] = []
        self.list_changes = 0

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        pass

    def library_changed(self) -> None:
        pass

    def list_changed(self) -> None:
        self.list_changes += 1

    def show_message(self, text: str) -> None:
        self.messages.append(text)

    def show_error(self, error: ReadqError) -> None:
        self.errors.append(error)


class SessionHarness:
    """A session with a recording observer. Delivers the writer's results only when told to."""

    def __init__(self, path: str) -> None:
        self.observer = RecordingObserver()
        self.reports: SimpleQueue[WriteResult | LockWait] = SimpleQueue()
        self.library = LibraryCache(path, clock.now)
        writer = Writer(lambda: open_for_writing(path, 1.0), path, self.reports.put)
        reader = Writer(lambda: open_for_reading(path, 1.0), path, self.reports.put, only_reads=True)
        self.session = Session(self.library, writer, reader, Config(), clock.now, self.observer)
        self.session.list_papers(ListQuery())
        ids = self.session.list_state.ids
        self.library.row(ids[0], ids)

    def mark(self, ids: tuple[int, ...], status: Status) -> None:
        self.session.decide(decisions.mark(Targets.of(*ids), status, clock.now(), on_done=OnDone()))

    def toggle_star(self, ids: tuple[int, ...]) -> None:
        self.session.decide(decisions.toggle_star(Targets.of(*ids), self.session.cached_rows(ids), clock.now()))

    def toggle_enrolment(self, ids: tuple[int, ...]) -> None:
        self.session.decide(decisions.toggle_enrolment(Targets.of(*ids), self.session.cached_rows(ids), clock.now()))

    def deliver_all(self) -> None:
        """Deliver results until no write and no read is pending."""
        while self.session.writer.pending or self.session.reader.pending:
            report = self.reports.get(timeout=10)
            if isinstance(report, WriteResult):
                report.writer.deliver(report)

    def decided(self) -> dict[int, str]:
        """Return the status of each paper that counts as decided on."""
        state = self.session.list_state
        marks = state.marks()
        return {paper_id: str(state.status_at(line)) for line, paper_id in enumerate(state.ids) if marks.decided[line]}

    def status(self, paper_id: int) -> str:
        row = self.library.cached_row(paper_id)
        assert row is not None
        return row.status


@pytest.fixture
def harness(library_path: str) -> Iterator[SessionHarness]:
    made = SessionHarness(library_path)
    yield made
    assert made.session.writer.close(10)
    assert made.session.reader.close(10)
    made.library.close()


def test_a_decision_is_shown_before_it_is_written(harness: SessionHarness) -> None:
    gate = threading.Event()
    harness.session.write(lambda _: gate.wait(10))
    harness.mark((1,), Status.QUEUED)
    assert harness.status(1) == "queued"
    assert harness.decided() == {1: "queued"}
    gate.set()
    harness.deliver_all()
    assert harness.status(1) == "queued"


def test_decisions_are_written_in_order(harness: SessionHarness, raw: Raw) -> None:
    for paper_id, status in ((1, Status.QUEUED), (2, Status.DROPPED), (1, Status.DROPPED), (3, Status.DONE)):
        harness.mark((paper_id,), status)
    harness.deliver_all()
    assert raw("SELECT id, status FROM paper WHERE id < 5 ORDER BY id") == [
        (1, "dropped"),
        (2, "dropped"),
        (3, "done"),
        (4, "inbox"),
    ]


def test_a_selection_is_one_step_that_undo_reverts(harness: SessionHarness) -> None:
    harness.mark((1, 2, 3), Status.DROPPED)
    harness.deliver_all()
    assert harness.session.undo_step is not None
    assert harness.session.undo_step.papers == 3
    harness.session.undo()
    harness.deliver_all()
    assert [harness.status(number) for number in (1, 2, 3)] == ["inbox"] * 3
    assert harness.decided() == {}
    assert "3 papers" in harness.observer.messages[-1]
    harness.session.redo()
    harness.deliver_all()
    assert harness.status(2) == "dropped"


def test_undo_without_a_step_shows_a_message(harness: SessionHarness) -> None:
    harness.session.undo()
    harness.deliver_all()
    harness.session.undo()
    harness.deliver_all()
    harness.session.undo()
    harness.deliver_all()
    assert harness.observer.messages[-1] == "nothing to undo"


def test_undo_moves_the_cursor_to_its_paper(harness: SessionHarness) -> None:
    harness.mark((2,), Status.DROPPED)
    harness.session.list_state.move(4)
    harness.session.undo()
    harness.deliver_all()
    assert harness.session.list_state.current == 2


def test_star_and_enrolment_are_removed_only_if_all_papers_have_them(harness: SessionHarness) -> None:
    harness.toggle_star((1,))
    harness.toggle_star((1, 2))
    harness.deliver_all()
    assert [harness.library.cached_row(number).starred for number in (1, 2)] == [True, True]  # type: ignore[union-attr]
    harness.toggle_star((1, 2))
    harness.toggle_enrolment((1,))
    harness.deliver_all()
    row = harness.library.cached_row(1)
    assert row is not None
    assert (row.starred, row.enrolled) == (False, True)


def test_undecided_excludes_pending_decisions(harness: SessionHarness) -> None:
    gate = threading.Event()
    harness.session.write(lambda _: gate.wait(10))
    harness.mark((2,), Status.QUEUED)
    assert harness.session.list_state.select_undecided() == 4
    assert list(harness.session.list_state.targets()) == [1, 3, 4, 5]
    gate.set()
    harness.deliver_all()


def test_a_failed_write_shows_an_error_and_restores_the_row(harness: SessionHarness, raw: Raw) -> None:
    raw("CREATE TRIGGER refuse BEFORE UPDATE OF status ON paper BEGIN SELECT RAISE(ABORT, 'no'); END")
    harness.mark((1,), Status.DROPPED)
    harness.deliver_all()
    assert harness.observer.errors
    assert harness.status(1) == "inbox"
    assert harness.decided() == {}


def test_changes_by_another_process_are_read_and_new_papers_counted(harness: SessionHarness, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'queued' WHERE id = 5")
    harness.session.refresh_if_changed()
    harness.deliver_all()
    assert harness.library.counts.queued == 1
    assert harness.status(5) == "queued"
    harness.session.list_papers(ListQuery())
    raw("UPDATE paper SET status = 'inbox' WHERE id = 5")
    harness.session.refresh_if_changed()
    harness.deliver_all()
    assert harness.session.unlisted_count == 1
    assert len(harness.session.list_state) == 4


def test_a_paper_removed_by_another_process_leaves_the_list(harness: SessionHarness, raw: Raw) -> None:
    raw("DELETE FROM paper WHERE id = 2")
    harness.mark((2, 3), Status.DROPPED)
    harness.deliver_all()
    assert harness.observer.messages[-1].startswith(
        "not in the library any more, taken off the list: “Boosting Trees”; dropped “Causal"
    )
    assert list(harness.session.list_state.ids) == [1, 3, 4, 5]
    assert harness.observer.list_changes == 1
    assert harness.decided() == {3: "dropped"}
    assert harness.status(3) == "dropped"


def test_undo_reloads_an_empty_list(harness: SessionHarness) -> None:
    harness.mark((1, 2, 3, 4, 5), Status.DROPPED)
    harness.deliver_all()
    harness.session.list_papers(ListQuery())
    assert len(harness.session.list_state) == 0
    harness.session.undo()
    harness.deliver_all()
    assert list(harness.session.list_state.ids) == [1, 2, 3, 4, 5]
    assert harness.observer.list_changes == 1


def test_undo_does_not_reload_a_list_with_papers(harness: SessionHarness) -> None:
    harness.mark((1,), Status.DROPPED)
    harness.deliver_all()
    harness.session.list_papers(ListQuery())
    harness.session.undo()
    harness.deliver_all()
    assert list(harness.session.list_state.ids) == [2, 3, 4, 5]
    assert harness.session.unlisted_count == 1


def test_messages_put_the_result_before_the_title(harness: SessionHarness, raw: Raw) -> None:
    harness.mark((1,), Status.QUEUED)
    harness.mark((1,), Status.QUEUED)
    harness.mark((1, 2), Status.DROPPED)
    harness.deliver_all()
    assert harness.observer.messages[0] == "writing: dropped 2 papers …", "numbers are said with the key"
    assert harness.observer.messages[2] == "queued (already so): “Attention Is Enough”"
    raw("UPDATE paper SET status = 'done' WHERE id = 2")
    harness.session.undo()
    harness.deliver_all()
    assert (
        harness.observer.messages[-1] == "undone: dropped “Attention Is Enough”; 1 paper changed since, left alone: #2"
    )


def test_a_decision_does_not_read_the_feeds_again(
    harness: SessionHarness, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = [3, 2, 1]
    monkeypatch.setattr("readq.store.feeds.pulls.count_failing", lambda _: read.pop())
    assert harness.library.failing_feeds == 1
    harness.mark((1,), Status.DROPPED)
    harness.deliver_all()
    assert harness.library.failing_feeds == 1
    raw("UPDATE paper SET starred = 1")
    harness.session.refresh_if_changed()
    assert harness.library.failing_feeds == 2
    harness.session.undo()
    harness.deliver_all()
    assert harness.library.failing_feeds == 3


def test_drop_above_behind_an_unwritten_undo_drops_what_the_undo_brings_back(harness: SessionHarness, raw: Raw) -> None:
    gate = threading.Event()
    harness.session.write(lambda _: gate.wait(10))
    harness.mark((1, 2, 3, 4, 5), Status.READING)
    raw("UPDATE paper SET status = 'queued' WHERE id = 4")
    harness.session.undo()
    harness.session.list_state.move(4)
    targets = harness.session.undecided_to_cursor()
    harness.session.decide(decisions.mark(targets, Status.DROPPED, clock.now(), on_done=OnDone()))
    gate.set()
    harness.deliver_all()
    assert [row[0] for row in raw("SELECT status FROM paper ORDER BY id")] == ["dropped"] * 3 + ["queued", "dropped"]
    assert harness.observer.messages[-1] == "dropped 4 papers; 1 paper decided on before, left alone"
    assert [str(harness.session.list_state.status_at(line)) for line in range(5)] == [
        "dropped",
        "dropped",
        "dropped",
        "queued",
        "dropped",
    ]


def test_undo_shows_the_former_statuses_before_it_is_written(harness: SessionHarness) -> None:
    harness.mark((1, 2), Status.DROPPED)
    harness.deliver_all()
    harness.session.list_state.know_lines(0, harness.session.list_state.ids)
    harness.session.undo()
    assert harness.session.list_state.select_undecided() == 5
    assert harness.status(1) == "inbox"
    harness.deliver_all()
    assert harness.decided() == {}
