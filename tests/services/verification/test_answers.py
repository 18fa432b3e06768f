"""The kept answers of registries: the newest stay, and old ones go."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from readq.registries.published_record import PublishedRecord
from readq.services.verification import answers
from readq.services.verification.answers import Answers

RECORD = PublishedRecord("A Title", (), (2020,), (), "Crossref", None, False)


def test_a_renewed_answer_counts_as_new(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_MOST", 2)
    folder = str(tmp_path / "cache")
    first = Answers(folder, now)
    for name in ("a", "b"):
        first.put(("doi", name), RECORD)
    first.put(("doi", "a"), RECORD)
    first.put(("doi", "c"), RECORD)
    first.save()
    kept = Answers(folder, now)
    assert [kept.get(("doi", name))[0] for name in ("a", "b", "c")] == [True, False, True]


def test_answers_that_are_too_old_leave_the_file(tmp_path: Path, now: datetime) -> None:
    folder = str(tmp_path / "cache")
    first = Answers(folder, now)
    first.put(("doi", "known"), RECORD)
    first.put(("doi", "unknown"), None)
    first.save()
    later = Answers(folder, now + timedelta(days=2))
    later.put(("doi", "new"), RECORD)
    later.save()
    text = (tmp_path / "cache" / "verified.json").read_text()
    assert "doi known" in text
    assert "doi new" in text
    assert "doi unknown" not in text
    assert Answers(folder, now + timedelta(days=2)).get(("doi", "known")) == (True, RECORD)
