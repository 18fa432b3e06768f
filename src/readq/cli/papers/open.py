"""`readq open`."""

import argparse
import os

from readq.cli.context import Context
from readq.cli.output.streams import print_json, report_missing
from readq.errors import ReadqError
from readq.services.papers import open_externally as opening
from readq.store.papers import queries

USAGE = "REF"
DESCRIPTION = """\
Open a paper in the browser ($BROWSER, else the system's). Without a display its
address is printed."""
EXAMPLE = "readq open vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("reference", metavar="REF", help="which paper")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open it, or print where it is."""
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        papers = queries.papers(connection, chosen.ids)
    for paper in papers:
        if not paper.url:
            raise ReadqError(f"no address is known of {paper.key}", f"readq edit {paper.key} can give it one")
        shown = opening.open_link(paper.url, os.environ)
        if context.wants_json:
            print_json({"id": paper.id, "url": paper.url, "opened": shown is None})
        elif shown:
            print(shown)
    return report_missing(chosen.missing)
