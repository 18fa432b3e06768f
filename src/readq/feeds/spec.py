"""What a reader types, or pastes, to name a feed (SPEC), made into a source; and back into an address that others know.

`hf:daily`, `hf:trending`, `hf:search?q=WORDS`, `arxiv:cs.LG` or `arxiv:cs.LG+cs.CL`, `arxiv:query?search_query=…`, or
the address of an RSS, Atom or JSON Feed. The pages and feeds behind the short forms are understood in their place.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, unquote_plus, urlencode, urlsplit

from readq.errors import UsageError
from readq.feeds.arxiv.taxonomy import known_category, similar
from readq.model.identifiers import arxiv_id, is_safe_link
from readq.net.endpoints import Endpoints, service_of
from readq.text import is_inert, one_line

if TYPE_CHECKING:
    from readq.feeds.source import Source

UNDERSTOOD = (
    "hf:daily, hf:trending, hf:search?q=WORDS, arxiv:cs.LG, arxiv:query?search_query=…, or the https address of a feed"
)

"""One example of every form of SPEC, for messages."""

_LONGEST = 2000
_LONGEST_NAME = 60
_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]*):(.*)", re.DOTALL)
_HOST = re.compile(r"(?i)(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?(?:/\S*)?")
_NOT_IN_NAMES = re.compile(r"[^\w.+]+")
# Parts of addresses that say no more than that there is a feed.
_COMMON = re.compile(r"(?i)(?:feeds?|rss2?|atom|index|xml|json|rdf|php|default|current|latest|main|en|www)")
_HUGGINGFACE = ("huggingface.co", "www.huggingface.co", "hf.co")
_ARXIV = ("arxiv.org", "www.arxiv.org", "export.arxiv.org", "rss.arxiv.org")
_QUERY_KEYS = ("search_query", "sortBy", "sortOrder", "start", "max_results", "id_list")
_SUBMITTED, _UPDATED = "submittedDate", "lastUpdatedDate"


def source(spec: str, endpoints: Endpoints) -> "Source":
    """The source that a SPEC, or a pasted address, names. Raises UsageError for what names none, with a hint."""
    from readq.feeds.arxiv.category import ArxivCategory
    from readq.feeds.arxiv.query import ArxivQuery
    from readq.feeds.huggingface import sources
    from readq.feeds.syndication.source import Syndicated

    normal = normalised(spec)
    kind, _, rest = normal.partition(":")
    if kind == "hf":
        if rest == "daily":
            return sources.HuggingFaceDaily(endpoints)
        if rest == "trending":
            return sources.HuggingFaceTrending(endpoints)
        words = unquote_plus(rest.partition("=")[2])
        return sources.HuggingFaceSearch(normal, _named("hf-search", words), words, endpoints)
    if kind == "arxiv":
        if not rest.startswith("query?"):
            return ArxivCategory(rest.split("+"), endpoints)
        values = _values(rest.partition("?")[2])
        query = values["search_query"]
        return ArxivQuery(normal, _named("arxiv", query), query, values.get("sortBy", _SUBMITTED), endpoints)
    return Syndicated(normal, _name_of_address(normal), service_of(normal, endpoints))


def normalised(spec: str) -> str:
    """The SPEC in the one form in which two that mean the same are equal. Raises UsageError as `source` does."""
    text = re.sub(" +", " ", spec.strip())
    if not text or len(text) > _LONGEST or one_line(text) != text or not is_inert(text):
        raise UsageError(f"{one_line(spec)[:80]!r} names no feed", f"understood: {UNDERSTOOD}")
    found = _SCHEME.fullmatch(text)
    scheme, rest = (found[1].lower(), found[2]) if found else ("", "")
    if scheme == "hf":
        return _huggingface(rest, text)
    if scheme == "arxiv":
        return _arxiv(rest, text)
    if scheme == "feed":
        text = f"http:{rest}" if rest.startswith("//") else rest
        scheme = text.partition(":")[0].lower()
    if scheme in ("http", "https"):
        return _address(text)
    if known_category(text):
        raise UsageError(f"{text!r} names no feed", f"a category of arXiv's is arxiv:{known_category(text)}")
    if _HOST.fullmatch(text):
        raise UsageError(f"{text!r} names no feed", f"an address begins with https: https://{text}")
    raise UsageError(f"{text[:80]!r} names no feed", f"understood: {UNDERSTOOD}")


def public_address(spec: str) -> str:
    """An address for a normal SPEC that other programs can open, and that means the same SPEC again when pasted."""
    kind, _, rest = spec.partition(":")
    if kind == "hf":
        page = {"daily": "", "trending": "/trending"}.get(rest)
        return f"https://huggingface.co/papers{_query_of(rest) if page is None else page}"
    if kind == "arxiv":
        if rest.startswith("query?"):
            return f"https://export.arxiv.org/api/query{_query_of(rest)}"
        return f"https://rss.arxiv.org/rss/{rest}"
    return spec


def _query_of(rest: str) -> str:
    return f"?{urlencode(_values(rest.partition('?')[2]))}"


def _huggingface(rest: str, text: str) -> str:
    path, _, query = rest.partition("?")
    if path.lower() in ("daily", "trending") and not query:
        return f"hf:{path.lower()}"
    if path.lower() == "search":
        words = one_line(_values(query).get("q", ""))
        if not words:
            raise UsageError(f"{text!r} searches for nothing", "for instance hf:search?q=flow matching")
        return f"hf:search?q={_encoded(words)}"
    raise UsageError(f"{text!r} names no feed", "of Hugging Face there are hf:daily, hf:trending, hf:search?q=WORDS")


def _arxiv(rest: str, text: str) -> str:
    path, mark, query = rest.partition("?")
    if path.lower() == "query":
        return _arxiv_query(query, text)
    if mark or not path:
        raise UsageError(f"{text!r} names no feed", "for instance arxiv:cs.LG or arxiv:query?search_query=ti:sparse")
    if arxiv_id(path):
        raise UsageError(f"{text!r} is one paper, not a feed", f"readq add {path}")
    return f"arxiv:{'+'.join(_categories(path))}"


def _categories(path: str) -> list[str]:
    names: dict[str, None] = {}
    for part in re.split(r"[+, ]+", path):
        if not (name := known_category(part)):
            near = " or ".join(similar(part))
            hint = f"did you mean {near}?" if near else "they are listed at https://arxiv.org/category_taxonomy"
            raise UsageError(f"arXiv has no category {part!r}", hint)
        names[name] = None
    return list(names)


def _arxiv_query(query: str, text: str) -> str:
    values = _values(query)
    if unknown := sorted(values.keys() - set(_QUERY_KEYS)):
        raise UsageError(f"{text!r}: a query has no {unknown[0]!r}", f"known are {', '.join(_QUERY_KEYS[:2])}")
    if values.get("id_list"):
        raise UsageError(f"{text!r} is a list of papers, not a feed", "readq add takes them one by one")
    words = one_line(values.get("search_query", ""))
    if not words:
        raise UsageError(
            f"{text!r} searches for nothing", "for instance arxiv:query?search_query=cat:cs.LG AND ti:sparse"
        )
    if words.count('"') % 2 or words.count("(") != words.count(")"):
        raise UsageError(f"{text!r} has a quote or a parenthesis without its partner", "arXiv would refuse it")
    # A feed shows the newest: how it is sorted otherwise, and where the page began, was the page's affair.
    sort = f"&sortBy={_UPDATED}" if values.get("sortBy") == _UPDATED else ""
    return f"arxiv:query?search_query={_encoded(words)}{sort}"


def _address(text: str) -> str:
    if not is_safe_link(text):
        shown = re.sub("//[^/@]*@", "//…@", text)[:80]
        raise UsageError(f"{shown!r} is no address that readq opens", "https, a host, no password, no odd characters")
    parts = urlsplit(text)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, 443 if scheme == "https" else 80) else f":{parts.port}"
    if not port:
        short = None
        if host in _HUGGINGFACE:
            short = _of_huggingface(parts.path, _values(parts.query), text)
        elif host in _ARXIV:
            short = _of_arxiv(parts.path, parts.query, text)
        if short:
            return short
    query = f"?{parts.query}" if parts.query else ""
    return f"{scheme}://{host}{port}{parts.path or '/'}{query}"


def _of_huggingface(path: str, values: Mapping[str, str], text: str) -> str | None:
    path = path.rstrip("/").removeprefix("/api")
    if arxiv_id(path.removeprefix("/papers/")):
        raise UsageError(f"{text!r} is one paper, not a feed", f"readq add {text}")
    if path in ("/papers", "/papers/search") and values.get("q"):
        return _huggingface(f"search?{urlencode({'q': values['q']})}", text)
    if path == "/papers/trending" or (path == "/daily_papers" and values.get("sort") == "trending"):
        return "hf:trending"
    if path == "/daily_papers" or re.fullmatch(r"/papers(?:/(?:date|week|month)/[^/]+)?", path):
        return "hf:daily"
    return None


def _of_arxiv(path: str, query: str, text: str) -> str | None:
    path = unquote(path).rstrip("/")
    if arxiv_id(text):
        raise UsageError(f"{text!r} is one paper, not a feed", f"readq add {text}")
    if path == "/api/query":
        return _arxiv_query(query, text)
    if found := re.fullmatch(r"/(?:rss|atom|archive|list)/([^/]+)(?:/[^/]+)?", path):
        return f"arxiv:{'+'.join(_categories(found[1]))}"
    if path.startswith("/search"):
        hint = "for instance arxiv:query?search_query=all:sparse AND cat:cs.LG"
        raise UsageError(f"{text!r} is a page of results, not a feed", hint)
    return None


def _values(query: str) -> dict[str, str]:
    """The values of a query string, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True, max_num_fields=50).items()}


def _encoded(words: str) -> str:
    """Words as a query string holds them, yet to be read by people: only what would end or change them is encoded."""
    return re.sub(r"[%&+#=?]", lambda found: f"%{ord(found[0]):02X}", words).replace(" ", "+")


def _named(prefix: str, words: str) -> str:
    return f"{prefix}-{_NOT_IN_NAMES.sub('-', words).strip('-.+')}"[:_LONGEST_NAME].rstrip("-.+")


def _name_of_address(address: str) -> str:
    """A feed's host, and what else of its address tells it from the other feeds there."""
    parts = urlsplit(address)
    path = re.sub(r"(?i)\.(?:xml|rss2?|atom|json|rdf|php|cfm|aspx?)\Z", "", unquote(parts.path))
    words = [*path.split("/"), *(value for value in _values(parts.query).values())]
    telling = [word for word in words if word and not _COMMON.fullmatch(word)]
    host = parts.netloc.removeprefix("www.")
    return _named(host, "-".join(telling)) if telling else _NOT_IN_NAMES.sub("-", host).strip("-")
