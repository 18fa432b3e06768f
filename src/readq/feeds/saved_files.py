"""Recognise and parse feeds that were saved as files: RSS, Atom and JSON Feed, including feeds of arXiv."""

import re
from datetime import date

from readq.feeds.arxiv import atom_api, rss
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.syndication import json_feed, syndicated_feed
from readq.feeds.syndication.document import load_document
from readq.model.values import Rejected

# Atomic groups prevent exponential backtracking over many comments.
_ROOT = re.compile(
    r"(?is)\s*(?>(?><!--.*?-->|<\?.*?\?>|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)\s*)*+<(?:\w+:)?(rss|feed|rdf)\b"
)
# Exports of Zotero are RDF without these.
_RSS_IN_RDF = re.compile(r"(?i)purl\.org/rss/|netscape\.com/rdf|<(?:\w+:)?(?:channel|item)[\s>]")
_JSON = re.compile(r"""\s*\{.*["']https?://(?:www\.)?jsonfeed\.org/version/""", re.DOTALL)
_TRUNCATED = Rejected("the end", "is missing: the part before it was read")


def recognise(text: str) -> str | None:
    """Return the format of a feed that was saved as a file: `rss`, `atom` or `jsonfeed`.

    Return None for any other file. `text` is the beginning of the file.
    """
    text = text.lstrip("\ufeff")
    if _JSON.match(text):
        return "jsonfeed"
    found = _ROOT.match(text)
    if found is None or (found[1].lower() == "rdf" and not _RSS_IN_RDF.search(text)):
        return None
    return "atom" if found[1].lower() == "feed" else "rss"


def parse(data: bytes, *, today: date) -> ParsedFeed:
    """Parse a feed that was saved as a file.

    In the result, `feed` is the title of the feed. For arXiv's RSS it is made from the category, such as `arxiv-cs.LG`.
    For a response of arXiv's API it is None. Replaced papers in arXiv's RSS are in `papers`, not in `revisions`. A
    paper with a date later than `today` has no day of appearance, except in feeds of arXiv. Raises ReadqError if `data`
    is not a feed.
    """
    if json_feed.is_json(data):
        feed = syndicated_feed.parse(data, today=today)
        return feed.parsed._replace(feed=feed.title)
    document = load_document(data)
    if rss.is_arxiv(document):
        parsed = rss.parse_document(document).parsed
        parsed = parsed._replace(papers=[*parsed.papers, *parsed.revisions], revisions=())
    elif atom_api.is_arxiv(document):
        parsed = atom_api.parse_document(document).parsed
    else:
        feed = syndicated_feed.parse_document(document, today=today)
        parsed = feed.parsed._replace(feed=feed.title)
    if document.complete:
        return parsed
    cut = Rejected(f"entry {len(document.entries) + 1}", "cut off: the file ends in it")
    return parsed._replace(rejected=[*parsed.rejected, cut if document.ends_in_entry else _TRUNCATED])
