"""`readq postpone`: move due review cards to later days."""

import argparse
from datetime import date

from readq.cli.arguments import add_dry_run, expand_standard_input, whole_number
from readq.cli.context import Context
from readq.cli.output.reports import report_missing, step_note
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.days import local_day, parse_day
from readq.errors import UsageError
from readq.services.review import backlog
from readq.text import counted

USAGE = "(REF… | --query Q) (DATE | --spread N)"
DESCRIPTION = """\
Hide the due cards of papers until DATE, or spread them over the next N days,
those with priority first. With DATE, cards that fall due or return before it
are hidden too: readq postpone --query due:2w 2w, if you are away for two weeks.
The memory state that FSRS keeps of a card does not change."""
EXAMPLE = "readq postpone --query due:today --spread 14 --dry-run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq postpone`."""
    parser.add_argument(
        "references", nargs="*", metavar="REF", help="the papers (- reads them from stdin), then DATE: 3d, fri"
    )
    parser.add_argument("--query", metavar="QUERY", help="act on all papers that QUERY finds, instead of REFs")
    parser.add_argument("--spread", type=whole_number, metavar="N", help="spread over the next N days, instead of DATE")
    add_dry_run(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Postpone the due cards, as one undo step. Print how many cards are moved to each day. Return the exit status.

    With `--dry-run`, print these numbers and change nothing. The exit status is 1 if a REF names no paper, else 0.
    """
    moment, references = now(), list(arguments.references)
    until = None
    if arguments.spread is None:
        if not references:
            raise UsageError("until when?", "give a DATE, or --spread N")
        until = _day(references.pop(), local_day(moment))
    with context.reading() if arguments.dry_run else context.writing() as connection:
        chosen = context.choose(connection, expand_standard_input(references), arguments.query)
        rows = backlog.due_cards(connection, moment, chosen.ids, until)
        if until is not None:
            plan = backlog.plan_until(rows, until, moment)
        else:
            plan = backlog.plan_spread(connection, rows, arguments.spread, moment, context.config)
        step = None if arguments.dry_run else backlog.postpone(connection, plan, moment).step
    if context.wants_json:
        days = [{"day": day, "cards": count} for day, count in plan.counts()]
        print_json({"cards": len(plan.days), "days": days, "missing": list(chosen.missing), "step": step})
    else:
        for day, count in plan.counts():
            print(f"{day}\t{count}")
        did = "would be postponed" if arguments.dry_run else "postponed"
        print(f"{counted(len(plan.days), 'card')} {did}{step_note(step)}")
    return report_missing(chosen.missing)


def _day(word: str, today: date) -> date:
    try:
        return parse_day(word, today)
    except UsageError as error:
        raise UsageError(error.message, "the DATE is the last word: readq postpone 12 2w") from error
