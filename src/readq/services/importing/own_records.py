"""Recognise arriving records of CSL-JSON and RIS that readq itself exported and that were not edited since."""

import json
from collections.abc import Iterator
from itertools import product

from readq.formats.bibtex.venues import cited_version
from readq.formats.entry_style import JOURNALS, VERSIONS, EntryStyle
from readq.formats.exchange import csl_json, ris
from readq.formats.field_choice import ALL
from readq.formats.tagged.ris import read
from readq.latex.accents import compose
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper
from readq.registries.csl_file import own_paper_of

_OPTIONAL = ("authors", "published", "year", "venue", "abstract", "url", "pdf_url", "primary_class", "note")

_IN_FIELDS = ("pmid", "isbn")
"""The identifiers that are fields of the entry, too."""


def is_record(arriving: FetchedPaper) -> bool:
    """Return whether an arriving paper can be a record of CSL-JSON or RIS.

    Such a record has an id in its file (`record_id`), and it has no field `title`, unlike an entry of a .bib file.
    """
    return bool(arriving.record_id) and all(name != "title" for name, _ in arriving.fields)


def is_own_record(arriving: FetchedPaper, paper: Citable) -> bool:
    """Return whether all data of an arriving record are also in an export of `paper` to CSL-JSON or RIS.

    `paper` is a stored paper with its abstract.
    """
    return any(_is_part_of(arriving, written) for written in _written(paper))


def other_values_of_record(arriving: FetchedPaper, paper: Citable) -> tuple[str, ...]:
    """Return the names of the BibTeX fields in which a record differs from an export of `paper` to CSL-JSON or RIS.

    Of these two formats, the one with fewer differences is used. `paper` is a stored paper with its abstract.
    """
    return min((tuple(_other_values(arriving, written)) for written in _written(paper)), key=len, default=())


def _other_values(arriving: FetchedPaper, written: FetchedPaper) -> Iterator[str]:
    known = dict(written.fields)
    said = {name: value for name, value in arriving.fields if known.get(name) != value}
    yield from said
    if arriving.authors and arriving.authors != written.authors and not {"author", "editor"} & said.keys():
        yield "author"
    is_dated = (arriving.published, arriving.year) not in ((written.published, written.year), (None, None))
    if is_dated and not {"date", "year"} & said.keys():
        yield "date"
    if arriving.venue and arriving.venue != written.venue and not {"journal", "booktitle"} & said.keys():
        yield "journal"
    if arriving.abstract and arriving.abstract != written.abstract:
        yield "abstract"


def _written(paper: Citable) -> Iterator[FetchedPaper]:
    """Yield the paper as it is read back from an export, in each format, and in each style that changes it."""
    versions = dict.fromkeys(cited_version(paper, version) for version in VERSIONS)
    for journals, cited in product(JOURNALS, versions):
        choice = ALL._replace(style=EntryStyle(journals=journals))
        yield from filter(None, map(own_paper_of, json.loads("".join(csl_json.write([cited], choice)))))
        yield from read("".join(ris.write([cited], choice)))[0]


def _is_part_of(arriving: FetchedPaper, written: FetchedPaper) -> bool:
    # On their way into the library, accents of LaTeX become letters.
    if (arriving.title, arriving.entry_type) != (compose(written.title), written.entry_type):
        return False
    if any((said := getattr(arriving, name)) and said != getattr(written, name) for name in _OPTIONAL):
        return False
    return all(
        set(said) <= set(known)
        for said, known in (
            (arriving.fields, written.fields),
            (arriving.tags, written.tags),
            ([one for one in arriving.identifiers if one[0] not in _IN_FIELDS], written.identifiers),
        )
    )
