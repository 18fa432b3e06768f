"""`readq mark`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import report_outcome
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Status
from readq.services.papers import triage

USAGE = "STATUS REF…"
DESCRIPTION = """\
Set the status of papers: inbox, queued, reading, done or dropped. `done` brings
them into review."""
EXAMPLE = "readq mark queued 12 2401.12947"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("status", metavar="STATUS", help=", ".join(Status))
    parser.add_argument("references", nargs="*", metavar="REF", help="which papers; - reads REFs from standard input")
    parser.add_argument("--query", help="all papers that a query finds, in place of REFs")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Mark the papers, as one step."""
    try:
        status = Status(arguments.status)
    except ValueError:
        raise UsageError(f"unknown status {arguments.status!r}", f"one of {', '.join(Status)}") from None
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        enrols = context.config.enrol_on_done
        outcome = triage.mark(connection, chosen.ids, status, now(), enrol_on_done=enrols)
    return report_outcome(outcome, chosen.missing, context.wants_json)
