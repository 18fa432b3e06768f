"""`readq snooze`: hide papers until a day."""

import argparse

from readq.cli.arguments import add_references
from readq.cli.context import Context
from readq.cli.output.reports import report_outcome
from readq.cli.output.streams import say
from readq.clock import now
from readq.services.papers import triage
from readq.text import counted

USAGE = "DATE|off (REF… | --query Q)"
DESCRIPTION = """\
Hide inbox and queued papers until a day, such as 2026-11-30, tomorrow, 3d, 2w
or fri. Marking a paper ends its snooze."""
EXAMPLE = "readq snooze 2w 12 13"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq snooze`."""
    parser.add_argument("until", metavar="DATE|off", help="the day on which they return; off ends a snooze now")
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Hide the papers until a day, as one undo step. If the day is `off`, show them again.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    moment = now()
    until = triage.parse_snooze(arguments.until, moment)
    with context.writing() as connection:
        chosen = context.choose(connection, arguments.references, arguments.query)
        outcome = triage.snooze(connection, chosen.ids, until, moment)
        others = triage.count_unsnoozable(connection, chosen.ids) if until else 0
    if others:
        say(f"{counted(others, 'paper')} not snoozed: only inbox and queued papers can be")
    return report_outcome(outcome, chosen.missing, context.wants_json)
