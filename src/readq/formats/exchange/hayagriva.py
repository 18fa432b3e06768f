"""Write Hayagriva's YAML, which Typst reads.

Format: https://github.com/typst/hayagriva/blob/main/docs/file-format.md. Every text is written as a JSON string in
double quotes, which is valid YAML, too. So no YAML parser takes a text for a number, a date or a list. Only dates are
written without quotes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from readq.formats.exchange.record import Record
from readq.formats.field_choice import USUAL, FieldChoice
from readq.latex.decode import to_unicode
from readq.model.citable import Citable
from readq.model.values import Author

_TYPES = {
    "article": ("article", "periodical"),
    "artwork": ("artwork", ""),
    "audio": ("audio", ""),
    "book": ("book", ""),
    "bookinbook": ("chapter", "book"),
    "booklet": ("book", ""),
    "collection": ("anthology", ""),
    "conference": ("article", "proceedings"),
    "dataset": ("repository", ""),
    "electronic": ("web", ""),
    "inbook": ("chapter", "book"),
    "incollection": ("anthos", "anthology"),
    "inproceedings": ("article", "proceedings"),
    "inreference": ("entry", "reference"),
    "jurisdiction": ("case", ""),
    "legislation": ("legislation", ""),
    "manual": ("report", ""),
    "mastersthesis": ("thesis", ""),
    "online": ("web", ""),
    "patent": ("patent", ""),
    "performance": ("performance", ""),
    "periodical": ("periodical", ""),
    "phdthesis": ("thesis", ""),
    "proceedings": ("proceedings", ""),
    "reference": ("reference", ""),
    "report": ("report", ""),
    "review": ("article", "periodical"),
    "software": ("repository", ""),
    "suppbook": ("chapter", "book"),
    "suppcollection": ("anthos", "anthology"),
    "suppperiodical": ("article", "periodical"),
    "techreport": ("report", ""),
    "thesis": ("thesis", ""),
    "unpublished": ("manuscript", ""),
    "video": ("video", ""),
    "www": ("web", ""),
}
_DATE = re.compile(r"-?[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
# The elements of a list are YAML, other texts are not.
_Value = str | list[str] | Mapping[str, "_Value"]


def write(papers: Iterable[Citable], choice: FieldChoice = USUAL) -> Iterator[str]:
    """Yield the parts of one YAML mapping, which has an entry for each paper under its citation key."""
    is_empty = True
    for paper in papers:
        separator = "" if is_empty else "\n"
        is_empty = False
        yield f"{separator}{_quoted(paper.key)}:\n" + "".join(_lines(_entry(Record(paper, choice)), 1))
    if is_empty:
        yield "{}\n"


def _entry(record: Record) -> dict[str, _Value]:
    kind, parent = _TYPES.get(record.kind, ("article" if record.arxiv_id else "misc", ""))
    if record.kind == "online" and record.arxiv_id:
        kind = "article"
    entry: dict[str, _Value] = {"type": kind, "title": record.title}
    entry |= {"author": _people(record, "author"), "date": _date(record.date)}
    in_parent: dict[str, _Value] = {
        "editor": _people(record, "editor"),
        "volume": record.text("volume"),
        "publisher": record.text("publisher", "organization" if parent else "institution", "school", "institution"),
        "location": record.text("address"),
        "edition": record.text("edition"),
    }
    if parent and record.venue:
        in_parent |= {"issue": record.text("number", "issue")} if parent == "periodical" else {}
        numbers = {"isbn": record.text("isbn"), "issn": record.text("issn")}
        entry["parent"] = {"type": parent, "title": record.venue, **in_parent, "serial-number": numbers}
    else:
        entry |= in_parent
    if not entry["author"] and isinstance(editors := in_parent["editor"], list):
        entry.setdefault("editor", editors)
    serial: dict[str, _Value] = {"doi": record.doi, "arxiv": record.arxiv_id, "pmid": record.text("pmid")}
    if not parent:
        serial |= {"isbn": record.text("isbn"), "issn": record.text("issn"), "serial": record.text("number")}
    entry |= {"page-range": record.pages, "serial-number": serial, "genre": record.genre}
    entry["url"] = {"value": record.url, "date": _date(record.other_date("urldate"))} if record.url else ""
    entry |= {"language": _language(record), "note": record.note, "abstract": record.abstract}
    return entry


def _people(record: Record, field: str) -> list[str]:
    """Return the names in a field as YAML: `"Falk, Jr., Mia"`, in the order of BibTeX, and groups in one part."""
    return [_person(author) for author in record.names(field)]


def _person(author: Author) -> str:
    if author.family is None or author.given is None:
        name = to_unicode(author.name)
        # In a mapping, commas do not separate the parts of a name.
        return json.dumps({"name": name}, ensure_ascii=False) if "," in name else _quoted(name)
    parts = (author.family, author.suffix, author.given)
    return _quoted(", ".join(to_unicode(part) for part in parts if part))


def _date(edtf: str) -> str:
    found = _DATE.match(edtf)
    return found[0] if found else ""


def _language(record: Record) -> str:
    """Return the language if it is a code of BCP 47, which the format wants, such as `de` or `en-GB`."""
    language = record.text("langid", "language")
    return language if re.fullmatch(r"[a-z]{2}(?:-[A-Z]{2})?", language) else ""


def _lines(values: Mapping[str, _Value], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for name, value in values.items():
        if isinstance(value, Mapping):
            inner = list(_lines(value, depth + 1))
            if inner:
                yield f"{indent}{name}:\n"
                yield from inner
        elif isinstance(value, list):
            if value:
                yield f"{indent}{name}: [{', '.join(value)}]\n"
        elif value:
            # A year alone must be a number.
            yield f"{indent}{name}: {value if name == 'date' else _quoted(value)}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
