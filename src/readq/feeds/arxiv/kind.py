"""The feeds of arXiv: `arxiv:cs.LG`, `arxiv:cs.LG+cs.CL` and `arxiv:query?search_query=…`."""

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlencode

from readq.errors import UsageError
from readq.feeds.arxiv.taxonomy import known_category, similar
from readq.feeds.feed_kind import FeedKind, encoded_words, feed_name, query_values, quoted
from readq.model.identifiers import arxiv_id
from readq.net.endpoints import Endpoints
from readq.text import one_line

if TYPE_CHECKING:
    from readq.feeds.source import Source

_QUERY = "arxiv:query?"
_QUERY_KEYS = ("search_query", "sortBy", "sortOrder", "start", "max_results", "id_list")
_SUBMITTED, _UPDATED = "submittedDate", "lastUpdatedDate"


class ArxivKind(FeedKind):
    """The kind of feed for arXiv: announcements of categories, and searches with arXiv's API."""

    prefixes = ("arxiv",)
    title = "arXiv"
    forms = ("arxiv:cs.LG", "arxiv:query?search_query=…")
    example_title = "a category of arXiv"
    hosts = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org", "rss.arxiv.org"})

    def normalise(self, rest: str, typed: str) -> str:
        """Return the normal form of a SPEC, the text that names a feed.

        The normal form is `arxiv:` with categories joined by `+`, or `arxiv:query?search_query=…`. `rest` is the part
        of the SPEC after the colon, and `typed` the whole SPEC. Raises UsageError if `rest` is an unknown category, the
        id of a paper, or a query that arXiv would refuse.
        """
        path, mark, query = rest.partition("?")
        if path.lower() == "query":
            return _normal_query(query, typed)
        if mark or not path:
            hint = "for instance arxiv:cs.LG or arxiv:query?search_query=ti:sparse"
            raise UsageError(f"{quoted(typed)} names no feed", hint)
        if arxiv_id(path):
            raise UsageError(f"{quoted(typed)} is one paper, not a feed", f"readq add {path}")
        return f"arxiv:{'+'.join(_categories(path))}"

    def source(self, spec: str, endpoints: Endpoints) -> "Source":
        """Return the Source that pulls the feed `spec`, such as `arxiv:cs.LG`.

        `spec` must be in normal form.
        """
        from readq.feeds.arxiv.category import ArxivCategory
        from readq.feeds.arxiv.query import ArxivQuery

        if not spec.startswith(_QUERY):
            return ArxivCategory(spec.partition(":")[2].split("+"), endpoints)
        values = query_values(spec.removeprefix(_QUERY))
        query = values["search_query"]
        return ArxivQuery(spec, feed_name("arxiv", query), query, values.get("sortBy", _SUBMITTED), endpoints)

    def public_address(self, spec: str) -> str:
        """Return the URL of the RSS feed of the categories, or the URL of the search at arXiv's API.

        `spec` must be in normal form.
        """
        if spec.startswith(_QUERY):
            return f"https://export.arxiv.org/api/query?{urlencode(query_values(spec.removeprefix(_QUERY)))}"
        return f"https://rss.arxiv.org/rss/{spec.partition(':')[2]}"

    def spec_of_page(self, page: SplitResult, typed: str) -> str | None:
        """Return the SPEC (the text that names a feed, such as `arxiv:cs.LG`) for a URL at arXiv.

        `page` is the parsed URL, and `typed` is the URL as the user entered it. URLs of three kinds have a SPEC: the
        list of a category, the RSS or Atom feed of a category, and a query of the API. Return None for any other URL.
        Raises UsageError for the page of one paper and for a web page of search results.
        """
        path = unquote(page.path).rstrip("/")
        if arxiv_id(typed):
            raise UsageError(f"{quoted(typed)} is one paper, not a feed", f"readq add {typed}")
        if path == "/api/query":
            return _normal_query(page.query, typed)
        if found := re.fullmatch(r"/(?:rss|atom|archive|list)/([^/]+)(?:/[^/]+)?", path):
            return f"arxiv:{'+'.join(_categories(found[1]))}"
        if path.startswith("/search"):
            hint = "for instance arxiv:query?search_query=all:sparse AND cat:cs.LG"
            raise UsageError(f"{quoted(typed)} is a page of results, not a feed", hint)
        return None

    def suggestion(self, typed: str) -> str | None:
        """If `typed` is the name of a category, such as `cs.LG`, return a hint that the feed is called `arxiv:cs.LG`.

        Otherwise return None.
        """
        category = known_category(typed)
        return f"a category of arXiv's is arxiv:{category}" if category else None


def _categories(path: str) -> list[str]:
    names: dict[str, None] = {}
    for part in re.split(r"[+, ]+", path):
        if not (name := known_category(part)):
            near = " or ".join(similar(part))
            hint = f"did you mean {near}?" if near else "they are listed at https://arxiv.org/category_taxonomy"
            raise UsageError(f"arXiv has no category {quoted(part)}", hint)
        names[name] = None
    return list(names)


def _normal_query(query: str, typed: str) -> str:
    values = query_values(query)
    if unknown := sorted(values.keys() - set(_QUERY_KEYS)):
        what = f"{quoted(typed)}: a query has no {quoted(unknown[0])}"
        raise UsageError(what, f"one of {', '.join(_QUERY_KEYS[:2])}")
    if values.get("id_list"):
        raise UsageError(f"{quoted(typed)} is a list of papers, not a feed", "readq add takes them one by one")
    words = one_line(values.get("search_query", ""))
    if not words:
        hint = "for instance arxiv:query?search_query=cat:cs.LG AND ti:sparse"
        raise UsageError(f"{quoted(typed)} searches for nothing", hint)
    if words.count('"') % 2 or words.count("(") != words.count(")"):
        raise UsageError(f"{quoted(typed)} has an unbalanced quote or parenthesis", "arXiv would refuse it")
    # A feed shows the newest papers, so the page's order and offset are dropped, except for the date to sort by.
    sort = f"&sortBy={_UPDATED}" if values.get("sortBy") == _UPDATED else ""
    return f"{_QUERY}search_query={encoded_words(words)}{sort}"


ARXIV = ArxivKind()
