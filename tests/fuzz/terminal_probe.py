"""Show libraries of fuzzed papers in a pseudo-terminal, and scan every byte that readq writes.

    python tests/fuzz/terminal_probe.py --tools ../shared/faults --libraries DIR/libraries

`--libraries` is the folder that `fuzz.py --out DIR` has filled. The folder `--tools` holds ptyprobe.py. Each library is
shown by the commands below and by the UI, which opens papers and every screen. Prints a JSON object a line for each
library; the exit status is 1 if a forbidden sequence reached the terminal, or if a command ended in a traceback, hung,
or left the terminal changed.
"""

import argparse
import importlib
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

_NOW = "2026-11-23T09:00:00+00:00"
_COMMANDS = (
    *(["list"], ["list", "--sort", "title"], ["list", "--json"], ["doubles"], ["due"], ["feed", "list"], ["check"]),
    *(["undo", "--list"], ["view", "list"], ["export", "--format", "markdown"], ["export", "--format", "csl-json"]),
    *(
        ["export"],
        ["export", "--format", "biblatex"],
        ["list", "--format", "{key} {title} {authors} {abstract} {venue}"],
    ),
)
_SCREENS = "wait:3 keys:5 wait:1 " + "keys:j keys:\\r wait:.4 keys:\\x1b wait:.2 " * 12 + "keys:G wait:.5 "
_KEYS = _SCREENS + "keys:/ keys:a wait:1 keys:\\x1b wait:.3 keys:? wait:.6 keys:\\x1b wait:.3 keys:\\x11 wait:1"
_SIZES = ((80, 24), (200, 50))
_ALLOWED = {"bell", "osc_title"}


def main() -> int:
    """Probe the libraries and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True, metavar="DIR", help="where ptyprobe.py is")
    parser.add_argument("--libraries", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    sys.path.insert(0, str(options.tools))
    probe: Any = importlib.import_module("ptyprobe")
    failed = False
    for library in sorted(options.libraries.glob("*.db")):
        wrong = list(_faults(probe, library))
        print(json.dumps({"library": library.name, "papers": len(_ids(library)), "wrong": wrong}), flush=True)
        failed = failed or bool(wrong)
    return int(failed)


def _faults(probe: Any, library: Path) -> Iterator[str]:  # noqa: ANN401 - a module without types
    """Yield what was wrong with each way to show a copy of the library."""
    with tempfile.TemporaryDirectory(prefix="readq-fuzz-") as folder:
        copy = Path(folder, "library.db")
        shutil.copy(library, copy)
        environment = {"HOME": folder, "READQ_DB": str(copy), "READQ_NOW": _NOW, "TZ": "UTC"}
        shows = [["show", str(number)] for number in _ids(copy)[:15]]
        for words in (*_COMMANDS, *shows):
            yield from _probed(probe, words, "wait:0", (120, 40), environment)
        for size in _SIZES:
            yield from _probed(probe, [], _KEYS, size, environment)


def _probed(
    probe: Any,  # noqa: ANN401 - a module without types
    words: Sequence[str],
    script: str,
    size: tuple[int, int],
    environment: dict[str, str],
) -> Iterator[str]:
    result, output = probe.run([sys.executable, "-m", "readq", *words], script, size, environment, 60.0)
    name = " ".join(words) or f"UI {size[0]}x{size[1]}"
    if hostile := set(result["forbidden"]) - _ALLOWED:
        yield f"{name}: {', '.join(sorted(hostile))} in {output[-200:]!r}"
    if result["traceback"] or result["killed_by_probe"] or result["terminal_left_dirty"]:
        yield f"{name}: {json.dumps(result)}"
    if result["exit"] not in (0, 1):
        yield f"{name}: exit {result['exit']}"


def _ids(library: Path) -> list[int]:
    with closing(sqlite3.connect(library)) as connection:
        return [number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")]


if __name__ == "__main__":
    sys.exit(main())
