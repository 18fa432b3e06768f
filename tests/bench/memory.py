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

_SMALL = 200
"""The number of papers of the library that shows the memory and the time that a command needs in any case."""


class Case(NamedTuple):
    """A command line to measure: its words, and a command line that is run first and not measured.

    In the words, `{here}` is the folder of the library. `{new}` is a library that does not exist before the command.
    """

    name: str
    words: str
    before: str = ""
    is_streamed: bool = True
    """Whether the memory must not grow with the number of papers."""


CASES = (
    Case("list", "list"),
    Case("list --json", "list --json"),
    Case("list --format", "list --format {{key}}"),
    Case("export, keys not frozen", "export"),
    Case("export", "export -o {here}/refs.bib"),
    Case("export --json", "export --json"),
    *(Case(f"export --format {form}", f"export --format {form}") for form in ("biblatex", "csl-json", "markdown")),
    Case("dump", "dump {here}/dump"),
    Case("dump, again", "dump {here}/dump"),
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
    _run("import --status queued {here}/papers.json", folder, environment)
    return environment


def measured(cases: Sequence[Case], folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, Figures]]:
    """Yield the name of each case with its figures."""
    for case in cases:
        print(f"  {case.name}", file=sys.stderr)
        for words in filter(None, case.before.split(" ; ")):
            _run(words, folder, environment)
        yield case.name, Figures(*run_measured(_command(case.words, folder), environment))


def _run(words: str, folder: Path, environment: Mapping[str, str]) -> None:
    subprocess.run(_command(words, folder), env=environment, check=True, stdout=subprocess.DEVNULL)


def _command(words: str, folder: Path) -> list[str]:
    new = folder / "new.db"
    new.unlink(missing_ok=True)
    return [_READQ, *(word.format(here=folder, new=new) for word in words.split())]


def main() -> None:
    """Measure and print the table."""
    arguments = _arguments()
    found: dict[str, dict[int, Figures]] = {}
    numbers = [_SMALL, *arguments.papers]
    cases = [case for case in CASES if not arguments.only or case.name in arguments.only]
    with tempfile.TemporaryDirectory(prefix="readq-memory-") as folder:
        for number in numbers:
            print(f"{number:,} papers", file=sys.stderr)
            here = Path(folder, str(number))
            environment = make(here, number)
            for name, figures in measured(cases, here, environment):
                found.setdefault(name, {})[number] = figures
    print(_table(found, numbers), end="")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[100_000, 300_000], metavar="N")
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES], metavar="COMMAND")
    return parser.parse_args()


def _table(found: Mapping[str, Mapping[int, Figures]], numbers: Sequence[int]) -> str:
    heads = ["command", *(f"MB at {number:,}" for number in numbers), *(f"s at {number:,}" for number in numbers)]
    lines = [[*heads, "more time", "verdict"], ["---"] * (len(heads) + 2)]
    for name, by_number in found.items():
        figures = [by_number[number] for number in numbers]
        memory = [f"{one.memory:.0f}" for one in figures]
        cpu = [f"{one.cpu:.2f}" for one in figures]
        lines.append([name, *memory, *cpu, f"{_growth(figures):.1f}×", _verdict(figures, numbers)])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _growth(figures: Sequence[Figures]) -> float:
    """Return how many times more time the last figure shows than the one before it, less the time to start."""
    start, *_, before, last = (one.cpu for one in figures)
    return (last - start) / max(before - start, 0.05)


def _verdict(figures: Sequence[Figures], numbers: Sequence[int]) -> str:
    """Return `ok`, or the limits that the figures exceed."""
    complaints = [f"more than {LIMIT:.0f} MB"] if max(one.memory for one in figures) > LIMIT else []
    if _growth(figures) > SUPERLINEAR * numbers[-1] / numbers[-2]:
        complaints.append("superlinear")
    return ", ".join(complaints) or "ok"


if __name__ == "__main__":
    main()
