"""Read the XML files of the ACL Anthology. A file is a collection of volumes, and a volume contains papers.

Format: https://github.com/acl-org/acl-anthology, `data/xml/schema.rnc`.
"""

import dataclasses
import re

from readq.formats.record_values import bibtex_fields, page_range
from readq.formats.xml_tree import Element, parse, text_of
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in
from readq.model.values import Author, Rejected, Trust
from readq.text import join_lines, one_line

_ROOT = re.compile(
    r"(?s)\s*(?:<\?xml.*?\?>\s*)?(?>(?><!--.*?-->)\s*)*+<collection\s+id=[\"'](?:[A-Z]\d\d|\d{4}\.[\w]+)[\"']"
)
_ANTHOLOGY = "https://aclanthology.org/"
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is XML of the ACL Anthology."""
    return _ROOT.match(text.lstrip("\ufeff")) is not None


def read(data: bytes) -> tuple[list[FetchedPaper], list[Rejected]]:
    """Return the papers in a file, and its rejected entries. An entry without a title or an id is rejected.

    Raises ReadqError if the file is not well-formed XML.
    """
    collection = parse(data)
    volume_of = {paper: volume for volume in collection.iter("volume") for paper in volume.findall("paper")}
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, item in enumerate(collection.iter("paper"), 1):
        where = f"paper {number}"
        volume = volume_of.get(item)
        if volume is None:
            rejected.append(Rejected(where, "it is in no volume"))
            continue
        if not (id_ := one_line(item.get("id", ""))):
            rejected.append(Rejected(where, "no id"))
            continue
        name = f"{collection.get('id', '')}-{volume.get('id', '')}"
        place = f"{name}.{id_}" if "." in name else _old_id(name, id_)
        where = f"{where} ({place})"
        paper = _paper(item, place, volume.find("meta"))
        if paper is None:
            rejected.append(Rejected(where, "no title"))
        else:
            papers.append(dataclasses.replace(paper, where=where))
    return papers, rejected


def _old_id(volume: str, paper: str) -> str:
    """Return the id of a paper in the form used before 2020: `P19-1023` for volume `P19-1` and paper `23`."""
    prefix, _, number = volume.partition("-")
    return f"{prefix}-{number}{paper.zfill(4 - len(number))}"


def _paper(item: Element, place: str, meta: Element | None) -> FetchedPaper | None:
    title = one_line(_marked(item.find("title")))
    if not title:
        return None
    url = text_of(item.find("url")).strip()
    url = url if url.startswith("http") else f"{_ANTHOLOGY}{url or place}/"
    year = text_of(meta.find("year")).strip() if meta is not None else ""
    found = [*identifiers_in(text_of(item.find("doi")).strip()), *identifiers_in(f"{_ANTHOLOGY}{place}")]
    return FetchedPaper(
        title=title,
        trust=Trust.REGISTRY,
        abstract=join_lines(_marked(item.find("abstract"))) or None,
        authors=tuple(author for one in item.findall("author") if (author := _author(one))),
        year=int(year) if re.fullmatch(r"[12]\d{3}", year) else None,
        venue=one_line(_marked(meta.find("booktitle") if meta is not None else None)) or None,
        url=url,
        pdf_url=f"{_ANTHOLOGY}{place}.pdf",
        identifiers=tuple(dict.fromkeys(found)),
        key=None,
        entry_type="inproceedings",
        fields=bibtex_fields(
            pages=page_range(text_of(item.find("pages"))),
            month=_month(meta),
            address=one_line(text_of(meta.find("address"))) if meta is not None else "",
            publisher=one_line(text_of(meta.find("publisher"))) if meta is not None else "",
        ),
    )


def _author(one: Element) -> Author | None:
    given, family = one_line(text_of(one.find("first"))), one_line(text_of(one.find("last")))
    if not family:
        return Author(given, given) if given else None
    return Author(f"{given} {family}".strip(), family, given or None)


def _month(meta: Element | None) -> str:
    name = text_of(meta.find("month")).strip() if meta is not None else ""
    return name[:3].lower() if name in _MONTHS else ""


def _marked(element: Element | None) -> str:
    """Return the text of an element. Formulas, which the Anthology writes in LaTeX, are put between dollars."""
    if element is None:
        return ""
    parts: list[str] = []
    # No recursion: elements of hostile files are nested thousands deep.
    waiting: list[Element | str] = [element]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            parts.append(one)
        else:
            mark = "$" if one.tag == "tex-math" else ""
            inner = [part for child in one for part in (child, child.tail or "")]
            waiting += reversed([mark, one.text or "", *inner, mark])
    return "".join(parts)
