"""Measure the peak memory and the processor time of every command. Print a table in Markdown.

`python tests/bench/memory.py` makes libraries of 100,000 and of 300,000 papers, which takes about an hour. The
interpreter must be that of an environment in which readq is installed. Commands that are to use little memory, whatever
the size of the library, are held to a bound; no command may need more than its share of processor time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import corpus
from processes import run_measured

_READQ = str(Path(sys.executable).with_name("readq"))

LIMIT = 100.0
"""The most memory that a command may need at any size, in MB."""

SUPERLINEAR = 1.1
"""How much faster than the number of papers the processor time may grow."""

_SHORT = 5.0
"""Seconds of processor time below which growth is not judged."""

_SMALL = 200
"""The number of papers of the library that shows the memory and the time that a command needs in any case."""


class Case(NamedTuple):
    """A command line to measure.

    In `words`, `{here}` is the folder of the library. `{new}` is a library that does not exist before the command.
    `before` are command lines that are run first and not measured, with ` ; ` between them.
    """

    name: str
    words: str
    before: str = ""
    growth: float | None = 6.0
    """How many MB more a library of 4,000 papers may need than one of 1,000, in a test. None: it is not tested."""
    most: float = LIMIT
    """The most memory that the command may need at any size, in MB."""


_EXPORTS = ("biblatex", "csl-json", "markdown")
_NEW = "--db {new}"
_CHANGED = 8.0
"""MB. The changed pages of one statement for all papers stay in memory up to this size."""

_PAGES = 20.0
"""MB. A command that writes many papers also holds 8 MB of changed pages. A paper as an object is 12 KB."""

_CACHE = 32.0
"""MB. The page cache of a removal and of its undo grows up to this size."""

_IN_MEMORY = 10.0
"""MB. A .bib file of up to 4 MB is held in memory while it is updated."""

CASES = (
    Case("list", "list"),
    Case("list --json", "list --json", most=60),
    Case("list --format", "list --format {{key}}"),
    Case("export, keys not frozen", "export"),
    Case("export", "export -o {here}/refs.bib"),
    Case("export --json", "export --json"),
    *(Case(f"export --format {form}", f"export --format {form} -o {{here}}/refs.{form}") for form in _EXPORTS),
    Case("dump", "dump {here}/dump"),
    Case("dump, again", "dump {here}/dump"),
    Case("import JSON", f"{_NEW} import {{here}}/papers.json", growth=_PAGES),
    Case("import JSON, again", "import {here}/papers.json", growth=_PAGES),
    Case("import .bib", f"{_NEW} import {{here}}/papers.bib", growth=_PAGES),
    Case("import RIS", f"{_NEW} import {{here}}/papers.ris", growth=_PAGES),
    Case("import nbib", f"{_NEW} import {{here}}/papers.nbib", growth=_PAGES),
    Case("import CSL-JSON", f"{_NEW} import {{here}}/refs.csl-json", growth=_PAGES),
    Case("import DIR", f"{_NEW} import {{here}}/dump", growth=None),
    Case("import DIR, again", "import {here}/dump", growth=None),
    Case("mark --query", "mark done --query status:queued", growth=_CHANGED),
    Case("undo of it", "undo", growth=_CHANGED),
    Case("redo of it", "redo", growth=_CHANGED),
    Case("tag --query", "tag --add ponds --query year:1900.."),
    Case("enrol --query", "enrol --query year:1900.."),
    Case("due --json", "due --json", growth=None),
    Case("due --count", "due --count"),
    Case("remove --query", "remove --yes --query year:1900..", growth=_CACHE),
    Case("undo of it, too", "undo", growth=_CACHE),
    Case("list, first 20", "list --limit 20"),
    Case("list, one word", "list photogrammetry"),
    Case("show", "show 5"),
    Case("doubles", "doubles"),
    Case("view list", "view list"),
    Case("feed list", "feed list"),
    Case("config", "config"),
    Case("check", "check"),
    Case("backup", "backup {here}/backup.db --force"),
    Case("restore", "restore {here}/backup.db --yes"),
    Case("rekey", "rekey"),
    Case("export --keep", "export -o {here}/kept.bib --keep", growth=_IN_MEMORY),
    Case("export --kept", "export --kept", growth=_IN_MEMORY),
    Case("export --keep, other fields", "export -o {here}/kept.bib --keep --omit url", growth=_IN_MEMORY),
    Case("tag, file kept", "tag 5 --add kept", growth=_IN_MEMORY),
    Case("export --forget", "export --forget {here}/kept.bib"),
)


class Figures(NamedTuple):
    """The peak memory in MB (10**6 bytes), and the processor time in seconds, of a process and its children."""

    memory: float
    cpu: float


def make(folder: Path, number: int) -> Mapping[str, str]:
    """Write a library of `number` papers to the folder `folder`. Return the environment of commands that use it."""
    folder.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    environment = {
        **kept,
        "HOME": str(folder),
        "READQ_DB": str(folder / "library.db"),
        "READQ_NOW": "2026-01-15T12:00:00+00:00",
        **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")},
    }
    settings = folder / "config" / "readq"
    settings.mkdir(parents=True)
    # The process of an automatic backup would count as work of the command.
    (settings / "config.toml").write_text("[backup]\nautomatic = false\n", encoding="utf-8")
    corpus.write(folder / "papers.json", number)
    corpus.write_bibliography(folder / "papers.bib", number)
    for name in ("papers.ris", "papers.nbib"):
        corpus.write_tagged(folder / name, number)
    _run("import --status queued {here}/papers.json", folder, environment)
    return environment


def measured(
    cases: Sequence[Case], libraries: Mapping[Path, Mapping[str, str]]
) -> Iterator[tuple[str, tuple[Figures, ...]]]:
    """Yield the name of each case with its figures for each library.

    `libraries` maps the folder of each library to the environment of commands that use it. Each command is run on one
    library after the other, so that a slow hour of the machine makes all its figures larger. Prints the figures too, so
    that a run that is stopped shows some.
    """
    for case in cases:
        found = []
        for folder, environment in libraries.items():
            for words in filter(None, case.before.split(" ; ")):
                _run(words, folder, environment)
            figures = Figures(*run_measured(_command(case.words, folder), environment))
            print(f"  {case.name}, {folder.name}: {figures.memory:.0f} MB, {figures.cpu:.2f} s", file=sys.stderr)
            found.append(figures)
        yield case.name, tuple(found)


def _run(words: str, folder: Path, environment: Mapping[str, str]) -> None:
    subprocess.run(_command(words, folder), env=environment, check=True, stdout=subprocess.DEVNULL)


def _command(words: str, folder: Path) -> list[str]:
    new = folder / "new.db"
    new.unlink(missing_ok=True)
    return [_READQ, *(word.format(here=folder, new=new) for word in words.split())]


def main() -> None:
    """Measure and print the table."""
    arguments = _arguments()
    numbers = [_SMALL, *arguments.papers]
    cases = [case for case in CASES if not arguments.only or case.name in arguments.only]
    with tempfile.TemporaryDirectory(prefix="readq-memory-") as folder:
        libraries = {}
        for number in numbers:
            print(f"a library of {number:,} papers", file=sys.stderr)
            here = Path(folder, str(number))
            libraries[here] = make(here, number)
        found = dict(measured(cases, libraries))
    print(_table(found, numbers), end="")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[100_000, 300_000], metavar="N")
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES], metavar="COMMAND")
    return parser.parse_args()


def _table(found: Mapping[str, Sequence[Figures]], numbers: Sequence[int]) -> str:
    heads = ["command", *(f"MB at {number:,}" for number in numbers), *(f"s at {number:,}" for number in numbers)]
    lines = [[*heads, "more time", "verdict"], ["---"] * (len(heads) + 2)]
    most = {case.name: case.most for case in CASES}
    for name, figures in found.items():
        memory = [f"{one.memory:.0f}" for one in figures]
        cpu = [f"{one.cpu:.2f}" for one in figures]
        lines.append([name, *memory, *cpu, f"{_growth(figures):.1f}×", _verdict(figures, numbers, most[name])])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _growth(figures: Sequence[Figures]) -> float:
    """Return how many times more time the last figure shows than the one before it, less the time to start."""
    start, *_, before, last = (one.cpu for one in figures)
    return (last - start) / max(before - start, 0.05)


def _verdict(figures: Sequence[Figures], numbers: Sequence[int], most: float) -> str:
    """Return `ok`, or the limits that the figures exceed."""
    complaints = [f"more than {most:.0f} MB"] if max(one.memory for one in figures) > most else []
    if figures[-1].cpu > _SHORT and _growth(figures) > SUPERLINEAR * numbers[-1] / numbers[-2]:
        complaints.append("superlinear")
    return ", ".join(complaints) or "ok"


if __name__ == "__main__":
    main()
