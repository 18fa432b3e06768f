"""`readq open`: open a paper in the browser."""

import argparse
import os

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import print_json
from readq.errors import ReadqError
from readq.model.identifiers import paper_url
from readq.services.papers import open_externally
from readq.store.papers import queries
from readq.text import one_line

USAGE = "REF"
DESCRIPTION = """\
Open a paper in the browser ($BROWSER, or else the system's). Without a display,
print its URL instead."""
EXAMPLE = "readq open vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq open`."""
    add_reference(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the link of the paper in the browser. Without a display, print the link.

    Return the exit status: 1 if the REF names no paper, else 0. Raises ReadqError if the paper has no link.
    """
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        papers = queries.papers(connection, chosen.ids)
    for paper in papers:
        url = paper_url(paper.url, paper.arxiv_id, paper.doi)
        if url is None:
            raise ReadqError(f"{paper.key} has no URL", f"readq edit {paper.key} can add one")
        not_opened = open_externally.open_link(url, os.environ)
        if context.wants_json:
            print_json({"id": paper.id, "url": url, "opened": not_opened is None})
        elif not_opened:
            print(one_line(not_opened))
    return report_missing(chosen.missing, as_json=context.wants_json and not papers)
