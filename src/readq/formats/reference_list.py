"""Read lists of ids, URLs and titles in text or Markdown, with one paper per line.

A line has an id or URL (`arXiv:1706.03762`, `10.1145/…`, a link in Markdown), or a title, or both. Blank lines,
comments (`#`), headings and rules are ignored.
"""

import csv
import re
from typing import NamedTuple

from readq.model.identifiers import arxiv_id, identifiers_in
from readq.model.values import Rejected
from readq.text import one_line

_MARKER = re.compile(r"(?:(?:[-*+•|]|\d{1,4}[.)])\s+)?(?:\[[ xX]\]\s+)?")
_RULE = re.compile(r"(?:#.*|//.*|[-=*_~]{3,}|[\s:|-]+)?")
_LINK = re.compile(
    r"!?\[(?P<title>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\(\s*<?(?P<url>[^\s()<>]+(?:\([^\s()]*\))?)>?[^)]*\)"
)
_BROWSER_TITLE = re.compile(r"\[(?P<id>[^\s\[\]]{5,40})\]\s+(?P<title>\S.*)")
_SPACED_PMID = re.compile(r"(?ia)(?<!\w)pmid:?\s*(?=[1-9][0-9]{0,7}(?!\w))")
_AROUND_TITLES = " -–—|:,;(["
_AROUND_IDS = "()[]<>.,;|"
# A comma in a DOI is rare, so only the start of another id ends an id without a space.
_BETWEEN_IDS = re.compile(r"\s+|[,;](?=10\.[0-9]{4}|https?://|(?i:arxiv|doi|pmid):)")
_AND = ("", "and", "&", "+")
# A row of a table with a DOI in its first column, and a title or a year in another.
_ROW_OF_DOI = re.compile(r'"?(?P<doi>10\.[0-9]{4,9}/[^\s,;"]+)"?(?P<comma>[,;])(?P<rest>(?=\S).* .*|[12][0-9]{3})')
_LONGEST_LINE = 2_000
_PAPER_SCHEMES = frozenset(("arxiv", "doi", "openreview", "acl", "s2", "pmid", "pmcid", "isbn"))
_SHARE = 0.8
"""The share of lines that must have the id of a paper for a file to count as a list. Ignored lines are not counted."""


class ListedPaper(NamedTuple):
    """A paper in a list of papers."""

    line: int
    """The number of the line in the list, counted from 1."""
    reference: str
    """The id or URL of the paper, or "" if the line has only a title."""
    title: str
    """The title of the paper, or "" if the line has only an id or URL."""


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is a list of papers.

    Nearly every line that is not ignored must have the id of a paper, alone or inside a URL. Titles do not count.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if not _RULE.fullmatch(line.strip())]
    named = sum(_names_paper(line) for line in lines)
    return named > 0 and named >= _SHARE * len(lines)


def _names_paper(line: str) -> bool:
    reference, _ = parse_line(line) or ("", "")
    return any(scheme in _PAPER_SCHEMES for scheme, _ in identifiers_in(reference))


def read(text: str) -> tuple[list[ListedPaper], list[Rejected]]:
    """Return the papers in a list, and the rejected lines. A line that names no paper is rejected.

    A line of several words without an id or URL counts as a title. A line of several ids or URLs, and nothing else,
    names several papers.
    """
    papers: list[ListedPaper] = []
    rejected: list[Rejected] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if _RULE.fullmatch(line.strip()):
            continue
        if several := _several_ids(line):
            papers += [ListedPaper(number, reference, "") for reference in several]
            continue
        found = parse_line(line)
        if found is None:
            is_long = len(line) > _LONGEST_LINE
            why = f"longer than {_LONGEST_LINE:,} characters" if is_long else "names no paper"
            rejected.append(Rejected(f"line {number}", why))
        else:
            papers.append(ListedPaper(number, *found))
    return papers, rejected


def _several_ids(line: str) -> tuple[str, ...]:
    """Return the ids and URLs of different papers if the line has two or more, and nothing else. Else return ()."""
    if len(line) > _LONGEST_LINE:
        return ()
    text = _SPACED_PMID.sub("PMID:", _without_marker(line))
    words = [word for part in _BETWEEN_IDS.split(text) if (word := part.strip(_AROUND_IDS)) not in _AND]
    papers = {identifiers_in(word): word for word in reversed(words)}
    return tuple(reversed(papers.values())) if len(papers) > 1 and () not in papers else ()


def _without_marker(line: str) -> str:
    return _MARKER.sub("", one_line(line), count=1).rstrip(" |")


def parse_line(line: str) -> tuple[str, str] | None:
    """Split a line into two parts: the id or URL, and the title. A missing part is "" in the result.

    Return None if the line names no paper, or is longer than 2,000 characters.
    """
    if len(line) > _LONGEST_LINE:
        return None
    text = _without_marker(line)
    if row := _ROW_OF_DOI.fullmatch(text):
        cells = next(csv.reader([row["rest"]], delimiter=row["comma"]))
        return row["doi"], next((title for cell in cells if " " in (title := one_line(cell))), "")
    if identifiers_in(text):
        return text, ""
    if link := _LINK.search(text):
        return _linked(link, text)
    if (titled := _BROWSER_TITLE.fullmatch(text)) and arxiv_id(titled["id"]):
        return titled["id"], titled["title"]
    return _beside_title(text) or (("", text) if " " in text and any(map(str.isalpha, text)) else None)


def _beside_title(text: str) -> tuple[str, str] | None:
    """Return the reference at the beginning or end of `text`, and the rest as the title."""
    words = _SPACED_PMID.sub("PMID:", text).split(" ")
    for reference, title in ((words[-1], words[:-1]), (words[0], words[1:])):
        bare = reference.strip(_AROUND_IDS)
        if _is_reference(bare):
            return bare, " ".join(title).strip(_AROUND_TITLES)
    return None


def _linked(link: re.Match[str], text: str) -> tuple[str, str] | None:
    url = link["url"]
    title = link["title"] or text[: link.start()].strip(" -–—|:*_")
    if identifiers_in(url):
        # A link whose text is its own address has no title.
        return url, "" if identifiers_in(title) else title.strip("*_ ")
    return None


def _is_reference(text: str) -> bool:
    return bool(identifiers_in(text))
