"""`readq where`: find the .tex files that cite a paper."""

import argparse
import os

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import print_json
from readq.errors import ReadqError
from readq.text import one_line

USAGE = "REF [PATH…]"
DESCRIPTION = """\
Print the lines of .tex files that cite a paper, under its present or a former
key. Without PATHs, search the folders of your drafts (review.drafts), and those
of the .bib files that readq wrote, or else the current folder."""
EXAMPLE = "readq where vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `readq where`."""
    add_reference(parser)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a .tex file, or a folder to search")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the file and the number of each line that cites the paper.

    Return the exit status: 1 if REF names no paper, else 0.
    """
    from readq.services.manuscripts.citing_lines import citing_lines, default_folders

    for path in arguments.paths:
        if not os.path.exists(path):
            raise ReadqError(f"{path} does not exist")
        if not os.path.isfile(path) and not os.path.isdir(path):
            raise ReadqError(f"{path} is neither a file nor a folder")
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        paths = arguments.paths or default_folders(connection, context.config.drafts)
        places = citing_lines(connection, chosen.ids, paths) if chosen.ids else []
    if context.wants_json:
        print_json([place._asdict() for place in places])
    else:
        for place in places:
            print(one_line(f"{place.path}:{place.line}: {place.key}"))
    return report_missing(chosen.missing)
