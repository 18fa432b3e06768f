"""Try random histories of imports, merges, separations, edits and undo, over works that share titles and identifiers.

    python tests/fuzz/identity_histories.py [--first SEED] [--seeds N] [--actions N]

Every seed makes two histories. In one, each step is undone and redone in order, and the state before and after it is
compared. In the other, steps are undone by number, in any order, and the library is checked after each action. Prints
the seeds that fail, each with its error. The exit status is 1 if one fails.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from random_actions import Action, OpenLibrary
from random_histories import (
    KINDS_OF_IDENTITY,
    Actions,
    check_intact,
    check_undo_and_redo,
    dump_files,
    generated,
    open_copy,
    perform_all,
)

from readq.services.safety import identity_check
from readq.store.check import Problem
from readq.store.library import open_for_writing


def main() -> int:
    """Try the histories of all seeds. Return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first seed")
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="the number of seeds")
    parser.add_argument("--actions", type=int, default=40, metavar="N", help="the number of actions of a history")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        template = empty_library(Path(folder))
        for seed in range(options.first, options.first + options.seeds):
            for check in (check_steps_in_order, check_steps_in_any_order):
                performed: list[Action] = []
                try:
                    check(template, seed, options.actions, performed)
                except Exception as error:
                    failed += 1
                    traceback.print_exc(limit=-4)
                    print(f"seed {seed}, {check.__name__}, action {len(performed)}: {type(error).__name__}: {error}")
                    print(*(f"  {place} {action}" for place, action in enumerate(performed, 1)), sep="\n", flush=True)
    print(f"{options.seeds} seeds, {failed} failures")
    return int(failed > 0)


def empty_library(folder: Path) -> str:
    """Make a library without papers in `folder`. Return its path."""
    path = str(folder / "library.db")
    open_for_writing(path).close()
    return path


def check_steps_in_order(template: str, seed: int, many: int, performed: list[Action]) -> None:
    """Check that undo and redo restore the state before and after each step. Adds the actions to `performed`."""
    with open_copy(template) as library:
        actions = _noted(generated(random.Random(seed), KINDS_OF_IDENTITY, many), performed)
        check_undo_and_redo(library, actions, dump_and_differences, but=identity_check.KIND)


def check_steps_in_any_order(template: str, seed: int, many: int, performed: list[Action]) -> None:
    """Check that undo of any step leaves no paper with the records of two works. Adds the actions to `performed`."""
    kinds = (*KINDS_OF_IDENTITY, *["undo a step"] * 6, "redo", "redo")
    with open_copy(template) as library:
        check_undo_mixes_no_works(library, _noted(generated(random.Random(seed), kinds, many), performed))


def check_undo_mixes_no_works(library: OpenLibrary, actions: Actions) -> None:
    """Perform actions. Check that undo and redo add no paper with records of several works, and that nothing breaks.

    Undo of a separation may: it brings back what was separated.
    """
    before: set[Problem] = set()
    for action, _ in perform_all(library, actions):
        mixed = set(identity_check.find_problems(library.connection))
        if action.kind in ("undo", "undo a step", "redo") and not _is_of_separation(library.connection):
            assert mixed <= before, f"{action}: {mixed - before}"
        before = mixed
        check_intact(library.path, but=identity_check.KIND)


def _is_of_separation(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT what FROM step ORDER BY undone DESC LIMIT 1").fetchone()
    return row is not None and row[0] == "separated"


def dump_and_differences(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return the files of a dump, and which papers the reader has said to differ."""
    apart = connection.execute("SELECT paper_id, other_id FROM look_alike WHERE apart = 1 ORDER BY 1, 2").fetchall()
    return {**dump_files(connection), "apart": repr(apart)}


def _noted(actions: Actions, performed: list[Action]) -> Actions:
    def noted(library: OpenLibrary) -> Iterator[Action]:
        for action in actions(library):
            performed.append(action)
            yield action

    return noted


if __name__ == "__main__":
    sys.exit(main())
