"""Define the FeedKind of feeds in RSS, Atom or JSON Feed. The user names such a feed by its URL."""

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from readq.errors import UsageError
from readq.feeds.feed_kind import FeedKind, feed_name, query_values
from readq.feeds.secrets import MASK, masked
from readq.model.identifiers import is_safe_link
from readq.net.endpoints import Endpoints, service_of
from readq.text import quoted

if TYPE_CHECKING:
    from readq.feeds.source import Source

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Words of addresses that are common to feeds and do not tell them apart.
_COMMON = re.compile(r"(?i)(?:feeds?|rss2?|atom|index|xml|json|rdf|php|default|current|latest|main|en|www)")
_EXTENSION = re.compile(r"(?i)\.(?:xml|rss2?|atom|json|rdf|php|cfm|aspx?)\Z")


class SyndicationKind(FeedKind):
    """The kind of feed for RSS, Atom and JSON feeds at any URL."""

    prefixes = ("https", "http")
    title = "any RSS, Atom or JSON feed"
    forms = ("https://…",)
    example_title = title

    def normalise(self, rest: str, typed: str) -> str:  # noqa: ARG002 - the prefix belongs to the address
        """Return the URL `typed` with the host in lower case, without the default port and without the fragment.

        Raises UsageError if `typed` is not a URL that is safe to open.
        """
        if not is_safe_link(typed):
            displayed = re.sub("//[^/@]*@", f"//{MASK}@", masked(typed))[:80]
            raise UsageError(
                f"{quoted(displayed)} is not a URL that readq opens",
                "it begins with https:// or http://, and has a host, no password and no spaces",
            )
        parts = urlsplit(typed)
        scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
        host = f"[{host}]" if ":" in host else host
        port = "" if parts.port in (None, _DEFAULT_PORTS[scheme]) else f":{parts.port}"
        query = f"?{parts.query}" if parts.query else ""
        return f"{scheme}://{host}{port}{parts.path or '/'}{query}"

    def source(self, spec: str, endpoints: Endpoints) -> "Source":
        """Return the Source that pulls the feed at the URL `spec`."""
        from readq.feeds.syndication.source import Syndicated

        return Syndicated(spec, _name(spec), spec, service_of(spec, endpoints))

    def public_address(self, spec: str) -> str:
        """Return `spec` unchanged, because it is the URL of the feed."""
        return spec


def _name(address: str) -> str:
    """Return a name for the feed at a URL: the host, and the words of the URL that are neither common nor secret."""
    parts = urlsplit(masked(address))
    words = [*_EXTENSION.sub("", unquote(parts.path)).split("/"), *query_values(parts.query).values()]
    chosen = [word for word in words if word not in ("", MASK) and not _COMMON.fullmatch(word)]
    return feed_name(parts.netloc.removeprefix("www."), "-".join(chosen))


SYNDICATION = SyndicationKind()
