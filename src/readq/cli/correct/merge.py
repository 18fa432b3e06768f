"""`readq merge`: merge two records of the same paper."""

import argparse

from readq.cli.context import Context
from readq.cli.output.reports import report_outcome
from readq.clock import now
from readq.services.history.steps import Outcome
from readq.services.papers.merge import merge

USAGE = "REF REF"
DESCRIPTION = """\
Merge two papers that are the same work. The merged paper keeps the lower number
and its citation key, or the other's key if only that is frozen; the other
number and all keys still name it. The later decision wins. Notes are joined;
tags, reviews and feed entries are combined. Undo separates the papers again."""
EXAMPLE = "readq merge 12 17"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq merge`."""
    parser.add_argument("references", nargs=2, metavar="REF", help="the two papers, in any order")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Merge the paper with the higher number into the paper with the lower number, as one undo step.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    with context.writing() as connection:
        one, other = (context.choose(connection, [reference]) for reference in arguments.references)
        missing = (*one.missing, *other.missing)
        if missing:
            return report_outcome(Outcome(0, len(one.ids) + len(other.ids)), missing, context.wants_json)
        outcome = merge(connection, one.ids[0], other.ids[0], now())
    if context.wants_json or not outcome.step:
        return report_outcome(outcome, (), context.wants_json)
    kept, merged = sorted((one.ids[0], other.ids[0]))
    print(f"#{merged} was merged into #{kept} (step {outcome.step})")
    return 0
