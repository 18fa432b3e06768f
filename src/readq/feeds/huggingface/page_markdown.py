"""Parse paper pages that were converted to Markdown, with the URL of each paper.

The lines for one paper are a record. The parts of a record are, in order: `[-] VOTES`; a login URL with the id of the
paper; the title; the URL of the paper; the abstract; the URL again; authors or an organisation; the day of publication;
the number of comments. Only the title and the URL are always present.
"""

import re
from itertools import pairwise

from readq.feeds.huggingface.page_dates import full_day
from readq.feeds.parsed_feed import count_of
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id, arxiv_pdf_url, arxiv_url
from readq.model.values import Appearance, Rejected, Trust
from readq.text import one_line

_SITE = r"(?:https?://(?:www\.)?(?:huggingface|hf)\.co)?"
# Markdown's [text](address), also with its text on lines of its own.
_LINK = rf"\[([^\[\]]*)\]\(({_SITE}/[^\s()]*)\)"
_PAPER = rf"<?{_SITE}/papers/([0-9]{{4}}\.[0-9]{{4,5}})(?:v[0-9]+)?(#\S*)?>?"
_LOGIN = rf"<?{_SITE}/login\?next=(?:%2F|/)papers(?:%2F|/)([0-9]{{4}}\.[0-9]{{4,5}})>?"
_ADDRESS = rf"<?(?:{_SITE}/\S*|https?://\S+)>?"
_VOTES = r"\[?-?\]? ?([0-9]+|-)"
_MARKDOWN = r"^#{1,6} +|\*\*"


def split_links(lines: list[str]) -> list[str]:
    """Return the lines that are not blank, with each Markdown link split into two lines: its text and its URL."""
    text = "\n".join([line for line in lines if line])
    if "](" in text:
        text = re.sub(_LINK, r"\n\1\n\2\n", text)
    return [line for raw in text.split("\n") if (line := re.sub(_MARKDOWN, "", raw).strip())]


def first_record(lines: list[str]) -> int | None:
    """Return the index of the line at which the first record begins.

    Return None if `lines` has no URL of a paper.
    """
    starts = _starts(lines)
    return starts[0] if starts else None


def parse(lines: list[str], day: str | None) -> tuple[list[FetchedPaper], list[Rejected]]:
    """Parse lines that `split_links` returned. Return the papers and the rejected records.

    Records without a title are rejected. `day` is the day of appearance of all papers, an ISO date or None.
    """
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, (start, end) in enumerate(pairwise([*_starts(lines), len(lines)]), start=1):
        where = f"entry {number}"
        paper = _paper(lines[start:end], where, Appearance(day=day, rank=number))
        if paper:
            papers.append(paper)
        else:
            rejected.append(Rejected(where, "no title"))
    return papers, rejected


def _starts(lines: list[str]) -> list[int]:
    starts: list[int] = []
    current = None
    has_address = False
    for index, line in enumerate(lines):
        found = re.fullmatch(_LOGIN, line)
        is_login = found is not None
        found = found or re.fullmatch(_PAPER, line)
        if found is None:
            continue
        # A paper that is listed twice in a row begins with its votes again.
        is_repeated = is_login and has_address and re.fullmatch(_VOTES, lines[index - 1]) is not None
        if found[1] == current and not is_repeated:
            has_address = has_address or not is_login
            continue
        current, has_address = found[1], not is_login
        start = index
        if not is_login and index and not _is_address(lines[index - 1]):
            start -= 1  # the title
        if start and re.fullmatch(_VOTES, lines[start - 1]):
            start -= 1
        starts.append(start)
    return starts


def _paper(record: list[str], where: str, appearance: Appearance) -> FetchedPaper | None:
    anchors = [index for index, line in enumerate(record) if _is_anchor(line)]
    if not anchors:
        return None
    found = re.fullmatch(_PAPER, record[anchors[0]])
    identifier = arxiv_id(found[1]) if found else None
    votes = re.fullmatch(_VOTES, record[0])
    title = one_line(" ".join(_texts(record[1 if votes else 0 : anchors[0]])))
    if not title:
        return None
    # Without a second address the end of the abstract is unknown, so its first line is taken.
    body = record[anchors[0] + 1 : anchors[1]] if len(anchors) > 1 else record[anchors[0] + 1 : anchors[0] + 2]
    return FetchedPaper(
        title=title,
        trust=Trust.PAGE,
        where=where,
        abstract=one_line(" ".join(_texts(body))) or None,
        published=_published(record[anchors[0] + 1 :]),
        url=arxiv_url(identifier) if identifier else None,
        pdf_url=arxiv_pdf_url(identifier) if identifier else None,
        identifiers=(("arxiv", identifier),) if identifier else (),
        appearance=appearance._replace(upvotes=_votes(votes), comments=_comments(record)),
    )


def _is_address(line: str) -> bool:
    return re.fullmatch(_ADDRESS, line) is not None


def _is_anchor(line: str) -> bool:
    found = re.fullmatch(_PAPER, line)
    return found is not None and found[2] is None


def _texts(lines: list[str]) -> list[str]:
    return [line for line in lines if not _is_address(line)]


def _votes(found: re.Match[str] | None) -> int | None:
    """Return the votes of `[-] 17`. The page shows a dash for 0."""
    if found is None:
        return None
    return 0 if found[1] == "-" else count_of(int(found[1][:12]))


def _comments(record: list[str]) -> int | None:
    for count, address in pairwise(record):
        if address.endswith("#community") and re.fullmatch("[0-9]{1,9}", count):
            return int(count)
    return None


def _published(lines: list[str]) -> str | None:
    day = next((day for line in lines if (day := full_day(line))), None)
    return day.isoformat() if day else None
