from dataclasses import replace
from typing import Any

import pytest

from readq.model.fetched_paper import FetchedPaper
from readq.model.field_limits import within_limits
from readq.model.values import Author, Trust

PAPER = FetchedPaper(title="Ponds", trust=Trust.BIBTEX, where="entry 1 (k)")


@pytest.mark.parametrize(
    ("name", "value", "kept", "message"),
    [
        ("abstract", "x" * 1_000_001, "x" * 1_000_000, "abstract cut at 1,000,000 characters"),
        ("venue", "Lakes " * 200, ("Lakes " * 200)[:1000].rstrip(), "venue cut at 1,000 characters"),
        ("primary_class", "c" * 51, None, "primary_class left out, it is longer than 50 characters"),
        ("entry_type", "c" * 51, None, "entry_type left out, it is longer than 50 characters"),
        ("url", "https://l.example/" + "x" * 2048, None, "url left out, it is longer than 2,048 characters"),
        ("pdf_url", "https://l.example/" + "x" * 2048, None, "pdf_url left out, it is longer than 2,048 characters"),
        ("year", 999, None, "year left out, 999 is not between 1000 and 9999"),
        ("published", "2026-02-30", None, "date left out, '2026-02-30' is not in the calendar"),
        ("published", "May 2026", None, "date left out, 'May 2026' is not in the calendar"),
        ("authors", (Author(""), Author("Ada Heron")), (Author("Ada Heron"),), "an author without a name left out"),
        ("note", "n" * 1_000_001, "n" * 1_000_000, "note cut at 1,000,000 characters"),
        (
            "fields",
            (("abstract", "x" * 1_000_001), ("title", "Ponds")),
            (("title", "Ponds"),),
            "abstract left out of the entry, longer than 1,000,000 characters",
        ),
    ],
)
def test_a_bad_field_is_cut_or_left_out_and_named(name: str, value: object, kept: object, message: str) -> None:
    changes: dict[str, Any] = {name: value}
    fitted, messages = within_limits(replace(PAPER, **changes))
    assert getattr(fitted, name) == kept
    assert messages == (f"entry 1 (k): {message}",)
    before: dict[str, Any] = {name: getattr(PAPER, name)}
    assert replace(fitted, **before) == PAPER


def test_an_address_that_must_not_be_opened_is_left_out() -> None:
    assert within_limits(replace(PAPER, url="javascript:alert(1)")) == (PAPER, ())


@pytest.mark.parametrize("scheme", ["HTTP", "Https", "hTTp"])
def test_the_scheme_of_an_address_is_stored_in_lower_case(scheme: str) -> None:
    paper = replace(PAPER, url=f"{scheme}://L.example/A", pdf_url=f"{scheme}://L.example/A.pdf")
    stored = replace(PAPER, url=f"{scheme.lower()}://L.example/A", pdf_url=f"{scheme.lower()}://L.example/A.pdf")
    assert within_limits(paper) == (stored, ())


def test_a_paper_within_the_limits_stays_as_it_is() -> None:
    paper = replace(PAPER, url="https://l.example/1", abstract="x", year=2026, published="2026-11-20", note="n")
    assert within_limits(paper) == (paper, ())
    assert within_limits(paper)[0] is paper
