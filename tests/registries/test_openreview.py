"""`readq.registries.openreview` over notes of both versions of the API."""

import json

from readq.registries import openreview

V2 = {
    "id": "AbCdEf123", "forum": "AbCdEf123", "invitations": ["X/-/Submission"], "pdate": 1_763_596_800_000,
    "content": {
        "title": {"value": "A Title"}, "authors": {"value": ["Jane Doe", "Richard Roe"]},
        "abstract": {"value": "We show."}, "venue": {"value": "ICLR 2026 poster"}, "pdf": {"value": "/pdf/abc.pdf"},
    },
}  # fmt: skip
V1 = {
    "id": "ZyXwVu987", "forum": "ZyXwVu987", "invitation": "X/-/Blind_Submission", "cdate": 1_763_596_800_000,
    "content": {"title": "Another", "authors": ["Ada Example"], "venue": "Submitted to ICLR 2026"},
}  # fmt: skip
REVIEW = {**V1, "id": "Review0001", "content": {"title": "Official review"}}


def test_notes_of_both_versions_without_reviews() -> None:
    first, second = openreview.parse(json.dumps({"notes": [V2, V1, REVIEW]}).encode())
    assert (first.title, first.venue, first.published) == ("A Title", "ICLR 2026 poster", "2025-11-20")
    assert [author.name for author in first.authors] == ["Jane Doe", "Richard Roe"]
    assert first.identifiers == (("openreview", "AbCdEf123"),)
    assert first.pdf_url == "https://openreview.net/pdf/abc.pdf"
    assert (second.title, second.venue) == ("Another", None)


def test_only_notes_are_recognised() -> None:
    assert openreview.is_answer({"notes": [V2]})
    assert not openreview.is_answer({"notes": ["milk"]})
    assert not openreview.is_answer([{"id": "x", "title": "y"}])
