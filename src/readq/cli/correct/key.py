"""`readq key`."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import print_json, report_missing, report_outcome
from readq.clock import now
from readq.services.papers import corrections as correcting
from readq.store.papers import queries

USAGE = "REF [NEW]"
DESCRIPTION = """\
Print the citation key of a paper, or give it another: frozen from then on, the
former one stays valid."""
EXAMPLE = "readq key 12 vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("reference", metavar="REF", help="which paper")
    parser.add_argument("key", nargs="?", metavar="NEW", help="the key it is to have")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print or set the key."""
    if arguments.key is None:
        with context.reading() as connection:
            chosen = context.choose(connection, [arguments.reference])
            papers = queries.papers(connection, chosen.ids)
        for paper in papers:
            facts = {"id": paper.id, "key": paper.key, "key_frozen": paper.key_frozen}
            print_json(facts) if context.wants_json else print(paper.key)
        return report_missing(chosen.missing)
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_missing(chosen.missing)
        outcome = correcting.set_key(connection, chosen.ids[0], arguments.key, now())
    return report_outcome(outcome, (), context.wants_json)
