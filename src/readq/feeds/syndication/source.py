"""The Source for an RSS, Atom or JSON feed at any URL."""

from collections.abc import AsyncIterator

from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, PullOptions
from readq.feeds.syndication.document import WebPageError
from readq.feeds.syndication.syndicated_feed import parse
from readq.net.daemon_thread import parse_in_thread
from readq.net.fetcher import Fetcher, Request, Validators

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9"
    ", application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


class Syndicated:
    """The Source that pulls an RSS, Atom or JSON feed.

    Such a feed has only its latest entries. Past days cannot be requested.
    """

    def __init__(self, spec: str, name: str, address: str, service: str) -> None:
        self.spec = spec
        self.name = name
        self.service = service
        self._address = address

    def expected_requests(self, options: PullOptions) -> int:  # noqa: ARG002 - see Source
        """Return 1, because one response has all entries."""
        return 1

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield one batch with all entries of the feed.

        If the response is a web page with a link to a feed, and no earlier pull has succeeded, the linked feed is
        pulled instead. After a pull has succeeded, a web page is an error, because it may be a passing notice of the
        server, with a link to another feed. Raises FetchError if a request fails. Raises ReadqError if neither the
        response nor the linked document is a feed.
        """
        try:
            yield await self._batch(fetcher, options, self._address)
        except WebPageError as page:
            if page.feed is None or options.has_succeeded:
                raise
            batch = await self._batch(fetcher, options._replace(validators=Validators()), page.feed)
            yield batch._replace(moved_to=batch.moved_to or (page.feed if batch.complete else None))

    async def _batch(self, fetcher: Fetcher, options: PullOptions, address: str) -> Batch:
        request = Request(address, self.service, _ACCEPT, options.validators, user_url=self._address)
        response = await fetcher.fetch(request)
        if response.status == 304:
            return Batch(ParsedFeed([], []), validators=response.validators, unchanged=True, moved_to=response.moved_to)
        feed = await parse_in_thread(
            parse, response.body, today=options.today, url=response.url, content_type=response.content_type
        )
        return Batch(
            feed.parsed,
            validators=response.validators if feed.complete else Validators(),
            complete=feed.complete,
            moved_to=response.moved_to if feed.complete else None,
            remark=None if feed.parsed.papers or feed.parsed.rejected else "the feed is empty",
        )
