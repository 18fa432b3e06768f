"""Read PubMed's nbib (MEDLINE) records with the library rispy and the table of tags in this module.

Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html. The library nbib is not used, because it has had no release
for years, and stops at the first line that it does not expect.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import ClassVar

import rispy

from readq.formats.bibtex.field_writer import format_authors
from readq.formats.record_values import bibtex_fields, keyword_tags, page_range, people, year_and_day
from readq.formats.tagged import records
from readq.formats.tagged.records import Papers, TagFormat, TaggedRecord
from readq.latex.encode import Dialect
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import doi, identifiers_in
from readq.model.values import Author, Trust
from readq.text import join_lines, one_line

_TAG = re.compile(r"([A-Z]{2,4}) {0,2}- ?")
_FORMAT = TagFormat(_TAG, "PMID", None)
_TAGS = (
    "PMID", "TI", "TT", "BTI", "AB", "FAU", "AU", "CN", "JT", "TA", "VI", "IP", "PG", "DP", "DEP", "LID", "AID", "PMC",
    "PT", "LA", "ISBN", "PB", "OT", "ED", "FED",
)  # fmt: skip
_END = "ENDREC"
_PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
_SUFFIXES = ("Jr", "Sr", "2nd", "3rd", "4th")
_ROMAN = {"2nd": "II", "3rd": "III", "4th": "IV"}
_NO_TITLE = "Not Available"
"""The title that PubMed gives an article if nobody translated its title. The original title may have the tag `TT`."""


class _NbibParser(rispy.RisParser):  # type: ignore[misc]  # rispy has no type hints
    START_TAG = "PMID"
    END_TAG = _END
    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {tag: tag for tag in (*_TAGS, _END)}
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = []
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}

    def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
        """Return the tag and the value of a line. The tag is None if the line continues the value above it."""
        found = None if line.startswith("      ") else re.match(rf"{_END}|{_TAG.pattern}", line)
        if found is None:
            return None, line.strip()
        return found[1] or _END, line[found.end() :].strip()


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is nbib.

    The first line must have the tag PMID, and lines with other tags must follow.
    """
    lines = text.lstrip("\ufeff \r\n").splitlines()[:30]
    is_first = bool(lines) and re.match(r"PMID ?- ?\d+\s*$", lines[0]) is not None
    return is_first and sum(_TAG.match(line) is not None for line in lines) > 3


def read(text: str) -> Papers:
    """Return the papers and the rejected records of an nbib file, both in the order of the file."""
    return records.read(text, _FORMAT, _paper_of)


def read_parts(lines: Iterable[str], size: int) -> Iterator[Papers]:
    """Parse a large file in parts of about `size` characters. Yield the result of `read` for each part.

    `lines` are the lines of the file, with line feeds.
    """
    return records.read_parts(lines, size, _FORMAT, _paper_of)


def _paper_of(record: TaggedRecord, where: str) -> FetchedPaper | None:
    return _paper(_values(record), where)


def _values(record: TaggedRecord) -> Mapping[str, Sequence[str]]:
    """Return the values by tag. Lines with unknown tags are left out, and so are the lines that continue them."""
    lines: list[str] = []
    is_known = False
    for line in record.lines:
        if found := None if line.startswith("      ") else _TAG.match(line):
            is_known = found[1] in _TAGS
        if found and is_known:
            lines.append(line)
        elif is_known:
            # rispy fails for a second value of a tag that goes on in a further line.
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
    (values,) = _NbibParser(enforce_list_tags=False).parse_lines(iter([*lines, _END]))
    return {
        tag: [one_line(text) for text in (value if isinstance(value, list) else [value])]
        for tag, value in values.items()
    }


def _paper(values: Mapping[str, Sequence[str]], where: str) -> FetchedPaper | None:
    title = _title(values)
    if not title:
        return None
    pmid = _first(values, "PMID")
    year, day = year_and_day(_first(values, "DP", "DEP"))
    entry_type = _entry_type(values)
    venue = None if entry_type == "book" else _first(values, "JT", "TA", "BTI") or None
    authors, editors = _authors(values), _people(values, "FED", "ED")
    return FetchedPaper(
        title=title,
        trust=Trust.REGISTRY,
        where=where,
        abstract=join_lines(_first(values, "AB")) or None,
        authors=authors or editors,
        published=day,
        year=year,
        venue=venue,
        url=f"{_PUBMED}{pmid}/" if pmid.isdigit() else None,
        identifiers=_identifiers(values, pmid),
        entry_type=entry_type,
        fields=bibtex_fields(
            # An entry with editors and without the field `author` is one that only has editors.
            author=format_authors(authors, Dialect.BIBLATEX) if editors else "",
            editor=format_authors(editors, Dialect.BIBLATEX),
            volume=_first(values, "VI"),
            number=_first(values, "IP"),
            pages=_full_range(_first(values, "PG")),
            publisher=_first(values, "PB"),
        ),
        tags=keyword_tags(values.get("OT", ())),
        name=pmid or None,
    )


def _entry_type(values: Mapping[str, Sequence[str]]) -> str:
    if values.get("JT") or values.get("TA"):
        return "article"
    return ("incollection" if values.get("TI") else "book") if values.get("BTI") else "misc"


def _title(values: Mapping[str, Sequence[str]]) -> str:
    title = _without_final_dot(_first(values, "TI", "BTI").rstrip())
    return (_without_final_dot(_first(values, "TT").rstrip()) or title) if title == _NO_TITLE else title


def _first(values: Mapping[str, Sequence[str]], *tags: str) -> str:
    return next((text for tag in tags for text in values.get(tag, ()) if text), "")


def _without_final_dot(title: str) -> str:
    """Return the title without the full stop that MEDLINE adds, and without the brackets around a translated title."""
    title = title.removesuffix(".") if not title.endswith("..") else title
    return title[1:-1].strip() if _is_in_brackets(title) else title


def _is_in_brackets(title: str) -> bool:
    """Return whether brackets enclose the whole title, unlike those of `[3H]dopamine and [14C]`."""
    depths = list(accumulate((char == "[") - (char == "]") for char in title))
    return len(depths) > 1 and title[0] == "[" and depths[-1] == 0 and 0 not in depths[:-1]


def _authors(values: Mapping[str, Sequence[str]]) -> tuple[Author, ...]:
    return (*_people(values, "FAU", "AU"), *(Author(name, name) for name in values.get("CN", ())))


def _people(values: Mapping[str, Sequence[str]], full: str, short: str) -> tuple[Author, ...]:
    """Return the people whose full names have the tag `full`, else those whose names with initials have `short`."""
    if names := people(map(_with_suffix_apart, values.get(full, ()))):
        return names
    split = (re.sub(r" (?=[A-Z]{1,4}(?: (?:Jr|Sr|2nd|3rd|4th))?$)", ", ", name) for name in values.get(short, ()))
    dotted = (re.sub(r"(?<=, )[A-Z]{2,4}\b", lambda found: ". ".join(found[0]) + ".", name) for name in split)
    return people(map(_with_suffix_apart, dotted))


def _with_suffix_apart(name: str) -> str:
    """Return the name `Falk, Mia B 3rd` as `Falk, Mia B, III`."""
    rest, _, suffix = name.rpartition(" ")
    return f"{rest}, {_ROMAN.get(suffix, suffix)}" if ", " in rest and suffix in _SUFFIXES else name


def _identifiers(values: Mapping[str, Sequence[str]], pmid: str) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for text in (*values.get("LID", ()), *values.get("AID", ())):
        if text.endswith(" [doi]") and (name := doi(text.removesuffix(" [doi]"))):
            found.update(dict.fromkeys(identifiers_in(name)))
    if pmid.isdigit():
        found.update(dict.fromkeys(identifiers_in(f"{_PUBMED}{pmid}/")))
    return tuple(found)


def _full_range(pages: str) -> str:
    """Return a range of pages in full: MEDLINE shortens `476-481` to `476-81`."""
    found = re.fullmatch(r"([A-Za-z]*)(\d+)-(\d+)", pages)
    if not found or len(found[3]) >= len(found[2]):
        return page_range(pages)
    return page_range(f"{found[1]}{found[2]}", f"{found[1]}{found[2][: -len(found[3])]}{found[3]}")
