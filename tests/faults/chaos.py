"""Use one library from the UI, several writers and syncs at once, kill processes, and check what was acknowledged.

    python tests/faults/chaos.py --minutes 5 [--writers 6] [--seed 1]

Each writer marks a paper of its own, tags and annotates papers that all writers change, and takes its own steps back by
their numbers. The UI in tmux tags, annotates, stars, queues and begins papers. A feed grows while it is pulled.
Processes are killed with SIGKILL at random moments. Prints one JSON object; the exit status is 1 when an acknowledged
change is lost or the library is unsound. The library of a run with faults is kept. The interpreter must be that of an
environment in which readq is installed.
"""

import argparse
import contextlib
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from concurrency import STATUSES
from loopback import Loopback, Reply, Seen
from program import environment, library_of, problems, readq
from tmux import Terminal

from readq.model.values import CONFLICT_HEADING

_SHARED = 12
"""The papers that all writers and the UI change; the papers of one writer each follow."""

_KILLED = 0.12
"""The share of commands that are killed."""

_LONGEST = 1.5
"""Seconds within which a command that is to be killed is killed."""


class Record:
    """The acknowledged changes, by kind, each with its step; those of killed commands are left out.

    `unknown` has the values of killed commands: either state is right. `undone` has the values that were taken back.
    """

    def __init__(self) -> None:
        self.steps: dict[str, int] = {}
        self.unknown: set[str] = set()
        self.undone: set[str] = set()
        self.status: dict[int, set[str]] = {}
        self.titles: set[str] = set()
        self.refused: list[str] = []
        self.counts: Counter[str] = Counter()


class Writer:
    """Runs one command after the other until the end, and kills some of them."""

    def __init__(self, library: Path, number: int, seed: int) -> None:
        self.record = Record()
        self._library = library
        self._number = number
        self._random = random.Random(seed * 1000 + number)

    def run(self, end: threading.Event) -> None:
        """Run commands until `end` is set."""
        turn = 0
        while not end.is_set():
            turn += 1
            value = f"w{self._number}-{turn}"
            action = self._random.choice([self._mark, self._tag, self._tag, self._note, self._note, self._undo])
            action(value)

    def _mark(self, value: str) -> None:
        own = _SHARED + 1 + self._number
        status = self._random.choice(STATUSES)
        ended = self._command("mark", status, own)
        known = self.record.status.setdefault(own, {"inbox"})
        if ended is None:
            known.add(status)
        elif self._is_done(ended, f"mark {value}"):
            self.record.status[own] = {status}

    def _tag(self, value: str) -> None:
        self._add(value, self._command("tag", self._random.randint(1, _SHARED), "-a", value))

    def _note(self, value: str) -> None:
        self._add(value, self._command("note", self._random.randint(1, _SHARED), "--append", value))

    def _add(self, value: str, ended: tuple[int, str, str] | None) -> None:
        if ended is None:
            self.record.unknown.add(value)
        elif self._is_done(ended, value):
            self.record.steps[value] = json.loads(ended[1])["step"]

    def _undo(self, _: str) -> None:
        left = [value for value in self.record.steps if value not in self.record.undone | self.record.unknown]
        if not left:
            return
        value = self._random.choice(left)
        ended = self._command("undo", self.record.steps[value])
        if ended is None:
            self.record.unknown.add(value)
        elif ended[0] == 0:
            self.record.undone.add(value)
            self.record.counts["undone"] += 1
        elif ended[0] == 1:
            self.record.counts["undo refused: changed since"] += 1
        else:
            self.record.refused.append(f"undo {value}: exit {ended[0]}: {ended[2]}")

    def _is_done(self, ended: tuple[int, str, str], what: str) -> bool:
        self.record.counts["acknowledged"] += ended[0] == 0
        if ended[0] != 0:
            self.record.refused.append(f"{what}: exit {ended[0]}: {ended[2]}")
        return ended[0] == 0

    def _command(self, *words: object) -> tuple[int, str, str] | None:
        """Run a command; return its exit status and output, or None if it was killed."""
        after = self._random.uniform(0, _LONGEST) if self._random.random() < _KILLED else None
        ended = run_and_kill(self._library, [*words, "--json"], after)
        self.record.counts["killed"] += ended is None
        return ended


def run_and_kill(library: Path, words: Sequence[object], after: float | None) -> tuple[int, str, str] | None:
    """Run a command, and kill it after so many seconds unless it has ended or `after` is None.

    Return its exit status and output, or None if it was killed.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "readq", *map(str, words)],
        env=environment(library),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    return None if process.returncode == -signal.SIGKILL else (process.returncode, out, err)


class GrowingFeed:
    """A feed on loopback with one more paper at each request."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.server = Loopback({"/feed": self._reply})

    def _reply(self, _: Seen) -> Reply:
        self.titles.append(f"Measurements of kind {len(self.titles)} in slow networks")
        items = "".join(
            f"<item><title>{title}</title><link>http://papers.example/{number}</link></item>"
            for number, title in enumerate(self.titles)
        )
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Growing</title>{items}</channel></rss>'
        return Reply(feed.encode(), content_type="application/rss+xml")


def pull(library: Path, feed: GrowingFeed, seed: int, record: Record, end: threading.Event) -> None:
    """Pull the feed until `end` is set, and kill some of the syncs."""
    chance = random.Random(seed)
    while not end.wait(chance.uniform(0, 2)):
        ended = run_and_kill(library, ["sync", "growing"], chance.uniform(0, 3) if chance.random() < 0.3 else None)
        if ended is None:
            record.counts["syncs killed"] += 1
        elif ended[0] == 0:
            record.counts["syncs"] += 1
            record.titles = set(feed.titles)
        elif ended[0] == 75 and "another sync is running" in ended[2]:
            record.counts["syncs while the UI pulled"] += 1
        else:
            record.refused.append(f"sync: exit {ended[0]}: {ended[2]}")


class Reader:
    """A reader at the UI, who is killed and starts anew."""

    def __init__(self, library: Path, folder: Path, seed: int) -> None:
        self.record = Record()
        self._random = random.Random(seed)
        self._folder = folder
        # The message of a sync of its own would take the place of one that is waited for.
        config = folder / "ui.toml"
        config.write_text("[sync]\nat_start = false\n")
        self._environment = environment(library, TERM="xterm-256color", LANG="C.UTF-8", READQ_CONFIG=str(config))
        self._turn = 0

    def run(self, end: threading.Event) -> None:
        """Use the UI until `end` is set."""
        session = 0
        while not end.is_set():
            session += 1
            terminal = Terminal(self._folder / f"tmux{session}", 120, 30, self._environment, timeout=120)
            terminal.start(Path(sys.executable).with_name("readq"))
            try:
                terminal.wait("1 Inbox")
                # In this view and order no list is empty, and each line is a paper, not the heading of a day.
                terminal.press("5")
                terminal.wait("[5 All")
                terminal.press("S")
                terminal.wait("latest added first")
                terminal.press("a")
                terminal.wait("latest added first ·")
                for _ in range(self._random.randint(3, 20)):
                    self._act(terminal)
                    if end.is_set():
                        break
                # The last action is not waited for.
                terminal.press(self._random.choice("abs"))
            finally:
                terminal.stop(signal.SIGKILL)
            self.record.counts["sessions"] += 1

    def _act(self, terminal: Terminal) -> None:
        self._turn += 1
        word = f"u-{self._turn}"
        terminal.press(*self._random.choices("jjjkg", k=3))
        # A tag comes before each note, so that the message of an earlier note is gone.
        terminal.press("t")
        terminal.wait("tags")
        terminal.type(word)
        terminal.press("Enter")
        # The result of a sync may replace the message between two looks. The tag stands in the paper then.
        terminal.wait(lambda screen: f"tagged +{word}" in screen or f"#{word}" in screen)
        self.record.steps[word] = 0
        if self._random.random() < 0.5:
            terminal.press("n")
            terminal.wait("save the note")
            terminal.type(f"n{word} ")
            terminal.press("Escape")
            terminal.wait("note saved")
            self.record.steps[f"n{word}"] = 0
        terminal.press(self._random.choice("absr"))


def _words(notes: Iterable[str]) -> set[str]:
    return {word for note in notes for word in re.findall(r"nu-[0-9]+|w[0-9]+-[0-9]+", note)}


def _held(edits: Iterable[tuple[str | None, str | None]]) -> set[str]:
    """Return the words that an editor of the UI wrote again, after another process had taken the whole note back."""
    held: set[str] = set()
    for before, after in edits:
        words = _words([after or ""]) - _words([before or ""])
        if any(word.startswith("nu-") for word in words):
            held |= words
    return held


def lost(library: Path, records: Sequence[Record]) -> list[str]:
    """Return the acknowledged changes that the library does not hold, and those that are there although taken back."""
    with contextlib.closing(sqlite3.connect(library)) as connection:
        tags = {row[0] for row in connection.execute("SELECT tag FROM paper_tag")}
        notes = [row[0] for row in connection.execute("SELECT text FROM note")]
        journal = {row[0] for row in connection.execute("SELECT id FROM step")}
        status = dict(connection.execute("SELECT id, status FROM paper").fetchall())
        titles = {row[0] for row in connection.execute("SELECT title FROM paper")}
        edits = connection.execute("SELECT before, after FROM change WHERE field = 'note'").fetchall()
    words = _words(notes)
    # A text that an editor held while another process took a line of it back is kept whole, below this heading.
    chosen_words = _words(note.partition(CONFLICT_HEADING)[0] for note in notes) - _held(edits)
    wrong: list[str] = []
    for record in records:
        for value, step in record.steps.items():
            if value in record.unknown:
                continue
            if value in record.undone:
                is_wrong = value in tags or value in chosen_words
            else:
                is_wrong = value not in tags and value not in words
            if is_wrong:
                wrong.append(f"{value} is {'there' if value in record.undone else 'lost'}")
            # The next step clears what can be redone, and with it the journal of a step that was taken back.
            if step and step not in journal and value not in record.undone:
                wrong.append(f"step {step} of {value} is lost")
        wrong += [
            f"paper {own} is {status[own]}, not {known}"
            for own, known in record.status.items()
            if status[own] not in known
        ]
        wrong += [f"lost: {title}" for title in sorted(record.titles - titles)]
        wrong += record.refused
    return wrong


def main() -> int:
    """Run all processes for the time given, check the library, print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--writers", type=int, default=6, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    feed = GrowingFeed()
    folder = Path(tempfile.mkdtemp(prefix="readq-chaos-"))
    with feed.server.running():
        library = library_of(folder / "library", _SHARED + arguments.writers)
        added = readq(library, ["feed", "add", f"{feed.server.url}/feed", "--name", "growing", "--no-sync"])
        if added.status:
            raise RuntimeError(added.err)
        writers = [Writer(library, number, arguments.seed) for number in range(arguments.writers)]
        reader = Reader(library, folder, arguments.seed)
        syncs = Record()
        end = threading.Event()
        work = [partial(one.run, end) for one in writers]
        work.append(partial(reader.run, end))
        work.append(partial(pull, library, feed, arguments.seed, syncs, end))
        failures: list[BaseException] = []
        threads = [threading.Thread(target=_guarded(each, failures, end)) for each in work]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        end.wait(arguments.minutes * 60)
        end.set()
        for thread in threads:
            thread.join()
        records = [*(one.record for one in writers), reader.record, syncs]
        wrong = [*map(str, failures), *lost(library, records), *problems(library)]
    if not wrong:
        shutil.rmtree(folder)
    counts = sum((record.counts for record in records), Counter[str]())
    counts["acknowledged"] += len(reader.record.steps)
    print(
        json.dumps(
            {**counts, "papers pulled": len(syncs.titles), "seconds": round(time.monotonic() - began), "wrong": wrong}
        )
    )
    return int(bool(wrong))


def _guarded(run: Callable[[], None], failures: list[BaseException], end: threading.Event) -> Callable[[], None]:
    def guarded() -> None:
        try:
            run()
        except BaseException as error:
            failures.append(error)
            end.set()

    return guarded


if __name__ == "__main__":
    sys.exit(main())
