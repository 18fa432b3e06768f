"""Fuzz every parser of foreign bytes, for as long as wanted.

    python tests/fuzz/fuzz.py --minutes 60 --out DIR [--only WORD …] [--seed N] [--guided]

All parsers take turns. Each turn is a process of its own with limits of memory and CPU time. Inputs are mutations of
small documents (seeds.py, mutations.py), or with `--guided` those of libFuzzer, which prefers inputs that reach new
branches (atheris: `pip install -e .[fuzz]`). Papers that come out are stored in a library, which is then checked,
exported and dumped. DIR gets:

    finds/KEY.txt, KEY.bin   a fault with its traceback, and its shortest input
    slow/PARSER.bin          the input with the most CPU time for its size
    libraries/PARSER.db      a library of papers that survived
    report.json              counts of each parser, slowest inputs, faults

Prints a line for each turn and a table at the end. The exit status is 1 if there is a fault.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

if "--guided" in sys.argv:
    # The modules of the parsers are instrumented when they are imported.
    from guided import instrument

    instrument()

from parsers import parsers
from turn import Totals, take_turn


def main() -> int:
    """Run the parsers in turn until the time is over; print the totals."""
    options = _options()
    chosen = [one for one in parsers().values() if not options.only or any(word in one.name for word in options.only)]
    if not chosen:
        print("error: no parser has such a name", file=sys.stderr)
        return 2
    out = Path(options.out)
    for name in ("finds", "slow", "libraries", "corpus"):
        (out / name).mkdir(parents=True, exist_ok=True)
    totals = {parser.name: Totals() for parser in chosen}
    began = time.monotonic()
    seconds = options.minutes * 60
    share = min(options.turn, seconds / sum(parser.weight for parser in chosen))
    number = 0
    while time.monotonic() - began < seconds:
        parser = chosen[number % len(chosen)]
        left = seconds - (time.monotonic() - began)
        found = take_turn(parser, min(share * parser.weight, left), options.seed + number, out, guided=options.guided)
        totals[parser.name].add(found)
        print(f"{time.monotonic() - began:6.0f} s  {parser.name:45} {found.line()}", flush=True)
        number += 1
        if number % len(chosen) == 0 or time.monotonic() - began >= seconds:
            _write_report(out, totals)
    _write_report(out, totals)
    print(_table(totals))
    return int(any(one.faults for one in totals.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--out", default="fuzz-report", metavar="DIR")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="parsers with a word in their name")
    parser.add_argument("--turn", type=float, default=10, metavar="SECONDS", help="of a parser with weight 1")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--guided", action="store_true", help="mutations guided by coverage; needs atheris")
    return parser.parse_args()


def _write_report(out: Path, totals: dict[str, Totals]) -> None:
    report: dict[str, Any] = {name: one.as_json() for name, one in totals.items()}
    partial = out / "report.json.new"
    partial.write_text(json.dumps(report, indent=1))
    os.replace(partial, out / "report.json")


def _table(totals: dict[str, Totals]) -> str:
    heads = ("runs", "refused", "papers", "stored", "slowest", "growth", "MB")
    rows = [f"{'parser':45} {' '.join(f'{head:>9}' for head in heads)}  faults"]
    rows += [f"{name:45} {one.row()}" for name, one in totals.items()]
    whole = Totals()
    for one in totals.values():
        whole.add(one)
    rows.append(f"{'all':45} {whole.row()}")
    rows += sorted({f"fault: {key} ({number} times)" for key, number in whole.faults.items()})
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
