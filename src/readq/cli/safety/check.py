"""`readq check`: look for damage in the library, and repair it."""

import argparse
import os

from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.services.safety.check import CheckResult, check
from readq.store.check import DAMAGE, STOPS_WRITING
from readq.text import counted, one_line

USAGE = "[--repair]"
DESCRIPTION = """\
Check the library: the file itself, its tables, indexes and triggers, rows that
refer to missing rows, metadata that cannot be read, authors and upvotes, the
undo history, the search index, and every card against a replay of its ratings.
Changes nothing without --repair, which makes a backup first. The exit status is
1 when there were problems.

A library is damaged if the file, a table or a column is broken or missing
(damage), an index lacks rows (index), an index or a trigger is missing or
altered (schema), or rows belong to nothing (orphan): a change could then
destroy more. readq notes the damage in the file LIBRARY.damaged, and then only
reads the library, until --repair has repaired it, restore has replaced it, or
another check finds no damage. Other problems concern derived or single values:
the library can still be changed."""
EXAMPLE = "readq check"
IS_LOGGED = True

_RESTORE = "readq restore FILE replaces it with a backup, readq dump DIR saves what it holds"

_MOST_PRINTED = 20
"""The largest number of problems of one kind that are printed. The JSON output has all of them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq check`."""
    parser.add_argument("--repair", action="store_true", help="repair what can be repaired, after a backup")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Check the library and print the problems found. With `--repair`, also repair them.

    Return the exit status: 1 if there were any problems, else 0.
    """
    exists = os.path.lexists(context.library_path)
    checked = check(context.library_path, now(), repair=arguments.repair, busy_timeout=context.config.busy_timeout)
    context.has_warned = True
    for warning in checked.warnings:
        say(f"warning: {warning}")
    if context.wants_json:
        print_json({"ok": checked.ok, "problems": [problem._asdict() for problem in checked.problems]})
    elif exists:
        _print(checked)
    if not exists:
        say(f"there is no library at {context.library_path}: nothing to check")
    if checked.backup:
        say(f"backup from before the repair: {checked.backup}")
    if hint := _hint(checked, arguments.repair):
        say(hint)
    return 0 if checked.ok else 1


def _print(checked: CheckResult) -> None:
    for kind in dict.fromkeys(problem.kind for problem in checked.problems):
        found = [problem for problem in checked.problems if problem.kind == kind]
        for problem in found[:_MOST_PRINTED]:
            print(f"{kind}\t{one_line(problem.where)}\t{'repaired' if problem.repaired else ''}")
        if len(found) > _MOST_PRINTED:
            print(f"{kind}\tand {len(found) - _MOST_PRINTED:,} more\t")
    if checked.ok:
        print("no problems")


def _hint(checked: CheckResult, repairing: bool) -> str | None:
    left = [problem for problem in checked.problems if not problem.repaired]
    if not left:
        return None
    problems = counted(len(left), "problem")
    if any(problem.kind == DAMAGE for problem in left):
        return f"{problems}: the file is damaged and only read; {_RESTORE}"
    is_stopped = any(problem.kind in STOPS_WRITING for problem in left)
    damaged = ": the library is damaged and only read" if is_stopped else ""
    if not repairing:
        return f"{problems}{damaged}; readq check --repair repairs what it can"
    return f"{problems} that cannot be repaired{damaged}" + (f"; {_RESTORE}" if is_stopped else "")
