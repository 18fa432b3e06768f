"""Commands and the UI compare the folder by the settings, and an error of the library is a line to them."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from readq.config import Config
from readq.errors import LibraryLockedError, ReadqError
from readq.model.values import Status
from readq.services.notes import session
from readq.services.notes.sync import SyncReport
from readq.services.papers import corrections, notes, triage
from readq.store.connection import damage_mark
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

_AT_ONCE = session.Waits(library=0, lock=0)


@pytest.fixture
def config(folder: Path) -> Config:
    return Config(notes_folder=str(folder))


@pytest.fixture
def note(six_papers: str, config: Config, folder: Path, now: datetime) -> Path:
    """The file of the note on paper 1."""
    with closing(open_for_writing(six_papers)) as connection:
        notes.save(connection, 1, "claim", now)
    assert session.sync_notes(six_papers, config, now, _AT_ONCE)
    (file,) = folder.iterdir()
    return file


@contextlib.contextmanager
def written_by_another(path: str) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_library_that_stays_locked_is_a_line(six_papers: str, config: Config, note: Path, now: datetime) -> None:
    note.write_text(note.read_text() + "more\n")
    with written_by_another(six_papers):
        report, lines = session.sync_quietly(six_papers, config, now, _AT_ONCE)
        assert report is None
        assert "is writing to" in lines[0]
    report, lines = session.sync_quietly(six_papers, config, now, _AT_ONCE)
    assert report is not None
    assert (len(report.taken), lines) == (1, [])


def test_no_file_is_opened_while_the_library_is_locked(
    six_papers: str, config: Config, note: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_FILE_WAITS", _AT_ONCE)
    note.write_text(note.read_text() + "more\n")
    with written_by_another(six_papers):
        assert isinstance(session.file_of_note(six_papers, config, 1, now), LibraryLockedError)
    assert session.file_of_note(six_papers, config, 1, now) == str(note)


@pytest.mark.parametrize("enrols", [True, False])
def test_opening_a_note_takes_in_a_status_by_the_settings(
    six_papers: str, config: Config, note: Path, now: datetime, enrols: bool
) -> None:
    note.write_text(note.read_text().replace("status: inbox", "status: done"))
    session.file_of_note(six_papers, config._replace(enrol_on_done=enrols), 1, now)
    with closing(open_for_writing(six_papers)) as connection:
        (paper,) = queries.papers(connection, [1])
        assert (paper.status, paper.due is not None) == (Status.DONE, enrols)


def test_a_note_without_a_file_says_why_for_itself(
    six_papers: str, config: Config, note: Path, folder: Path, now: datetime
) -> None:
    (folder / "broken.md").write_text("---\nreadq: [\n---\n")
    (folder / "kept.md").write_text("no note")
    note.unlink()
    found = session.file_of_note(six_papers, config, 1, now)
    assert isinstance(found, ReadqError)
    assert "its file is missing" in found.message


@pytest.mark.parametrize("obstacle", ["damaged", "older schema", "read-only"])
def test_a_library_that_cannot_be_written_is_left_alone_with_its_folder(
    six_papers: str, config: Config, note: Path, now: datetime, obstacle: str
) -> None:
    note.write_text(note.read_text() + "more\n")
    if obstacle == "damaged":
        damage_mark.mark(six_papers, "a page is torn")
    elif obstacle == "older schema":
        with closing(sqlite3.connect(six_papers)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
    else:
        os.chmod(six_papers, 0o400)
        os.chmod(os.path.dirname(six_papers), 0o500)
    library, file = Path(six_papers).read_bytes(), note.read_bytes()
    if not (obstacle == "read-only" and os.access(six_papers, os.W_OK)):
        assert session.sync_quietly(six_papers, config, now, _AT_ONCE) == (None, [])
        assert (Path(six_papers).read_bytes(), note.read_bytes()) == (library, file)
    os.chmod(os.path.dirname(six_papers), 0o700)


@pytest.fixture
def opened(six_papers: str, config: Config, now: datetime) -> Path:
    """The file that an editor has opened for a new note on paper 1."""
    found = session.file_of_note(six_papers, config, 1, now)
    assert isinstance(found, str)
    return Path(found)


def note_of(path: str) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT n.text, p.status FROM note n JOIN paper p ON p.id = n.paper_id").fetchall()


def test_the_file_of_a_new_note_has_the_template_and_is_no_note_yet(
    six_papers: str, config: Config, opened: Path, now: datetime
) -> None:
    assert opened.read_text().endswith("---\nclaim: \nhow: \nuse:\n")
    for _ in range(2):
        report, lines = session.sync_quietly(six_papers, config, now, _AT_ONCE)
        assert (report, lines) == (SyncReport(), [])
    assert note_of(six_papers) == []
    assert session.file_of_note(six_papers, config, 1, now) == str(opened)


def test_a_save_of_the_new_note_comes_in_and_its_file_stays_as_typed(
    six_papers: str, config: Config, opened: Path, now: datetime
) -> None:
    with closing(open_for_writing(six_papers)) as connection:
        triage.mark(connection, [1], Status.READING, now)
    opened.write_text(opened.read_text().replace("claim: ", "claim: it scales"))
    assert session.sync_quietly(six_papers, config, now, _AT_ONCE)[1] == []
    assert note_of(six_papers) == [("claim: it scales\nhow: \nuse:", "reading")]
    assert opened.read_text().endswith("---\nclaim: it scales\nhow: \nuse:\n")
    assert "status: reading\n" in opened.read_text()


def test_the_file_of_a_new_note_may_be_removed(six_papers: str, config: Config, opened: Path, now: datetime) -> None:
    opened.unlink()
    for _ in range(2):
        assert session.sync_quietly(six_papers, config, now, _AT_ONCE) == (SyncReport(), [])


def test_an_own_template_is_filled_in_the_file(six_papers: str, config: Config, now: datetime) -> None:
    settings = config._replace(notes_template="# {title}\n{date}\n")
    found = session.file_of_note(six_papers, settings, 1, now)
    assert isinstance(found, str)
    with closing(open_for_writing(six_papers)) as connection:
        (paper,) = queries.papers(connection, [1])
    assert Path(found).read_text().endswith(f"---\n# {paper.title}\n2026-11-23\n")
    with closing(open_for_writing(six_papers)) as connection:
        corrections.set_title(connection, 1, "Another title", now)
    session.sync_quietly(six_papers, settings, now, _AT_ONCE)
    assert note_of(six_papers) == []


@pytest.mark.parametrize("is_link", [False, True])
def test_a_file_of_the_readers_own_with_the_name_of_a_note_is_not_opened(
    six_papers: str, config: Config, folder: Path, now: datetime, is_link: bool
) -> None:
    with closing(open_for_writing(six_papers)) as connection:
        (paper,) = queries.papers(connection, [1])
    folder.mkdir()
    own = folder / f"{paper.key}.md"
    if is_link:
        own.symlink_to(folder / "elsewhere.txt")
    else:
        own.write_text("my own file")
    found = session.file_of_note(six_papers, config, 1, now)
    assert found == str(folder / f"{paper.key}-1.md")
    Path(found).write_text(Path(found).read_text().replace("claim: ", "claim: it scales"))
    session.sync_quietly(six_papers, config, now, _AT_ONCE)
    assert note_of(six_papers)[0][0].startswith("claim: it scales")
    assert is_link or own.read_text() == "my own file"
