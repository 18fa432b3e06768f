"""Convert papers to items of Zotero, and items to papers. Pure functions.

Fields of items: https://api.zotero.org/schema. The plug-in Reading List keeps the reading state in two lines of the
field Extra, `Read_Status: To Read` and `Read_Status_Date: 2026-11-23T08:00:00Z`.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping
from typing import Any

from readq.formats.bibtex.date_fields import season_name
from readq.formats.bibtex.venues import VenueKind, venue_kind
from readq.formats.exchange.record import Record
from readq.formats.field_choice import USUAL
from readq.formats.record_values import citation_key, keyword_tags
from readq.latex.decode import to_unicode
from readq.model.authors.person_names import split
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in
from readq.model.values import Author, Paper, Status
from readq.registries import csl_file
from readq.registries.json_record import Object, objects_in, text_in

READING_STATES: Mapping[Status, str] = {
    Status.INBOX: "New",
    Status.QUEUED: "To Read",
    Status.READING: "In Progress",
    Status.DONE: "Read",
    Status.DROPPED: "Not Reading",
}
"""Maps each status of a paper to the reading state in Zotero."""

_STATE, _STATE_DATE, _KEY_LINE = "Read_Status", "Read_Status_Date", "Citation Key"
_TYPES = {
    "article": "journalArticle",
    "inproceedings": "conferencePaper",
    "conference": "conferencePaper",
    "book": "book",
    "collection": "book",
    "mvbook": "book",
    "mvcollection": "book",
    "incollection": "bookSection",
    "inbook": "bookSection",
    "bookinbook": "bookSection",
    "suppbook": "bookSection",
    "suppcollection": "bookSection",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "thesis": "thesis",
    "techreport": "report",
    "report": "report",
}
_VENUES = {
    "journalArticle": "publicationTitle",
    "conferencePaper": "proceedingsTitle",
    "bookSection": "bookTitle",
    "preprint": "repository",
}
_WITH_DOI = ("journalArticle", "conferencePaper", "preprint")
_PUBLISHERS = {"book": "publisher", "bookSection": "publisher", "thesis": "university", "report": "institution"}
_PUBLISHER_FIELDS = {"thesis": ("school", "institution"), "report": ("institution",)}
_ROLES = {"author": "author", "editor": "editor", "translator": "translator"}
"""Maps types of creators in Zotero to the fields of an entry that have their names."""

_WITHOUT = {"editor": ("thesis", "report"), "translator": ("thesis",)}
"""Maps types of creators to the types of items that cannot have them."""

_CSL_NAMES = {
    **dict.fromkeys(("author", "presenter", "programmer", "inventor", "artist", "director", "podcaster"), "author"),
    "editor": "editor",
    "translator": "translator",
    "bookAuthor": "container-author",
}
"""Maps types of creators to variables of CSL. Each type of item has one that stands for the author."""

_CSL_TYPES = {
    "journalArticle": "article-journal",
    "magazineArticle": "article-magazine",
    "conferencePaper": "paper-conference",
    "bookSection": "chapter",
    "book": "book",
    "thesis": "thesis",
    "report": "report",
    "preprint": "article",
}
NOT_WORKS = ("note", "attachment", "annotation")
"""The types of items that are not works themselves but belong to another item, such as attachments."""

METADATA = (
    *("title", "creators", "abstractNote", "date", "DOI", "url", "publicationTitle", "proceedingsTitle", "bookTitle"),
    *("repository", "archiveID", "volume", "issue", "pages", "publisher", "university", "institution"),
)
"""The fields of a Zotero item that contain metadata of a work.

The library stores which fields were sent to an item as a number: a bit is set for the index of each field. So the order
must not change, and a new field goes to the end.
"""


def item_of(citable: Citable, paper: Paper) -> dict[str, Any]:
    """Convert a paper to the fields of a Zotero item.

    `citable` has the data for a citation of the paper, and `paper` its abstract, tags and status.
    """
    record = Record(citable, USUAL)
    kind = _kind(record)
    # The record has no venue for a preprint server. A paper whose entry names one as its journal keeps that name here.
    venue = "arXiv" if kind == "preprint" else record.venue or to_unicode(citable.venue or "")
    extra = [] if kind in _WITH_DOI or not citable.doi else [f"DOI: {citable.doi}"]
    facts: dict[str, Any] = {
        "title": record.title,
        "creators": _creators(record, kind) or [_creator("author", author) for author in citable.authors],
        "abstractNote": paper.abstract or "",
        "date": citable.published or _date(record.date),
        "url": citable.url or "",
        "DOI": citable.doi if kind in _WITH_DOI else "",
        "archiveID": f"arXiv:{citable.arxiv_id}" if kind == "preprint" and citable.arxiv_id else "",
        _VENUES.get(kind, ""): venue,
        _PUBLISHERS.get(kind, ""): record.text(*_PUBLISHER_FIELDS.get(kind, ("publisher",))),
    }
    if kind in ("journalArticle", "conferencePaper", "bookSection"):
        facts |= {"volume": record.text("volume"), "pages": record.text("pages").replace("--", "–")}
    if kind == "journalArticle":
        facts["issue"] = record.text("number", "issue")
    known = {name: value for name, value in facts.items() if name and value}
    state = {_STATE: READING_STATES[Status(paper.status)], _STATE_DATE: paper.decided or ""}
    return {
        "itemType": kind,
        **known,
        "citationKey": citable.key,
        "tags": [{"tag": tag} for tag in paper.tags],
        "extra": "\n".join([*extra, *(f"{name}: {value}" for name, value in state.items() if value)]),
    }


def _kind(record: Record) -> str:
    if record.kind in _TYPES:
        return _TYPES[record.kind]
    if record.venue:
        return "conferencePaper" if venue_kind(record.venue) is VenueKind.CONFERENCE else "journalArticle"
    return "preprint" if record.arxiv_id else "document"


def _date(edtf: str) -> str:
    """Return a date of EDTF in a form that Zotero reads. A range becomes its beginning, and a season its name."""
    first = edtf.partition("/")[0]
    year, _, month = first.partition("-") if not first.startswith("-") else (first, "", "")
    season = season_name(month)
    return f"{season} {year}" if season else first


def _creators(record: Record, kind: str) -> list[dict[str, str]]:
    """Return the people of a record as creators of a Zotero item of the type `kind`."""
    known = {role: field for role, field in _ROLES.items() if kind not in _WITHOUT.get(role, ())}
    return [_creator(role, author) for role, field in known.items() for author in record.names(field)]


def _creator(role: str, author: Author) -> dict[str, str]:
    parts = author if author.family is not None else split(author.name)
    if parts.family is None or parts.given is None:
        return {"creatorType": role, "name": to_unicode(author.name)}
    family = f"{parts.family}, {parts.suffix}" if parts.suffix else parts.family
    return {"creatorType": role, "firstName": to_unicode(parts.given), "lastName": to_unicode(family)}


def changes(present: Object, wanted: Mapping[str, Any], sent: Collection[str] = (), *, is_own: bool) -> dict[str, Any]:
    """Return the fields to change in the Zotero item `present`, with their new values.

    `wanted` has the fields as readq would write them now. `is_own` tells whether the item's metadata is still as readq
    wrote it. If not, the fields METADATA stay as they are, and a citation key is only added to an item without one.
    `sent` are the fields that readq has written before. If `is_own` is true, such a field is emptied if `wanted` lacks
    it. If the item has another type in Zotero, only the fields that all types have are changed or emptied.

    Tags are added, but never removed. A reading state in Zotero is kept with its date if it was set after the decision
    in readq, if it equals the state in readq, or if `wanted` has no date of a decision.
    """
    found: dict[str, Any] = {}
    if is_own:
        same_type = present.get("itemType") == wanted["itemType"]
        names = METADATA if same_type else ("title", "creators", "abstractNote", "date", "url")
        found = {name: wanted[name] for name in names if name in wanted and wanted[name] != present.get(name)}
        gone = (name for name in names if name in sent and name not in wanted and present.get(name))
        found |= {name: [] if name == "creators" else "" for name in gone}
    if wanted["citationKey"] != text_in(present.get("citationKey")) and (is_own or not citation_key_of(present)):
        found["citationKey"] = wanted["citationKey"]
    tags = [one for one in objects_in(present.get("tags")) if text_in(one.get("tag"))]
    # A tag that was imported from Zotero is there in its own spelling, such as `To read, soon` for `to-read-soon`.
    there = {*(text_in(one["tag"]) for one in tags), *tags_of(present)}
    if missing := [one for one in wanted["tags"] if one["tag"] not in there]:
        found["tags"] = [*tags, *missing]
    extra = present.get("extra")
    text = extra if isinstance(extra, str) else ""
    if (merged := _merged_extra(text, wanted["extra"])) != text:
        found["extra"] = merged
    return found


def _merged_extra(present: str, wanted: str) -> str:
    new, old = _lines(wanted), _lines(present)
    decided, later = new.get(_STATE_DATE, ""), old.get(_STATE_DATE, "")
    if _STATE in old and (not decided or later > decided or old[_STATE] == new.get(_STATE)):
        new = {name: value for name, value in new.items() if name not in (_STATE, _STATE_DATE)}
    kept = [line for line in present.split("\n") if line.partition(":")[0].strip() not in new] if present else []
    if all(old.get(name) == value for name, value in new.items()):
        return present
    return "\n".join([*kept, *(f"{name}: {value}" for name, value in new.items())])


def _lines(extra: str) -> dict[str, str]:
    """Return a dict that maps each name to the value, for the lines `Name: value` of the field Extra."""
    parts = (line.partition(":") for line in extra.split("\n"))
    return {name.strip(): value.strip() for name, colon, value in parts if colon and name.strip()}


def citation_key_of(data: Object) -> str:
    """Return the citation key of a Zotero item. Return "" if the item has none.

    Older versions of Zotero have no field for the key. In their items the key is a line in the field Extra.
    """
    return text_in(data.get("citationKey")) or _lines(_extra(data)).get(_KEY_LINE, "")


def _extra(data: Object) -> str:
    extra = data.get("extra")
    return extra if isinstance(extra, str) else ""


def status_of(data: Object) -> Status | None:
    """Return the paper status that fits the reading state of a Zotero item.

    Return None if it has no known reading state.
    """
    state = _lines(_extra(data)).get(_STATE, "")
    return next((status for status, name in READING_STATES.items() if name == state), None)


def tags_of(data: Object) -> tuple[str, ...]:
    """Return the tags of an item in the form of readq: case-folded, with a hyphen in place of invalid characters."""
    return keyword_tags(text_in(one.get("tag")) for one in objects_in(data.get("tags")))


def paper_of(data: Object, name: str) -> FetchedPaper | None:
    """Convert the fields of a Zotero item to a paper. Return None for an item without a title.

    `name` is the key of the item in Zotero, which identifies the paper there.
    """
    extra = _lines(_extra(data))
    kind = text_in(data.get("itemType"))
    venue = next(filter(None, (text_in(data.get(field)) for field in _VENUES.values())), "")
    publisher = next(filter(None, (text_in(data.get(field)) for field in _PUBLISHERS.values())), "")
    item: Object = {
        "type": _CSL_TYPES.get(kind, "document"),
        "title": data.get("title"),
        **_csl_names(data),
        "issued": _csl_date(text_in(data.get("date"))),
        "container-title": "" if kind == "preprint" else venue,
        "publisher": publisher,
        "DOI": text_in(data.get("DOI")) or extra.get("DOI", ""),
        "URL": data.get("url"),
        "abstract": data.get("abstractNote"),
        "volume": data.get("volume"),
        "issue": data.get("issue"),
        "page": text_in(data.get("pages")).replace("–", "-"),
    }
    paper = csl_file.own_paper_of(item)
    if paper is None:
        return None
    places = (text_in(data.get("archiveID")), text_in(data.get("url")), extra.get("arXiv", ""))
    arxiv = [one for place in places if place for one in identifiers_in(place) if one[0] == "arxiv"]
    return dataclasses.replace(
        paper,
        where=f"{name} {paper.title[:60]}",
        name=name,
        key=citation_key(citation_key_of(data)),
        tags=tags_of(data),
        identifiers=tuple(dict.fromkeys((*paper.identifiers, *arxiv))),
    )


def _csl_names(data: Object) -> Object:
    names: dict[str, list[Object]] = {}
    for one in objects_in(data.get("creators")):
        if variable := _CSL_NAMES.get(text_in(one.get("creatorType"))):
            names.setdefault(variable, []).append(_csl_name(one))
    return names


def _csl_name(creator: Object) -> Object:
    if creator.get("name"):
        return {"literal": creator["name"]}
    return {"family": creator.get("lastName"), "given": creator.get("firstName")}


def _csl_date(date: str) -> Object:
    """Return a date of CSL-JSON. A date that is not ISO keeps only its year."""
    if found := re.match(r"([12][0-9]{3})(?:-([01]?[0-9])(?:-([0-3]?[0-9]))?)?(?![0-9])", date):
        return {"date-parts": [[int(part) for part in found.groups() if part]]}
    year = re.search(r"(?<![0-9])[12][0-9]{3}(?![0-9])", date)
    return {"date-parts": [[int(year[0])]]} if year else {}
