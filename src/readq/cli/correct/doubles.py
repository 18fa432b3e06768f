"""`readq doubles`: list pairs of papers that look alike, or record that two papers are different works."""

import argparse
import sqlite3

from readq.cli.context import Context
from readq.cli.output.reports import report_outcome
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.services.history.steps import Outcome
from readq.services.papers.look_alikes import keep_apart
from readq.store.papers import look_alikes, queries
from readq.text import one_line

USAGE = "[--apart REF REF]"
DESCRIPTION = """\
List pairs of papers that may be the same work, with the reasons. readq merge
merges such a pair, and --apart marks them as different. Until then both papers
stay. Undo can reverse both. readq list is:double also finds these papers."""
EXAMPLE = "readq doubles"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq doubles`."""
    parser.add_argument("--apart", nargs=2, metavar="REF", help="mark these two papers as different works")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """List the pairs of papers that look alike. With `--apart`, record that two papers are different, as one undo step.

    Return the exit status: 1 if a REF names no paper, else 0.
    """
    if arguments.apart:
        return _keep_apart(arguments.apart, context)
    with context.reading() as connection:
        pairs = look_alikes.unsettled(connection)
        if context.wants_json:
            print_json([{"papers": [pair.one, pair.other], "why": list(pair.why)} for pair in pairs])
        else:
            _print(connection, pairs)
    return 0


def _keep_apart(references: list[str], context: Context) -> int:
    with context.writing() as connection:
        one, other = (context.choose(connection, [reference]) for reference in references)
        missing = (*one.missing, *other.missing)
        if missing:
            return report_outcome(Outcome(0, len(one.ids) + len(other.ids)), missing, context.wants_json)
        outcome = keep_apart(connection, one.ids[0], other.ids[0], now())
    if context.wants_json or not outcome.step:
        return report_outcome(outcome, (), context.wants_json)
    print(f"#{one.ids[0]} and #{other.ids[0]} are different papers (step {outcome.step})")
    return 0


def _print(connection: sqlite3.Connection, pairs: list[look_alikes.Pair]) -> None:
    ids = list(dict.fromkeys(number for pair in pairs for number in (pair.one, pair.other)))
    titles = {paper.id: paper for paper in queries.papers(connection, ids)}
    for pair in pairs:
        fields = (f"#{pair.one} #{pair.other}", ", ".join(pair.why), titles[pair.one].title)
        print("\t".join(map(one_line, fields)))
