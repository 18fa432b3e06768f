"""The feeds of Hugging Face: `hf:daily`, `hf:trending` and `hf:search?q=WORDS`."""

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote_plus, urlencode

from readq.errors import UsageError
from readq.feeds.feed_kind import FeedKind, encoded_words, feed_name, query_values, quoted
from readq.model.identifiers import arxiv_id
from readq.net.endpoints import Endpoints
from readq.text import one_line

if TYPE_CHECKING:
    from readq.feeds.source import Source


class HuggingFaceKind(FeedKind):
    """The kind of feed for Hugging Face Papers: Daily Papers, trending papers, and searches."""

    prefixes = ("hf",)
    title = "Hugging Face"
    forms = ("hf:daily", "hf:trending", "hf:search?q=WORDS")
    example_title = "Hugging Face Daily Papers"
    hosts = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})

    def normalise(self, rest: str, typed: str) -> str:
        """Return the normal form of a SPEC, the text that names a feed.

        The normal form is `hf:daily`, `hf:trending` or `hf:search?q=WORDS`. `rest` is the part of the SPEC after the
        colon, and `typed` the whole SPEC. Raises UsageError for any other feed, and for a search without words or with
        another parameter.
        """
        path, _, query = rest.partition("?")
        if path.lower() in ("daily", "trending") and not query:
            return f"hf:{path.lower()}"
        if path.lower() == "search":
            values = query_values(query)
            if unknown := sorted(values.keys() - {"q"}):
                raise UsageError(f"{quoted(typed)}: a search has no {quoted(unknown[0])}", "only q; %26 stands for &")
            words = one_line(values.get("q", ""))
            if not words:
                raise UsageError(f"{quoted(typed)} searches for nothing", "for instance hf:search?q=flow matching")
            return f"hf:search?q={encoded_words(words)}"
        raise UsageError(f"{quoted(typed)} names no feed", f"of Hugging Face there are {', '.join(self.forms)}")

    def source(self, spec: str, endpoints: Endpoints) -> "Source":
        """Return the Source that pulls the feed `spec`, such as `hf:daily`.

        `spec` must be in normal form.
        """
        from readq.feeds.huggingface import sources

        if spec == "hf:daily":
            return sources.HuggingFaceDaily(endpoints)
        if spec == "hf:trending":
            return sources.HuggingFaceTrending(endpoints)
        words = unquote_plus(spec.partition("=")[2])
        return sources.HuggingFaceSearch(spec, feed_name("hf-search", words), words, endpoints)

    def public_address(self, spec: str) -> str:
        """Return the URL of the web page that shows the feed. `spec` must be in normal form."""
        path = {"hf:daily": "", "hf:trending": "/trending"}.get(spec)
        if path is None:
            path = f"?{urlencode(query_values(spec.partition('?')[2]))}"
        return f"https://huggingface.co/papers{path}"

    def spec_of_page(self, page: SplitResult, typed: str) -> str | None:
        """Return the SPEC (the text that names a feed, such as `hf:daily`) for the URL of a list of papers.

        `page` is the parsed URL, on the web or in the API, and `typed` is the URL as the user entered it. Lists of
        papers are Daily Papers (of a day, week or month), trending papers, and the results of a search. Return None for
        any other URL. Raises UsageError for the page of one paper.
        """
        path, values = page.path.rstrip("/").removeprefix("/api"), query_values(page.query)
        if arxiv_id(path.removeprefix("/papers/")):
            raise UsageError(f"{quoted(typed)} is one paper, not a feed", f"readq add {typed}")
        if path in ("/papers", "/papers/search") and values.get("q"):
            return self.normalise(f"search?{urlencode({'q': values['q']})}", typed)
        if path == "/papers/trending" or (path == "/daily_papers" and values.get("sort") == "trending"):
            return "hf:trending"
        if path == "/daily_papers" or re.fullmatch(r"/papers(?:/(?:date|week|month)/[^/]+)?", path):
            return "hf:daily"
        return None


HUGGINGFACE = HuggingFaceKind()
