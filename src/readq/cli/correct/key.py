"""`readq key`: print or set the citation key."""

import argparse

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_missing, report_no_paper, report_outcome
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.services.papers import corrections
from readq.store.papers import queries
from readq.text import one_line

USAGE = "REF [NEW]"
DESCRIPTION = """\
Print the citation key of a paper, or set it. A key that you set is frozen: it
never changes by itself. The former key still names the paper."""
EXAMPLE = "readq key 12 vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq key`."""
    add_reference(parser)
    parser.add_argument("key", nargs="?", metavar="NEW", help="the new key; without it, print the key")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the citation key of the paper, or set it as one undo step.

    Return the exit status: 1 if the REF names no paper, else 0.
    """
    if arguments.key is None:
        return _print(arguments.reference, context)
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_no_paper(chosen.missing, context.wants_json)
        outcome = corrections.set_key(connection, chosen.ids[0], arguments.key, now())
    return report_outcome(outcome, (), context.wants_json)


def _print(reference: str, context: Context) -> int:
    with context.reading() as connection:
        chosen = context.choose(connection, [reference])
        papers = queries.papers(connection, chosen.ids)
    for paper in papers:
        facts = {"id": paper.id, "key": paper.key, "key_frozen": paper.key_frozen}
        print_json(facts) if context.wants_json else print(one_line(paper.key))
    return report_missing(chosen.missing, as_json=context.wants_json and not papers)
