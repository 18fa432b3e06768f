"""The export of all papers by the writers of other libraries. Run as `bibtex_writers.py LIBRARY DATABASE TARGET`.

Each reads the plain database of `baselines.py`, makes the objects that its library writes, and writes the file with the
settings that the library has of itself. bibtexparser then puts values into braces as they are; pybtex takes names apart
and escapes the special characters of TeX.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple


class _Entry(NamedTuple):
    """The key of an entry, the names of its authors in one text, and its other fields."""

    key: str
    authors: str
    fields: dict[str, str]


def _entries(database: str) -> Iterator[_Entry]:
    """Yield an entry for each paper, with the fields of the floor of an export."""
    rows = sqlite3.connect(database).execute("SELECT arxiv, title, authors, day FROM paper ORDER BY arxiv")
    for arxiv, title, authors, day in rows:
        fields = {
            "title": title,
            "year": day[:4],
            "eprint": arxiv,
            "archiveprefix": "arXiv",
            "url": f"https://arxiv.org/abs/{arxiv}",
            "note": f"arXiv:{arxiv}",
        }
        yield _Entry(arxiv, " and ".join(authors.splitlines()), fields)


def bibtexparser(database: str, target: str) -> None:
    """Write every paper with the writer of bibtexparser."""
    from bibtexparser.entrypoint import write_file
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    library = Library()
    for key, authors, fields in _entries(database):
        library.add(Entry("misc", key, [Field(*field) for field in ({"author": authors} | fields).items()]))
    write_file(target, library)


def pybtex(database: str, target: str) -> None:
    """Write every paper with the writer of pybtex."""
    from pybtex.database import BibliographyData, Entry, Person

    entries = {
        key: Entry("misc", fields, {"author": [Person(name) for name in authors.split(" and ")]})
        for key, authors, fields in _entries(database)
    }
    BibliographyData(entries).to_file(target, "bibtex")


WRITERS: Mapping[str, Callable[[str, str], None]] = {writer.__name__: writer for writer in (bibtexparser, pybtex)}
"""The function of each library, by the name by which the library is imported."""

if __name__ == "__main__":
    WRITERS[sys.argv[1]](*sys.argv[2:])
