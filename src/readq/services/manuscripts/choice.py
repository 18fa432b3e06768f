"""Choose the papers of a .bib file by a query, or by the citations in a LaTeX document."""

import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.errors import UsageError
from readq.formats import field_choice
from readq.formats.entry_style import EntryStyle
from readq.services.citing.document import Document, read_aux, read_tex
from readq.services.citing.export_formats import DEFAULT, FORMATS, ExportFormat
from readq.services.manuscripts.cited_papers import CitedPapers, cited_papers
from readq.services.views import list_selection
from readq.store.papers.queries import list_ids


class Choice(NamedTuple):
    """The choice of the papers in a .bib file, and of the format in which they are written."""

    query: str = ""
    """The query that finds the papers. It is not used if `aux` or `tex` is set."""
    format: str = DEFAULT.name
    """The name of the format, a key of FORMATS."""
    aux: str | None = None
    """The path of the main .aux file of a LaTeX document, or None.

    If it is set, the papers that the document cites are chosen.
    """
    tex: str | None = None
    """The path of the main .tex file of a LaTeX document, or None.

    If it is set, the papers that the document cites are chosen.
    """
    follow: bool = False
    """If it is true, included files outside the folder of the document are read too."""
    fields: Sequence[str] = ()
    """The names of the fields to write, as `field_choice.choice` takes them."""
    omitted: Sequence[str] = ()
    """The names of the fields to leave out, as `field_choice.choice` takes them."""
    style: Sequence[str] = ()
    """The arguments for making an EntryStyle. It is empty for the default style."""

    @property
    def form(self) -> ExportFormat:
        """The export format of the file, with the chosen fields and style."""
        if not (self.fields or self.omitted or self.style):
            return FORMATS[self.format]._replace(choice=None)
        chosen = field_choice.choice(self.fields, self.omitted)
        return FORMATS[self.format]._replace(choice=chosen._replace(style=EntryStyle(*self.style)))

    @property
    def has_document(self) -> bool:
        """Whether the papers are chosen by the citations in a document."""
        return self.aux is not None or self.tex is not None

    def checked(self) -> "Choice":
        """Return the choice with absolute paths in `aux` and `tex`.

        Raises UsageError if more than one of `query`, `aux` and `tex` is set, or if `aux` and `tex` name a file of the
        other kind.
        """
        if sum(map(bool, (self.query.strip(), self.aux, self.tex))) > 1:
            raise UsageError("QUERY, --aux and --tex each say which papers", "give one of them")
        for name, path, other in (("aux", self.aux, "tex"), ("tex", self.tex, "aux")):
            # It would cite nothing, without an error.
            if (path or "").lower().endswith(f".{other}"):
                raise UsageError(f"{path} is no .{name} file", f"--{other} FILE reads it")
        return self._replace(
            aux=None if self.aux is None else os.path.abspath(self.aux),
            tex=None if self.tex is None else os.path.abspath(self.tex),
        )


class Chosen(NamedTuple):
    """The papers that were chosen for a .bib file."""

    ids: Sequence[int]
    """The ids of the chosen papers."""
    cited: CitedPapers = CitedPapers()
    """The papers that a document cites. Empty if the papers were not chosen by a document."""
    unread: tuple[str, ...] = ()
    """A line of text for each file of the document that was not read."""


def choose(connection: sqlite3.Connection, choice: Choice, now: datetime) -> Chosen:
    """Return the papers that `choice` chooses.

    Raises UsageError if the query cannot be parsed. Raises ReadqError if the main file of the document cannot be read.
    """
    document = _document(choice)
    if document is None:
        return Chosen(list_ids(connection, list_selection(choice.query, now, connection)))
    cited = cited_papers(connection, document.keys)
    if choice.format == "biblatex":
        # Biber finds an entry under its former keys, too, but no key in another case.
        cited = cited._replace(doubled=tuple(pair for pair in cited.doubled if len(set(map(str.casefold, pair))) == 1))
    ids: Sequence[int] = cited.ids
    if document.cites_all:
        ids = tuple(dict.fromkeys((*ids, *list_ids(connection, list_selection("", now, connection)))))
    return Chosen(ids, cited, document.unread)


def _document(choice: Choice) -> Document | None:
    if choice.aux is not None:
        return read_aux(choice.aux, follow=choice.follow)
    return None if choice.tex is None else read_tex(choice.tex, follow=choice.follow)
