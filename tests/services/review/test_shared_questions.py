"""Questions that two machines change between two shares: a card is asked if, and only if, its line is in the note."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from readq.config import Config
from readq.model.values import Rating
from readq.services.dump.merge_folder import DumpOptions, import_dump
from readq.services.dump.three_way.merge_with_base import import_with_base
from readq.services.dump.write_folder import dump
from readq.services.history import undo
from readq.services.papers import notes
from readq.services.review import ratings
from readq.store.library import open_for_writing

LINE = "Which law is it? :: Conservation."
SUSPENDED_AND_ASKED = "SELECT suspended, orphaned IS NULL, reps FROM card WHERE kind = 'question'"


class Pair:
    """Two libraries that come from the dump `base`, in which the first paper has a note with one question."""

    def __init__(self, here: str, there: str, folder: Path) -> None:
        self.here = here
        self.there = there
        self.base = str(folder / "base")
        self._folder = folder

    def take_in_there(self, now: datetime) -> None:
        """Merge the library `here` into the library `there`."""
        with contextlib.closing(open_for_writing(self.here)) as connection:
            dump(connection, str(self._folder / "here"))
        import_with_base(self.there, str(self._folder / "here"), self.base, 30.0, now)


@pytest.fixture
def pair(six_papers: str, tmp_path: Path, now: datetime) -> Pair:
    pair = Pair(six_papers, str(tmp_path / "there.db"), tmp_path)
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        notes.save(connection, 1, LINE, now)
        dump(connection, pair.base)
    import_dump(pair.there, pair.base, DumpOptions(), now)
    return pair


@contextlib.contextmanager
def opened(path: str) -> Iterator[tuple[sqlite3.Connection, int]]:
    """Yield a connection, and the id of the paper with the question."""
    with contextlib.closing(open_for_writing(path)) as connection:
        ((number,),) = connection.execute("SELECT paper_id FROM card WHERE kind = 'question'").fetchall()
        yield connection, number


def test_a_question_that_one_side_deleted_is_not_asked_though_the_other_answered_it(pair: Pair, now: datetime) -> None:
    with opened(pair.here) as (here, _):
        ((card,),) = here.execute("SELECT id FROM card WHERE kind = 'question'").fetchall()
        ratings.rate(here, card, Rating.GOOD, now + timedelta(days=9), Config())
    with opened(pair.there) as (there, number):
        notes.save(there, number, "claim: it holds", now)
    pair.take_in_there(now + timedelta(days=10))
    with opened(pair.there) as (there, number):
        assert there.execute(SUSPENDED_AND_ASKED).fetchall() == [(0, 0, 1)]
        notes.append(there, number, LINE, now + timedelta(days=11))
        assert there.execute(SUSPENDED_AND_ASKED).fetchall() == [(0, 1, 1)]


def test_a_question_that_the_other_side_deleted_is_asked_when_its_line_returns(pair: Pair, now: datetime) -> None:
    with opened(pair.here) as (here, number):
        notes.save(here, number, "claim: it holds", now)
    pair.take_in_there(now + timedelta(days=1))
    with opened(pair.there) as (there, number):
        assert there.execute(SUSPENDED_AND_ASKED).fetchall() == [(0, 0, 0)]
        notes.append(there, number, LINE, now + timedelta(days=2))
        assert there.execute(SUSPENDED_AND_ASKED).fetchall() == [(0, 1, 0)]


def test_libraries_that_wrote_one_question_each_agree_after_an_exchange(
    six_papers: str, tmp_path: Path, now: datetime
) -> None:
    """Another exchange changes nothing, though the question was not written at the same time."""
    here, there = six_papers, str(tmp_path / "there.db")
    with contextlib.closing(open_for_writing(here)) as connection:
        dump(connection, str(tmp_path / "dump"))
    import_dump(there, str(tmp_path / "dump"), DumpOptions(), now)
    with contextlib.closing(open_for_writing(there)) as connection:
        ((number,),) = connection.execute("SELECT min(id) FROM paper").fetchall()
        notes.save(connection, number, LINE, now)
        dump(connection, str(tmp_path / "theirs"))
    with contextlib.closing(open_for_writing(here)) as connection:
        notes.save(connection, 1, LINE, now + timedelta(days=1))
    import_dump(here, str(tmp_path / "theirs"), DumpOptions(), now + timedelta(days=2))
    assert import_dump(here, str(tmp_path / "theirs"), DumpOptions(), now + timedelta(days=3)).updated == 0


def test_answers_follow_the_most_similar_of_several_reworded_questions(pair: Pair, now: datetime) -> None:
    """Questions of one note have the same time, and no answers yet, so that only their texts tell them apart."""
    with opened(pair.here) as (here, number):
        notes.save(here, number, "What do cats eat? :: Mice.\nWhere do birds sleep? :: In trees.", now)
        dump(here, pair.base)
    import_dump(pair.there, pair.base, DumpOptions(), now)
    with contextlib.closing(open_for_writing(pair.here)) as here:
        ((card,),) = here.execute("SELECT id FROM card WHERE question LIKE '%birds%'").fetchall()
        ratings.rate(here, card, Rating.GOOD, now + timedelta(days=9), Config())
    with contextlib.closing(open_for_writing(pair.there)) as there:
        ((number,),) = there.execute("SELECT paper_id FROM note").fetchall()
        notes.save(there, number, "Then what do cats eat? :: Mice.\nAnd where do birds sleep? :: In trees.", now)
    pair.take_in_there(now + timedelta(days=10))
    with contextlib.closing(open_for_writing(pair.there)) as there:
        rows = there.execute("SELECT question, reps FROM card WHERE kind = 'question' AND orphaned IS NULL ORDER BY id")
        assert rows.fetchall() == [("Then what do cats eat?", 0), ("And where do birds sleep?", 1)]


def test_a_question_that_the_other_side_reworded_keeps_its_card(pair: Pair, now: datetime) -> None:
    """Its rating can be undone, and its former wording brings back its schedule."""
    with opened(pair.there) as (there, _):
        ((card,),) = there.execute("SELECT id FROM card WHERE kind = 'question'").fetchall()
        step = ratings.rate(there, card, Rating.GOOD, now + timedelta(days=9), Config()).step
    with opened(pair.here) as (here, number):
        notes.save(here, number, LINE.replace("law is it", "law is it then"), now)
    pair.take_in_there(now + timedelta(days=10))
    cards = "SELECT id, question, reps, orphaned FROM card WHERE kind = 'question'"
    with opened(pair.there) as (there, number):
        assert there.execute(cards).fetchall() == [(card, "Which law is it then?", 1, None)]
        notes.save(there, number, LINE, now + timedelta(days=11))
        assert there.execute(cards).fetchall() == [(card, "Which law is it?", 1, None)]
        undone = undo.undo(there, now + timedelta(days=12), step)
        assert undone is not None
        assert not undone.is_unchanged
        assert there.execute(cards).fetchall() == [(card, "Which law is it?", 0, None)]
