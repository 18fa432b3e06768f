"""Hugging Face paper pages that somebody saved: /papers, /papers/date/D, /papers/trending, /papers?q=WORDS.

Three forms are known. A browser saves HTML (`page_html`). Copied text is a head, then title and abstract in turn,
without ids, addresses, votes and dates (`page_plain`). Converters to Markdown keep the addresses, and with them the ids
(`page_linked`).
"""

import datetime

from readq.feeds.huggingface import page_html, page_plain
from readq.feeds.huggingface import page_markdown as page_linked
from readq.feeds.huggingface.page_dates import past_day
from readq.feeds.parsed_feed import ParsedFeed
from readq.text import clean

FEED = "hf-page"

_OTHER_FORMATS = ("<", "{", "[", "@", "%")


def recognise(text: str) -> bool:
    """Whether `text` looks like a saved paper page: by the papers' addresses, by its head, or by its rhythm."""
    if page_html.is_html(text):
        return page_html.names_papers(text)
    lines = clean(text).split("\n")
    if page_linked.first_record(page_linked.unlinked(lines)) is not None:
        return True
    if lines[0].startswith(_OTHER_FORMATS):
        return False
    head, items = page_plain.split_head(page_plain.items_of(lines))
    entries = page_plain.pair(items)
    complete = [entry for entry in entries if entry.title and entry.abstract]
    if page_plain.names_the_site(head):
        return bool(complete)
    # Without a head, one entry may have been cut.
    return len(complete) >= max(2, len(entries) - 1)


def parse(text: str, *, today: datetime.date) -> ParsedFeed:
    """The papers of a saved page, each ranked by its place; what is incomplete is rejected by its number.

    The day of the appearances is the latest one, up to `today`, that the page's head names: the button with the date
    of the visit. It is no publication date.
    """
    if page_html.is_html(text):
        if (feed := page_html.embedded(text)) is not None:
            return feed._replace(feed=FEED)
        text = page_html.text_of(text)
    lines = clean(text).split("\n")
    linked = page_linked.unlinked(lines)
    start = page_linked.first_record(linked)
    if start is not None:
        head, records = linked[:start], linked[start:]
        papers, rejected = page_linked.read(records, _named_day(head, today))
    else:
        head, items = page_plain.split_head(page_plain.items_of(lines))
        papers, rejected = page_plain.read(items, _named_day(head, today))
    return ParsedFeed(papers, rejected, FEED)


def _named_day(head: list[str], today: datetime.date) -> str | None:
    named = [day for line in head if (day := past_day(line, today))]
    return named[-1].isoformat() if named else None
