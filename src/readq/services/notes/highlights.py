"""Write the highlights in a paper's PDF into the note on the paper. A separate process with a timeout reads the PDF."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.errors import ReadqError
from readq.formats.markdown.highlights import Highlight, with_highlights
from readq.services.history.steps import Outcome, run_single_change
from readq.services.papers import notes
from readq.services.pdf import linked_files
from readq.services.pdf.child_process import read_pdf
from readq.store.connection.transactions import writing
from readq.store.papers.notes import find_note
from readq.store.references import current_id
from readq.text import counted, strip_controls

_SECONDS = 90.0


class PdfHighlights(NamedTuple):
    """The highlights of a PDF in the order of the pages, and the number of annotations that cannot be read."""

    highlights: Sequence[Highlight]
    unreadable: int


class TakenHighlights(NamedTuple):
    """The result of `take_in`: the number of highlights in the PDF, and the outcome of the change of the note.

    `unreadable` is the number of annotations that cannot be read, and are left out.
    """

    found: int
    unreadable: int
    outcome: Outcome


def path_of_pdf(connection: sqlite3.Connection, paper_id: int) -> str:
    """Return the path of a paper's PDF. Raises ReadqError if the paper has no PDF, or if the file is gone."""
    path = linked_files.existing_path(connection, paper_id)
    if path is None:
        raise ReadqError("the paper has no PDF", "readq pdf REF downloads it, readq pdf REF --attach FILE links yours")
    return path


def read(path: str) -> PdfHighlights:
    """Return the highlights, underlines and comments in the PDF at `path`.

    Raises ReadqError if the file cannot be read within 90 seconds.
    """
    linked_files.refuse_unless_pdf(path)
    found = read_pdf("readq.pdf.highlights", path, _SECONDS)
    if "error" in found:
        raise ReadqError(f"{path}: {found['error']}", "nothing was changed")
    highlights = [
        Highlight(one["page"], one["kind"], strip_controls(one["text"]), strip_controls(one["comment"]))
        for one in found["annotations"]
    ]
    return PdfHighlights(highlights, found["unreadable"])


def take_in(connection: sqlite3.Connection, paper_id: int, found: PdfHighlights, now: datetime) -> TakenHighlights:
    """Write the highlights of a PDF into the note on a paper, as one step of the undo history. Return the result.

    The rest of the note is unchanged. Two comments in the note mark the section of highlights. Raises ReadqError if the
    note has only one of these comments, has a comment twice, or has the comments in the wrong order. Also raises
    ReadqError if the paper was removed.
    """
    with writing(connection):
        present = current_id(connection, paper_id)
        note = find_note(connection, present)
        text = with_highlights(note.text if note else "", found.highlights)
        outcome = run_single_change(
            connection,
            "highlights taken",
            now,
            lambda step: notes.put(connection, step, present, notes.tidy(text), now),
        )
    return TakenHighlights(len(found.highlights), found.unreadable, outcome)


def read_or_error(path: str) -> PdfHighlights | ReadqError:
    """Return the result of `read`, or the ReadqError that `read` raises."""
    try:
        return read(path)
    except ReadqError as error:
        return error


def words(taken: TakenHighlights) -> str:
    """Return a message about the result `taken` for the user, such as `3 highlights taken into the note`."""
    what = "in the note already" if taken.found else "in the PDF"
    text = f"{counted(taken.found, 'highlight')} {'taken into the note' if taken.outcome.changed else what}"
    if not taken.unreadable:
        return text
    return f"{text}, {counted(taken.unreadable, 'broken annotation')} left out"
