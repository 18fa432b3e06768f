"""The library with which each machine of a simulation begins."""

import json
from datetime import datetime
from pathlib import Path

from readq.services.importing.import_files import ImportOptions, import_paths

_WORDS = ("growth", "decay", "symmetry", "cost", "training", "memory")


def make_template(folder: Path) -> Path:
    """Make a library with six papers in `folder`, with the arXiv ids 2611.00001 to 2611.00006."""
    entries = [
        {
            "paper": {
                "id": f"2611.{number:05}",
                "title": f"On the {word} of networks, part {number}",
                "summary": f"We look at networks for the time number {number}.",
                "authors": [{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}],
                "publishedAt": "2026-11-18T12:00:00.000Z",
                "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
                "upvotes": 10 * number,
            },
            "numComments": number,
        }
        for number, word in enumerate(_WORDS, 1)
    ]
    (folder / "daily.json").write_text(json.dumps(entries), encoding="utf-8")
    now = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
    import_paths(str(folder / "library.db"), [str(folder / "daily.json")], ImportOptions(), now)
    return folder / "library.db"
