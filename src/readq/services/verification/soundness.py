"""Find faults in a bibliography without network access: in a .bib file, or in papers as readq would export them."""

import sqlite3
from collections.abc import Sequence

from readq.formats.bib_file.faults import Fault, faults
from readq.services.citing.export_formats import DEFAULT
from readq.services.citing.input_file import read_input
from readq.store.papers import citations


def of_file(path: str) -> list[Fault]:
    """Return the faults of the .bib file at `path`, ordered by line. Raises ReadqError if the file cannot be read."""
    return faults(read_input(path))


def of_library(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Fault]:
    """Return the faults of the papers with the ids `ids`. The line numbers refer to an export of these papers."""
    ordered = citations.in_key_order(connection, ids, ignoring_case=True)
    parts = DEFAULT.parts(paper for _, paper in citations.citables(connection, ordered))
    return faults("".join(parts).encode(errors="replace"))
