"""Parse the texts of entries in journals' feeds. Such a text may contain authors, volume, issue, pages or dates.

The formats of Elsevier, JMLR, the ACL Anthology, Nature, the American Physical Society and DBLP are recognised. If a
text does not match one of these formats as a whole, it is an abstract.
"""

import re
from typing import NamedTuple

from readq.feeds.syndication.author_names import split_names
from readq.feeds.syndication.written_dates import WrittenDate, written_date

_LABELLED = re.compile(r"(?im)^[^\S\n]*(?P<label>publication date|source|author\(s\))\s*:\s*(?P<value>[^\n]*)\s*$")
_SOURCE = re.compile(
    r"(?P<venue>.+?)(?:,\s*Volume\s+(?P<volume>[\w.-]+))?(?:,\s*(?:Issue|Part)\s+(?P<number>[\w., -]+))?"
)
_JMLR = re.compile(
    r"(?s)\s*+(?P<authors>[^;]{2,5000});\s*(?P<volume>\d{1,4})\((?P<number>\d{1,5})\)\s*:\s*"
    r"(?P<pages>\w{1,8}\s*[-–—−]+\s*\w{1,8}),\s*(?P<year>[12]\d{3})\.\s*(?P<abstract>.*)"
)
_ACL = re.compile(
    r"(?s)\s*+(?P<authors>[^.]{2,5000}?) in (?P<venue>(?:Proceedings|Findings|Transactions) of [^.]{2,500})\.?\s*"
    r"(?P<abstract>.*)"
)
_NATURE = re.compile(
    r"(?s)\s*(?P<venue>[A-Z][^.,;\n]{1,80}),\s*Published online:\s*(?P<date>\d{1,2} \w+ \d{4}|\d{4}-\d\d-\d\d);?\s*"
    r"(?:doi:\s*(?P<doi>10\.\S+))?\s*(?P<abstract>.*)"
)
_APS = re.compile(
    r"(?s)\s*Author\(s\):\s*(?P<authors>[^\n]+)\n++(?P<abstract>.*?)(?:(?<!\s)\s*+|(?<=\n))"
    r"\[(?P<venue>[A-Z][^\[\],\d]{2,60}?)\s*(?P<volume>\d+),\s*(?P<pages>\w+)\]\s*(?:Published\s+(?P<date>[^\n]+))?\s*"
)
_DBLP_TITLE = re.compile(r"(?P<authors>[^:]{3,5000}):\s+(?P<title>\S.*)", re.DOTALL)
_BOILERPLATE = re.compile(r"(?i)\A\s*(?:abstract|summary)\s*[:.\n]\s*|(?<!\s)\s*+\.{3}\s*+read more\s*+\Z")


class JournalText(NamedTuple):
    """The parts into which the text of a feed's entry was split.

    A part that the text does not contain is empty or None.
    """

    abstract: str
    authors: tuple[str, ...] = ()
    venue: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    date: WrittenDate | None = None
    doi: str = ""


def journal_text(text: str) -> JournalText:
    """Parse the text of an entry into its parts. `text` has no markup, and each block is on lines of its own."""
    if labels := {found["label"].lower(): found["value"].strip() for found in _LABELLED.finditer(text)}:
        rest = _LABELLED.sub("", text).strip()
        if "publication date" in labels:
            return _elsevier(labels, rest)
    if found := _APS.fullmatch(text):
        return JournalText(
            found["abstract"].strip(), _names(found["authors"]), found["venue"], found["volume"],
            pages=found["pages"], date=written_date(found["date"] or ""),
        )  # fmt: skip
    if found := _JMLR.fullmatch(text):
        year = WrittenDate(int(found["year"]))
        pages = re.sub(r"\s*[-–—−]+\s*", "--", found["pages"])
        return JournalText(
            found["abstract"], _names(found["authors"]), "", found["volume"], found["number"], pages, year
        )  # fmt: skip
    if found := _NATURE.fullmatch(text):
        date, doi = written_date(found["date"]), (found["doi"] or "").rstrip(".")
        return JournalText(found["abstract"], venue=found["venue"], date=date, doi=doi)
    if (found := _ACL.fullmatch(text)) and len(_names(found["authors"])) <= found["authors"].count(" ") + 1:
        return JournalText(found["abstract"], _names(found["authors"]), found["venue"].strip())
    return JournalText(_BOILERPLATE.sub("", text))


def _elsevier(labels: dict[str, str], rest: str) -> JournalText:
    source = _SOURCE.fullmatch(labels.get("source", ""))
    parts = source.groupdict(default="") if source else {}
    return JournalText(
        rest,
        _names(labels.get("author(s)", "")),
        parts.get("venue", ""),
        parts.get("volume", ""),
        parts.get("number", ""),
        date=written_date(re.sub(r"(?i)^available online\s+", "", labels.get("publication date", ""))),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(split_names(text))


def dblp_title(title: str) -> tuple[tuple[str, ...], str]:
    """Split a title in a feed of DBLP, such as `Ada Falk, Ben Roe: Title.`, into authors and title.

    If the title has another form, return no authors and the title unchanged.
    """
    found = _DBLP_TITLE.fullmatch(title)
    if found is None:
        return (), title
    names = (re.sub(r" \d{4}$", "", name) for name in _names(found["authors"]))
    return tuple(names), found["title"].removesuffix(".")
