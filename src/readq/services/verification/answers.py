"""Cache the answers of registries for some days, in a file of the cache folder, so that no request is repeated."""

import contextlib
import json
import os
from datetime import datetime, timedelta
from typing import Any

from readq.days import instant
from readq.model.identity.evidence import Identifier
from readq.model.values import Author
from readq.paths import write_atomically
from readq.registries.published_record import PublishedRecord

_FILE = "verified.json"
_FORMAT = 2
_FRESH = timedelta(days=7)
"""The time for which the record of a work is cached. It is short because a work may be retracted at any time."""

_FRESH_UNKNOWN = timedelta(days=1)
_MOST = 50_000
_LARGEST = 100_000_000


class Answers:
    """The cached answers of registries. Each is stored under the identifier that was asked for.

    For a look-up by title, the identifier is the result of `lookup.title_name`. The answers are kept in a file. A
    damaged file counts as empty. If the file cannot be written, no error is raised, because the registries can be asked
    again.
    """

    def __init__(self, folder: str, now: datetime) -> None:
        self._path = os.path.join(folder, _FILE)
        self._now = now
        self._kept: dict[str, Any] = {}
        self._is_changed = False
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if os.path.getsize(self._path) <= _LARGEST:
                with open(self._path, encoding="utf-8") as file:
                    value = json.load(file)
                if isinstance(value, dict) and value.get("format") == _FORMAT and isinstance(value["answers"], dict):
                    self._kept = value["answers"]

    def get(self, asked: Identifier) -> tuple[bool, PublishedRecord | None]:
        """Return a pair: whether the answer for the identifier `asked` is cached, and the answer.

        The answer is the record of the work. It is None if no registry knew the work, or if no answer is cached.
        """
        answer: Any = self._kept.get(" ".join(asked))
        try:
            if self._is_fresh(answer):
                return True, None if answer[1] is None else _record(answer[1])
        except (TypeError, ValueError, KeyError, AttributeError):
            pass
        return False, None

    def _is_fresh(self, answer: Any) -> bool:  # noqa: ANN401 - the file may hold anything
        try:
            at, record = answer
            age = self._now - datetime.fromisoformat(at)
        except (TypeError, ValueError):
            return False
        return timedelta() <= age < (_FRESH_UNKNOWN if record is None else _FRESH)

    def put(self, asked: Identifier, record: PublishedRecord | None) -> None:
        """Add the answer for the identifier `asked` to the cache. `record` is None if no registry knew the work."""
        name = " ".join(asked)
        self._kept.pop(name, None)
        self._kept[name] = (instant(self._now), None if record is None else record._asdict())
        self._is_changed = True

    def save(self) -> None:
        """Write the cached answers to the file. Old answers are left out, and at most the 50,000 newest are written."""
        if not self._is_changed:
            return
        fresh = [(name, answer) for name, answer in self._kept.items() if self._is_fresh(answer)]
        newest = dict(fresh[-_MOST:])
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            text = json.dumps({"format": _FORMAT, "answers": newest}, ensure_ascii=False)
            write_atomically(self._path, text, mode=0o600)


def _record(value: dict[str, Any]) -> PublishedRecord:
    return PublishedRecord(
        str(value["title"]),
        tuple(Author(*author) for author in value["authors"]),
        tuple(int(year) for year in value["years"]),
        tuple((str(scheme), str(name)) for scheme, name in value["identifiers"]),
        str(value["source"]),
        value["retraction"] if isinstance(value["retraction"], str) else None,
        value["is_preprint"] is True,
    )
