"""`readq undo`: undo a step of the undo history, or list the steps."""

import argparse

from readq.cli.arguments import whole_number
from readq.cli.context import Context
from readq.cli.output.reports import report_undone
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.services.history import undo
from readq.store.journal import steps
from readq.text import one_line

USAGE = "[STEP]"
DESCRIPTION = """\
Undo the last step, or the step with the given number, whichever process made
it. Whatever was changed again since then stays as it is, and is reported."""
EXAMPLE = "readq undo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq undo`."""
    parser.add_argument(
        "step", nargs="?", type=whole_number, metavar="STEP", help="the number of the step, from --list"
    )
    parser.add_argument("--list", action="store_true", help="list the steps, newest first")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Undo the newest step, or the step with the given number. With `--list`, list the steps and undo nothing.

    The undo skips papers, feeds and views that were changed after the step. Return the exit status: 1 if the undo
    skipped any, else 0.
    """
    if arguments.list:
        return _list(context)
    with context.writing() as connection:
        undone = undo.undo(connection, now(), arguments.step)
    if undone is None:
        say("nothing to undo")
    return report_undone(undone, "undone", context.wants_json)


def _list(context: Context) -> int:
    with context.reading() as connection:
        listed = steps.steps(connection)
    if context.wants_json:
        print_json([step._asdict() for step in listed])
        return 0
    for step in listed:
        print(f"{step.step}\t{step.at}\t{one_line(step.what)}\t{step.papers}\t{'undone' if step.undone else ''}")
    return 0
