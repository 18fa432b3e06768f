"""`readq note`: print or change the note on a paper."""

import argparse
import os
import sqlite3
import sys

from readq.cli.arguments import add_reference, read_text
from readq.cli.context import Context
from readq.cli.output.reports import report_missing, report_no_paper, report_outcome
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.services.papers import notes
from readq.store.papers import queries
from readq.store.papers.notes import find_note
from readq.text import strip_controls

USAGE = "REF [--append TEXT | --set FILE | --edit]"
DESCRIPTION = "Print the note on a paper, or change it. Notes are Markdown."
EXAMPLE = 'readq note 12 --append "Table 3 contradicts the abstract."'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq note`."""
    add_reference(parser)
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--append", metavar="TEXT", help="add TEXT on a new line")
    change.add_argument("--set", dest="file", metavar="FILE", help="replace the note with a file; - is standard input")
    change.add_argument("--edit", action="store_true", help="open the note in $VISUAL or $EDITOR")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the note on the paper, or change it as one undo step.

    Return the exit status: 1 if the REF names no paper, else 0. Raises UsageError if `--edit` is given without a
    terminal.
    """
    if arguments.append is None and arguments.file is None and not arguments.edit:
        return _print(arguments.reference, context)
    text = read_text(arguments.file, "the note was not changed") if arguments.file is not None else arguments.append
    if arguments.edit and not sys.stdin.isatty():
        raise UsageError("--edit needs a terminal", "use --append or --set")
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if len(chosen.ids) > 1:
            raise UsageError(f"only one note can be changed at a time, not {len(chosen.ids)}", "name one REF")
        if not chosen.ids:
            return report_no_paper(chosen.missing, context.wants_json)
        (paper_id,) = chosen.ids
        if arguments.edit:
            text = _template(connection, paper_id, context)
            outcome, present, both = notes.edit(connection, paper_id, os.environ, now, text)
            if both:
                say(f"the note on #{present}: {notes.BOTH_KEPT}")
        elif arguments.append is not None:
            outcome = notes.append(connection, paper_id, text, now())
        else:
            outcome = notes.save(connection, paper_id, text, now()).outcome
        saved = find_note(connection, paper_id)
        if saved and outcome.changed:
            _report_left_out(saved.text)
    return report_outcome(outcome, (), context.wants_json)


def _report_left_out(text: str) -> None:
    from readq.review.questions import left_out_text

    if left_out := left_out_text(text):
        say(left_out)


def _template(connection: sqlite3.Connection, paper_id: int, context: Context) -> str:
    if not context.config.notes_template:
        return ""
    from readq.services.notes.template import fill

    (paper,) = queries.papers(connection, [paper_id])
    return fill(context.config.notes_template, paper, now())


def _print(reference: str, context: Context) -> int:
    with context.reading() as connection:
        chosen = context.choose(connection, [reference])
        papers = queries.papers(connection, chosen.ids)
    for paper in papers:
        if context.wants_json:
            print_json({"id": paper.id, "key": paper.key, "note": paper.note})
        elif paper.note:
            print(strip_controls(paper.note))
    return report_missing(chosen.missing, as_json=context.wants_json and not papers)
