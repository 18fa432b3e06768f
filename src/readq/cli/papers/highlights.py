"""`readq highlights`: copy the highlights of a PDF into the note on its paper."""

import argparse

from readq.cli.arguments import add_reference
from readq.cli.context import Context
from readq.cli.output.reports import report_no_paper, step_note
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.services.notes import highlights

USAGE = "REF"
DESCRIPTION = """\
Copy the highlights, underlines and comments of the paper's PDF into its note,
with their pages, as a section of their own. Running it again renews only that
section; your own lines stay. Searches then find the highlighted text. A broken
annotation is left out and counted."""
EXAMPLE = "readq highlights vaswani2017attention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq highlights`."""
    add_reference(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Read the PDF and write its highlights into the note, as one undo step.

    Return the exit status: 1 if the REF names no paper, else 0. Raises ReadqError if the paper has no PDF, or if the
    PDF cannot be read.
    """
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_no_paper(chosen.missing, context.wants_json)
        path = highlights.path_of_pdf(connection, chosen.ids[0])
    context.prepare_to_write()
    # The library is closed while the PDF is read.
    found = highlights.read(path)
    with context.writing() as connection:
        taken = highlights.take_in(connection, chosen.ids[0], found, now())
    outcome = taken.outcome
    if context.wants_json:
        listed = [one._asdict() for one in found.highlights]
        step = {"id": chosen.ids[0], "changed": outcome.changed, "step": outcome.step}
        print_json({**step, "highlights": listed, "unreadable": found.unreadable})
    else:
        print(f"{highlights.words(taken)}{step_note(outcome.step)}")
    return 0
