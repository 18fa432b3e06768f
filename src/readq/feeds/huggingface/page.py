"""Recognise and parse saved paper pages of Hugging Face: /papers, /papers/date/D, /papers/trending, /papers?q=WORDS.

Pages are saved in three formats. A browser saves HTML (`page_html`). Markdown converted from HTML has URLs and ids
(`page_markdown`). Text copied from a browser is a header, followed by a title and an abstract for each paper, without
ids, votes and dates (`page_plain`).
"""

import datetime

from readq.feeds.huggingface import page_html, page_markdown, page_plain
from readq.feeds.huggingface.page_dates import past_day
from readq.feeds.parsed_feed import ParsedFeed
from readq.text import clean

FEED = "hf-page"

_OTHER_FORMATS = ("<", "{", "[", "@", "%")


def recognise(text: str) -> bool:
    """Return whether `text` is a saved paper page.

    Such a page has URLs of papers, the header of the site, or alternating titles and abstracts.
    """
    if page_html.is_html(text):
        return page_html.names_papers(text)
    lines = clean(text).split("\n")
    if page_markdown.first_record(page_markdown.split_links(lines)) is not None:
        return True
    if lines[0].startswith(_OTHER_FORMATS):
        return False
    header, items = page_plain.split_header(page_plain.items_of(lines))
    entries = page_plain.pair(items)
    complete = [entry for entry in entries if entry.title and entry.abstract]
    if page_plain.is_site_header(header):
        return bool(complete)
    return page_plain.are_papers_without_header(entries)


def parse(text: str, *, today: datetime.date) -> ParsedFeed:
    """Parse a saved page. Papers are ranked by their position, from 1. Incomplete entries are rejected.

    The header of a page shows the day of its list, often without the year. If the year is missing, the latest matching
    day that is not after `today` is taken. The day of the list becomes the day of appearance of all papers.
    """
    if page_html.is_html(text):
        if (feed := page_html.embedded(text)) is not None:
            return feed._replace(feed=FEED)
        text = page_html.text_of(text)
    lines = clean(text).split("\n")
    unlinked = page_markdown.split_links(lines)
    start = page_markdown.first_record(unlinked)
    if start is not None:
        header, records = unlinked[:start], unlinked[start:]
        papers, rejected = page_markdown.parse(records, _header_day(header, today))
    else:
        header, items = page_plain.split_header(page_plain.items_of(lines))
        papers, rejected = page_plain.parse(items, _header_day(header, today))
    return ParsedFeed(papers, rejected, FEED)


def _header_day(header: list[str], today: datetime.date) -> str | None:
    named = [day for line in header if (day := past_day(line, today))]
    return named[-1].isoformat() if named else None
