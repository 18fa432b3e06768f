"""A feed out of the address of anybody's RSS, Atom or JSON Feed."""

from collections.abc import AsyncIterator

from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, Wanted
from readq.feeds.syndication.parser import parse
from readq.net.daemon_thread import parse_in_thread
from readq.net.fetcher import Fetcher, Request, Validators

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9"
    ", application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


class Syndicated:
    """A feed by its address, which is its SPEC. It shows what it shows: days that were missed cannot be asked for."""

    def __init__(self, address: str, name: str, service: str) -> None:
        self.spec = address
        self.name = name
        self.service = service

    def requests(self, wanted: Wanted) -> int:  # noqa: ARG002 - as all sources
        """One."""
        return 1

    async def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """All that the feed holds, in one batch."""
        request = Request(self.spec, self.service, _ACCEPT, wanted.validators, user_url=self.spec)
        answer = await fetcher.fetch(request)
        if answer.status == 304:
            yield Batch(ParsedFeed([], []), validators=answer.validators, unchanged=True, moved_to=answer.moved_to)
            return
        feed = await parse_in_thread(
            parse, answer.body, today=wanted.today, url=answer.url, content_type=answer.content_type
        )
        # Up to 16 MiB, which must not wait until all of it is stored.
        answer = answer._replace(body=b"")
        yield Batch(
            feed.parsed,
            validators=answer.validators if feed.complete else Validators(),
            complete=feed.complete,
            moved_to=answer.moved_to if feed.complete else None,
            remark=None if feed.parsed.papers or feed.parsed.rejected else "the feed is empty",
        )
