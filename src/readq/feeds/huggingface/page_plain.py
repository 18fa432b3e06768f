"""Parse paper pages copied as plain text: a header, followed by a title and an abstract for each paper.

A page is handled as a list of texts called items. Each header line, each title and each abstract is one item.
"""

import re
from typing import NamedTuple

from readq.feeds.huggingface.page_dates import DATE
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Rejected, Trust

# In characters. Among 2,167 papers of Daily Papers the longest title has 167, and two abstracts have fewer than 400.
_MAX_TITLE = 250
_MIN_ABSTRACT = 300
_MIN_SENTENCE_WORDS = 5

# Lines above the papers, reduced to letters.
_HEADER_LINES = frozenset(
    (
        *(
            "new",
            "subscribe",
            "papers",
            "huggingface",
            "models",
            "datasets",
            "spaces",
            "buckets",
            "bucketsnew",
            "posts",
        ),
        *("community", "docs", "enterprise", "pricing", "login", "signup", "search", "submit", "today", "by", "ak"),
        *("daily", "weekly", "monthly", "trending", "getdailypapersinyouremailinbox"),
    )
)
_HEADER_PHRASES = ("trendingpapers", "dailypapers", "andtheresearchcommunity")
_MAX_HEADER_LINE = 80
# Votes, comments, dates and links that are copied along with a paper.
_NOISE = (
    rf"(?i){DATE}|[-–—·•|▲\s]*(?:[0-9.,]+k?)?|\[-\] ?[0-9-]*|[-·• ]*[0-9]+ (?:authors?|comments?)"
    r"|submitted by.{0,40}|upvotes?(?: [0-9.,]+k?)?|github(?: [0-9.,]+k?)?|arxiv(?: page)?|view (?:pdf|arxiv page)"
)
_MARKDOWN = r"^#{1,6} +|\*\*"

_MIN_WITHOUT_HEADER = 3
_SHARE_WITHOUT_HEADER = 0.9
_TITLE_START = r"[\w$\"'“‘(¿¡]"
_ABSTRACT_START = r"[A-Z0-9$\"“‘'(À-ÞΑ-ЯΑ-Ω一-鿿]"
# Addresses of people, ends of code lines, options, numbered clauses, names of files.
_NOT_IN_TITLES = (
    r"(?i)\w@\w|://|[{};=]|\b(?:copyright|licen[sc]e[sd]?|version \d|warranty|contents|changes?)\b"
    r"|^\d+[.)]|--\w|\.\w{1,4}$|(?:\.\d+){2}"
)
_NOT_IN_ABSTRACTS = (
    r"(?i)\bcopyright\b|\blicen[sc](?:e|ed|or)\b|\bwarrant(?:y|ies)\b|\breserved\b|\bbug(?:fix)?(?:es|s)?\b|\bgit\b"
    r"|[{};]\s*$|\w@\w|\s\*\s.*\s\*\s|\*/|--\w+="
)


class Entry(NamedTuple):
    """A paper on the page: its title and its abstract.

    A missing title or abstract is None. At most one of the two is missing.
    """

    title: str | None
    abstract: str | None


def parse(items: list[str], day: str | None) -> tuple[list[FetchedPaper], list[Rejected]]:
    """Parse the items of a page, without the items of its header. Return the papers and the rejected entries.

    `items` are titles and abstracts. An entry that lacks its title or its abstract is rejected. `day` is the day of
    appearance of all papers, an ISO date or None.
    """
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, (title, abstract) in enumerate(pair(items), start=1):
        where = f"entry {number}"
        if title is None:
            rejected.append(Rejected(where, "no title"))
        elif abstract is None:
            rejected.append(Rejected(where, "no abstract"))
        else:
            appearance = Appearance(day=day, rank=number)
            papers.append(FetchedPaper(title, trust=Trust.PAGE, where=where, abstract=abstract, appearance=appearance))
    return papers, rejected


def pair(items: list[str]) -> list[Entry]:
    """Pair each title with the abstract after it.

    A title or an abstract without a partner becomes an Entry by itself.
    """
    entries: list[Entry] = []
    position = 0
    while position < len(items):
        item, *following = items[position : position + 3]
        if _is_abstract(item) or (len(item) > _MAX_TITLE // 2 and _is_sentence(item)):
            entries.append(Entry(None, item))
        elif following and _starts_with_abstract(following):
            entries.append(Entry(item, following[0]))
            position += 1
        else:
            entries.append(Entry(item, None))
        position += 1
    return entries


def are_papers_without_header(entries: list[Entry]) -> bool:
    """Return whether the entries of a text without the site's header are papers. If not, the text is other prose.

    At least three entries must have both a title and an abstract. One more entry can lack one of the two, because the
    copied text may be truncated. Most titles and abstracts must begin and end like titles and abstracts of papers. Most
    abstracts must be longer than a paragraph of ordinary prose.
    """
    whole = [entry for entry in entries if entry.title and entry.abstract]
    if len(whole) < max(_MIN_WITHOUT_HEADER, len(entries) - 1):
        return False
    alike = sum(_is_like_title(entry.title or "") and _is_like_abstract(entry.abstract or "") for entry in whole)
    long = sum(_is_abstract(entry.abstract or "") for entry in whole)
    # The last one may have been cut.
    return alike >= min(_SHARE_WITHOUT_HEADER * len(whole), len(whole) - 1) and long > len(whole) / 2


def _is_like_title(item: str) -> bool:
    return (
        re.match(_TITLE_START, item) is not None
        and " " in item
        and not item.endswith((".", ":", ";", ",", "{", "-", ")."))
        and re.search(_NOT_IN_TITLES, item) is None
    )


def _is_like_abstract(item: str) -> bool:
    return (
        re.match(_ABSTRACT_START, item) is not None
        and item.endswith((".", "…", "!", "?", ".)", '."', ".”", "/"))
        and re.search(_NOT_IN_ABSTRACTS, item) is None
    )


def _starts_with_abstract(following: list[str]) -> bool:
    """Return whether the first of the items after a title is its abstract rather than the next title."""
    if _is_abstract(following[0]):
        return True
    return _is_sentence(following[0]) and not (len(following) > 1 and _is_abstract(following[1]))


def _is_abstract(item: str) -> bool:
    return len(item) > _MIN_ABSTRACT


def _is_sentence(item: str) -> bool:
    return len(item) > _MAX_TITLE or (item.endswith((".", "…", '."')) and len(item.split()) >= _MIN_SENTENCE_WORDS)


def split_header(items: list[str]) -> tuple[list[str], list[str]]:
    """Split the items of a page into two lists: the items of the header, and the titles and abstracts.

    The header ends with the last known header line above the first abstract. All lines above this line are part of the
    header, even unknown lines. A page with search results has such lines.
    """
    first_abstract = next((index for index, item in enumerate(items) if _is_abstract(item)), len(items))
    end = max((index + 1 for index, item in enumerate(items[:first_abstract]) if _is_header_line(item)), default=0)
    return items[:end], _without_noise(items[end:])


def is_site_header(header: list[str]) -> bool:
    """Return whether the items `header` are the header of a paper page of Hugging Face."""
    return any(phrase in _letters(item) for item in header for phrase in _HEADER_PHRASES)


def _is_header_line(item: str) -> bool:
    if len(item) > _MAX_HEADER_LINE:
        return False
    letters = _letters(item)
    return letters in _HEADER_LINES or any(phrase in letters for phrase in _HEADER_PHRASES) or _is_button(item)


def _is_button(item: str) -> bool:
    """Return whether `item` is the date button. `Published on …` belongs to a paper."""
    return not item.lower().startswith("published") and re.fullmatch(DATE, item, re.IGNORECASE) is not None


def _letters(item: str) -> str:
    return "".join([char for char in item.lower() if char.isalpha()])


def _without_noise(items: list[str]) -> list[str]:
    kept: list[str] = []
    previous = ""
    for item in items:
        is_submitter = previous.lower() == "submitted by" and " " not in item
        if not is_submitter and not re.fullmatch(_NOISE, item):
            kept.append(item)
        previous = item
    return kept


def items_of(lines: list[str]) -> list[str]:
    """Return the items of a page: one text for each title, abstract and header line.

    The lines may be wrapped, and the blank lines between the items may be missing.
    """
    if "" not in lines:
        return _stripped(lines)
    items: list[str] = []
    block: list[str] = []
    in_header = True
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        follows_title = bool(items) and not (_is_abstract(items[-1]) or _is_header_line(items[-1]))
        items += _joined(_stripped(block), in_header=in_header, follows_title=follows_title)
        in_header = in_header and not (items and _is_abstract(items[-1]))
        block = []
    return items


def _stripped(lines: list[str]) -> list[str]:
    return [item for line in lines if (item := re.sub(_MARKDOWN, "", line).strip())]


def _joined(block: list[str], *, in_header: bool, follows_title: bool) -> list[str]:
    """Return the items of a block of lines: header lines, title and abstract, or one of them in folded lines."""
    if in_header and any(map(_is_header_line, block)):
        return block
    if len(block) < 2:
        return block
    block = _without_noise(block)
    if not block or any(map(_is_abstract, block)):
        return block
    whole = " ".join(block)
    if follows_title or len(whole) <= _MAX_TITLE:
        return [whole]
    return [block[0], " ".join(block[1:])]
