"""The cost of a folder of notes. Run as `notes_folder.py FOLDER LIBRARY REPEAT`; works on a copy of the library.

Every paper gets a note and its file. Prints a JSON object: the command line options with which readq uses the folder
(`options`), and `changed`, a list [floor, readq] of medians of processor time in seconds within this process: listing
the files with their sizes and times, and taking in a change of one file.
"""

import json
import os
import shutil
import statistics
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from cpu_time import cpu_seconds

from readq.config import Config
from readq.services.notes.session import Waits, sync_notes
from readq.services.papers import notes
from readq.store.library import open_for_writing

_NOW = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
_TEXT = "\n".join(f"Line {number} of a note, with some words about the method." for number in range(8))


def main(folder: Path, library: str, repeat: int) -> None:
    """Measure both in turns and print the medians."""
    path, files = str(folder / "noted.db"), folder / "notes"
    shutil.copy(library, path)
    config = Config(notes_folder=str(files))
    with closing(open_for_writing(path)) as connection:
        numbers = [number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")]
        notes.put_all(connection, {number: f"claim: it is {number}\n\n{_TEXT}" for number in numbers}, "noted", _NOW)

    def sync() -> tuple[str, ...]:
        report = sync_notes(path, config, _NOW, Waits(5, 5))
        assert report is not None
        assert not report.problems
        return report.taken

    sync()
    for file in os.scandir(files):
        age(file.path)
    sync()
    turns = []
    for turn in range(repeat):
        change(files, turn)
        floor = cpu_seconds(lambda: [entry.stat(follow_symlinks=False) for entry in os.scandir(files)])
        turns.append((floor, cpu_seconds(sync)))
    settings = folder / "notes.toml"
    settings.write_text(f'[notes]\nfolder = "{files}"\n')
    figures = [statistics.median(column) for column in zip(*turns, strict=True)]
    print(json.dumps({"options": ["--db", path, "--config", str(settings)], "changed": figures}))


def change(files: Path, turn: int) -> None:
    """Add a line to one of the files, another one each turn."""
    names = sorted(os.listdir(files))
    file = files / names[37 * turn % len(names)]
    with file.open("a") as opened:
        opened.write(f"A line of turn {turn}.\n")
    age(str(file))


def age(path: str) -> None:
    """Set the time of a file back: one that changed in the last seconds is read again, because it may change again."""
    os.utime(path, (time.time() - 10,) * 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
