"""Read RIS, the exchange format of publishers, Zotero, Mendeley and EndNote, with the library rispy.

Tags and types: https://en.wikipedia.org/wiki/RIS_(file_format). Programs disagree about tags. A title is `TI` or `T1`.
A journal is `JO`, `JF` or `T2`. A DOI is `DO`, or a line of `M3`, `L3`, `N1` or `UR`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import rispy

from readq.formats.bibtex.date_fields import SEASONS
from readq.formats.bibtex.field_writer import format_authors
from readq.formats.bibtex.verbatim_fields import bare_doi
from readq.formats.jats_text import abstract_of_file, note_of_file, title_of_file
from readq.formats.record_values import bibtex_fields, citation_key, keyword_tags, page_range, people, year_and_day
from readq.formats.tagged import records
from readq.formats.tagged.records import Papers, TagFormat, TaggedRecord
from readq.latex.encode import Dialect
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import doi, identifiers_in, is_safe_link
from readq.model.values import Author, Trust
from readq.text import clean, join_lines, one_line

_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9]) {1,2}- ?(?=[ \S]|$)")
_FORMAT = TagFormat(_TAG, "TY", "ER")
_ENTRY_TYPES = {
    **dict.fromkeys(("JOUR", "EJOUR", "MGZN", "NEWS", "ABST", "INPR"), "article"),
    **dict.fromkeys(("CONF", "CPAPER"), "inproceedings"),
    **dict.fromkeys(("CHAP", "ECHAP"), "incollection"),
    **dict.fromkeys(("ENCYC", "DICT"), "inreference"),
    **dict.fromkeys(("BOOK", "EBOOK", "WHOLE"), "book"),
    **dict.fromkeys(("ELEC", "BLOG", "WEB"), "online"),
    **dict.fromkeys(("BILL", "STAT"), "legislation"),
    "ART": "artwork",
    "CASE": "jurisdiction",
    "COMP": "software",
    "DATA": "dataset",
    "EDBOOK": "collection",
    "FIGURE": "image",
    "JFULL": "periodical",
    "MPCT": "movie",
    "MUSIC": "music",
    "PAMP": "booklet",
    "PAT": "patent",
    "PCOMM": "letter",
    "SOUND": "audio",
    "STAND": "standard",
    "VIDEO": "video",
    "THES": "phdthesis",
    "RPRT": "techreport",
    "UNPB": "unpublished",
    "MANSCPT": "unpublished",
}
_IN_BOOK = ("inproceedings", "incollection", "inreference")
_NUMBERED = ("techreport", "patent", "standard", "legislation", "jurisdiction")
"""The types of works with a number of their own, which programs write as `IS`, `M1` or `SN`."""
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_YEAR_ONLY = len("2014")
_DATE = re.compile(r"(?P<year>[12]\d{3})/(?P<month>\d{0,2})/?/?(?P<season>[A-Za-z]*)")
# What databases write into N1, where people keep their own notes.
_NOT_A_NOTE = re.compile(r"(?i)\s*(?:doi:|10\.\d{4,}/|export date:|cited by|pmid:|pt: j|times cited|accession number)")

# IEEE Xplore writes names as `J. -Y. van der Falk`. Any other name without a comma is that of an organisation.
_INITIALS_FIRST = re.compile(r"((?:-?[^\W\d_]\. ?)+)((?:(?:[a-z]+|Van|Von|De|Del|Al|El) )*[^\W\d_][^\s.,]*)")
# A child note of Zotero.
_HTML_NOTE = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|blockquote)[\s>]")


class _RisParser(rispy.RisParser):  # type: ignore[misc]  # rispy has no type hints
    """Prevents a tag UK in a file from being mistaken for the tag UK under which rispy collects unknown tags."""

    UNKNOWN_TAG = "unknown"
    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {
        "unknown" if tag == "UK" else tag: name for tag, name in rispy.RisParser.DEFAULT_MAPPING.items()
    }


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is RIS.

    It must have at least two tags. One of the first three tags must start a record.
    """
    tags = [found[1] for line in text.lstrip("\ufeff").splitlines() if (found := _TAG.match(line))]
    return len(tags) > 1 and "TY" in tags[:3]


def read(text: str) -> Papers:
    """Return the papers and the rejected records of a RIS file, both in the order of the file."""
    return records.read(text, _FORMAT, _paper_of)


def read_parts(lines: Iterable[str], size: int) -> Iterator[Papers]:
    """Parse a large file in parts of about `size` characters. Yield the result of `read` for each part.

    `lines` are the lines of the file, with line feeds.
    """
    return records.read_parts(lines, size, _FORMAT, _paper_of)


def _paper_of(record: TaggedRecord, where: str) -> FetchedPaper | None:
    return _paper(_values(record), where)


def _values(record: TaggedRecord) -> Mapping[str, Any]:
    lines: list[str] = []
    is_list = True
    for line in record.lines:
        if found := _TAG.match(line):
            is_list = found[1] in _RisParser.DEFAULT_LIST_TAGS
            lines.append(_TAG.sub(r"\1  - ", line))
        elif is_list:
            # Some programs write several keywords, each in a line of its own, after one tag. Because of the space,
            # rispy never takes such a line for a tag.
            lines.append(f" {line.strip()}")
        else:
            # rispy fails for a second value of a tag that goes on in a further line.
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
    (values,) = _RisParser(enforce_list_tags=False).parse_lines(iter([*lines, "ER  - "]))
    return dict(values)


def _paper(values: Mapping[str, Any], where: str) -> FetchedPaper | None:
    links = _links(values)
    identifiers = _identifiers(values, links)
    entry_type = _entry_type(values)
    if entry_type in ("misc", "unpublished") and any(scheme == "arxiv" for scheme, _ in identifiers):
        entry_type = "online"
    title = _title(values, entry_type)
    if not title:
        return None
    year, day = year_and_day(_text(values, "year", "publication_year", "date"))
    if day is None:
        dated_year, dated_day = year_and_day(_text(values, "date", "publication_year"))
        year, day = year or dated_year, dated_day if dated_year == (year or dated_year) else None
    return FetchedPaper(
        title=title,
        trust=Trust.BIBTEX,
        where=where,
        abstract=join_lines(abstract_of_file(_text(values, "abstract", "notes_abstract"))) or None,
        authors=_authors(values) or _editors(values),
        published=day,
        year=year,
        venue=_venue(values, entry_type),
        url=links[0] if links else None,
        identifiers=identifiers,
        key=citation_key(_text(values, "id")),
        record_id=_text(values, "id") or None,
        entry_type=entry_type,
        fields=_fields(values, entry_type, day or (str(year) if year else "")),
        tags=keyword_tags(_texts(values, "keywords")),
        note=_note(values),
    )


def _entry_type(values: Mapping[str, Any]) -> str:
    entry_type = _ENTRY_TYPES.get(_text(values, "type_of_reference").upper()[:7], "misc")
    is_masters = entry_type == "phdthesis" and re.match("master|m\\.?sc|mathesis", _text(values, "type_of_work"), re.I)
    return "mastersthesis" if is_masters else entry_type


def _texts(values: Mapping[str, Any], *names: str) -> list[str]:
    """Return the values of all `names`, each in one line, without empty ones."""
    found: list[str] = []
    for name in names:
        value = values.get(name, [])
        found += [one_line(text) for text in (value if isinstance(value, list) else [value])]
    return [text for text in found if text]


def _text(values: Mapping[str, Any], *names: str) -> str:
    return next(iter(_texts(values, *names)), "")


def _unknown(values: Mapping[str, Any], *tags: str) -> list[str]:
    """Return the values of tags that rispy has no name for."""
    unknown = values.get("unknown_tag", {})
    return [one_line(text) for tag in tags for text in unknown.get(tag, ())]


def _authors(values: Mapping[str, Any]) -> tuple[Author, ...]:
    return _people(_texts(values, "authors", "first_authors"))


def _editors(values: Mapping[str, Any]) -> tuple[Author, ...]:
    return _people([*_texts(values, "secondary_authors"), *_unknown(values, "ED")])


def _people(names: Iterable[str]) -> tuple[Author, ...]:
    return people(_family_first(name) for name in names)


def _family_first(name: str) -> str:
    found = _INITIALS_FIRST.fullmatch(name)
    return f"{found[2]}, {found[1].replace(' -', '-')}" if found else name


def _title(values: Mapping[str, Any], entry_type: str) -> str:
    title = _text(values, "title", "primary_title") or next(iter(_unknown(values, "CT")), "")
    if not title and entry_type == "book":
        title = next(iter(_unknown(values, "BT")), "") or _text(values, "secondary_title")
    return title_of_file(title)


def _venue(values: Mapping[str, Any], entry_type: str) -> str | None:
    if entry_type in _IN_BOOK:
        # Google Scholar writes the proceedings as if they were a journal.
        journal = _texts(values, "alternate_title3", "journal_name")
        books = [*_texts(values, "secondary_title"), *_unknown(values, "BT"), *journal]
        venue = next(iter(books), "") or _text(values, "tertiary_title")
    elif entry_type == "article":
        venue = _text(values, "alternate_title3", "secondary_title", "journal_name", "alternate_title2")
    else:
        return None
    return title_of_file(venue) or None


def _links(values: Mapping[str, Any]) -> list[str]:
    return [link for link in _texts(values, "urls") if is_safe_link(link)]


def _doi_texts(values: Mapping[str, Any]) -> list[str]:
    """Return the values of the tags in which programs write a DOI."""
    return [*_texts(values, "doi", "type_of_work", "notes"), *_unknown(values, "L3", "M3")]


def _identifiers(values: Mapping[str, Any], links: list[str]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for text in _doi_texts(values):
        if name := doi(text):
            found.update(dict.fromkeys(identifiers_in(name)))
    for link in links:
        found.update(dict.fromkeys(identifiers_in(link)))
    return tuple(found)


def _fields(values: Mapping[str, Any], entry_type: str, known_date: str) -> tuple[tuple[str, str], ...]:
    publisher = _text(values, "publisher")
    names = {"phdthesis": "school", "mastersthesis": "school", "techreport": "institution"}
    serial = _text(values, "issn")
    is_isbn = re.fullmatch(r"(?:97[89])?[\d-]{9,17}[\dXx]", serial.replace(" ", "")) and len(serial) > 9
    is_issn = _ISSN.fullmatch(serial) is not None
    number = _text(values, "number")
    if entry_type in _NUMBERED and not number:
        number = _text(values, "note") or ("" if is_isbn or is_issn else serial)
    editor = format_authors(_editors(values), Dialect.BIBLATEX)
    author = format_authors(_authors(values), Dialect.BIBLATEX)
    return bibtex_fields(
        # An entry with editors and without the field `author` is one that only has editors.
        author=author if editor else "",
        editor=editor,
        date=_date(values, known_date),
        volume=_text(values, "volume"),
        number=number,
        pages=page_range(_text(values, "start_page"), _text(values, "end_page")),
        edition=_text(values, "edition"),
        **{names.get(entry_type, "publisher"): publisher},
        address=_text(values, "place_published"),
        isbn=serial if is_isbn else "",
        issn=serial if is_issn else "",
        series=_text(values, "tertiary_title") if _text(values, "tertiary_title") != _venue(values, entry_type) else "",
        language=_text(values, "language"),
        type=_kind_of_work(values),
        eid=_text(values, "custom7") if entry_type == "article" else "",
        doi=", ".join(_dois(values)),
        url=next(iter(_links(values)), ""),
        urldate=_date_of_access(values),
    )


def _dois(values: Mapping[str, Any]) -> Iterable[str]:
    """Return the DOIs of a record with their capitals: the first one, and others with the tag `DO`."""
    found = {name: bare_doi(text) for text in reversed(_texts(values, "doi")) if (name := doi(text))}
    first = next(((name, bare_doi(text)) for text in _doi_texts(values) if (name := doi(text))), None)
    return (dict((first,)) | found).values() if first else ()


def _date_of_access(values: Mapping[str, Any]) -> str:
    return year_and_day(_text(values, "access_date"))[1] or ""


def _date(values: Mapping[str, Any], known: str) -> str:
    """Return the date in EDTF: the date `known`, or a more exact one with a month or season: `2014-03`, `2014-21`."""
    found = _DATE.fullmatch(_text(values, "date"))
    if len(known) > _YEAR_ONLY or found is None or (known and found["year"] != known):
        return known
    season = SEASONS.get((found["season"] or "").lower())
    month = int(found["month"] or 0)
    number = season if not month else month if 1 <= month <= 12 and not found["season"] else None
    return f"{found['year']}-{number:02d}" if number else known


def _kind_of_work(values: Mapping[str, Any]) -> str:
    """Return the kind of a thesis or report in words. Some programs have a DOI in its place."""
    kind = _text(values, "type_of_work")
    if kind == "Master's thesis":
        return ""
    return "" if doi(kind) or identifiers_in(kind) else kind


def _note(values: Mapping[str, Any]) -> str | None:
    notes = values.get("notes", [])
    own = [clean(text) for text in (notes if isinstance(notes, list) else [notes]) if not _NOT_A_NOTE.match(text)]
    text = "\n\n".join(filter(None, own))
    return (note_of_file(text) if _HTML_NOTE.match(text) else text) or None
