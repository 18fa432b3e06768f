"""`readq edit`: correct the metadata of a paper, in the user's editor or from a file."""

import argparse
import os
import sys

from readq.cli.arguments import add_reference, read_text, refuse_unknown
from readq.cli.context import Context
from readq.cli.output.reports import report_no_paper, report_outcome
from readq.cli.output.streams import say
from readq.clock import now
from readq.errors import UsageError
from readq.services.citation_keys.fit import with_check
from readq.services.history.steps import Outcome
from readq.services.papers import corrections

USAGE = "REF [--set FILE]"
DESCRIPTION = """\
Correct the metadata of a paper as BibLaTeX or BibTeX, in $VISUAL or $EDITOR or
from a file. No source overwrites a field that you changed. Keywords are tags."""
EXAMPLE = "readq edit vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq edit`."""
    add_reference(parser)
    parser.add_argument("--set", dest="file", metavar="FILE", help="read the entry from a file; - is standard input")
    parser.add_argument(
        "--format", default="biblatex", metavar="F", help="the format in the editor: biblatex or bibtex"
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Let the user edit the entry of the paper in an editor, and store the changed fields as one undo step.

    With `--set`, read the entry from a file instead. Return the exit status: 1 if the REF names no paper, else 0.
    Raises UsageError if there is no terminal and `--set` is not given.
    """
    refuse_unknown("format", arguments.format, ("biblatex", "bibtex"))
    text = None if arguments.file is None else read_text(arguments.file, "nothing was changed")
    if text is None and not sys.stdin.isatty():
        raise UsageError("edit needs a terminal", "--set takes the entry from a file")
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_no_paper(chosen.missing, context.wants_json)
        number = chosen.ids[0]

        def correct() -> Outcome:
            if text is not None:
                return corrections.replace_entry(connection, number, text, now())
            return corrections.edit(connection, number, os.environ, now, dialect=arguments.format)

        outcome, warning = with_check(connection, number, context.config.key_form, correct)
    if warning:
        say(f"warning: {warning}")
    return report_outcome(outcome, (), context.wants_json)
