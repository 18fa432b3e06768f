"""The processor time of sharing one day's changes. Run as `share_day.py FOLDER PAPERS [REPEAT]`.

Two machines with the same library share it through a folder. In a day, each adds 100 papers, decides on 50, writes ten
notes and answers twenty cards. Prints a JSON object with seconds of processor time, those of git included, medians:
`sent` of a share of the day's changes, when the other machine has none; `taken` of a share that takes them in; `both`
of a share that takes in the other machine's day and sends its own; `none` of a share without changes.
"""

import json
import os
import statistics
import sys
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from shutil import copyfile

import corpus
import processes

from readq.config import Config
from readq.model.values import Rating, Status
from readq.services.papers import notes, triage
from readq.services.review import ratings
from readq.services.share.start import start
from readq.store.library import open_for_writing

_NOW = datetime.fromisoformat("2026-08-01T12:00:00+00:00")
_NEW, _DECISIONS, _NOTES, _ANSWERS = 100, 50, 10, 20
_TIMEOUT = 30.0


class _Machine:
    """A machine with a copy of the library, which it shares through the folder `remote`."""

    def __init__(self, folder: Path, library: Path, remote: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.library = str(folder / "library.db")
        copyfile(library, self.library)
        start(self.library, str(folder / "share"), str(remote), _TIMEOUT, _NOW)
        (folder / "config.toml").write_text(f'[share]\nfolder = "{folder / "share"}"\n', encoding="utf-8")

    def readq(self, now: datetime, *arguments: str) -> float:
        """Run a command of readq, and return its processor time in seconds."""
        command = [sys.executable, "-m", "readq", "--db", self.library, "--config", f"{self._folder}/config.toml"]
        environment = {**os.environ, "READQ_NOW": now.isoformat()}
        return processes.run([*command, *arguments], environment).cpu

    def spend_day(self, number: int, now: datetime) -> None:
        """Add papers, decide on others, write notes and answer cards: other papers on each day with a `number`."""
        page = self._folder / "day.json"
        page.write_text(json.dumps(_day(number)), encoding="utf-8")
        self.readq(now, "import", "--feed", "hf-daily", str(page))
        first = 1 + 200 * number
        with closing(open_for_writing(self.library)) as connection:
            triage.mark(connection, [*range(first, first + _DECISIONS)], Status.QUEUED, now)
            for paper in range(first, first + _NOTES):
                notes.save(connection, paper, f"claim: it holds for {paper}\n\nuse: in chapter {number}", now)
            answered = [*range(first + _DECISIONS, first + _DECISIONS + _ANSWERS)]
            ratings.rate_papers(connection, answered, Rating.GOOD, now, Config())


def _day(number: int) -> list[dict[str, object]]:
    """Return new entries of a daily list, which no other day has."""
    entries = []
    for index, entry in enumerate(islice(corpus.papers(_NEW + number), _NEW)):
        paper = {**entry["paper"], "id": f"2608.{number:02}{index:03}", "title": f"{entry['paper']['title']} {number}"}
        entries.append({**entry, "paper": paper})
    return entries


def main(folder: Path, papers: int, repeat: int) -> None:
    """Measure all four in turns, and print the medians."""
    corpus.write(folder / "papers.json", papers)
    library = folder / "library.db"
    command = [sys.executable, "-m", "readq", "--db", str(library), "import", str(folder / "papers.json")]
    processes.run(command, os.environ)
    here, there = (_Machine(folder / name, library, folder / "remote.git") for name in ("here", "there"))
    here.readq(_NOW, "share")
    figures: dict[str, list[float]] = {name: [] for name in ("sent", "taken", "both", "none")}
    for turn in range(repeat):
        now = _NOW + timedelta(days=2 * turn + 1)
        here.spend_day(3 * turn, now)
        figures["sent"].append(here.readq(now, "share"))
        figures["taken"].append(there.readq(now, "share"))
        here.spend_day(3 * turn + 1, now)
        there.spend_day(3 * turn + 2, now)
        there.readq(now, "share")
        figures["both"].append(here.readq(now, "share"))
        figures["none"].append(here.readq(now, "share"))
        there.readq(now, "share")
    print(json.dumps({name: round(statistics.median(values), 3) for name, values in figures.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
