"""Define the bibliographic record of a paper in plain Unicode text, with fields named as in BibTeX and biblatex.

The values come from the imported entry of the paper. If the entry lacks a field, or a person edited the field, the
value comes from the metadata of the paper.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from readq.formats.bibtex.author_field import authors, has_others
from readq.formats.bibtex.date_fields import (
    calendar_date,
    date_before_christ,
    date_in_year,
    entry_date,
    is_date,
    year_number,
)
from readq.formats.bibtex.imported_entry import unedited_fields
from readq.formats.bibtex.journal_names import OWN_NAMES, journal_name
from readq.formats.bibtex.venues import VenueKind, cited_version, is_preprint, venue_kind
from readq.formats.bibtex.verbatim_fields import (
    bare_doi,
    first_address,
    is_web_address,
    spelled_as_in,
    verbatim_text,
)
from readq.formats.field_choice import FieldChoice
from readq.latex.decode import bibtex_text, to_unicode
from readq.model.authors.person_names import split
from readq.model.citable import Citable
from readq.model.identifiers import arxiv_url
from readq.model.values import Author
from readq.text import join_lines, one_line

_GENRES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "mathesis": "Master's thesis",
    "candthesis": "Candidate thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
}


def sorted_name(author: Author) -> str:
    """Return a name in plain text with the family name first: `Falk, Mia, Jr.`.

    The name of a group is returned as it is.
    """
    if author.family is None or author.given is None:
        return to_unicode(author.name)
    return ", ".join(to_unicode(part) for part in (author.family, author.given, author.suffix) if part)


class Record:
    """The record of one paper. A value is "" or empty if it is not known, or if the choice of fields leaves it out."""

    def __init__(self, paper: Citable, choice: FieldChoice) -> None:
        self._paper = paper = cited_version(paper, choice.style.version)
        self._choice = choice
        self._raw = unedited_fields(paper)
        self.key = paper.key

    @cached_property
    def kind(self) -> str:
        """The entry type in BibTeX or biblatex. It can be "" for a paper that is not from a .bib file."""
        if kind := (self._paper.entry_type or "").lower():
            is_in_proceedings = kind == "article" and "booktitle" in self._raw and "journal" not in self._raw
            return "inproceedings" if is_in_proceedings else kind
        venue = self.venue
        of_venue = venue_kind(venue) if venue else VenueKind.UNKNOWN
        return "" if of_venue is VenueKind.UNKNOWN else of_venue.value

    @cached_property
    def venue(self) -> str:
        """The name of the journal or book that contains the paper. It is "" for a preprint."""
        names = ("journal", "booktitle", "maintitle")
        venue = next(filter(None, map(self.text, names)), "")
        if not venue and self._paper.venue and self._choice.has("journal"):
            venue = to_unicode(self._paper.venue)
        return "" if is_preprint(venue) else self._in_form(venue)

    def _in_form(self, venue: str) -> str:
        """Return the name of a journal in the form that the user wants: a name of the entry, else of the table."""
        form = self._choice.style.journals
        kind = (self._paper.entry_type or venue_kind(venue).value).lower()
        if form == "given" or kind != VenueKind.JOURNAL.value:
            return venue
        return self.text(*OWN_NAMES[form]) or journal_name(venue, form)

    def text(self, *names: str) -> str:
        """Return the first value that is not empty among the fields `names`, on one line.

        Return "" if all are empty.
        """
        for name in names:
            value = self._raw.get(name, "")
            if value and self._choice.has(name) and (text := one_line(to_unicode(bibtex_text(value)))):
                return text
        return ""

    @cached_property
    def title(self) -> str:
        """The title, including the subtitle."""
        return to_unicode(self._paper.title) if self._choice.has("title") else ""

    def names(self, field: str) -> Sequence[Author]:
        """Return the names of persons and groups in the field `field`. A group has no given name."""
        if not self._choice.has(field):
            return ()
        found: Sequence[Author] = authors(self._raw.get(field, ""))
        if field == "author" and not (found or self._raw.get("editor")):
            found = self._paper.authors
        return [author if author.family is not None else split(author.name) for author in found]

    def has_others(self, field: str) -> bool:
        """Return whether the names in `field` end with `and others`, which stands for further names."""
        return self._choice.has(field) and has_others(self._raw.get(field, ""))

    @cached_property
    def date(self) -> str:
        """The date of publication in EDTF, such as `2017`, `2017-06`, `2017-06/2017-08` or `-0051`.

        Unknown parts are left out.
        """
        if not self._choice.has("year"):
            return ""
        given, year = self._raw.get("date", "").strip(), self._raw.get("year", "")
        if is_date(given):
            return calendar_date(given)
        if before_christ := date_before_christ(year):
            return before_christ
        if "month" not in self._raw and (more := date_in_year(year)):
            return more
        number = year_number(year) or self._paper.year or year_number(self._paper.published or "")
        if not number:
            return ""
        published = self._paper.published or ""
        return published if not self._raw and published.startswith(f"{number:04d}-") else entry_date(self._raw, number)

    def other_date(self, field: str) -> str:
        """Return the EDTF date in a field such as `urldate`. Return "" if the field has no such date."""
        value = self._raw.get(field, "").strip()
        return calendar_date(value) if is_date(value) and self._choice.has(field) else ""

    @cached_property
    def genre(self) -> str:
        """The kind of a thesis or report in words, such as `PhD thesis`."""
        given = self.text("type")
        return _GENRES.get(given.lower(), given) or _GENRES.get(self.kind, "")

    @cached_property
    def pages(self) -> str:
        """The pages, with a hyphen between the first and the last page: `101-120`."""
        return re.sub(r" ?(?:--|–|—) ?", "-", self.text("pages"))

    @cached_property
    def abstract(self) -> str:
        """The abstract in plain text. Paragraphs are separated by blank lines."""
        if not self._choice.has("abstract"):
            return ""
        raw = self._raw.get("abstract")
        return to_unicode(self._paper.abstract or (join_lines(bibtex_text(raw)) if raw else ""))

    @cached_property
    def keywords(self) -> Sequence[str]:
        """The keywords of the entry, or the tags of the paper if the entry has no keywords.

        Empty unless the choice of fields names keywords.
        """
        if not self._choice.asks_for("keywords"):
            return ()
        listed = one_line(bibtex_text(self._raw.get("keywords", "") or self._raw.get("keyword", "")))
        words = listed.replace(";", ",").split(",") if listed else self._paper.tags
        return [word.strip() for word in words if word.strip()]

    @cached_property
    def note(self) -> str:
        """The field `note` of the entry. If the choice of fields names notes, the user's own note is added."""
        own = self._paper.note if self._choice.asks_for("note") or self._choice.asks_for("annote") else None
        return "\n\n".join(filter(None, (self.text("note", "addendum"), own)))

    @cached_property
    def doi(self) -> str:
        """The DOI alone, without a prefix such as `https://doi.org/`."""
        raw = self._raw.get("doi")
        if not self._choice.has("doi"):
            return ""
        return (bare_doi(raw) if raw else "") or spelled_as_in(self._paper.doi or "", self._raw.values())

    @cached_property
    def arxiv_id(self) -> str:
        """The arXiv id of the paper, without the version."""
        return (self._paper.arxiv_id or "") if self._choice.has("eprint") else ""

    @cached_property
    def url(self) -> str:
        """The http or https URL of the paper."""
        if not self._choice.has("url"):
            return ""
        raw = verbatim_text(first_address(self._raw.get("url", "")))
        if raw and is_web_address(raw):
            return raw
        return arxiv_url(self._paper.arxiv_id) if self._paper.arxiv_id else self._paper.url or ""
