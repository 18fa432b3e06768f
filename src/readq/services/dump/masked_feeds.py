"""Find the feeds of a library that a dump has with masked secrets, and give the feeds of the dump the whole URLs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from readq.feeds.secrets import NOT_WHOLE, is_masked, masked
from readq.model.records import FeedRecord
from readq.model.values import Rejected


def pair_masked(incoming: Iterable[FeedRecord], present: Iterable[FeedRecord]) -> dict[str, FeedRecord]:
    """Return a dict that maps the name of each masked feed in `incoming` to the same feed in `present`.

    Only feeds with the same masked URL can be the same feed. Among them, feeds with the same name are the same. If this
    leaves exactly one feed on each side, these two are the same as well. All other masked feeds are left out.
    """
    sides = _by_masked_spec(one for one in incoming if is_masked(one.spec)), _by_masked_spec(present)
    pairs: dict[str, FeedRecord] = {}
    for spec, theirs in sides[0].items():
        ours = {feed.name: feed for feed in sides[1].get(spec, ())}
        pairs.update({feed.name: ours[feed.name] for feed in theirs if feed.name in ours})
        rest = [feed.name for feed in theirs if feed.name not in ours]
        left = [feed for name, feed in ours.items() if name not in {feed.name for feed in theirs}]
        if len(rest) == len(left) == 1:
            pairs[rest[0]] = left[0]
    return pairs


def _by_masked_spec(feeds: Iterable[FeedRecord]) -> dict[str, list[FeedRecord]]:
    found: dict[str, list[FeedRecord]] = defaultdict(list)
    for feed in feeds:
        found[masked(feed.spec)].append(feed)
    return found


def with_own_secrets(
    incoming: Sequence[FeedRecord], present: Sequence[FeedRecord]
) -> tuple[list[FeedRecord], list[Rejected]]:
    """Complete the URLs of the feeds of a dump. Return the feeds with complete URLs, and the rejected feeds.

    `incoming` are the feeds of the dump, and `present` the feeds of the library. A dump may mask the secrets in the URL
    of a feed. A masked URL is replaced by the complete URL of the same feed in the library. If the library does not
    have the feed, the feed is rejected.
    """
    own = pair_masked(incoming, present)
    feeds: list[FeedRecord] = []
    lacking: list[Rejected] = []
    for feed in incoming:
        if not is_masked(feed.spec):
            feeds.append(feed)
        elif feed.name in own:
            feeds.append(feed._replace(spec=own[feed.name].spec))
        else:
            lacking.append(Rejected(f"feed {feed.name}", NOT_WHOLE))
    return feeds, lacking
