"""`readq check`."""

import argparse
import os

from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.services.safety import check as checking
from readq.store.check import DAMAGE
from readq.text import counted

USAGE = "[--repair]"
DESCRIPTION = """\
Look for everything that can be wrong with the library: the file itself, its
tables, indexes and triggers, rows without what they belong to, metadata that
cannot be read, authors and upvotes, the journal, the search index, and every
card against a replay of its ratings. Changes nothing without --repair, which
makes a backup first. The exit status is 1 when there were problems."""
EXAMPLE = "readq check"

_SHOWN = 20
"""Problems of one kind that are printed; --json has all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--repair", action="store_true", help="mend what can be mended, after a backup")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Check, and list what was found."""
    is_there = os.path.lexists(context.library_path)
    checked = checking.check(
        context.library_path, now(), repair=arguments.repair, busy_timeout=context.config.busy_timeout
    )
    context.has_warned = True
    for warning in checked.warnings:
        say(f"warning: {warning}")
    if context.wants_json:
        print_json({"ok": checked.ok, "problems": [problem._asdict() for problem in checked.problems]})
    elif is_there:
        _print(checked)
    if not is_there:
        say(f"there is no library at {context.library_path}: nothing to check")
    if checked.backup:
        say(f"as it was before the repair: {checked.backup}")
    if hint := _hint(checked, arguments.repair):
        say(hint)
    return 0 if checked.ok else 1


def _print(checked: checking.CheckResult) -> None:
    for kind in dict.fromkeys(problem.kind for problem in checked.problems):
        found = [problem for problem in checked.problems if problem.kind == kind]
        for problem in found[:_SHOWN]:
            print(f"{kind}\t{problem.where}\t{'repaired' if problem.repaired else ''}")
        if len(found) > _SHOWN:
            print(f"{kind}\tand {len(found) - _SHOWN:,} more\t")
    if checked.ok:
        print("no problems")


def _hint(checked: checking.CheckResult, repairing: bool) -> str | None:
    left = [problem for problem in checked.problems if not problem.repaired]
    if not left:
        return None
    problems = counted(len(left), "problem")
    if any(problem.kind == DAMAGE for problem in left):
        return f"{problems}: the file is damaged and was not touched; readq restore FILE puts a backup in its place"
    return f"{problems} that cannot be repaired" if repairing else f"{problems}; readq check --repair mends what it can"
