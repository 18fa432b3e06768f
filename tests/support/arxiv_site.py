"""A fake arXiv from announcements by day: the RSS feed, and API searches by submission window."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from xml.sax.saxutils import escape

from arxiv_search import Record, answer
from loopback import Reply, Seen

from readq.feeds.arxiv.announcement_days import is_announcement_day, window_end, window_start

_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
_WINDOW = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")


class Announced(NamedTuple):
    """A paper in an announcement."""

    arxiv_id: str
    title: str
    abstract: str
    authors: Sequence[str]
    kind: str = "new"


class Category:
    """One category: `days` are its announcements, `today` is the US Eastern day of the RSS feed."""

    def __init__(self, name: str, days: Mapping[date, Sequence[Announced]], today: date) -> None:
        self.name = name
        self.days = dict(days)
        self.today = today

    def feed(self, _seen: Seen) -> Reply:
        """Return the RSS feed, which is empty on weekends."""
        shown = self.days.get(self.today, ()) if is_announcement_day(self.today) else ()
        items = "".join(_item(paper) for paper in shown)
        text = (
            '<?xml version="1.0"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
            f"<title>{self.name} updates on arXiv.org</title>"
            f"<pubDate>{self.today:%a, %d %b %Y} 00:00:00 -0400</pubDate>"
            f"{items}</channel></rss>"
        )
        return Reply(text.encode(), headers={"ETag": f'"{self.today}"'}, content_type="application/rss+xml")

    def api(self, seen: Seen) -> Reply:
        """Return the new papers and cross-lists that were submitted in the requested window."""
        start, count = int(seen.query["start"]), int(seen.query["max_results"])
        if seen.query["sortBy"] == "lastUpdatedDate":
            return answer(self._by_update(), start, count)
        window = _WINDOW.search(seen.query["search_query"])
        assert window is not None, seen.target
        first, last = (datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC) for text in window.groups())
        found = [
            Record(paper.arxiv_id, paper.title, tuple(paper.authors), paper.abstract, f"{submitted(day):{_INSTANT}}")
            for day, papers in sorted(self.days.items())
            if day <= self.today and first <= submitted(day) <= last
            for paper in papers
            if not paper.kind.startswith("replace")
        ]
        return answer(found, start, count)

    def _by_update(self) -> list[Record]:
        """Return each paper as it was announced last, the newest first."""
        latest: dict[str, Record] = {}
        for day in sorted(self.days, reverse=True):
            for paper in self.days[day] if day <= self.today else ():
                version = 2 if paper.kind.startswith("replace") else 1
                at = f"{submitted(day):{_INSTANT}}"
                record = Record(paper.arxiv_id, paper.title, tuple(paper.authors), paper.abstract, at, None, version)
                latest.setdefault(paper.arxiv_id, record)
        return list(latest.values())


def submitted(day: date) -> datetime:
    """Return the instant in the middle of a day's submission window."""
    return window_start(day) + (window_end(day) - window_start(day)) / 2 + timedelta(minutes=1)


def _item(paper: Announced) -> str:
    version = f"{paper.arxiv_id}v{2 if paper.kind.startswith('replace') else 1}"
    return (
        f"<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{paper.arxiv_id}</link>"
        f'<guid isPermaLink="false">oai:arXiv.org:{version}</guid>'
        f"<description>arXiv:{version} Announce Type: {paper.kind} \nAbstract: {escape(paper.abstract)}"
        f"</description><arxiv:announce_type>{paper.kind}</arxiv:announce_type>"
        f"<dc:creator>{escape(', '.join(paper.authors))}</dc:creator></item>"
    )
