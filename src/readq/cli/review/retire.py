"""`readq retire`: exclude review cards from review for good, for example because they have been learnt."""

import argparse
import sqlite3
from datetime import datetime

from readq.cli.arguments import add_dry_run, add_references, expand_standard_input
from readq.cli.context import Chosen, Context
from readq.cli.output.reports import report_missing, report_outcome
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.errors import UsageError
from readq.services.review import backlog, card_changes, card_names
from readq.text import counted

USAGE = "(REF… | card:N… | --query Q | --unrecalled)"
DESCRIPTION = """\
Retire cards that you know well, or no longer need. Reviews stop asking them,
but their history is kept. REF names a paper's own card, card:N any card. --off
brings them back, and so does readq enrol for a paper's own card. The query
is:retired finds their papers."""
EXAMPLE = "readq retire vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq retire`."""
    parser.add_argument("--off", action="store_true", help="bring the cards back into review")
    add_references(parser)
    parser.add_argument(
        "--unrecalled",
        action="store_true",
        help="retire all due cards that you answered but never recalled, instead of REFs",
    )
    add_dry_run(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Retire the cards, as one undo step. With `--off`, return them to review. Return the exit status.

    With `--dry-run`, only print the number of cards. The exit status is 1 if a REF names no paper or card, else 0.
    """
    moment = now()
    with context.reading() if arguments.dry_run else context.writing() as connection:
        if arguments.unrecalled:
            chosen, cards = Chosen((), ()), _unrecalled(arguments, connection, moment)
        else:
            chosen, cards = _named(arguments, context, connection)
        if arguments.dry_run:
            changing = len(card_changes.to_retire(connection, chosen.ids, not arguments.off, cards))
        else:
            outcome = card_changes.retire(connection, chosen.ids, not arguments.off, moment, cards)
    if not arguments.dry_run:
        return report_outcome(outcome, chosen.missing, context.wants_json)
    if context.wants_json:
        print_json({"cards": changing, "missing": list(chosen.missing), "step": None})
    else:
        print(f"{counted(changing, 'card')} would be {'brought back' if arguments.off else 'retired'}")
    return report_missing(chosen.missing)


def _unrecalled(arguments: argparse.Namespace, connection: sqlite3.Connection, moment: datetime) -> list[int]:
    if arguments.references or arguments.query is not None or arguments.off:
        raise UsageError("--unrecalled selects the cards itself", "give it without REFs, --query and --off")
    return backlog.unrecalled(connection, backlog.due_cards(connection, moment, None))


def _named(arguments: argparse.Namespace, context: Context, connection: sqlite3.Connection) -> tuple[Chosen, list[int]]:
    """Return the papers that the REFs and the query name, and the ids of the cards that REFs name.

    Names of cards that do not exist are among the missing names of the papers.
    """
    names, others = card_names.split(expand_standard_input(arguments.references))
    needs_papers = others or not names or arguments.query
    chosen = context.choose(connection, others, arguments.query) if needs_papers else Chosen((), ())
    cards, missing = card_names.find(connection, names)
    return Chosen(chosen.ids, (*missing, *chosen.missing)), cards
