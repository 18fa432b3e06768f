import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue

import pytest

from readq import clock
from readq.config import Config
from readq.errors import ReadqError
from readq.model.values import Status
from readq.store.library import open_for_writing
from readq.tui.state.library_cache import LibraryView, Shown
from readq.tui.state.session import Desk
from readq.tui.state.writer_thread import Waiting, Writer, Written

Raw = Callable[..., list[tuple[object, ...]]]


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.errors: list[ReadqError] = []
        self.looks = 0
        self.lists = 0

    def rows_changed(self, paper_ids: Iterable[int]) -> None:
        pass

    def library_changed(self) -> None:
        self.looks += 1

    def listed_anew(self) -> None:
        self.lists += 1

    def said(self, text: str) -> None:
        self.words.append(text)

    def failed(self, error: ReadqError) -> None:
        self.errors.append(error)


class Place:
    """A desk with its listener, and the taking of the writer's reports."""

    def __init__(self, path: str) -> None:
        self.listener = Listener()
        self.reports: SimpleQueue[Written | Waiting] = SimpleQueue()
        self.library = LibraryView(path, clock.now)
        writer = Writer(lambda: open_for_writing(path, 1.0), path, self.reports.put)
        self.desk = Desk(self.library, writer, Config(), clock.now, self.listener)
        self.desk.show(Shown())
        ids = self.desk.listing.ids
        self.library.row(ids[0], ids)

    def settle(self) -> None:
        while self.desk.writer.pending:
            report = self.reports.get(timeout=10)
            if isinstance(report, Written):
                self.desk.writer.settle(report)

    def status(self, paper_id: int) -> str:
        row = self.library.cached(paper_id)
        assert row is not None
        return row.status


@pytest.fixture
def place(library_path: str) -> Iterator[Place]:
    made = Place(library_path)
    yield made
    assert made.desk.writer.close(10)
    made.library.close()


def test_a_decision_is_seen_before_it_is_written(place: Place) -> None:
    gate = threading.Event()
    place.desk.write(lambda _: gate.wait(10))
    place.desk.mark((1,), Status.QUEUED)
    assert place.status(1) == "queued"
    assert place.desk.decided == {1: "queued"}
    gate.set()
    place.settle()
    assert place.status(1) == "queued"


def test_decisions_of_a_fast_typist_reach_their_papers_in_order(place: Place, raw: Raw) -> None:
    for paper_id, status in ((1, Status.QUEUED), (2, Status.DROPPED), (1, Status.DROPPED), (3, Status.DONE)):
        place.desk.mark((paper_id,), status)
    place.settle()
    assert raw("SELECT id, status FROM paper WHERE id < 5 ORDER BY id") == [
        (1, "dropped"),
        (2, "dropped"),
        (3, "done"),
        (4, "inbox"),
    ]


def test_a_selection_is_one_step_and_undo_takes_all_of_it_back(place: Place) -> None:
    place.desk.mark((1, 2, 3), Status.DROPPED)
    place.settle()
    assert place.desk.newest is not None
    assert place.desk.newest.papers == 3
    place.desk.undo()
    place.settle()
    assert [place.status(number) for number in (1, 2, 3)] == ["inbox"] * 3
    assert place.desk.decided == {}
    assert "3 papers" in place.listener.words[-1]
    place.desk.redo()
    place.settle()
    assert place.status(2) == "dropped"


def test_nothing_to_undo_is_said(place: Place) -> None:
    place.desk.undo()
    place.settle()
    place.desk.undo()
    place.settle()
    place.desk.undo()
    place.settle()
    assert place.listener.words[-1] == "nothing to undo"


def test_undo_moves_the_cursor_to_its_paper(place: Place) -> None:
    place.desk.mark((2,), Status.DROPPED)
    place.desk.listing.move(4)
    place.desk.undo()
    place.settle()
    assert place.desk.listing.current == 2


def test_star_and_enrolment_toggle_only_when_all_have_it(place: Place) -> None:
    place.desk.star((1,))
    place.desk.star((1, 2))
    place.settle()
    assert [place.library.cached(number).starred for number in (1, 2)] == [True, True]  # type: ignore[union-attr]
    place.desk.star((1, 2))
    place.desk.enrol((1,))
    place.settle()
    row = place.library.cached(1)
    assert row is not None
    assert (row.starred, row.enrolled) == (False, True)


def test_undecided_leaves_out_what_was_decided_a_moment_ago(place: Place) -> None:
    gate = threading.Event()
    place.desk.write(lambda _: gate.wait(10))
    place.desk.mark((2,), Status.QUEUED)
    assert place.desk.undecided(place.desk.listing.ids) == (1, 3, 4, 5)
    gate.set()
    place.settle()


def test_a_write_that_fails_is_told_and_the_row_is_as_before(place: Place, raw: Raw) -> None:
    raw("CREATE TRIGGER refuse BEFORE UPDATE OF status ON paper BEGIN SELECT RAISE(ABORT, 'no'); END")
    place.desk.mark((1,), Status.DROPPED)
    place.settle()
    assert place.listener.errors
    assert place.status(1) == "inbox"
    assert place.desk.decided == {}


def test_another_process_is_noticed_and_its_new_papers_counted(place: Place, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'queued' WHERE id = 5")
    place.desk.look_if_changed()
    assert place.library.counts.queued == 1
    assert place.status(5) == "queued"
    place.desk.show(Shown())
    raw("UPDATE paper SET status = 'inbox' WHERE id = 5")
    place.desk.look_if_changed()
    assert place.desk.unlisted == 1
    assert len(place.desk.listing) == 4


def test_a_paper_that_another_process_removed_leaves_the_list(place: Place, raw: Raw) -> None:
    raw("DELETE FROM paper WHERE id = 2")
    place.desk.mark((2, 3), Status.DROPPED)
    place.settle()
    assert place.listener.words[-1].startswith("removed elsewhere, no longer listed: “Boosting Trees”; dropped “Causal")
    assert list(place.desk.listing.ids) == [1, 3, 4, 5]
    assert place.listener.lists == 1
    assert place.desk.decided == {3: "dropped"}
    assert place.status(3) == "dropped"


def test_what_undo_brings_back_to_an_empty_list_is_shown(place: Place) -> None:
    place.desk.mark((1, 2, 3, 4, 5), Status.DROPPED)
    place.settle()
    place.desk.show(Shown())
    assert len(place.desk.listing) == 0
    place.desk.undo()
    place.settle()
    assert list(place.desk.listing.ids) == [1, 2, 3, 4, 5]
    assert place.listener.lists == 1


def test_what_undo_brings_back_beside_others_waits_for_a_refresh(place: Place) -> None:
    place.desk.mark((1,), Status.DROPPED)
    place.settle()
    place.desk.show(Shown())
    place.desk.undo()
    place.settle()
    assert list(place.desk.listing.ids) == [2, 3, 4, 5]
    assert place.desk.unlisted == 1


def test_what_matters_is_said_before_the_title(place: Place, raw: Raw) -> None:
    place.desk.mark((1,), Status.QUEUED)
    place.desk.mark((1,), Status.QUEUED)
    place.desk.mark((1, 2), Status.DROPPED)
    place.settle()
    assert place.listener.words[1] == "queued (already so): “Attention Is Enough”"
    raw("UPDATE paper SET status = 'done' WHERE id = 2")
    place.desk.undo()
    place.settle()
    assert place.listener.words[-1] == "undid: dropped; 1 paper changed since, left alone: #2; “Attention Is Enough”"
