"""`readq due`: list the cards that are due for review."""

import argparse

from readq.cli.arguments import add_query
from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.services.review import cards
from readq.services.views import join_words, list_selection
from readq.store.papers import queries
from readq.text import one_line

USAGE = "[QUERY…]"
DESCRIPTION = "List all that is due for review today, the longest overdue first."
EXAMPLE = "readq due tag:rl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq due`."""
    add_query(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the cards that are due today, the longest overdue first. Return the exit status."""
    moment = now()
    selection = list_selection(join_words(arguments.query), moment) if arguments.query else None
    with context.reading() as connection:
        due = cards.due(connection, moment, selection)
        if context.wants_json:
            papers = {paper.id: paper for paper in queries.papers(connection, [card.paper_id for card in due])}
            print_json(
                [
                    {
                        "card": card.card,
                        "paper": queries.as_json(papers[card.paper_id]),
                        "kind": card.kind,
                        "prompt": card.prompt,
                        "due": card.due,
                        "intervals": cards.intervals(connection, card.card, moment, context.config),
                    }
                    for card in due
                ]
            )
            return 0
    for card in due:
        print(f"card:{card.card}\t{card.due}\t{one_line(card.prompt)}")
    if not due:
        say("nothing is due")
    return 0
