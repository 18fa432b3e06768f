"""Corrections by hand are not overwritten by sources, and undo restores everything."""

import shutil
import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.errors import LibraryDiskError, ReadqError, UsageError
from readq.model.values import Paper, Status
from readq.services.history import undo
from readq.services.importing import import_files
from readq.services.papers import corrections, notes, triage
from readq.store.journal import steps
from readq.store.papers import queries
from readq.store.papers.notes import list_drafts
from readq.store.references import find

Run = Callable[..., Any]

READQ = f"{sys.executable} -m readq"


@pytest.fixture
def filled(library: str, connection: sqlite3.Connection, daily_file: Callable[..., str], now: datetime) -> str:
    """Import a daily list of three papers and return its path."""
    path = daily_file(3)
    import_files.import_paths(library, [path], import_files.ImportOptions(), now)
    return path


def paper(connection: sqlite3.Connection, number: int) -> Paper:
    found = queries.paper(connection, number)
    assert found is not None
    return found


class TestKey:
    def test_a_key_is_frozen_and_the_former_one_stays_valid(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        former = paper(connection, 1).key
        corrections.set_key(connection, 1, "lovelace:growth", now)
        assert (paper(connection, 1).key, paper(connection, 1).key_frozen) == ("lovelace:growth", True)
        assert find(connection, former) == find(connection, "lovelace:growth") == 1

    def test_undo_removes_the_key_and_redo_restores_it(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = paper(connection, 1)
        corrections.set_key(connection, 1, "mine", now)
        undo.undo(connection, now)
        assert paper(connection, 1) == before
        assert find(connection, "mine") is None
        undo.redo(connection, now)
        assert paper(connection, 1).key == "mine"
        assert find(connection, before.key) == 1

    def test_back_to_a_former_key(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        former = paper(connection, 1).key
        corrections.set_key(connection, 1, "mine", now)
        corrections.set_key(connection, 1, former, now)
        assert paper(connection, 1).key == former
        undo.undo(connection, now)
        assert (paper(connection, 1).key, find(connection, former)) == ("mine", 1)

    def test_the_case_of_a_key_can_be_changed(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        corrections.set_key(connection, 1, "Mine", now)
        corrections.set_key(connection, 1, "mine", now)
        assert paper(connection, 1).key == "mine"

    @pytest.mark.parametrize("key", ["a,b", "a b", "", "*", "a#b", "a~b", "{a}"])
    def test_keys_that_latex_refuses_are_refused(
        self, connection: sqlite3.Connection, filled: str, now: datetime, key: str
    ) -> None:
        with pytest.raises(UsageError):
            corrections.set_key(connection, 1, key, now)

    def test_the_key_of_another_paper_is_refused_and_nothing_changes(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        other = paper(connection, 2).key
        with pytest.raises(ReadqError, match="#2"):
            corrections.set_key(connection, 1, other.upper(), now)
        assert steps.step_to_undo(connection) is not None
        assert steps.step_to_undo(connection).what == "imported"  # type: ignore[union-attr]  # asserted above


class TestRemove:
    def test_undo_restores_everything_under_the_same_number(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        triage.tag(connection, [2], ["rl"], [], now)
        triage.enrol(connection, [2], True, now)
        notes.save(connection, 2, "mine", now)
        notes.keep_draft(connection, 2, "half a thought", 1, now)
        before = paper(connection, 2)
        corrections.remove(connection, [2], now)
        assert queries.paper(connection, 2) is None
        undo.undo(connection, now)
        assert paper(connection, 2) == before
        assert [draft.text for draft in list_drafts(connection)] == ["half a thought"]

    def test_undo_does_not_duplicate_a_paper_that_a_feed_added_again(
        self, library: str, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        corrections.remove(connection, [2], now)
        removal = steps.step_to_undo(connection)
        assert removal is not None
        import_files.import_paths(library, [filled], import_files.ImportOptions(), now)
        undone = undo.undo(connection, now, removal.step)
        assert undone is not None
        assert undone.conflicts == (2,)
        titles = [row.title for row in queries.queue_rows(connection, range(1, 10))]
        assert len(titles) == len(set(titles)) == 3

    def test_redo_removes_it_again(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        corrections.remove(connection, [1, 3], now)
        undo.undo(connection, now)
        undo.redo(connection, now)
        assert [row.id for row in queries.queue_rows(connection, range(1, 10))] == [2]


class TestEdit:
    def edit(self, connection: sqlite3.Connection, now: datetime, old: str, new: str) -> None:
        before = corrections.entry_to_edit(connection, 1)
        assert old in before
        corrections.correct(connection, 1, before, before.replace(old, new), now)

    def test_edited_fields_are_not_overwritten_by_a_source(
        self, library: str, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        self.edit(connection, now, "On the", "Concerning the")
        self.edit(connection, now, "Lovelace, Ada", "Byron, Ada")
        assert paper(connection, 1).title.startswith("Concerning the")
        assert paper(connection, 1).authors[0] == "Ada Byron"
        report = import_files.import_paths(library, [filled], import_files.ImportOptions(), now)
        assert report.unchanged == 3
        assert paper(connection, 1).title.startswith("Concerning the")

    def test_the_search_index_is_updated(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        self.edit(connection, now, "On the", "Concerning the")
        found = connection.execute("SELECT rowid FROM paper_search WHERE paper_search MATCH 'concerning'").fetchall()
        assert found == [(1,)]

    def test_undo_restores_the_metadata(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        before = paper(connection, 1)
        self.edit(connection, now, "On the", "Concerning the")
        undo.undo(connection, now)
        assert paper(connection, 1) == before

    def test_a_new_key_in_the_entry_renames_the_paper(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        self.edit(connection, now, paper(connection, 1).key, "byron2026")
        assert (paper(connection, 1).key, paper(connection, 1).key_frozen) == ("byron2026", True)

    def test_an_invalid_key_in_the_entry_changes_nothing(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = paper(connection, 1)
        with pytest.raises(UsageError):
            self.edit(connection, now, before.key, "a~b")
        assert paper(connection, 1) == before

    def test_an_identifier_of_another_paper_is_refused_and_nothing_changes(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before, others = paper(connection, 1), paper(connection, 2).arxiv_id
        assert before.arxiv_id
        assert others
        with pytest.raises(ReadqError, match="belongs to #2") as caught:
            self.edit(connection, now, before.arxiv_id, others)
        assert caught.value.hint == "readq merge 1 2 merges the two"
        assert paper(connection, 1) == before

    def test_the_doi_of_another_paper_is_refused(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        entry = corrections.entry_to_edit(connection, 2)
        corrections.correct(connection, 2, entry, entry.replace("title", "doi = {10.1000/ONE},\n  title", 1), now)
        assert paper(connection, 2).doi == "10.1000/one"
        with pytest.raises(ReadqError, match=r"^10\.1000/one belongs to #2"):
            self.edit(connection, now, "title", "doi = {10.1000/one},\n  title")
        assert "doi" not in corrections.entry_to_edit(connection, 1)

    def test_two_papers_may_share_a_url(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        for number in (1, 2):
            entry = corrections.entry_to_edit(connection, number)
            typed = entry.replace("title", "url = {https://example.org/proceedings},\n  title", 1)
            corrections.correct(connection, number, entry, typed, now)
        assert paper(connection, 1).url == paper(connection, 2).url == "https://example.org/proceedings"

    def test_a_saved_entry_without_changes_is_no_step(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = corrections.entry_to_edit(connection, 1)
        assert corrections.correct(connection, 1, before, before + "\n", now).step is None

    @pytest.mark.parametrize("text", ["", "nonsense", "@misc{a, title = {b", "@misc{a, year = {1}}"])
    def test_a_broken_entry_changes_nothing(
        self, connection: sqlite3.Connection, filled: str, now: datetime, text: str
    ) -> None:
        entry, before = corrections.entry_to_edit(connection, 1), paper(connection, 1)
        with pytest.raises(ReadqError):
            corrections.correct(connection, 1, entry, text, now)
        assert paper(connection, 1) == before

    def test_the_text_is_kept_when_the_entry_cannot_be_parsed(
        self, connection: sqlite3.Connection, filled: str, now: datetime, tmp_path: Path
    ) -> None:
        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\necho "@misc{broken" > "$1"\n')
        editor.chmod(0o700)
        with pytest.raises(ReadqError, match="your text is in") as caught:
            corrections.edit(connection, 1, {"EDITOR": str(editor)}, lambda: now)
        kept = Path(str(caught.value).rpartition(" in ")[2].rstrip(")"))
        assert kept.read_text() == "@misc{broken\n"
        kept.unlink()

    def test_the_text_is_kept_when_the_entry_is_refused(
        self, connection: sqlite3.Connection, filled: str, now: datetime, tmp_path: Path
    ) -> None:
        mine, others = paper(connection, 1).arxiv_id, paper(connection, 2).arxiv_id
        editor = tmp_path / "editor"
        editor.write_text(f'#!/bin/sh\nsed -i "s/{mine}/{others}/" "$1"\n')
        editor.chmod(0o700)
        with pytest.raises(ReadqError, match=r"readq merge 1 2 .*your text is in") as caught:
            corrections.edit(connection, 1, {"EDITOR": str(editor)}, lambda: now)
        kept = Path(str(caught.value).rpartition(" in ")[2].rstrip(")"))
        assert str(others) in kept.read_text()
        kept.unlink()

    def test_the_text_is_kept_when_the_disk_is_full(
        self, connection: sqlite3.Connection, filled: str, now: datetime, tmp_path: Path
    ) -> None:
        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\nsed -i "s/title.*/title = {$(printf %0100000d 7)},/" "$1"\n')
        editor.chmod(0o700)
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(LibraryDiskError, match="your text is in") as caught:
            corrections.edit(connection, 1, {"EDITOR": str(editor)}, lambda: now)
        kept = Path(str(caught.value).rpartition(" in ")[2].rstrip(")"))
        assert len(kept.read_text()) > 100_000
        kept.unlink()

    def test_the_text_is_kept_when_the_editor_is_killed(
        self, connection: sqlite3.Connection, filled: str, now: datetime, tmp_path: Path
    ) -> None:
        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\necho halfway > "$1"\nkill -9 $$\n')
        editor.chmod(0o700)
        before = paper(connection, 1)
        with pytest.raises(ReadqError, match=r"killed by signal 9 \(nothing was changed") as caught:
            corrections.edit(connection, 1, {"EDITOR": str(editor)}, lambda: now)
        assert paper(connection, 1) == before
        kept = Path(str(caught.value).rpartition(" in ")[2].rstrip(")"))
        assert kept.read_text() == "halfway\n"
        shutil.rmtree(kept.parent)

    def test_concurrent_changes_of_one_field_are_refused(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = corrections.entry_to_edit(connection, 1)
        self.edit(connection, now, "On the", "Theirs:")
        changed = paper(connection, 1)
        with pytest.raises(ReadqError, match=r"^title was changed while the editor was open \("):
            corrections.correct(connection, 1, before, before.replace("On the", "Mine:"), now)
        assert paper(connection, 1) == changed

    def test_the_same_change_twice_is_no_conflict(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = corrections.entry_to_edit(connection, 1)
        self.edit(connection, now, "On the", "Theirs:")
        corrections.correct(connection, 1, before, before.replace("On the", "Theirs:"), now)
        assert paper(connection, 1).title.startswith("Theirs:")

    def test_concurrent_changes_of_other_fields_are_kept(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = corrections.entry_to_edit(connection, 1)
        for old, theirs in (("On the", "Theirs:"), ("title", "series = {Theirs},\n  title")):
            self.edit(connection, now, old, theirs)
        mine = before.replace("Lovelace, Ada", "Byron, Ada").replace("title", "volume = {7},\n  title", 1)
        corrections.correct(connection, 1, before, mine, now)
        entry = corrections.entry_to_edit(connection, 1)
        assert all(said in entry for said in ("Theirs:", "series = {Theirs}", "Byron, Ada", "volume = {7}"))
        assert paper(connection, 1).title.startswith("Theirs:")
        assert paper(connection, 1).authors[0] == "Ada Byron"

    def test_an_identifier_removed_elsewhere_stays_removed(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        self.edit(connection, now, "title", "doi = {10.1000/one},\n  title")
        before = corrections.entry_to_edit(connection, 1)
        self.edit(connection, now, "doi = {10.1000/one},", "")
        corrections.correct(connection, 1, before, before.replace("On the", "Mine:"), now)
        assert paper(connection, 1).title.startswith("Mine:")
        assert paper(connection, 1).doi is None
        assert "10.1000" not in corrections.entry_to_edit(connection, 1)

    def test_title_and_subtitle_conflict_as_one_field(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = corrections.entry_to_edit(connection, 1)
        self.edit(connection, now, "title", "subtitle = {Theirs},\n  title")
        with pytest.raises(ReadqError, match=r"^title was changed while the editor was open \("):
            corrections.correct(connection, 1, before, before.replace("On the", "Mine:"), now)

    def test_the_text_is_kept_after_a_change_elsewhere(
        self, connection: sqlite3.Connection, filled: str, now: datetime, tmp_path: Path
    ) -> None:
        def clock_after_a_change() -> datetime:
            # Called when the editor has closed.
            self.edit(connection, now, "On the", "Theirs:")
            return now

        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\nsed -i "s/On the/Mine:/" "$1"\n')
        editor.chmod(0o700)
        with pytest.raises(
            ReadqError, match=r"title was changed while the editor was open .*your text is in"
        ) as caught:
            corrections.edit(connection, 1, {"EDITOR": str(editor)}, clock_after_a_change)
        kept = Path(str(caught.value).rpartition(" in ")[2].rstrip(")"))
        assert "Mine:" in kept.read_text()
        kept.unlink()

    def test_the_text_is_kept_when_the_paper_is_removed(
        self, connection: sqlite3.Connection, library: str, filled: str, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("READQ_DB", library)
        editor = f'sh -c \'{READQ} remove 1 --yes; sed -i "s/On the/Mine:/" "$0"\''
        with pytest.raises(ReadqError, match=r"paper 1 was removed in the meantime .*your text is in") as caught:
            corrections.edit(connection, 1, {"EDITOR": editor}, lambda: now)
        kept = Path(str(caught.value).rpartition(" in ")[2].rstrip(")"))
        assert "Mine:" in kept.read_text()
        kept.unlink()

    def test_after_a_merge_the_other_paper_is_corrected(
        self, connection: sqlite3.Connection, library: str, filled: str, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("READQ_DB", library)
        editor = f'sh -c \'{READQ} merge 1 3; sed -i "s/title/series = {{Mine}}, title/" "$0"\''
        outcome = corrections.edit(connection, 3, {"EDITOR": editor}, lambda: now)
        assert (outcome.changed, outcome.unchanged, outcome.missing) == (1, 0, ())
        assert "Mine" in corrections.entry_to_edit(connection, 1)


class TestSnooze:
    def test_only_undecided_papers_are_snoozed_and_a_mark_ends_it(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        triage.mark(connection, [2], Status.READING, now)
        outcome = triage.snooze(connection, [1, 2], datetime(2026, 12, 1).date(), now)  # noqa: DTZ001 - a day
        assert (outcome.changed, outcome.unchanged) == (1, 1)
        assert paper(connection, 1).snoozed_until == "2026-12-01"
        triage.mark(connection, [1], Status.QUEUED, now)
        assert paper(connection, 1).snoozed_until is None

    def test_snoozing_until_today_is_refused(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        with pytest.raises(UsageError):
            triage.snooze(connection, [1], now.date(), now)


class TestEntryOfAProgram:
    ENTRY = (
        "@article{falk, title={Dusk & Moths}, author={Falk, Mia}, journal={J. Moths}, year=2012, month=apr, day=7,"
        " keywords={own, dusk}, abstract={On moths}}"
    )

    def test_all_that_an_entry_shows_is_taken(self, connection: sqlite3.Connection, filled: str, now: datetime) -> None:
        before = paper(connection, 1)
        corrections.replace_entry(connection, 1, self.ENTRY, now)
        found = paper(connection, 1)
        assert (found.key, found.title, found.published) == ("falk", "Dusk & Moths", "2012-04-07")
        assert (found.abstract, set(found.tags), found.authors) == ("On moths", {"own", "dusk"}, ("Mia Falk",))
        shown = corrections.entry_to_edit(connection, 1, dialect="bibtex")
        for line in ("month = apr", "day = {7}", "keywords = {own, dusk}", "abstract = {On moths}"):
            assert f"  {line},\n" in shown
        undo.undo(connection, now)
        assert paper(connection, 1) == before

    def test_fields_on_demand_stay_if_the_entry_lacks_them(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        corrections.replace_entry(connection, 1, self.ENTRY, now)
        corrections.replace_entry(
            connection, 1, "@article{falk, title={Moths}, author={Falk, Mia}, journal={J. Moths}, date={2013}}", now
        )
        found = paper(connection, 1)
        assert (found.title, found.year, found.abstract, set(found.tags)) == (
            "Moths",
            2013,
            "On moths",
            {"own", "dusk"},
        )

    @pytest.mark.parametrize(
        "text",
        [
            "@article{falk, title={Moths}, year = 2013}\n% end\n",
            "From a page\n@article(falk, title={Moths},)\n@comment{c}",
            "@comment{a: {b}}\n@article{falk, title={Moths},} see (there)",
        ],
    )
    def test_text_around_the_entry_costs_no_field(
        self, connection: sqlite3.Connection, filled: str, now: datetime, text: str
    ) -> None:
        corrections.replace_entry(connection, 1, self.ENTRY, now)
        corrections.replace_entry(connection, 1, text, now)
        found = paper(connection, 1)
        assert (found.title, found.abstract, set(found.tags)) == ("Moths", "On moths", {"own", "dusk"})

    def test_a_field_that_is_not_taken_is_named(
        self, connection: sqlite3.Connection, filled: str, now: datetime
    ) -> None:
        before = paper(connection, 1)
        with pytest.raises(ReadqError, match="cannot change execute, ids"):
            corrections.replace_entry(connection, 1, f"{self.ENTRY[:-1]}, ids={{other}}, execute={{x}}}}", now)
        assert paper(connection, 1) == before

    def test_the_editor_shows_the_dialect_of_the_readers_choice(
        self, connection: sqlite3.Connection, filled: str
    ) -> None:
        assert "date = " in corrections.entry_to_edit(connection, 1)
        assert "year = " in corrections.entry_to_edit(connection, 1, dialect="bibtex")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("year = 2001, month = 13", "month 13"),
        ("year = {abc}", "year abc"),
        ("year = 2001, month = feb, day = 32", "day 32"),
        ("date = {soon}", "date soon"),
        ("date = {2001-02-30}", "date 2001-02-30"),
        ("date = {2001-13}", "date 2001-13"),
        ("year = 2001, month = 2, day = 30", "date 2001-02-30"),
    ],
)
def test_a_date_that_is_none_is_refused(six_papers: str, run_cli: Run, tmp_path: Path, typed: str, fault: str) -> None:
    before = run_cli("show", 1, "--json").out
    entry = tmp_path / "entry.bib"
    entry.write_text(f"@misc{{{run_cli('show', 1, '--json').json['key']}, title={{A}}, author={{B, C}}, {typed}}}")
    refused = run_cli("edit", 1, "--set", entry)
    assert refused.status == 1
    assert f"there is no {fault}" in refused.err
    assert run_cli("show", 1, "--json").out == before


@pytest.mark.parametrize(
    "typed",
    [
        "year = {in press}",
        "year = {2001/2002}",
        "year = 2001, month = {Summer}",
        "date = {2001-21}",
        "date = {2004-02-29}",
        'year = 2001, month = jun # "~12--15"',
        "year = 2001, month = {juillet}",
        "year = {c. 1850}",
        "date = {19XX}",
    ],
)
def test_dates_that_entries_have_are_taken(six_papers: str, run_cli: Run, tmp_path: Path, typed: str) -> None:
    entry = tmp_path / "entry.bib"
    entry.write_text(f"@misc{{{run_cli('show', 1, '--json').json['key']}, title={{A}}, author={{B, C}}, {typed}}}")
    assert run_cli("edit", 1, "--set", entry).status == 0


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_an_entry_as_it_is_exported_changes_nothing(run_cli: Run, tmp_path: Path, form: str) -> None:
    given, entry = tmp_path / "given.bib", tmp_path / "entry.bib"
    given.write_text(
        "@article{falk2001, title={On Moths}, author={Falk, Mia}, journal={Phys. Rev.}, year=2001, month=mar # {~12},"
        " keywords={dusk, moths}, abstract={Lamps.}, custom={x}, note={y}}\n"
    )
    run_cli("import", given)
    exported = run_cli("export", "--format", form).out
    lines = exported.splitlines()
    for text in (exported, "\n".join([lines[0], *reversed(lines[1:-1]), lines[-1]])):
        entry.write_text(text)
        assert run_cli("edit", "falk2001", "--set", entry, "--json").json["changed"] == 0
    assert run_cli("export", "--format", form).out == exported
