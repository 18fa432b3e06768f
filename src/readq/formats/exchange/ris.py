"""Write RIS, the exchange format that EndNote, Zotero, Mendeley and publishers read.

Tags and types: https://en.wikipedia.org/wiki/RIS_(file_format). The format asks for CR LF at the end of each
line. This module writes LF alone, because every program reads such files too.
"""

from collections.abc import Iterable, Iterator

from readq.formats.bibtex.date_fields import season_name
from readq.formats.exchange.record import Record, sorted_name
from readq.formats.field_choice import USUAL, FieldChoice
from readq.model.citable import Citable
from readq.text import one_line

_TYPES = {
    "article": "JOUR",
    "artwork": "ART",
    "audio": "SOUND",
    "book": "BOOK",
    "bookinbook": "CHAP",
    "booklet": "PAMP",
    "collection": "EDBOOK",
    "conference": "CONF",
    "dataset": "DATA",
    "electronic": "ELEC",
    "image": "FIGURE",
    "inbook": "CHAP",
    "incollection": "CHAP",
    "inproceedings": "CONF",
    "inreference": "ENCYC",
    "jurisdiction": "CASE",
    "legislation": "STAT",
    "letter": "PCOMM",
    "manual": "RPRT",
    "mastersthesis": "THES",
    "movie": "MPCT",
    "music": "MUSIC",
    "mvbook": "BOOK",
    "mvcollection": "EDBOOK",
    "mvproceedings": "BOOK",
    "mvreference": "BOOK",
    "online": "ELEC",
    "patent": "PAT",
    "periodical": "JFULL",
    "phdthesis": "THES",
    "proceedings": "BOOK",
    "reference": "BOOK",
    "report": "RPRT",
    "review": "JOUR",
    "software": "COMP",
    "standard": "STAND",
    "suppbook": "CHAP",
    "suppcollection": "CHAP",
    "suppperiodical": "JOUR",
    "techreport": "RPRT",
    "thesis": "THES",
    "unpublished": "UNPB",
    "video": "VIDEO",
    "www": "ELEC",
}


def write(papers: Iterable[Citable], choice: FieldChoice = USUAL) -> Iterator[str]:
    """Yield one RIS record for each paper, with a blank line after it."""
    for paper in papers:
        lines = [f"{tag}  - {one_line(value)}\n" for tag, value in _tagged(Record(paper, choice)) if value]
        yield "".join([*lines, "ER  - \n\n"])


def _tagged(record: Record) -> Iterator[tuple[str, str]]:
    is_preprint = bool(record.arxiv_id) and not record.venue
    kind = (
        "UNPB" if is_preprint and record.kind == "online" else _TYPES.get(record.kind, "UNPB" if is_preprint else "GEN")
    )
    yield "TY", kind
    yield "ID", record.key
    yield "TI", record.title
    yield from (("AU", sorted_name(author)) for author in record.names("author"))
    yield from (("A2", sorted_name(author)) for author in record.names("editor"))
    yield "JO" if kind == "JOUR" else "T2", record.venue
    yield "T3", record.text("series")
    # RIS has no years before Christ, and of a range it has the beginning.
    ends = [end for end in record.date.split("/") if end.strip(".")]
    date = ends[0].partition("T")[0].rstrip("~?%") if ends else ""
    # RIS has no years with unknown digits, either.
    year, *rest = [""] if date.startswith("-") or "X" in date[:4] else date.split("-")
    yield "PY", year
    season = season_name(rest[0]) if rest else ""
    yield "DA", f"{year}///{season}" if season else "/".join([year, *rest]) if rest else ""
    yield "VL", record.text("volume")
    yield "IS", record.text("number", "issue")
    first, _, last = record.pages.partition("-")
    yield "SP", first.strip()
    yield "EP", last.strip()
    yield "ET", record.text("edition")
    yield "PB", record.text("publisher", "institution", "school", "organization")
    yield "CY", record.text("address")
    yield "SN", record.text("isbn", "issn")
    yield "DO", record.doi
    yield "UR", record.url
    yield "Y2", record.other_date("urldate").replace("-", "/")
    yield "C7", record.text("eid")
    yield "M3", record.genre if record.kind == "mastersthesis" else record.text("type")
    yield "LA", record.text("langid", "language")
    yield "N1", record.note
    yield from (("KW", word) for word in record.keywords)
    yield "AB", record.abstract
