"""`readq retire`: stop asking cards that have been learnt."""

import argparse

from readq.cli.arguments import add_references, expand_standard_input
from readq.cli.context import Chosen, Context
from readq.cli.output.reports import report_outcome
from readq.clock import now
from readq.services.review import card_changes, card_names

USAGE = "[--off] REF…"
DESCRIPTION = """\
Retire cards: they have been learnt, or are let go. They are asked no more, and
keep their history. REF names a paper's own card, card:N any card. --off asks
them again; so does readq enrol. is:retired finds the papers."""
EXAMPLE = "readq retire vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq retire`."""
    parser.add_argument("--off", action="store_true", help="ask the cards again")
    add_references(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Retire the cards, or ask them again, as one undo step. Return the exit status.

    The exit status is 1 if a REF names no paper or card, else 0.
    """
    references = expand_standard_input(arguments.references)
    names, others = card_names.split(references)
    with context.writing() as connection:
        needs_papers = others or not names or arguments.query
        chosen = context.choose(connection, others, arguments.query) if needs_papers else Chosen((), ())
        cards, missing = card_names.find(connection, names)
        outcome = card_changes.retire(connection, chosen.ids, not arguments.off, now(), cards)
    return report_outcome(outcome, (*missing, *chosen.missing), context.wants_json)
