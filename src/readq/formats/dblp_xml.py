"""Read the XML of DBLP: the whole dump, the page of a person, or one record.

Format: https://dblp.org/xml/docu/dblpxml.pdf.
"""

import re
from collections.abc import Iterator

from readq.formats.record_values import bibtex_fields, page_range
from readq.formats.xml_tree import Element, parse, text_of
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in, is_safe_link
from readq.model.values import Author, LeftOut, Rejected, Trust
from readq.text import one_line

_ROOT = re.compile(
    r"(?s)\s*(?:<\?xml.*?\?>\s*)?(?:<!DOCTYPE\s+dblp\w*+[^>]*+>\s*)?(?>(?><!--.*?-->)\s*)*+<dblp(?:person)?[\s>]"
)
_ENTRY_TYPES = {
    "article": "article",
    "inproceedings": "inproceedings",
    "proceedings": "proceedings",
    "book": "book",
    "incollection": "incollection",
    "phdthesis": "phdthesis",
    "mastersthesis": "mastersthesis",
    "data": "misc",
}
_LISTS = ("dblp", "r")
"""The elements that contain records: the root of the whole dump, and the element of each record in a person's page."""

_NO_RECORDS = ("dblp", "dblpperson", "r")
_HOMONYM = re.compile(r" \d{4}$")


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is XML of DBLP."""
    return _ROOT.match(text.lstrip("\ufeff")) is not None


def read(data: bytes) -> tuple[list[FetchedPaper], list[Rejected], list[LeftOut]]:
    """Return three lists: the papers in a file, the rejected records, and the records that describe no work.

    A record without a title or a key is rejected. Raises ReadqError if the file is not well-formed XML.
    """
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    for number, item in enumerate(_records(parse(data)), 1):
        key = one_line(item.get("key", ""))
        where = f"record {number} ({key})" if key else f"record {number}"
        if item.tag not in _ENTRY_TYPES:
            left_out.append(LeftOut(where, f"<{item.tag[:40]}> is no type of work"))
        elif not key:
            rejected.append(Rejected(where, "no key"))
        elif paper := _paper(item, where):
            papers.append(paper)
        else:
            rejected.append(Rejected(where, "no title"))
    return papers, rejected, left_out


def _records(root: Element) -> Iterator[Element]:
    """Yield the records, in the order of the file, with those inside other elements, such as `<r>`."""
    if root.tag in _ENTRY_TYPES:
        yield root
        return
    waiting = [(root, iter(root))]
    while waiting:
        parent, children = waiting[-1]
        if (child := next(children, None)) is None:
            waiting.pop()
        elif child.tag in _ENTRY_TYPES or (parent.tag in _LISTS and child.tag not in _NO_RECORDS):
            yield child
        else:
            waiting.append((child, iter(child)))


def _paper(item: Element, where: str) -> FetchedPaper | None:
    # dblp ends each title with a full stop.
    title = one_line(text_of(item.find("title"))).removesuffix(".").rstrip()
    if not title:
        return None
    links = [link for one in item.findall("ee") if is_safe_link(link := text_of(one).strip())]
    journal, booktitle = one_line(text_of(item.find("journal"))), one_line(text_of(item.find("booktitle")))
    is_preprint = journal == "CoRR"
    year = text_of(item.find("year")).strip()
    volume = "" if is_preprint else one_line(text_of(item.find("volume")))
    school = one_line(text_of(item.find("school")))
    return FetchedPaper(
        title=title,
        trust=Trust.AGGREGATOR if is_preprint else Trust.REGISTRY,
        where=where,
        authors=tuple(_author(one) for one in (item.findall("author") or item.findall("editor"))),
        year=int(year) if re.fullmatch(r"[12]\d{3}", year) else None,
        venue=None if is_preprint else journal or booktitle or None,
        url=links[0] if links else None,
        identifiers=tuple(dict.fromkeys(found for link in links for found in identifiers_in(link))),
        entry_type="misc" if is_preprint else _ENTRY_TYPES[item.tag],
        fields=bibtex_fields(
            volume=volume,
            number=one_line(text_of(item.find("number"))),
            pages=page_range(one_line(text_of(item.find("pages")))),
            publisher=one_line(text_of(item.find("publisher"))),
            series=one_line(text_of(item.find("series"))),
            school=school,
            isbn=one_line(text_of(item.find("isbn"))),
        ),
    )


def _author(one: Element) -> Author:
    """Return an author without the number by which DBLP tells people of the same name apart (`Wei Wang 0001`)."""
    return Author(_HOMONYM.sub("", one_line(text_of(one))))
