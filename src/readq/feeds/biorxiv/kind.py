"""The feeds of bioRxiv and medRxiv: `biorxiv:neuroscience`, `medrxiv:public-and-global-health`, `biorxiv:all`."""

from typing import TYPE_CHECKING
from urllib.parse import SplitResult

from readq.errors import UsageError
from readq.feeds.biorxiv.categories import known_category, similar, slug
from readq.feeds.feed_kind import FeedKind, query_values, quoted
from readq.model.identifiers import identifiers_in
from readq.net.endpoints import Endpoints

if TYPE_CHECKING:
    from readq.feeds.source import Source

ALL = "all"
_TITLES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}


class BiorxivKind(FeedKind):
    """The kind of feed for bioRxiv and medRxiv. A feed has the preprints of one category, or of all categories."""

    prefixes = ("biorxiv", "medrxiv")
    title = "bioRxiv and medRxiv"
    forms = ("biorxiv:CATEGORY", "medrxiv:CATEGORY")
    example_title = "a category of bioRxiv, such as neuroscience"
    hosts = frozenset({"biorxiv.org", "www.biorxiv.org", "connect.biorxiv.org", "medrxiv.org", "www.medrxiv.org",
                       "connect.medrxiv.org"})  # fmt: skip

    def normalise(self, rest: str, typed: str) -> str:
        """Return the normal form of a SPEC, the text that names a feed.

        The normal form is the server, a colon, and the short name of a category or `all`, for example
        `biorxiv:cell-biology`. `rest` is the part of the SPEC after the colon, and `typed` the whole SPEC. Raises
        UsageError for an unknown category.
        """
        return _normal(typed.partition(":")[0].lower(), rest, typed)

    def source(self, spec: str, endpoints: Endpoints) -> "Source":
        """Return the Source that pulls the feed `spec`, such as `biorxiv:neuroscience`.

        `spec` must be in normal form.
        """
        from readq.feeds.biorxiv.source import PreprintSource

        server, _, category = spec.partition(":")
        return PreprintSource(server, None if category == ALL else category, endpoints)

    def public_address(self, spec: str) -> str:
        """Return the URL of the RSS feed with the same preprints. `spec` must be in normal form."""
        server, _, category = spec.partition(":")
        return f"https://connect.{server}.org/{server}_xml.php?subject={category.replace('-', '_')}"

    def spec_of_page(self, page: SplitResult, typed: str) -> str | None:
        """Return the SPEC (the text that names a feed, such as `biorxiv:all`) for a page of bioRxiv or medRxiv.

        `page` is the parsed URL of the page, and `typed` is the URL as the user entered it. Two kinds of pages have a
        SPEC: RSS feeds, and pages of categories. Return None for any other page. Raises UsageError for the page of one
        paper and for an unknown category.
        """
        server = "medrxiv" if "medrxiv" in (page.hostname or "") else "biorxiv"
        if any(scheme == "doi" for scheme, _ in identifiers_in(typed)):
            raise UsageError(f"{quoted(typed)} is one paper, not a feed", f"readq add {typed}")
        if page.path.endswith("_xml.php"):
            return _normal(server, query_values(page.query).get("subject", ALL), typed)
        if page.path.startswith("/collection/"):
            return _normal(server, page.path.split("/")[2], typed)
        return None


def _normal(server: str, category: str, typed: str) -> str:
    if slug(category) == ALL:
        return f"{server}:{ALL}"
    if known := known_category(server, category):
        return f"{server}:{known}"
    if not slug(category):
        raise UsageError(f"{quoted(typed)} names no category", f"for instance {server}:epidemiology or {server}:{ALL}")
    near = " or ".join(f"{server}:{one}" for one in similar(server, category))
    hint = f"did you mean {near}?" if near else f"they are listed at https://www.{server}.org"
    raise UsageError(f"{_TITLES[server]} has no category {quoted(category.strip())}", hint)


BIORXIV = BiorxivKind()
