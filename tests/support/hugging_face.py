"""A fake of Hugging Face's daily papers from entries by day."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from loopback import Reply, Seen

PATH = "/api/daily_papers"

Entry = dict[str, Any]


class DailyPapers:
    """The endpoint with `date`, `p` and `limit` (default 50, at most 100). A day after `today` gives 400."""

    def __init__(self, days: Mapping[date, Sequence[Entry]], today: date) -> None:
        self.days = dict(days)
        self.today = today

    def __call__(self, seen: Seen) -> Reply:
        """Answer a request."""
        day = date.fromisoformat(seen.query["date"])
        if day > self.today:
            return Reply(b'{"error":"Invalid date"}', 400, content_type="application/json")
        page, limit = int(seen.query.get("p", "0")), min(int(seen.query.get("limit", "50")), 100)
        listed = self.days.get(day, ())[page * limit : (page + 1) * limit]
        return Reply(json.dumps(listed).encode(), content_type="application/json; charset=utf-8")


def made_up(day: date, papers: int) -> list[Entry]:
    """Return invented entries, different for each day."""
    return [_entry(day, number) for number in range(1, papers + 1)]


def _entry(day: date, number: int) -> Entry:
    title = f"A study of {day.isoformat()} in {number} parts"
    return {
        "paper": {
            "id": f"{day:%y%m}.{day.day * 100 + number:05}",
            "title": title,
            "summary": f"We look at the day {day}\nand at its part {number}.",
            "authors": [{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}],
            "publishedAt": f"{day - timedelta(days=2)}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
            "upvotes": number,
        },
        "title": title,
        "numComments": 1,
        "submittedBy": {"name": "carol"},
    }


def moved(entry: Entry, day: date) -> Entry:
    """Return an entry moved to another day."""
    paper = {**entry["paper"], "publishedAt": f"{day - timedelta(days=2)}T00:00:00.000Z"}
    for name in ("submittedOnDailyAt",):
        paper[name] = f"{day}T00:00:00.000Z"
    outer = {name: value for name, value in entry.items() if name not in ("publishedAt", "submittedOnDailyAt")}
    return {**outer, "paper": paper}
