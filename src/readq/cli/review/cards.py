"""`readq cards`: list the review cards of a paper, with their states and histories."""

import argparse

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.days import local_day
from readq.services.review import card_list
from readq.services.review.card_list import ListedCard
from readq.text import one_line

USAGE = "REF"
DESCRIPTION = """\
List the review cards of a paper: its own card, and the questions in its note.
Each has its state, due day, chance of recall today, and all answers."""
EXAMPLE = "readq cards vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq cards`."""
    add_reference(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the cards of a paper with their histories. Return the exit status: 1 if REF names no paper, else 0."""
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        listed = card_list.of_papers(connection, chosen.ids, local_day(now()))
    if context.wants_json:
        print_json([card.as_json() for card in listed])
    else:
        for card in listed:
            _print(card)
    return report_missing(chosen.missing)


def _print(card: ListedCard) -> None:
    recall = "" if card.recall is None else f"\t{card.recall:.0%}"
    print(f"card:{card.card}\t{card.state}\t{card.due}\t{one_line(card.prompt)}{recall}")
    for one in card.history:
        typed = "" if one["recalled"] is None else f"\t{one_line(str(one['recalled']))}"
        print(f"  {one['day']}\t{one['rating']}\t{one['interval_days']} d\t{one_line(str(one['prompt'] or ''))}{typed}")
