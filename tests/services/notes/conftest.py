"""A library of six papers and a folder of notes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from readq.services.notes.comparison import NotesFolder
from readq.services.notes.sync import SyncOptions, SyncReport, sync
from readq.services.papers.triage import AT_ONCE
from readq.store.library import open_for_writing


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with closing(open_for_writing(six_papers)) as connection:
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "notes"


Sync = Callable[..., SyncReport]


@pytest.fixture
def step(papers: sqlite3.Connection, folder: Path, now: datetime) -> Sync:
    """Bring both sides in step; options are those of SyncOptions."""

    def run(prefix: str = "", **options: bool) -> SyncReport:
        return sync(papers, NotesFolder(str(folder), prefix), now, SyncOptions(AT_ONCE, **options))

    return run
