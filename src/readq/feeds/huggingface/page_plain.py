"""The plain form of a saved paper page: a head, then titles and abstracts in turn."""

import re
from typing import NamedTuple

from readq.feeds.huggingface.page_dates import DATE
from readq.model.values import Appearance, FetchedPaper, Rejected, Trust

# Of 2,167 papers on Daily Papers the longest title has 167 characters, and two abstracts fewer than 400.
_LONGEST_TITLE = 250
_SURELY_ABSTRACT = 300
_SENTENCE_WORDS = 5

# What stands above the papers, reduced to letters.
_HEAD = frozenset(
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
_HEAD_PHRASES = ("trendingpapers", "dailypapers", "andtheresearchcommunity")
_LONGEST_HEAD_LINE = 80
# Votes, comments, dates and links that a browser copies along with a paper.
_NOISE = (
    rf"(?i){DATE}|[-–—·•|▲\s]*(?:[0-9.,]+k?)?|\[-\] ?[0-9-]*|[-·• ]*[0-9]+ (?:authors?|comments?)"
    r"|submitted by.{0,40}|upvotes?(?: [0-9.,]+k?)?|github(?: [0-9.,]+k?)?|arxiv(?: page)?|view (?:pdf|arxiv page)"
)
_MARKDOWN = r"^#{1,6} +|\*\*"


class Entry(NamedTuple):
    """A place on the page; what is missing there is None."""

    title: str | None
    abstract: str | None


def read(items: list[str], day: str | None) -> tuple[list[FetchedPaper], list[Rejected]]:
    """The complete entries of a page's body as papers seen on `day`, and the others by their numbers."""
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
            papers.append(FetchedPaper(title, Trust.PAGE, where, abstract=abstract, appearance=appearance))
    return papers, rejected


def pair(items: list[str]) -> list[Entry]:
    """Titles and abstracts brought together. Neither is guessed: what stands alone stays alone."""
    entries: list[Entry] = []
    position = 0
    while position < len(items):
        item, *following = items[position : position + 3]
        if _is_abstract(item) or (len(item) > _LONGEST_TITLE // 2 and _is_sentence(item)):
            entries.append(Entry(None, item))
        elif following and _belongs_to_title(following):
            entries.append(Entry(item, following[0]))
            position += 1
        else:
            entries.append(Entry(item, None))
        position += 1
    return entries


def _belongs_to_title(following: list[str]) -> bool:
    """Whether the first of the items behind a title is its abstract, and not the next title."""
    if _is_abstract(following[0]):
        return True
    return _is_sentence(following[0]) and not (len(following) > 1 and _is_abstract(following[1]))


def _is_abstract(item: str) -> bool:
    return len(item) > _SURELY_ABSTRACT


def _is_sentence(item: str) -> bool:
    return len(item) > _LONGEST_TITLE or (item.endswith((".", "…", '."')) and len(item.split()) >= _SENTENCE_WORDS)


def split_head(items: list[str]) -> tuple[list[str], list[str]]:
    """The page's head, and the titles and abstracts below it without what was copied along.

    The head ends with its last known line above the first abstract: a search page shows its words in between.
    """
    first_abstract = next((place for place, item in enumerate(items) if _is_abstract(item)), len(items))
    end = max((place + 1 for place, item in enumerate(items[:first_abstract]) if _is_head_line(item)), default=0)
    return items[:end], _without_noise(items[end:])


def names_the_site(head: list[str]) -> bool:
    """Whether a head is that of a Hugging Face paper page."""
    return any(phrase in _letters(item) for item in head for phrase in _HEAD_PHRASES)


def _is_head_line(item: str) -> bool:
    if len(item) > _LONGEST_HEAD_LINE:
        return False
    letters = _letters(item)
    return letters in _HEAD or any(phrase in letters for phrase in _HEAD_PHRASES) or _is_button(item)


def _is_button(item: str) -> bool:
    """Whether `item` is the date button; a date that was published belongs to a paper."""
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
    """The pieces of text on a page in order, whether their lines were kept, folded, or set without blanks between."""
    if "" not in lines:
        return _stripped(lines)
    items: list[str] = []
    block: list[str] = []
    in_head = True
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        follows_title = bool(items) and not (_is_abstract(items[-1]) or _is_head_line(items[-1]))
        items += _joined(_stripped(block), in_head=in_head, follows_title=follows_title)
        in_head = in_head and not (items and _is_abstract(items[-1]))
        block = []
    return items


def _stripped(lines: list[str]) -> list[str]:
    return [item for line in lines if (item := re.sub(_MARKDOWN, "", line).strip())]


def _joined(block: list[str], *, in_head: bool, follows_title: bool) -> list[str]:
    """The items of lines that stand together: short ones, title and abstract, or either folded at some column."""
    if in_head and any(map(_is_head_line, block)):
        return block
    if len(block) < 2:
        return block
    block = _without_noise(block)
    if not block or any(map(_is_abstract, block)):
        return block
    whole = " ".join(block)
    if follows_title or len(whole) <= _LONGEST_TITLE:
        return [whole]
    return [block[0], " ".join(block[1:])]
