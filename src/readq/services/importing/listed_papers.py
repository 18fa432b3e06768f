"""Make papers from an identifier, a URL or a title alone. The metadata of these papers is looked up later."""

import dataclasses
from collections.abc import Sequence

from readq.feeds.parsed_feed import ParsedFeed
from readq.formats.bookmarks import Bookmark
from readq.formats.reference_list import ListedPaper, parse_line
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_pdf_url, arxiv_url, identifiers_in
from readq.model.values import LeftOut, Rejected, Trust
from readq.text import one_line

# Before the id of a paper whose title is not known.
_PREFIXES = {"arxiv": "arXiv:", "doi": "doi:", "pmid": "PMID:", "isbn": "ISBN "}


def placeholder(reference: str, title: str = "") -> FetchedPaper | None:
    """Return a paper that has only a title and the identifiers in `reference`, which is an identifier or a URL.

    Return None if `reference` is any other text. If `title` is empty, the identifier becomes the title.
    """
    names = identifiers_in(reference)
    if not names:
        return None
    scheme, value = names[0]
    arxiv = value if scheme == "arxiv" else None
    spelled = {"url": one_line(reference)}.get(scheme, f"{_PREFIXES.get(scheme, '')}{value}")
    return FetchedPaper(
        title=title or spelled,
        trust=Trust.PAGE,
        where=reference,
        url=arxiv_url(arxiv) if arxiv else f"https://doi.org/{value}" if scheme == "doi" else _address(reference),
        pdf_url=arxiv_pdf_url(arxiv) if arxiv else None,
        identifiers=names,
    )


def _address(reference: str) -> str | None:
    return reference if "://" in reference else None


def papers_of_list(listed: Sequence[ListedPaper], rejected: Sequence[Rejected]) -> ParsedFeed:
    """Return a paper for each item of `listed`. A line of the list with several ids has an item for each id.

    If a line contains no identifier and no URL of a paper, its text becomes the title of the paper. The result also
    contains `rejected`, the lines that could not be read.
    """
    papers: list[FetchedPaper] = []
    for one in listed:
        where = f"line {one.line}"
        paper = placeholder(one.reference, one.title) or FetchedPaper(title=one.title, trust=Trust.PAGE)
        papers.append(dataclasses.replace(paper, where=where))
    return ParsedFeed(papers, list(rejected))


def papers_of_bookmarks(bookmarks: Sequence[Bookmark]) -> ParsedFeed:
    """Return a paper for each bookmark whose URL contains the identifier of a paper. Other bookmarks are left out."""
    papers: list[FetchedPaper] = []
    left_out: list[LeftOut] = []
    for one in bookmarks:
        where = f"bookmark {one.number}"
        names = identifiers_in(one.url)
        reference, title = parse_line(one.title) or ("", one.title)
        title = title if reference else one.title
        paper = placeholder(one.url, "" if identifiers_in(title) else title)
        if paper is None or names[0][0] == "url":
            left_out.append(LeftOut(where, "its URL contains no id of a paper" if one.url else "no URL"))
        else:
            papers.append(dataclasses.replace(paper, where=where))
    return ParsedFeed(papers, [], left_out=tuple(left_out))
