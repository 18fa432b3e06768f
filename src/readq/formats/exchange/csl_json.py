"""Write CSL-JSON, for pandoc, Obsidian and citation processors.

Format: CSL 1.0.2, https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV, and the schema
csl-data.json of the same version.
"""

import json
import re
from collections.abc import Iterable, Iterator

from readq.formats.exchange.record import Record
from readq.formats.field_choice import USUAL, FieldChoice
from readq.latex.decode import to_unicode
from readq.model.citable import Citable
from readq.model.values import Author
from readq.text import escape_json, indented_array

_TYPES = {
    "article": "article-journal",
    "artwork": "graphic",
    "audio": "song",
    "book": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "image": "figure",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "jurisdiction": "legal_case",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "report",
    "mastersthesis": "thesis",
    "movie": "motion_picture",
    "music": "song",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "book",
    "mvreference": "book",
    "online": "webpage",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "www": "webpage",
}
SUBTYPES = {"magazine": "article-magazine", "newspaper": "article-newspaper"}
PEOPLE = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "container-author": "bookauthor",
    "original-author": "origauthor",
}
"""Maps each name variable of CSL, such as `author`, to the field of an entry that has the names."""
TEXTS = {
    "title-short": ("shorttitle",),
    "container-title-short": ("shortjournal",),
    "collection-title": ("series",),
    "volume": ("volume",),
    "number-of-volumes": ("volumes",),
    "number-of-pages": ("pagetotal",),
    "chapter-number": ("chapter",),
    "edition": ("edition",),
    "version": ("version",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address",),
    "event-title": ("eventtitle",),
    "event-place": ("venue",),
    "medium": ("howpublished",),
    "status": ("pubstate",),
    "ISBN": ("isbn",),
    "ISSN": ("issn",),
    "PMID": ("pmid",),
    "PMCID": ("pmcid",),
    "original-title": ("origtitle",),
}
"""Maps each text variable of CSL, such as `volume`, to fields of an entry. The first field with a value is written."""
DATES = {"accessed": "urldate", "event-date": "eventdate", "original-date": "origdate"}
"""Maps each date variable of CSL, except `issued`, to the field of an entry that has the date."""
LANGUAGES = {
    **dict.fromkeys(("english", "american", "usenglish"), "en-US"),
    **dict.fromkeys(("british", "ukenglish"), "en-GB"),
    **dict.fromkeys(("german", "ngerman"), "de-DE"),
    **dict.fromkeys(("french", "francais"), "fr-FR"),
    "austrian": "de-AT",
    "chinese": "zh-CN",
    "czech": "cs-CZ",
    "danish": "da-DK",
    "dutch": "nl-NL",
    "finnish": "fi-FI",
    "greek": "el-GR",
    "hungarian": "hu-HU",
    "italian": "it-IT",
    "japanese": "ja-JP",
    "korean": "ko-KR",
    "norwegian": "nb-NO",
    "polish": "pl-PL",
    "portuguese": "pt-PT",
    "brazilian": "pt-BR",
    "russian": "ru-RU",
    "spanish": "es-ES",
    "swedish": "sv-SE",
    "turkish": "tr-TR",
    "ukrainian": "uk-UA",
}
"""Maps the names of languages in babel and polyglossia to the codes of these languages in CSL."""
_EDTF = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_WITH_ISSUES = frozenset(("article-journal", "article-magazine", "article-newspaper", "periodical", "review"))


def write(papers: Iterable[Citable], choice: FieldChoice = USUAL) -> Iterator[str]:
    """Yield the papers, in their order, as the parts of one JSON array. Text is Unicode, without LaTeX."""
    items = (json.dumps(item(Record(paper, choice)), ensure_ascii=False, indent=1) for paper in papers)
    return map(escape_json, indented_array(items))


def item(record: Record) -> dict[str, object]:
    """Return a record as a CSL item, a mapping of CSL variables to values. Unknown values are left out."""
    kind = csl_type(record)
    facts: dict[str, object] = {"id": record.key, "type": kind, "title": record.title}
    facts |= {variable: _names(record, field) for variable, field in PEOPLE.items()}
    facts["issued"] = csl_date(record.date) or _literal_date(record)
    facts |= {variable: csl_date(record.other_date(field)) for variable, field in DATES.items()}
    facts["container-title"] = record.venue
    facts |= {variable: record.text(*fields) for variable, fields in TEXTS.items()}
    facts |= _numbers(record, kind)
    facts |= {"page": record.pages, "genre": record.genre, "DOI": record.doi, "URL": record.url}
    if record.arxiv_id and not record.venue:
        facts["publisher"] = facts["publisher"] or "arXiv"
    facts["language"] = LANGUAGES.get(language := record.text("langid", "language").lower(), language)
    facts |= {"abstract": record.abstract, "keyword": ", ".join(record.keywords), "note": record.note}
    return {name: value for name, value in facts.items() if value}


def csl_type(record: Record) -> str:
    """Return the CSL type of a record.

    A preprint, and a paper of unknown type, is an `article`. A type that CSL does not have becomes `document`.
    """
    if record.kind == "article":
        return SUBTYPES.get(record.text("entrysubtype").lower(), "article-journal")
    if record.kind in _TYPES and not (record.kind == "online" and record.arxiv_id):
        return _TYPES[record.kind]
    return "article" if record.arxiv_id or not record.kind else "document"


def csl_date(edtf: str) -> dict[str, object] | None:
    """Return the value of a date variable of CSL for the EDTF date `edtf`. Return None if `edtf` is no date.

    The value has the year, and the month and day if they are known. For a range, it has the first and the last date. It
    also has the season if `edtf` is a season, and a mark if the date is uncertain.
    """
    ends = [found for end in edtf.split("/") if (found := _EDTF.match(end))]
    if not ends:
        return None
    parts: list[list[int]] = []
    season = 0
    for end in ends[:2]:
        numbers = [int(number) for number in end.groups() if number]
        # The year 0 of EDTF is the year 1 before Christ, which CSL writes as -1.
        numbers[0] -= numbers[0] <= 0
        if len(numbers) > 1 and not 1 <= numbers[1] <= 12:
            season = numbers[1] - 20 if 21 <= numbers[1] <= 24 else 0
            numbers = numbers[:1]
        parts.append(numbers)
    date: dict[str, object] = {"date-parts": parts}
    if season and len(parts) == 1:
        date["season"] = season
    if re.search(r"[~?%]", edtf):
        date["circa"] = True
    return date


def _literal_date(record: Record) -> dict[str, object] | None:
    text = record.text("year", "date")
    return {"literal": text} if text else None


def _numbers(record: Record, kind: str) -> dict[str, object]:
    """Return the field for the number of an entry: an issue, a place in a series, or the number of a report."""
    number = record.text("number")
    if kind in _WITH_ISSUES:
        return {"issue": number or record.text("issue"), "number": record.text("eid")}
    if record.text("series") and kind in ("book", "chapter", "paper-conference"):
        return {"collection-number": number, "issue": record.text("issue")}
    arxiv = f"arXiv:{record.arxiv_id}" if record.arxiv_id else ""
    return {"number": number or arxiv, "issue": record.text("issue")}


def _names(record: Record, field: str) -> list[dict[str, str]]:
    names = [_name(author) for author in record.names(field)]
    # For pandoc and other processors, this name stands for `and others`.
    return [*names, {"literal": "others"}] if record.has_others(field) else names


def _name(author: Author) -> dict[str, str]:
    if author.family is None or author.given is None:
        return {"literal": to_unicode(author.name)}
    particle, family = _particle(to_unicode(author.family))
    name = {"family": family, "given": to_unicode(author.given)}
    if particle:
        name["non-dropping-particle"] = particle
    return name | {"suffix": to_unicode(author.suffix)} if author.suffix else name


def _particle(family: str) -> tuple[str, str]:
    """Split `van der Berg` into the particle `van der` and the family name `Berg`."""
    words = family.split(" ")
    count = next((place for place, word in enumerate(words) if not word[:1].islower()), 0)
    return " ".join(words[:count]), " ".join(words[count:])
