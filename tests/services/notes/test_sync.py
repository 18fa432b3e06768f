"""The folder of notes and the library are brought in step, and nothing that stood on a side is lost."""

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from readq.errors import DiskError
from readq.model.values import CONFLICT_HEADING, Status
from readq.services.history import undo
from readq.services.notes import files
from readq.services.notes.sync import SyncReport
from readq.services.papers import corrections, merge, notes, triage
from readq.store.notes import file_rows
from readq.store.papers import queries
from readq.store.papers.notes import find_note

Step = Callable[..., SyncReport]


def text_of(connection: sqlite3.Connection, paper_id: int = 1) -> str:
    note = find_note(connection, paper_id)
    return note.text if note else ""


def key_of(connection: sqlite3.Connection, paper_id: int = 1) -> str:
    return queries.papers(connection, [paper_id])[0].key


def file_of(folder: Path, connection: sqlite3.Connection, paper_id: int = 1) -> Path:
    return folder / f"{key_of(connection, paper_id)}.md"


FileWith = Callable[[str], Path]


@pytest.fixture
def file_with(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> FileWith:
    """Return a function that gives the first paper a note, and returns the file of the note."""

    def write(text: str) -> Path:
        notes.save(papers, 1, text, now)
        step()
        return file_of(folder, papers)

    return write


def front_matter(path: Path) -> dict[str, object]:
    found = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    assert isinstance(found, dict)
    return found


def body(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("---\n", 2)[2]


def test_a_note_becomes_a_file_with_front_matter_as_obsidian_takes_it(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    triage.tag(papers, [1], ["rl", "c++", "2024", "a/b"], [], now)
    notes.save(papers, 1, "claim: it works\n\n- one\n- two", now)
    assert step().written == (key_of(papers),)
    path = file_of(folder, papers)
    found = front_matter(path)
    assert body(path) == "claim: it works\n\n- one\n- two\n"
    assert found["tags"] == ["_2024", "a/b", "c--", "rl"]
    assert isinstance(found["added"], date)
    assert all(isinstance(found[name], list) for name in ("tags", "aliases", "authors"))
    assert all(isinstance(value, str | int | date | list) for value in found.values())
    assert all(isinstance(item, str) for value in found.values() if isinstance(value, list) for item in value)
    assert found["readq"] == key_of(papers)
    before = path.read_bytes()
    assert step() == SyncReport()
    assert step(full=True).changes == 0
    assert path.read_bytes() == before
    assert set(queries.papers(papers, [1])[0].tags) == {"rl", "c++", "2024", "a/b"}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_is_edited_in_the_file_is_taken_in_as_steps(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, newline: str
) -> None:
    notes.save(papers, 1, "old", now)
    triage.tag(papers, [1], ["old", "kept"], [], now)
    step()
    path = file_of(folder, papers)
    content = path.read_text().replace("status: inbox", 'status: "reading"').replace("  - old\n", "  - New\n")
    content = content.replace("---\nold\n", "cssclasses:\n  - wide\n---\n\nnew text\n").replace("\n", newline)
    path.write_bytes(content.encode())
    assert step().taken == (key_of(papers),)
    paper = queries.papers(papers, [1])[0]
    assert (paper.note, paper.status, set(paper.tags)) == ("new text", "reading", {"new", "kept"})
    # The file says the same now, so it stays as its editor wrote it.
    step()
    assert path.read_bytes() == content.encode()
    for _ in range(3):
        undo.undo(papers, now)
    step()
    assert (body(path), front_matter(path)["status"]) == ("old\n", "inbox")
    assert front_matter(path)["cssclasses"] == ["wide"]


def test_a_title_edited_in_the_file_is_a_correction(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    lines = [
        'title: "A {Better} Title: 50% & $x_1$"' if x.startswith("title:") else x for x in path.read_text().split("\n")
    ]
    path.write_text("\n".join(lines))
    step()
    title = queries.papers(papers, [1])[0].title
    assert front_matter(path)["title"] == title
    assert "Better" in title
    assert "50%" in title
    assert step() == SyncReport()
    undo.undo(papers, now)
    step()
    assert front_matter(path)["title"] == queries.papers(papers, [1])[0].title != title


def test_both_texts_are_kept_where_both_sides_changed(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("base")
    notes.save(papers, 1, "mine", now)
    path.write_text(path.read_text().replace("---\nbase\n", "---\ntheirs\n"))
    assert step().both == (key_of(papers),)
    assert text_of(papers) == f"mine\n\n{CONFLICT_HEADING}\n\ntheirs"
    assert body(path) == text_of(papers) + "\n"
    assert step() == SyncReport()


def test_a_short_text_within_a_line_of_the_other_side_is_kept(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    for number in (1, 2):
        notes.save(papers, number, "base", now)
    step()
    for number, mine, theirs in ((1, "claim: 10", "claim: 1"), (2, "no", "I do not know")):
        notes.save(papers, number, mine, now)
        path = file_of(folder, papers, number)
        path.write_text(path.read_text().replace("---\nbase\n", f"---\n{theirs}\n"))
    step()
    assert text_of(papers) == f"claim: 10\n\n{CONFLICT_HEADING}\n\nclaim: 1"
    assert text_of(papers, 2) == f"no\n\n{CONFLICT_HEADING}\n\nI do not know"
    for number in (3, 4):
        notes.save(papers, number, f"{number}\nbase", now)
    step()
    path = file_of(folder, papers, 4)
    notes.save(papers, 3, "100\nbase", now)
    path.write_text(path.read_text().replace("4\nbase\n", "10\n"))
    merge.merge(papers, 3, 4, now)
    step()
    assert "10" in text_of(papers, 3).split("\n")


def test_a_removed_file_removes_nothing_until_said(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    path = file_of(folder, papers)
    path.unlink()
    assert step().missing == (path.name,)
    assert text_of(papers) == "note 1"
    assert not path.exists()
    notes.save(papers, 1, "new", now)
    step()
    assert body(path) == "new\n"


def test_a_note_removed_in_the_library_removes_its_file_and_undo_brings_it_back(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    notes.save(papers, 1, "", now)
    assert step().removed == (key_of(papers),)
    assert not path.exists()
    undo.undo(papers, now)
    step()
    assert body(path) == "note\n"


@pytest.mark.parametrize("has_properties", [False, True])
def test_a_removed_note_stays_removed_if_its_file_cannot_be_deleted_yet(
    papers: sqlite3.Connection,
    step: Step,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    has_properties: bool,
    file_with: FileWith,
) -> None:
    path = file_with("note")
    if has_properties:
        path.write_text(path.read_text().replace("\nreadq:", "\nrating: 5\nreadq:"))
        step()
    notes.save(papers, 1, "", now)
    with monkeypatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        patch.setattr(os, "unlink", refuse)
        patch.setattr(files, "replace_file", refuse)
        for _ in range(2):
            (problem,) = step().problems
            assert problem.why.endswith(os.strerror(errno.EROFS))
            assert text_of(papers) == ""
    step()
    assert text_of(papers) == ""
    assert body(path) == "\n" if has_properties else not path.exists()


def test_properties_of_the_reader_outlive_the_note_and_its_return(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    path.write_text(path.read_text().replace("\nreadq:", "\nrating: 5\n# mine\nreadq:"))
    step()
    notes.save(papers, 1, "", now)
    assert step().written == (key_of(papers),)
    assert (front_matter(path)["rating"], body(path)) == (5, "\n")
    assert step() == step(full=True) == SyncReport()
    undo.undo(papers, now)
    step()
    assert (front_matter(path)["rating"], body(path)) == (5, "note\n")
    assert "# mine\n" in path.read_text()


def test_a_change_after_a_first_comparison_that_was_killed_is_noticed(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    notes.save(papers, 1, "note", now)
    with monkeypatch.context() as patch:
        patch.setattr(file_rows, "put_mark", kill)
        with pytest.raises(Killed):
            step()
    triage.mark(papers, [1], Status.READING, now)
    step()
    assert front_matter(file_of(folder, papers))["status"] == "reading"


def test_a_redone_and_an_undone_step_between_two_comparisons_are_noticed(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    first = triage.mark(papers, [1], Status.READING, now).step
    triage.mark(papers, [2], Status.READING, now)
    undo.undo(papers, now)
    step()
    undo.redo(papers, now)
    undo.undo(papers, now, first)
    step()
    found = [front_matter(file_of(folder, papers, number))["status"] for number in (1, 2)]
    assert found == ["inbox", "reading"]


def test_a_renamed_key_renames_the_file(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> None:
    notes.save(papers, 1, "note", now)
    step()
    old = file_of(folder, papers)
    corrections.set_key(papers, 1, "noether1918", now)
    step()
    assert not old.exists()
    assert front_matter(folder / "noether1918.md")["readq"] == "noether1918"
    undo.undo(papers, now)
    step()
    assert [path.name for path in folder.iterdir()] == [old.name]


def test_a_file_that_the_reader_renamed_keeps_its_name_if_the_key_changes(
    papers: sqlite3.Connection, folder: Path, step: Step, file_with: FileWith, now: datetime
) -> None:
    """Other notes in Obsidian link to the file by its name."""
    path = file_with("note").rename(folder / "Invariant problems.md")
    step()
    corrections.set_key(papers, 1, "noether1918", now)
    step()
    assert [one.name for one in folder.iterdir()] == [path.name]
    assert front_matter(path)["readq"] == "noether1918"
    path.write_text(path.read_text() + "added by hand\n")
    step()
    assert text_of(papers) == "note\nadded by hand"


def test_the_file_of_a_paper_that_was_removed_is_that_of_the_paper_with_its_key_now(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    key, path = key_of(papers, 2), file_of(folder, papers, 2)
    corrections.remove(papers, [2], now)
    step()
    corrections.set_key(papers, 3, key, now)
    path.write_text(path.read_text() + "added by hand\n")
    step()
    assert text_of(papers, 3) == "note 2\nadded by hand"


@pytest.mark.parametrize("by_hand", ["", "added by hand\n"])
def test_a_paper_that_comes_back_under_another_number_has_its_file_again(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, by_hand: str
) -> None:
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    key, path = key_of(papers, 2), file_of(folder, papers, 2)
    corrections.remove(papers, [2], now)
    step()
    path.write_text(path.read_text() + by_hand)
    corrections.set_key(papers, 3, key, now)
    notes.save(papers, 3, "here since\n\nnote 2", now)
    report = step()
    assert report.problems == ()
    assert sorted(folder.iterdir()) == sorted((path, file_of(folder, papers)))
    assert body(path) == text_of(papers, 3) + "\n"
    assert "here since" in body(path)
    assert by_hand in body(path)
    assert step(full=True) == SyncReport()


def test_a_note_that_is_too_long_for_a_file_is_named_and_its_file_stays(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    notes.save(papers, 1, "long\n" * 1_000_000, now)
    for _ in range(2):
        report = step()
        assert ([problem.where for problem in report.problems], report.written) == ([path.name], ())
        assert body(path) == "note\n"
    notes.save(papers, 1, "short", now)
    assert step().written == (key_of(papers),)
    assert body(path) == "short\n"


def test_the_files_of_merged_papers_become_one(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    other = file_of(folder, papers, 2)
    other.write_text(other.read_text() + "added by hand\n")
    merge.merge(papers, 1, 2, now)
    assert step().problems == ()
    step()
    assert [path.name for path in folder.iterdir()] == [file_of(folder, papers).name]
    assert all(text in text_of(papers) for text in ("note 1", "note 2", "added by hand"))
    assert body(file_of(folder, papers)) == text_of(papers) + "\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.md", b"no front matter"),
        ("mine.md", b"---\ntitle: Mine\n---\ntext"),
        ("mine.md", b"---\nbroken"),
        ("mine.md", b"---\nreadq: nobody2024\n---\ntext"),
        ("mine.txt", b"---\nreadq: KEY\n---\ntext"),
        (".hidden.md", b"---\nreadq: KEY\n---\ntext"),
        ("KEY.sync-conflict-20261129-1.md", b"---\nreadq: KEY\n---\ntext"),
        ("KEY (1).md", b"---\nreadq: KEY\n---\ntext"),
    ],
)
def test_files_of_others_and_copies_are_left_alone(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, name: str, content: bytes
) -> None:
    notes.save(papers, 1, "note", now)
    folder.mkdir()
    key = key_of(papers)
    path = folder / name.replace("KEY", key)
    path.write_bytes(content.replace(b"KEY", key.encode()))
    before = path.read_bytes()
    step()
    assert path.read_bytes() == before
    assert text_of(papers) == "note"
    assert body(file_of(folder, papers)) == "note\n"


def test_a_year_in_the_name_of_a_file_does_not_make_it_a_copy(
    papers: sqlite3.Connection, folder: Path, step: Step, file_with: FileWith
) -> None:
    path = file_with("note").rename(folder / "Recurrent networks (2026).md")
    path.write_text(path.read_text().replace("note", "edited"))
    assert step() == SyncReport(taken=(key_of(papers),))
    assert text_of(papers) == "edited"


def test_a_long_key_of_letters_that_take_several_bytes_is_the_name_of_a_file(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    corrections.set_key(papers, 1, "深" * 100, now)
    notes.save(papers, 1, "note", now)
    assert step().problems == ()
    (path,) = folder.iterdir()
    assert path.name.startswith("深深")
    assert body(path) == "note\n"


def test_a_file_of_another_with_the_name_of_a_note_is_not_replaced(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    folder.mkdir()
    file_of(folder, papers).write_text("my own file")
    notes.save(papers, 1, "note", now)
    step()
    assert file_of(folder, papers).read_text() == "my own file"
    assert body(folder / f"{key_of(papers)}-1.md") == "note\n"
    assert step() == SyncReport()


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda data: data.replace(b"---\nnote", b"note"), "no end"),
        (lambda data: data.replace(b"note", b"\xff\xfe"), "not UTF-8"),
        (lambda data: data + b"x" * 5_000_000, "longer than 4 MB"),
        (lambda data: data.replace(b"status: inbox", b"status: inbox\nstatus: done"), "twice"),
        (lambda data: data.replace(b"status: inbox", b"status: [inbox"), "not YAML"),
        (lambda data: data.replace(b"status: inbox", b"status:\n  a: b"), "not flat"),
        (lambda data: b"", "names no paper any more"),
        (lambda data: b"note", "names no paper any more"),
        (lambda data: b"---\nreadq: [a]\n---\n", "names no paper"),
    ],
)
def test_a_broken_file_is_named_and_left_alone(
    papers: sqlite3.Connection,
    step: Step,
    now: datetime,
    damage: Callable[[bytes], bytes],
    why: str,
    file_with: FileWith,
) -> None:
    path = file_with("note")
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    broken = path.read_bytes()
    notes.save(papers, 1, "newer", now)
    (problem,) = step().problems
    assert problem.where == path.name
    assert why in problem.why
    assert (path.read_bytes(), text_of(papers)) == (broken, "newer")
    path.write_bytes(whole)
    step()
    assert body(path) == "newer\n"


def test_an_emptied_file_takes_no_note_away(papers: sqlite3.Connection, step: Step, file_with: FileWith) -> None:
    path = file_with("note")
    path.write_text(path.read_text().replace("---\nnote\n", "---\n"))
    assert step().missing == (path.name,)
    assert text_of(papers) == "note"


def test_links_are_left_alone(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> None:
    folder.mkdir()
    outside = folder.parent / "outside.md"
    outside.write_text("secret")
    os.symlink(outside, file_of(folder, papers))
    notes.save(papers, 1, "note", now)
    (problem,) = step().problems
    assert "link" in problem.why
    assert outside.read_text() == "secret"


def test_a_file_whose_name_is_not_utf_8_is_named_and_left_alone(
    papers: sqlite3.Connection, folder: Path, step: Step, file_with: FileWith
) -> None:
    path = file_with("note")
    other = os.path.join(folder, os.fsdecode(b"caf\xe9.md"))
    try:
        Path(other).write_text(path.read_text().replace(key_of(papers), key_of(papers, 2)))
    except OSError:
        pytest.skip("the file system has no such names")
    for _ in range(2):
        (problem,) = step().problems
        assert problem == (os.path.basename(other), "its name is not UTF-8: left alone")
    assert text_of(papers, 2) == ""


def test_values_that_are_none_are_named_and_stay(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    path.write_text(path.read_text().replace("status: inbox", "status: later\ntags: [ok, 'a b']"))
    assert [problem.why.split(":")[0] for problem in step().problems] == [
        "its status 'later' is none of inbox, queued, reading, done, dropped",
        "'a b' is no tag",
    ]
    paper = queries.papers(papers, [1])[0]
    assert (paper.status, paper.tags) == ("inbox", ("ok",))
    # What was typed stays in the file, where it can be mended.
    assert (front_matter(path)["status"], front_matter(path)["tags"]) == ("later", ["ok", "a b"])
    triage.tag(papers, [1], ["more"], [], now)
    assert len(step().problems) == len(step(full=True).problems) == 2
    path.write_text(path.read_text().replace("status: later", "status: reading").replace('"a b"', "a-b"))
    assert step().problems == ()
    paper = queries.papers(papers, [1])[0]
    assert (paper.status, paper.tags) == ("reading", ("a-b", "more", "ok"))


def test_two_files_of_one_paper_are_named(
    papers: sqlite3.Connection, folder: Path, step: Step, file_with: FileWith
) -> None:
    path = file_with("note")
    (folder / "copy.md").write_text(path.read_text().replace("note", "other"))
    (problem,) = step().problems
    assert problem.where == "copy.md"
    assert text_of(papers) == "note"


def test_a_missing_folder_is_made_once_and_never_filled_again(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    away = folder.rename(folder.parent / "unmounted")
    with pytest.raises(DiskError, match="missing"):
        step()
    folder.mkdir()
    with pytest.raises(DiskError, match="none of the 2 notes"):
        step()
    folder.rmdir()
    away.rename(folder)
    assert step() == SyncReport()


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_folder_that_takes_nothing_is_named_once(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    for number in (1, 2, 3):
        notes.save(papers, number, f"note {number}", now)

    def full(*_: object) -> None:
        raise OSError(reason, os.strerror(reason))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        report = step()
        assert (len(report.problems), report.written) == (2, ())
    assert [path.suffix for path in folder.iterdir()] == []
    assert len(step().written) == 3


def test_a_dry_run_changes_nothing(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> None:
    notes.save(papers, 1, "note", now)
    assert step(dry_run=True).written == (key_of(papers),)
    assert not folder.exists()
    step()
    path = file_of(folder, papers)
    path.write_text(path.read_text().replace("---\nnote", "---\nmore"))
    assert step(dry_run=True).taken == (key_of(papers),)
    assert text_of(papers) == "note"


def test_the_name_may_begin_with_an_at_sign(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    notes.save(papers, 1, "note", now)
    step(prefix="@")
    assert [path.name for path in folder.iterdir()] == [f"@{key_of(papers)}.md"]


def test_an_alias_that_the_reader_adds_stays(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    path.write_text(path.read_text().replace("aliases:\n", "aliases:\n  - mine\n"))
    step()
    notes.save(papers, 1, "other", now)
    step()
    aliases = front_matter(path)["aliases"]
    assert isinstance(aliases, list)
    assert "mine" in aliases
    assert json.dumps(aliases).count("mine") == 1


def test_a_status_changed_on_both_sides_is_named(
    papers: sqlite3.Connection, step: Step, now: datetime, file_with: FileWith
) -> None:
    path = file_with("note")
    path.write_text(path.read_text().replace("status: inbox", "status: done"))
    triage.mark(papers, [1], Status.QUEUED, now)
    (problem,) = step().problems
    assert problem.why == "status changed on both sides: the library's stays"
    assert front_matter(path)["status"] == "queued"
