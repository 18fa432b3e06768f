"""Notes: saving, concurrent changes, drafts, and editing in $EDITOR."""

import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.errors import LibraryDiskError, ReadqError
from readq.model.values import CONFLICT_HEADING
from readq.services.history import undo
from readq.services.history.steps import Outcome
from readq.services.papers import merge, notes
from readq.services.papers.text_editor import EditorFailedError, edit, editor_command
from readq.store.library import open_for_writing
from readq.store.papers.notes import Draft, find_note, keep_draft, list_drafts
from readq.templates import note_template

Run = Callable[..., Any]


@pytest.fixture
def papers(six_papers: str) -> Any:  # noqa: ANN401 - a generator fixture
    connection = open_for_writing(six_papers)
    yield connection
    connection.close()


def text_of(connection: sqlite3.Connection) -> str | None:
    note = find_note(connection, 1)
    return note.text if note else None


def test_a_note_is_saved_as_it_was_typed(papers: sqlite3.Connection, now: datetime) -> None:
    typed = "# Claim\n\n    code  with   spaces\n\n- naïve\n\n\n- 一"
    assert notes.save(papers, 1, typed + "\n\n", now).outcome.changed == 1
    assert text_of(papers) == typed
    assert notes.save(papers, 1, typed, now).outcome == Outcome(0, 1)


def test_terminal_escapes_are_removed_from_a_note(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, "a\x1b[2Jb\r\nc\u202e\udc80", now)
    assert text_of(papers) == "ab\nc\ufffd"


def test_append_adds_after_one_newline(papers: sqlite3.Connection, now: datetime) -> None:
    for line in ("one", "two\n", "\n\nthree"):
        notes.append(papers, 1, line, now)
    assert text_of(papers) == "one\ntwo\nthree"


def test_nothing_to_append_is_no_step(papers: sqlite3.Connection, now: datetime) -> None:
    for _ in range(2):
        assert notes.append(papers, 1, " \n", now).step is None
        notes.save(papers, 1, "x", now)


def test_an_empty_note_is_none_and_its_history_stays(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, "x", now)
    notes.save(papers, 1, " \n", now)
    assert find_note(papers, 1) is None
    assert papers.execute("SELECT version, text FROM note_history").fetchall() == [(1, "x")]


def test_versions_never_repeat(papers: sqlite3.Connection, now: datetime) -> None:
    seen = set()
    for text in ("x", "", "y", "z", "", "x"):
        notes.save(papers, 1, text, now)
        if note := find_note(papers, 1):
            seen.add(note.version)
    undo.undo(papers, now)
    undo.undo(papers, now)
    after = find_note(papers, 1)
    assert after is not None
    assert after.text == "z"
    assert after.version not in seen


def test_row_63_both_texts_of_a_conflict_are_kept(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, "first", now)
    base = find_note(papers, 1)
    assert base is not None
    notes.save(papers, 1, "theirs", now)
    notes.save(papers, 1, "mine", now, base_version=base.version)
    assert text_of(papers) == f"theirs\n\n{CONFLICT_HEADING}\n\nmine"
    undo.undo(papers, now)
    assert text_of(papers) == "theirs"


@pytest.mark.parametrize(
    ("theirs", "mine", "kept"),
    [("same", "same", "same"), ("theirs", "", "theirs"), ("", "mine", "mine")],
)
def test_row_63_cases_without_a_conflict(
    papers: sqlite3.Connection, now: datetime, theirs: str, mine: str, kept: str
) -> None:
    notes.save(papers, 1, "first", now)
    notes.save(papers, 1, theirs, now)
    notes.save(papers, 1, mine, now, base_version=1)
    assert text_of(papers) == kept


def test_row_63_a_note_created_elsewhere_is_kept(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, "theirs", now)
    notes.save(papers, 1, "mine", now, base_version=0)
    assert text_of(papers) == f"theirs\n\n{CONFLICT_HEADING}\n\nmine"


def test_drafts_survive_a_crash_and_end_with_a_save(papers: sqlite3.Connection, now: datetime) -> None:
    notes.keep_draft(papers, 1, "half", 0, now)
    notes.keep_draft(papers, 2, "other", None, now + timedelta(seconds=1))
    notes.keep_draft(papers, 1, "half a", 0, now + timedelta(seconds=2))
    assert [(draft.paper_id, draft.text) for draft in list_drafts(papers)] == [(1, "half a"), (2, "other")]
    notes.save(papers, 1, "half a line", now)
    notes.drop_draft(papers, 2)
    assert list_drafts(papers) == []


def test_a_draft_follows_its_paper_through_a_merge(papers: sqlite3.Connection, now: datetime) -> None:
    notes.keep_draft(papers, 5, "half", 3, now)
    merge.merge(papers, 5, 1, now)
    notes.keep_draft(papers, 5, "half a", 3, now, "half")
    notes.keep_draft(papers, 5, "half a thought", 3, now, "half a")
    assert list_drafts(papers) == [Draft(1, "half a thought", 0)]
    notes.save(papers, 5, "half a thought", now, base_version=3)
    assert (text_of(papers), list_drafts(papers)) == ("half a thought", [])


@pytest.mark.parametrize("former", ["half", None])
def test_a_draft_of_a_merged_paper_keeps_the_other_draft(
    papers: sqlite3.Connection, now: datetime, former: str | None
) -> None:
    notes.keep_draft(papers, 1, "theirs", 0, now)
    if former:
        notes.keep_draft(papers, 5, former, 0, now)
    merge.merge(papers, 5, 1, now)
    for text in ("half a", "half a thought"):
        notes.keep_draft(papers, 5, text, 0, now, former)
        former = text
    kept = f"theirs\n\n{CONFLICT_HEADING}\n\nhalf a thought"
    assert [draft.text for draft in list_drafts(papers)] == [kept]
    notes.save(papers, 5, "half a thought", now, base_version=0)
    assert text_of(papers) == "half a thought"
    assert [draft.text for draft in list_drafts(papers)] == [kept]


def test_a_removed_paper_takes_no_draft(papers: sqlite3.Connection, now: datetime) -> None:
    with pytest.raises(ReadqError, match="paper 99 was removed in the meantime"):
        notes.keep_draft(papers, 99, "half", 0, now)


def test_a_removed_paper_takes_no_note(papers: sqlite3.Connection, now: datetime) -> None:
    with pytest.raises(ReadqError, match="paper 99 was removed"):
        notes.save(papers, 99, "x", now)


def test_a_note_can_be_searched_for_at_once(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 3, "--append", "Zwiebelkuchen")
    assert run_cli("list", "zwiebelkuchen", "--format", "{id}").out == "3\n"
    run_cli("note", 3, "--set", "-", stdin="nothing of that")
    assert run_cli("list", "zwiebelkuchen").out == ""


def test_a_note_is_printed_and_set_from_a_file(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_bytes("\ufeffcafé\n\n- point\n".encode())
    run_cli("note", 1, "--set", file)
    assert run_cli("note", 1).out == "café\n\n- point\n"
    assert run_cli("note", 1, "--json").json == {"id": 1, "key": "lovelace2026decay", "note": "café\n\n- point"}
    run_cli("note", 1, "--set", "-", stdin="")
    assert run_cli("note", 1) == (0, "", "")


# The editor


@pytest.fixture
def editor(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Return an environment whose editor runs a line of Python on `path`."""

    def environment(body: str) -> dict[str, str]:
        script = tmp_path / "my editor.py"
        script.write_text(f"import os, pathlib, signal, sys\npath = pathlib.Path(sys.argv[-1])\n{body}\n")
        return {"EDITOR": f"{sys.executable} -S '{script}' --wait"}

    return environment


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for the editor's files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


Editor = Callable[[str], dict[str, str]]


def test_the_saved_text_becomes_the_note(
    papers: sqlite3.Connection, now: datetime, editor: Editor, folders: Path
) -> None:
    notes.save(papers, 1, "before", now)
    saved = notes.edit(papers, 1, editor("path.write_text(path.read_text() + 'after')"), lambda: now)
    assert saved.outcome.changed == 1
    assert text_of(papers) == "before\nafter"
    assert list_drafts(papers) == []
    assert list(folders.iterdir()) == []


def test_the_file_is_private_and_named_after_the_key(folders: Path, editor: Editor) -> None:
    seen = edit(
        "", "a/../b$(x)", editor("path.write_text(f'{path} {path.stat().st_mode:o} {path.parent.stat().st_mode:o}')")
    )
    assert seen is not None
    path, file_mode, folder_mode = seen.split()
    assert Path(path).name == "a_.._b__x_.md"
    assert Path(path).parent.parent == folders
    assert (stat.S_IMODE(int(file_mode, 8)), stat.S_IMODE(int(folder_mode, 8))) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("template", "body", "kept"),
    [
        (note_template.DEFAULT, "path.write_text(path.read_text())", ""),
        (note_template.DEFAULT, "path.write_text(path.read_text().replace('how: ', 'how: by proof'))", "how: by proof"),
        (note_template.DEFAULT, "path.write_text(path.read_text() + 'free')", "free"),
        (note_template.DEFAULT, "path.write_text('claim: ')", ""),
        ("limit: ", "path.write_text(path.read_text())", ""),
        ("limit: ", "path.write_text(path.read_text() + 'none')", "limit: none"),
        ("limit:", "path.write_text(path.read_text() + chr(10) + 'free')", "limit:\nfree"),
    ],
)
def test_a_new_note_begins_with_the_template_which_alone_is_no_note(
    papers: sqlite3.Connection, now: datetime, editor: Editor, folders: Path, template: str, body: str, kept: str
) -> None:
    saved = notes.edit(papers, 1, editor(body), lambda: now, template)
    assert (text_of(papers) or "", saved.outcome.changed) == (kept, int(bool(kept)))
    assert list_drafts(papers) == []


@pytest.mark.parametrize("body", ["sys.exit(1)", "os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)"])
def test_row_57_an_editor_that_fails_or_saves_nothing_leaves_the_note(
    papers: sqlite3.Connection, now: datetime, editor: Editor, folders: Path, body: str
) -> None:
    notes.save(papers, 1, "before", now)
    assert notes.edit(papers, 1, editor(body), lambda: now).outcome.changed == 0
    assert text_of(papers) == "before"
    assert list_drafts(papers) == []
    assert list(folders.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit(1)", "the editor failed with status 1"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "the editor was killed by signal 9"),
    ],
)
def test_row_57_text_saved_before_the_editor_failed_is_kept_in_a_file(
    papers: sqlite3.Connection, now: datetime, editor: Editor, folders: Path, body: str, why: str
) -> None:
    notes.save(papers, 1, "before", now)
    with pytest.raises(ReadqError, match=why) as failed:
        notes.edit(papers, 1, editor(f"path.write_text('halfway'); {body}"), lambda: now)
    assert text_of(papers) == "before"
    assert list_drafts(papers) == []
    (kept,) = folders.glob("*/*.md")
    assert str(kept) in str(failed.value)
    assert kept.read_text() == "halfway"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("path.write_bytes(b'caf\\xe9')", "not UTF-8"),
        ("path.rename(path.parent / 'elsewhere')", "left no file"),
        ("path.unlink(); path.mkdir()", "is not a regular file"),
        ("os.truncate(path, 5 << 20)", "longer than 4 MiB"),
    ],
)
def test_row_57_an_unreadable_file_of_the_editor_is_kept(
    papers: sqlite3.Connection, now: datetime, editor: Editor, folders: Path, body: str, why: str
) -> None:
    notes.save(papers, 1, "before", now)
    with pytest.raises(ReadqError, match=why) as failed:
        notes.edit(papers, 1, editor(body), lambda: now)
    assert text_of(papers) == "before"
    assert str(folders) in str(failed.value)


def test_row_57_a_file_deleted_by_the_editor_changes_nothing(
    papers: sqlite3.Connection, now: datetime, editor: Editor, folders: Path
) -> None:
    notes.save(papers, 1, "before", now)
    with pytest.raises(ReadqError) as failed:
        notes.edit(papers, 1, editor("path.unlink()"), lambda: now)
    assert str(failed.value) == "the editor left no file (nothing was changed)"
    assert text_of(papers) == "before"
    assert list(folders.iterdir()) == []


READQ = f"{sys.executable} -m readq"


def test_the_text_is_kept_in_a_file_when_the_paper_is_removed(
    papers: sqlite3.Connection, six_papers: str, now: datetime, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READQ_DB", six_papers)
    editor = {"EDITOR": f"sh -c '{READQ} remove 1 --yes; echo mine > \"$0\"'"}
    with pytest.raises(ReadqError, match="paper 1 was removed in the meantime: the note was not saved") as refused:
        notes.edit(papers, 1, editor, lambda: now)
    (kept,) = folders.iterdir()
    assert kept.read_text() == "mine\n"
    assert str(kept) in str(refused.value)


@pytest.mark.parametrize(
    ("theirs", "saved"),
    [
        ("", "mine"),
        ("theirs", f"theirs\n\n{CONFLICT_HEADING}\n\nmine"),
        ("mine", "mine"),
    ],
)
def test_the_text_follows_its_paper_through_a_merge(
    papers: sqlite3.Connection,
    six_papers: str,
    now: datetime,
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    theirs: str,
    saved: str,
) -> None:
    monkeypatch.setenv("READQ_DB", six_papers)
    notes.save(papers, 1, theirs, now)
    editor = {"EDITOR": f"sh -c '{READQ} merge 5 1; echo mine > \"$0\"'"}
    assert notes.edit(papers, 5, editor, lambda: now)[1:] == (1, saved != "mine")
    assert text_of(papers) == saved
    assert list(folders.iterdir()) == []


def test_an_unchanged_note_is_not_duplicated_by_a_merge(
    papers: sqlite3.Connection, six_papers: str, now: datetime, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READQ_DB", six_papers)
    notes.save(papers, 5, "mine", now)
    notes.save(papers, 1, "theirs", now)
    assert notes.edit(papers, 5, {"EDITOR": f"sh -c '{READQ} merge 5 1'"}, lambda: now).outcome.changed == 0
    assert text_of(papers) == "theirs\n\nmine"


def test_a_backup_file_of_the_editor_is_deleted(editor: Editor, folders: Path) -> None:
    assert edit("x", "n", editor("path.with_suffix('.md~').write_text('old'); path.write_text('new')")) == "new"
    assert list(folders.iterdir()) == []


def test_a_folder_left_by_the_editor_does_not_lose_the_text(editor: Editor, folders: Path) -> None:
    assert edit("x", "n", editor("(path.parent / 'undo').mkdir(); path.write_text('new')")) == "new"


@pytest.mark.parametrize("setting", ["/nowhere/editor", "'unbalanced", "   "])
def test_row_57_an_editor_that_cannot_be_started_is_an_error(setting: str, folders: Path) -> None:
    with pytest.raises(ReadqError):
        edit("x", "n", {"EDITOR": setting})
    assert list(folders.iterdir()) == []


def test_visual_comes_before_editor_and_vi_is_the_last_resort() -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "nano"}) == ["code", "--wait"]
    assert editor_command({"VISUAL": "", "EDITOR": "nano"}) == ["nano"]
    assert editor_command({}) == ["vi"]


def waits_for(file: Path) -> str:
    """Return Python code that waits for a file, with a timeout."""
    return f"import time\nfor _ in range(2000):\n    if os.path.exists({str(file)!r}): break\n    time.sleep(0.01)\n"


@pytest.mark.parametrize("at_once", [False, True])
def test_a_save_while_the_editor_is_open_is_kept_as_a_draft(
    papers: sqlite3.Connection,
    now: datetime,
    editor: Editor,
    folders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
) -> None:
    monkeypatch.setattr("readq.services.papers.text_editor._POLL_INTERVAL", 0.01)
    saved, seen = tmp_path / "saved", tmp_path / "seen"
    kept: list[str] = []
    popen = subprocess.Popen

    def keep(connection: sqlite3.Connection, draft: Draft, at: str) -> None:
        keep_draft(connection, draft, at)
        kept.append(draft.text)
        seen.touch()

    def start(command: list[str]) -> "subprocess.Popen[bytes]":
        process = popen(command)
        deadline = time.monotonic() + 20
        while at_once and not saved.exists():
            assert time.monotonic() < deadline
        return process

    monkeypatch.setattr("readq.store.papers.notes.keep_draft", keep)
    monkeypatch.setattr("readq.services.papers.text_editor.subprocess.Popen", start)
    # The editor saves, waits until the draft exists, then fails.
    body = f"path.write_text('half')\npathlib.Path({str(saved)!r}).touch()\n{waits_for(seen)}sys.exit(1)"
    with pytest.raises(EditorFailedError):
        notes.edit(papers, 1, editor(body), lambda: now)
    assert kept == ["half"]
    assert list_drafts(papers) == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_row_30_the_text_of_the_editor_is_kept_when_the_note_cannot_be_saved(
    six_papers: str, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, aside = tmp_path / "seen", tmp_path / "aside"
    aside.mkdir()

    def full(*_arguments: object) -> None:
        seen.touch()
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("tempfile.tempdir", str(aside))
    monkeypatch.setattr("readq.store.papers.notes.keep_draft", full)
    monkeypatch.setattr("readq.store.journal.steps.begin", full)
    # The editor closes after the first draft failed.
    editor = {"EDITOR": f"sh -c 'echo thought > \"$0\"; while [ ! -e {seen} ]; do sleep 0.02; done'"}
    with (
        closing(open_for_writing(six_papers)) as connection,
        pytest.raises(LibraryDiskError, match="the note was not saved") as refused,
    ):
        notes.edit(connection, 1, editor, lambda: now)
    (kept,) = aside.iterdir()
    assert kept.read_text() == "thought\n"
    assert str(kept) in str(refused.value)
