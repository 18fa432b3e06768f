"""Merging two papers: values kept, aliases, and undo, which restores both."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.errors import ReadqError
from readq.model.fields import edit_marks
from readq.model.identifiers import title_key
from readq.model.values import Paper, Rating, Status
from readq.services.dump import write_folder
from readq.services.dump.merge_folder import DumpOptions, import_dump
from readq.services.history import undo
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import corrections, merge, notes, triage
from readq.services.review import ratings
from readq.services.safety import check
from readq.store.journal import steps
from readq.store.library import open_for_writing
from readq.store.papers import other_titles, queries
from readq.store.papers.notes import list_drafts
from readq.store.records import read
from readq.store.references import find

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def filled(six_papers: str, connection: sqlite3.Connection) -> sqlite3.Connection:
    """A library of six papers in the inbox, open for writing."""
    return connection


def paper(connection: sqlite3.Connection, number: int) -> Paper:
    found = queries.paper(connection, number)
    assert found is not None
    return found


def rows(connection: sqlite3.Connection) -> Rows:
    """Return the library without the journal and the versions of notes."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_search*'"
        " AND name NOT IN ('step', 'change', 'note_history', 'sqlite_sequence')"
    ).fetchall()
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}
    found["note"] = connection.execute("SELECT paper_id, text FROM note").fetchall()
    return {name: sorted(each, key=repr) for name, each in found.items()}


class TestMergedValues:
    def test_the_other_number_and_key_become_aliases(self, filled: sqlite3.Connection, now: datetime) -> None:
        kept, gone = paper(filled, 2).key, paper(filled, 5).key
        outcome = merge.merge(filled, 5, 2, now)
        assert (outcome.changed, queries.paper(filled, 5)) == (2, None)
        assert paper(filled, 2).key == kept
        assert [find(filled, name) for name in ("5", "#5", "005", gone, kept, "2", "2611.00005")] == [2] * 7

    def test_numbers_follow_through_a_second_merge(self, filled: sqlite3.Connection, now: datetime) -> None:
        merge.merge(filled, 5, 6, now)
        merge.merge(filled, 5, 1, now)
        assert [find(filled, name) for name in ("6", "#5", "1")] == [1, 1, 1]

    def test_a_frozen_key_beats_a_provisional_one(self, filled: sqlite3.Connection, now: datetime) -> None:
        provisional = paper(filled, 2).key
        corrections.set_key(filled, 5, "mine", now)
        merge.merge(filled, 2, 5, now)
        assert (paper(filled, 2).key, paper(filled, 2).key_frozen) == ("mine", True)
        assert find(filled, provisional) == 2

    def test_the_older_of_two_frozen_keys_stays(self, filled: sqlite3.Connection, now: datetime) -> None:
        corrections.set_key(filled, 2, "older", now)
        corrections.set_key(filled, 5, "newer", now)
        merge.merge(filled, 5, 2, now)
        assert paper(filled, 2).key == "older"
        assert find(filled, "newer") == 2

    def test_the_later_decision_wins_and_the_rest_is_merged(self, filled: sqlite3.Connection, now: datetime) -> None:
        triage.mark(filled, [2], Status.DROPPED, now)
        triage.mark(filled, [5], Status.QUEUED, now + timedelta(hours=1))
        triage.tag(filled, [2], ["rl"], [], now)
        triage.tag(filled, [5], ["nlp"], [], now)
        triage.star(filled, [5], True, now)
        notes.save(filled, 2, "older", now)
        notes.save(filled, 5, "newer", now)
        merge.merge(filled, 2, 5, now)
        joined = paper(filled, 2)
        assert (joined.status, joined.starred, joined.tags) == ("queued", True, ("nlp", "rl"))
        assert joined.note == "older\n\nnewer"

    def test_a_note_within_the_other_is_not_repeated(self, filled: sqlite3.Connection, now: datetime) -> None:
        notes.save(filled, 2, "one line", now)
        notes.save(filled, 5, "first\none line\nlast", now)
        merge.merge(filled, 2, 5, now)
        assert paper(filled, 2).note == "first\none line\nlast"

    def test_answers_are_merged_in_order_and_pass_the_check(
        self, filled: sqlite3.Connection, library: str, now: datetime
    ) -> None:
        for day, number in enumerate((5, 2, 5, 2)):
            ratings.rate_papers(filled, [number], Rating.GOOD, now + timedelta(days=day), Config())
        logged = filled.execute("SELECT id FROM review ORDER BY id").fetchall()
        merge.merge(filled, 2, 5, now + timedelta(days=4))
        assert filled.execute("SELECT id FROM review ORDER BY id").fetchall() == logged
        assert filled.execute("SELECT paper_id, reps FROM card").fetchall() == [(2, 4)]
        assert check.check(library, now + timedelta(days=40)).problems == ()

    def test_one_paper_is_not_merged_with_itself(self, filled: sqlite3.Connection, now: datetime) -> None:
        with pytest.raises(ReadqError, match="both are paper #2"):
            merge.merge(filled, 2, 2, now)


class TestDraftsFilesAndPending:
    def put(self, connection: sqlite3.Connection, number: int, sha256: str | None) -> None:
        connection.execute(
            "INSERT INTO pdf (paper_id, path, sha256, added) VALUES (?, ?, ?, '2026-11-20T00:00:00Z')",
            (number, f"{number}.pdf", sha256),
        )

    def test_no_draft_is_lost(self, filled: sqlite3.Connection, now: datetime) -> None:
        notes.save(filled, 2, "a note", now)
        notes.keep_draft(filled, 5, "half a thought", None, now)
        merge.merge(filled, 2, 5, now)
        (draft,) = list_drafts(filled)
        assert (draft.paper_id, draft.text) == (2, "half a thought")
        notes.save(filled, 2, draft.text, now, base_version=draft.base_version)
        assert "a note" in (paper(filled, 2).note or "")
        assert "half a thought" in (paper(filled, 2).note or "")

    def test_two_drafts_become_one(self, filled: sqlite3.Connection, now: datetime) -> None:
        notes.keep_draft(filled, 2, "one", None, now)
        notes.keep_draft(filled, 5, "two", None, now)
        merge.merge(filled, 2, 5, now)
        (draft,) = list_drafts(filled)
        assert draft.text.startswith("one\n")
        assert draft.text.endswith("\ntwo")

    def test_a_draft_changed_since_stays_after_undo(self, filled: sqlite3.Connection, now: datetime) -> None:
        notes.keep_draft(filled, 5, "half", None, now)
        merge.merge(filled, 2, 5, now)
        notes.keep_draft(filled, 2, "half a thought", 0, now)
        undo.undo(filled, now)
        assert {draft.paper_id: draft.text for draft in list_drafts(filled)} == {2: "half a thought", 5: "half"}

    @pytest.mark.parametrize(
        ("mine", "theirs", "kept"), [("a", "b", "2.pdf"), ("a", None, "5.pdf"), (None, None, "2.pdf")]
    )
    def test_the_readers_own_file_is_kept(
        self, filled: sqlite3.Connection, now: datetime, mine: str | None, theirs: str | None, kept: str
    ) -> None:
        self.put(filled, 2, mine)
        self.put(filled, 5, theirs)
        before = rows(filled)
        merge.merge(filled, 2, 5, now)
        assert filled.execute("SELECT paper_id, path FROM pdf").fetchall() == [(2, kept)]
        undo.undo(filled, now)
        assert rows(filled) == before

    @pytest.mark.parametrize(("waiting", "after"), [([2], []), ([5], []), ([2, 5], [2])])
    def test_a_paper_with_metadata_is_not_pending(
        self, filled: sqlite3.Connection, now: datetime, waiting: list[int], after: list[int]
    ) -> None:
        filled.executemany(
            "INSERT INTO pending (paper_id, reference, since) VALUES (?, 'x', '2026-11-20T00:00:00Z')",
            [(number,) for number in waiting],
        )
        merge.merge(filled, 2, 5, now)
        assert [number for (number,) in filled.execute("SELECT paper_id FROM pending")] == after

    def test_the_later_version_is_kept(self, filled: sqlite3.Connection, now: datetime) -> None:
        filled.execute("UPDATE paper SET version = 3, revised = '2026-11-01' WHERE id = 5")
        merge.merge(filled, 2, 5, now)
        assert filled.execute("SELECT version, revised FROM paper WHERE id = 2").fetchall() == [(3, "2026-11-01")]


class TestUndo:
    def busy(self, connection: sqlite3.Connection, now: datetime) -> None:
        """Return two papers with rows in every table."""
        triage.mark(connection, [2], Status.DONE, now)
        triage.mark(connection, [5], Status.READING, now + timedelta(minutes=1))
        corrections.set_key(connection, 5, "mine", now)
        triage.tag(connection, [2, 5], ["rl"], [], now)
        triage.tag(connection, [5], ["nlp"], [], now)
        notes.save(connection, 5, "newer", now)
        notes.save(connection, 2, "older", now)
        notes.keep_draft(connection, 5, "half a thought", 1, now)
        for day, number in enumerate((5, 2, 5)):
            ratings.rate_papers(connection, [number], Rating.HARD, now + timedelta(days=day), Config())

    def test_undo_restores_both_papers_and_redo_merges_them(
        self, filled: sqlite3.Connection, library: str, now: datetime, tmp_path: Path
    ) -> None:
        self.busy(filled, now)
        before = rows(filled)
        write_folder.dump(filled, str(tmp_path / "before"))
        merge.merge(filled, 2, 5, now)
        after = rows(filled)
        undo.undo(filled, now)
        assert rows(filled) == before
        write_folder.dump(filled, str(tmp_path / "after"))
        files = [path for path in (tmp_path / "before").rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert (tmp_path / "after" / path.relative_to(tmp_path / "before")).read_bytes() == path.read_bytes()
        undo.redo(filled, now)
        assert rows(filled) == after
        assert check.check(library, now + timedelta(days=40)).problems == ()

    def test_answers_after_a_merge_are_redone_after_it(self, filled: sqlite3.Connection, now: datetime) -> None:
        ratings.rate_papers(filled, [5], Rating.GOOD, now, Config())
        merge.merge(filled, 2, 5, now)
        ratings.rate_papers(filled, [2], Rating.EASY, now + timedelta(days=9), Config())
        after = rows(filled)
        for _ in range(2):
            undo.undo(filled, now)
        for _ in range(2):
            undo.redo(filled, now)
        assert rows(filled) == after

    def test_later_changes_stay(self, filled: sqlite3.Connection, now: datetime) -> None:
        step = merge.merge(filled, 2, 5, now).step
        triage.star(filled, [2], True, now)
        triage.tag(filled, [2], ["later"], [], now)
        undone = undo.undo(filled, now, step)
        assert undone is not None
        assert undone.conflicts == ()
        assert (paper(filled, 2).starred, paper(filled, 2).tags) == (True, ("later",))
        assert find(filled, "5") == 5

    def test_a_changed_field_of_the_merge_is_a_conflict(self, filled: sqlite3.Connection, now: datetime) -> None:
        notes.save(filled, 5, "newer", now)
        step = merge.merge(filled, 2, 5, now).step
        notes.append(filled, 2, "and later", now)
        before = rows(filled)
        undone = undo.undo(filled, now, step)
        assert undone is not None
        assert (list(undone.papers), undone.conflicts) == ([], (2, 5))
        assert rows(filled) == before

    def test_a_paper_rated_since_is_not_unmerged(self, filled: sqlite3.Connection, now: datetime) -> None:
        ratings.rate_papers(filled, [5], Rating.GOOD, now, Config())
        step = merge.merge(filled, 2, 5, now).step
        ratings.rate_papers(filled, [2], Rating.GOOD, now + timedelta(days=3), Config())
        before = rows(filled)
        undone = undo.undo(filled, now, step)
        assert undone is not None
        assert undone.conflicts == (2, 5)
        assert rows(filled) == before

    def test_later_data_from_a_source_stays(
        self,
        filled: sqlite3.Connection,
        library: str,
        daily_file: Callable[..., str],
        now: datetime,
        daily_entry: Callable[..., dict[str, Any]],
    ) -> None:
        merge.merge(filled, 2, 5, now)
        import_paths(library, [daily_file([daily_entry(5, upvotes=999)], "2026-11-22.json")], ImportOptions(), now)
        assert queries.paper(filled, 5) is None
        assert paper(filled, 2).sightings[0].upvotes == 999 or len(paper(filled, 2).sightings) > 1

    def test_undoing_an_earlier_edit_leaves_the_later_one(self, filled: sqlite3.Connection, now: datetime) -> None:
        def edit(old: str, new: str) -> int | None:
            before = corrections.entry_to_edit(filled, 1)
            assert old in before
            return corrections.correct(filled, 1, before, before.replace(old, new), now).step

        title = paper(filled, 1).title
        step = edit("On the", "Concerning the")
        edit("Lovelace, Ada", "Byron, Ada")
        undo.undo(filled, now, step)
        assert (paper(filled, 1).title, paper(filled, 1).authors[0]) == (title, "Ada Byron")
        assert edit_marks.names(filled.execute("SELECT edited FROM paper WHERE id = 1").fetchone()) == {"authors"}


def test_a_merge_is_part_of_a_dump(filled: sqlite3.Connection, library: str, now: datetime, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    shutil.copyfile(library, other)
    with contextlib.closing(open_for_writing(other)) as elsewhere:
        merge.merge(elsewhere, 2, 5, now)
        write_folder.dump(elsewhere, str(tmp_path / "dump"))
        there = read.papers(elsewhere, [2])[2]
    notes.keep_draft(filled, 5, "being typed", None, now)
    filled.execute("INSERT INTO pdf (paper_id, path, added) VALUES (5, '/papers/5.pdf', '2026-11-20T00:00:00Z')")
    filled.execute("INSERT INTO last_opened (one, paper_id) VALUES (1, 5)")
    title = paper(filled, 5).title
    before = rows(filled)
    step = import_dump(library, str(tmp_path / "dump"), DumpOptions(), now).step
    assert step == steps.newest_number(filled)
    assert (find(filled, "5"), find(filled, "#5")) == (2, 2)
    assert read.papers(filled, [2])[2] == there
    assert filled.execute("SELECT paper_id, text FROM draft").fetchall() == [(2, "being typed")]
    assert filled.execute("SELECT paper_id, path FROM pdf").fetchall() == [(2, "/papers/5.pdf")]
    assert filled.execute("SELECT paper_id FROM last_opened").fetchall() == [(2,)]
    assert title_key(title) in other_titles.of(filled, 2)
    undo.undo(filled, now)
    after = rows(filled)
    del before["last_opened"], after["last_opened"]
    assert after == before


def test_numbers_of_merged_papers_stay_when_a_dump_changes_the_paper(
    filled: sqlite3.Connection, library: str, now: datetime, tmp_path: Path
) -> None:
    merge.merge(filled, 2, 5, now)
    write_folder.dump(filled, str(tmp_path / "dump"))
    assert '"5"' not in (tmp_path / "dump" / "papers.jsonl").read_text()
    corrections.set_key(filled, 2, "other", now)
    undo.undo(filled, now)
    corrections.remove(filled, [1], now)
    import_dump(library, str(tmp_path / "dump"), DumpOptions(tags=("x",)), now)
    assert find(filled, "5") == 2


def test_equally_trusted_entries_are_not_mixed(library: str, tmp_path: Path, now: datetime) -> None:
    talk = "@inproceedings{z19, title = {Deep Widgets}, author = {Zhang, Wei and Li, Bo}, year = 2019,"
    talk += " booktitle = {Proc. ICML}, pages = {1--9}}"
    article = "@article{z20, title = {Deep Widgets for Everything}, author = {Zhang, W.}, year = 2020,"
    article += " journal = {JMLR}, volume = 3, number = 4, pages = {100--120}}"
    (tmp_path / "own.bib").write_text(f"{talk}\n{article}\n")
    import_paths(library, [str(tmp_path / "own.bib")], ImportOptions(), now)
    with contextlib.closing(open_for_writing(library)) as connection:
        merge.merge(connection, 1, 2, now)
        (merged,) = read.papers(connection).values()
    assert (merged.title, merged.year, merged.venue) == ("Deep Widgets for Everything", 2020, "JMLR")
    assert (merged.entry_type, [author.name for author in merged.authors]) == ("article", ["W. Zhang"])
    fields = dict(merged.fields)
    assert (fields["journal"], fields["number"], fields["pages"]) == ("JMLR", "4", "100--120")
    assert "booktitle" not in fields


def test_corrections_of_both_papers_are_exported(
    filled: sqlite3.Connection, library: str, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "own.bib"
    file.write_text("@article{mine, title = {On Looms}, journal = {Notes}, year = {1843}, volume = {7}}")
    import_paths(library, [str(file)], ImportOptions(), now)
    for hours, (number, old, new) in enumerate([(1, "On the", "Concerning the"), (7, "1843", "1844")]):
        before = corrections.entry_to_edit(filled, number)
        assert old in before
        corrections.correct(filled, number, before, before.replace(old, new), now + timedelta(hours=hours))
    merge.merge(filled, 1, 7, now)
    (merged,) = read.papers(filled, [1]).values()
    fields = dict(merged.fields)
    assert merged.title.startswith("Concerning the")
    assert (merged.year, fields["date"], fields["volume"]) == (1844, "1844", "7")
    assert fields["title"].startswith("Concerning the")
