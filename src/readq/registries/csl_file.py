"""Read the items of a CSL-JSON file, which a program such as Zotero, pandoc or readq exported.

An item becomes an entry with the fields of BibTeX and biblatex. This conversion is the inverse of the export by
`readq.formats.exchange.csl_json`: an entry that readq exported is read as the same entry.
"""

import dataclasses
import re
from collections.abc import Iterator

from readq.formats.bibtex.author_field import authors
from readq.formats.bibtex.date_fields import calendar_date, is_date
from readq.formats.bibtex.field_writer import format_authors
from readq.formats.exchange.csl_json import DATES, LANGUAGES, PEOPLE, SUBTYPES, TEXTS
from readq.formats.jats_text import plain_title
from readq.formats.record_values import citation_key, keyword_tags, page_range
from readq.latex.encode import Dialect
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust
from readq.registries.csl_json import names_in, paper_of
from readq.registries.json_record import Object, arxiv_identifier, identifiers, object_in, text_in
from readq.text import one_line

_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "bill": "legislation",
    "book": "book",
    "chapter": "incollection",
    "classic": "book",
    "dataset": "dataset",
    "document": "misc",
    "entry": "inreference",
    "entry-dictionary": "inreference",
    "entry-encyclopedia": "inreference",
    "figure": "image",
    "graphic": "artwork",
    "legal_case": "jurisdiction",
    "legislation": "legislation",
    "manuscript": "unpublished",
    "motion_picture": "movie",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "personal_communication": "letter",
    "post": "online",
    "post-weblog": "online",
    "regulation": "legislation",
    "report": "report",
    "review": "review",
    "review-book": "review",
    "software": "software",
    "song": "music",
    "speech": "unpublished",
    "standard": "standard",
    "thesis": "thesis",
    "webpage": "online",
}
_SUBTYPES = {kind: subtype for subtype, kind in SUBTYPES.items()}
_BY_GENRE = {
    ("thesis", "PhD thesis"): "phdthesis",
    ("thesis", "Master's thesis"): "mastersthesis",
    ("report", "Technical report"): "techreport",
}
_CONTAINERS = {
    **dict.fromkeys(("article", "review"), "journal"),
    **dict.fromkeys(("incollection", "inproceedings", "inreference"), "booktitle"),
}
_PUBLISHERS = {
    **dict.fromkeys(("thesis", "phdthesis", "mastersthesis"), "school"),
    **dict.fromkeys(("report", "techreport"), "institution"),
}
_NAMES_OF_LANGUAGES = {code: name for name, code in reversed(LANGUAGES.items())}
_ARXIV = re.compile(r"arxiv:\s*(\S+)", re.IGNORECASE)
# The lines that Zotero keeps under "Extra" for variables that it has no field for: `PMID: 10097079`.
_ASSIGNMENT = re.compile(r"[A-Za-z][\w .-]{1,40}:\s.*")


def own_paper_of(item: Object) -> FetchedPaper | None:
    """Convert one item of the user's own file to a paper. Return None if the item has no title.

    If the item's id looks like a citation key, it becomes the citation key of the paper.
    """
    paper = paper_of(item)
    if paper is None:
        return None
    key = text_in(item.get("citation-key")) or text_in(item.get("id"))
    kind = _entry_type(item) or paper.entry_type
    url = text_in(item.get("URL"))
    found = (*paper.identifiers, *identifiers(url), *_arxiv_number(item))
    return dataclasses.replace(
        paper,
        trust=Trust.BIBTEX,
        where=key or paper.title[:80],
        authors=_names(item.get("author")) or _names(item.get("editor")),
        url=url or None,
        identifiers=tuple(dict.fromkeys(found)),
        key=citation_key(key),
        record_id=key or None,
        entry_type=kind,
        fields=tuple(dict(_fields(item, kind or "", paper.venue or "")).items()),
        tags=keyword_tags(text_in(item.get("keyword")).split(",")),
        note=text_in(item.get("annote")) or None,
    )


def _entry_type(item: Object) -> str | None:
    kind = _TYPES.get(text_in(item.get("type")))
    return _BY_GENRE.get((kind or "", plain_title(item.get("genre"))), kind)


def _arxiv_number(item: Object) -> tuple[tuple[str, str], ...]:
    found = _ARXIV.match(text_in(item.get("number")))
    return arxiv_identifier(found[1]) if found else ()


def _fields(item: Object, kind: str, venue: str) -> Iterator[tuple[str, str]]:
    """Yield each field of the entry that is not empty: its name in BibTeX or biblatex, and its value."""
    for name, value in (
        *_people(item),
        (_CONTAINERS.get(kind, ""), venue),
        ("entrysubtype", _SUBTYPES.get(text_in(item.get("type")), "")),
        *_dates(item),
        *_numbers(item, kind),
        *((fields[0], plain_title(_text(item, variable))) for variable, fields in TEXTS.items() if len(fields) == 1),
        (_PUBLISHERS.get(kind, "publisher"), _publisher(item)),
        ("type", _genre(item)),
        ("pages", page_range(text_in(item.get("page")))),
        *_language(item),
        ("doi", _texts(item.get("DOI"))),
        ("url", text_in(item.get("URL"))),
        ("note", _note(item)),
    ):
        if name and value:
            yield name, value


def _text(item: Object, variable: str) -> str:
    return text_in(item.get(variable) or (item.get("event") if variable == "event-title" else None))


def _names(value: object) -> tuple[Author, ...]:
    """Return the names in a name variable. Some programs write names as text in place of objects."""
    if not isinstance(value, list):
        value = [value]
    parts = (authors(one_line(one)) if isinstance(one, str) else names_in(one) for one in value)
    return tuple(author for found in parts for author in found)


def _people(item: Object) -> Iterator[tuple[str, str]]:
    names = {field: _names(item.get(variable)) for variable, field in PEOPLE.items()}
    found = {field: format_authors(authors, Dialect.BIBLATEX) for field, authors in names.items()}
    # An entry with editors and without the field `author` is one that only has editors.
    return (one for one in found.items() if one[0] != "author" or found["editor"])


def _dates(item: Object) -> Iterator[tuple[str, str]]:
    issued = object_in(item.get("issued"))
    date = _edtf(issued)
    yield "date", date
    if not date:
        text = text_in(issued.get("literal")) or text_in(issued.get("raw"))
        yield ("date" if is_date(text) else "year"), text
    for variable, field in DATES.items():
        yield field, _edtf(object_in(item.get(variable)))


def _texts(value: object) -> str:
    """Return a text, or all texts of a list, separated by commas."""
    return ", ".join(filter(None, map(text_in, value))) if isinstance(value, list) else text_in(value)


def _edtf(date: Object) -> str:
    """Return a date variable of CSL in EDTF. Return "" if it has no parts that are numbers."""
    listed = date.get("date-parts")
    ends = [_end(parts, date.get("season")) for parts in (listed if isinstance(listed, list) else [])[:2]]
    if not ends or not all(ends):
        return ""
    about = "~" if date.get("circa") else ""
    text = "/".join(f"{end}{about}" for end in ends)
    return calendar_date(text) if is_date(text) else ""


def _end(parts: object, season: object) -> str:
    given = [text_in(part) for part in parts] if isinstance(parts, list) else []
    numbers = [int(text) for text in given if re.fullmatch(r"-?[0-9]{1,4}", text)]
    if not numbers or len(numbers) != len([text for text in given if text]):
        return ""
    # The year 0 of EDTF is the year 1 before Christ, which CSL writes as -1.
    year = numbers[0] + (numbers[0] < 0)
    name = text_in(season)
    rest = [20 + int(name)] if len(numbers) == 1 and re.fullmatch("[1-4]", name) else numbers[1:3]
    sign = "-" if year < 0 else ""
    return "-".join((f"{sign}{abs(year):04d}", *(f"{number:02d}" for number in rest)))


def _numbers(item: Object, kind: str) -> Iterator[tuple[str, str]]:
    number, issue = plain_title(text_in(item.get("number"))), plain_title(text_in(item.get("issue")))
    yield "volume", plain_title(text_in(item.get("volume")))
    if kind in ("article", "review", "periodical"):
        yield "number", issue
        yield "eid", number or text_in(item.get("article-number"))
    else:
        in_series = plain_title(text_in(item.get("collection-number")))
        yield "number", in_series or ("" if _ARXIV.match(number) else number)
        yield "issue", issue


def _publisher(item: Object) -> str:
    publisher = plain_title(item.get("publisher"))
    return "" if publisher.lower() == "arxiv" else publisher


def _genre(item: Object) -> str:
    genre = plain_title(item.get("genre"))
    is_type = (_TYPES.get(text_in(item.get("type")), ""), genre) in _BY_GENRE
    return "" if is_type else genre


def _language(item: Object) -> Iterator[tuple[str, str]]:
    code = text_in(item.get("language"))
    name = _NAMES_OF_LANGUAGES.get(code)
    yield ("langid", name) if name else ("language", code)


def _note(item: Object) -> str:
    note = item.get("note")
    lines = [line.strip() for line in note.splitlines() if line.strip()] if isinstance(note, str) else []
    kept = lines if len(lines) == 1 else [line for line in lines if not _ASSIGNMENT.fullmatch(line)]
    return plain_title(" ".join(kept))
