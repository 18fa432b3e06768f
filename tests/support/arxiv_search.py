"""A fake of arXiv's API for title searches and lists of ids. It matches phrases as arXiv's index does.

A title is cut into words at everything that is no letter or digit; words are lower case and lose the endings of number
(the index is stemmed). `ti:"…"` finds the titles that hold its words one after the other; `OR` and `AND` join, AND
first. Results come by relevance: first those whose title is filled by the phrase, at most `max_results` (10 when it is
not said) from `start` on.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from loopback import Reply, Seen


class Record(NamedTuple):
    """A paper of the fake arXiv."""

    arxiv_id: str
    title: str
    authors: tuple[str, ...] = ("Ada Lovelace",)
    abstract: str = "We look at it."
    published: str = "2024-01-02"  # a day, or an instant
    doi: str | None = None
    version: int = 1


class ArxivApi:
    """Answers `/api/query`. `asked` records the parameters of each request."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = list(records)
        self.asked: list[dict[str, str]] = []
        self._words = [words(record.title) for record in self.records]
        self._with: dict[str, set[int]] = {}
        for place, found in enumerate(self._words):
            for word in found:
                self._with.setdefault(word, set()).add(place)

    def __call__(self, seen: Seen) -> Reply:
        """Answer a request; an invalid one gets an error in a feed, as at arXiv."""
        query = seen.query
        self.asked.append(query)
        start, count = int(query.get("start", "0")), int(query.get("max_results", "10"))
        if "id_list" in query:
            wanted = [re.sub(r"v[0-9]+$", "", one) for one in query["id_list"].split(",")]
            found = [record for record in self.records if record.arxiv_id in wanted]
        else:
            found = self.search(query["search_query"])
        return answer(found, start, count)

    def search(self, text: str) -> list[Record]:
        """Return the results of a search, the most relevant first."""
        scores: dict[int, float] = {}
        for part in re.split(r"\s+OR\s+", text):
            alternatives = [self._matching(phrase) for phrase in re.split(r"\s+AND\s+", part)]
            for place in set.intersection(*(set(one) for one in alternatives)):
                scores[place] = scores.get(place, 0.0) + max(one[place] for one in alternatives)
        return [self.records[place] for place in sorted(scores, key=lambda place: (-scores[place], place))]

    def _matching(self, phrase: str) -> dict[int, float]:
        found = re.fullmatch(r'\(*ti:"([^"]*)"\)*|\(*ti:(\S+?)\)*', phrase.strip())
        assert found, f"a search that the test's arXiv does not know: {phrase}"
        wanted = words(found[1] if found[1] is not None else found[2])
        if not wanted:
            return {}
        places = set.intersection(*(self._with.get(word, set()) for word in wanted))
        return {place: len(wanted) / len(self._words[place]) for place in places if _holds(self._words[place], wanted)}


def words(text: str) -> tuple[str, ...]:
    """Return the index terms of a text."""
    folded = unicodedata.normalize("NFKD", text).lower()
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return tuple(re.sub(r"(?<=[a-z]{3})(?:es|s)$", "", word) for word in re.findall(r"[a-z0-9]+", bare))


def _holds(title: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(tuple(title[at : at + len(wanted)]) == tuple(wanted) for at in range(len(title) - len(wanted) + 1))


def answer(found: Sequence[Record], start: int, count: int) -> Reply:
    """Return a page of `count` results from `start`."""
    shown = found[start : start + count]
    text = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/query</id><title>arXiv Query</title>
<updated>2026-11-23T08:00:00Z</updated><opensearch:itemsPerPage>{len(shown)}</opensearch:itemsPerPage>
<opensearch:totalResults>{len(found)}</opensearch:totalResults><opensearch:startIndex>{start}</opensearch:startIndex>
{"".join(map(_entry, shown))}</feed>"""
    return Reply(text.encode(), content_type="application/atom+xml")


def _entry(record: Record) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in record.authors)
    at = record.published if "T" in record.published else f"{record.published}T08:00:00Z"
    doi = f"<arxiv:doi>{escape(record.doi)}</arxiv:doi>" if record.doi else ""
    return f"""<entry><id>http://arxiv.org/abs/{record.arxiv_id}v{record.version}</id><title>{escape(record.title)}</title>
<updated>{at}</updated><link href="https://arxiv.org/abs/{record.arxiv_id}v{record.version}" rel="alternate"
 type="text/html"/><summary>  {escape(record.abstract)}</summary><category term="cs.LG"/>
<published>{at}</published><arxiv:primary_category term="cs.LG"/>{doi}{authors}</entry>
"""
