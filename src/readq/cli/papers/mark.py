"""`readq mark`: set the status of papers."""

import argparse

from readq.cli.arguments import add_references, refuse_unknown
from readq.cli.context import Context
from readq.cli.output.reports import report_outcome
from readq.cli.output.streams import say
from readq.clock import now
from readq.model.values import Status
from readq.services.papers import triage
from readq.text import counted

USAGE = "STATUS (REF… | --query Q)"
DESCRIPTION = """\
Set the status of papers: inbox, queued, reading, done or dropped. "done" also
adds them to review, unless review.enrol_on_done is false. They first come up
after about a week, or at once if review.first is "now"."""
EXAMPLE = "readq mark queued 12 2401.12947"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq mark`."""
    parser.add_argument("status", metavar="STATUS", help=", ".join(Status))
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Set the status of the papers, as one undo step.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    refuse_unknown("status", arguments.status, Status)
    status, done = Status(arguments.status), triage.on_done(context.config)
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        outcome = triage.mark(connection, chosen.ids, status, now(), done=done)
        may_ask = status is Status.DONE and done.enrols and outcome.unchanged
        others = triage.count_done_unenrolled(connection, chosen.ids) if may_ask else 0
    if others:
        say(f"{counted(others, 'paper')} already done, but not in review (use readq enrol)")
    return report_outcome(outcome, chosen.missing, context.wants_json)
