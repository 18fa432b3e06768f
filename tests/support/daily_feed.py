"""A reply of Hugging Face Daily Papers, as a file for tests in a terminal."""

import json
from collections.abc import Sequence
from pathlib import Path

TITLES = ("Alpha Learning", "Beta Reasoning", "Gamma Planning", "Delta Search", "Epsilon Memory")


def daily_feed(path: Path, titles: Sequence[str] = TITLES) -> Path:
    """Write a reply of Hugging Face Daily Papers with these titles to `path`, and return `path`."""
    entries = [
        {
            "paper": {
                "id": f"2611.0000{rank}",
                "title": title,
                "summary": f"An abstract about {title.lower()}.",
                "authors": [{"name": "Ada Lovelace"}, {"name": "Ben Writer"}],
                "publishedAt": "2026-11-19T00:00:00.000Z",
                "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
                "upvotes": 50 - rank,
            },
            "title": title,
            "numComments": 1,
        }
        for rank, title in enumerate(titles, 1)
    ]
    path.write_text(json.dumps(entries))
    return path
