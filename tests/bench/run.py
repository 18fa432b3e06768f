"""Compare the speed of readq with that of the machine. `python tests/bench/run.py` prints a report in Markdown.

Everything is measured in one run on one machine, readq and its floor in turns: figures are medians. The interpreter
must be that of an environment in which readq is installed.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
from pathlib import Path

import table
import terminal
from commands import GROUPS, Library, make, starts
from processes import Compared


def main() -> None:
    """Measure and print the report."""
    arguments = _arguments()
    results: dict[str, dict[int, Compared]] = {}
    with tempfile.TemporaryDirectory(prefix="readq-bench-") as folder:
        for number in arguments.papers:
            library = make(number, Path(folder, str(number)), cpu=arguments.cpu)
            for name, figures in _measured(library, arguments.only, arguments.repeat).items():
                results.setdefault(name, {})[number] = figures
        medians = starts(library, arguments.repeat)
    unit = "processor time of whole processes" if arguments.cpu else "wall time"
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {sys.platform}; medians, {unit}\n")
    print(table.markdown(results, arguments.papers, table.SHORT if arguments.short else results))
    if not arguments.short:
        print(table.floors(medians), end="")
    if arguments.json:
        Path(arguments.json).write_text(_as_json(results, medians), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N")
    parser.add_argument("--repeat", type=int, default=9, metavar="N", help="runs of each; slow ones are run less often")
    parser.add_argument("--cpu", action="store_true", help="processor time of whole processes, for a busy machine")
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), default=list(GROUPS))
    parser.add_argument("--short", action="store_true", help="print only the rows of the README")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE, in seconds and MB")
    return parser.parse_args()


def _measured(library: Library, only: list[str], repeat: int) -> dict[str, Compared]:
    found: dict[str, Compared] = {}
    for group, measure in GROUPS.items():
        if group == "tui" and group in only and (reason := terminal.reason_not_to_measure()):
            print(f"tui: not measured: {reason}", file=sys.stderr)
        elif group in only or group == "load":
            print(f"{library.number:,} papers: {group}", file=sys.stderr)
            found.update(measure(library, repeat))
    return found


def _as_json(results: table.Results, medians: dict[str, float]) -> str:
    rows = {
        name: {str(number): {**figures._asdict(), "ratio": figures.ratio} for number, figures in by_number.items()}
        for name, by_number in results.items()
    }
    return json.dumps({"rows": rows, "floors": medians}, indent=1) + "\n"


if __name__ == "__main__":
    main()
