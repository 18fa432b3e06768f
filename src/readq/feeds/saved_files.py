"""Feeds that somebody saved as files: any RSS, Atom or JSON Feed, arXiv's own among them."""

import re
from datetime import date

from readq.feeds.arxiv import atom_api as arxiv_api
from readq.feeds.arxiv import rss as arxiv_rss
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.syndication import json_feed
from readq.feeds.syndication import parser as parsing
from readq.feeds.syndication.document import load
from readq.model.values import Rejected

# Atomic: a thousand comments can be taken apart in one way only.
_ROOT = re.compile(
    r"(?is)\s*(?>(?><!--.*?-->|<\?.*?\?>|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)\s*)*+<(?:\w+:)?(rss|feed|rdf)\b"
)
_JSON = re.compile(r"""\s*\{.*["']https?://(?:www\.)?jsonfeed\.org/version/""", re.DOTALL)
_CUT = Rejected("the end", "is missing: what stands before it was read")


def recognise(text: str) -> str | None:
    """The form of a feed, `rss`, `atom` or `jsonfeed`, by how its text begins; None for anything else."""
    text = text.lstrip("\ufeff")
    if _JSON.match(text):
        return "jsonfeed"
    found = _ROOT.match(text)
    return None if found is None else "atom" if found[1].lower() == "feed" else "rss"


def parse(data: bytes, *, today: date) -> ParsedFeed:
    """The papers of a saved feed, under its own title as the feed's name, or arXiv's category.

    Of arXiv's feed of a day the replaced papers are papers as the others are. Raises ReadqError for what is no feed.
    """
    if json_feed.is_json(data):
        feed = parsing.parse(data, today=today)
        return feed.parsed._replace(feed=feed.title)
    document = load(data)
    if arxiv_rss.is_arxiv(document):
        parsed = arxiv_rss.read(document).parsed
        parsed = parsed._replace(papers=[*parsed.papers, *parsed.revisions], revisions=())
    elif arxiv_api.is_answer(document):
        parsed = arxiv_api.read(document).parsed
    else:
        feed = parsing.read(document, today=today)
        parsed = feed.parsed._replace(feed=feed.title)
    return parsed if document.complete else parsed._replace(rejected=[*parsed.rejected, _CUT])
