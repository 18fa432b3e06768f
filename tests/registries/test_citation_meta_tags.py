"""`readq.registries.citation_meta_tags`: metadata from the meta tags of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.model.values import Author, Trust
from readq.registries.citation_meta_tags import doi_in, parse

URL = "https://growth.example/papers/7"


def page(*tags: tuple[str, str], head: str = "") -> bytes:
    metas = "\n".join(f'<meta name="{name}" content="{content}">' for name, content in tags)
    return f"<!doctype html><html><head>{head}<title>x</title>{metas}</head><body>text</body></html>".encode()


def test_a_page_with_citation_tags() -> None:
    (paper,) = parse(
        page(
            ("citation_title", "Growth &amp; Decay"),
            ("citation_author", "Lovelace, Ada"),
            ("citation_author", "Emmy Noether"),
            ("citation_conference_title", "Proceedings of the Conference on Growth"),
            ("citation_publication_date", "2021/6/15"),
            ("citation_firstpage", "26"),
            ("citation_lastpage", "36"),
            ("citation_doi", "doi:10.1000/ABC"),
            ("citation_pdf_url", "https://growth.example/7.pdf"),
            ("citation_abstract", "We look."),
        ),
        URL,
    )
    assert (paper.title, paper.trust, paper.year, paper.published) == (
        "Growth & Decay",
        Trust.WEBSITE,
        2021,
        "2021-06-15",
    )
    assert paper.authors == (Author("Ada Lovelace", "Lovelace", "Ada"), Author("Emmy Noether"))
    assert (paper.venue, paper.entry_type) == ("Proceedings of the Conference on Growth", "inproceedings")
    assert dict(paper.fields) == {"pages": "26--36"}
    assert paper.identifiers == (("doi", "10.1000/abc"), ("url", URL))
    assert (paper.url, paper.pdf_url, paper.abstract) == (URL, "https://growth.example/7.pdf", "We look.")


@pytest.mark.parametrize(
    ("given", "year", "day"),
    [
        ("2022", 2022, None),
        ("2021/6", 2021, None),
        ("2021-06-15T10:00:00Z", 2021, "2021-06-15"),
        ("15 June 2021", 2021, None),
        ("2021/13/45", 2021, None),
        ("soon", None, None),
    ],
)
def test_dates_of_pages(given: str, year: int | None, day: str | None) -> None:
    (paper,) = parse(page(("citation_title", "X"), ("citation_date", given)), URL)
    assert (paper.year, paper.published) == (year, day)


def test_unusual_tags() -> None:
    swapped = b"<meta content='Growth' property=citation_title><META CONTENT='Ada; Emmy' NAME=citation_authors>"
    (paper,) = parse(swapped, URL)
    assert (paper.title, [author.name for author in paper.authors]) == ("Growth", ["Ada", "Emmy"])
    (core,) = parse(page(("DC.title", "Growth"), ("DC.creator", "Ada Lovelace"), ("DC.identifier", "10.1000/1")), URL)
    assert (core.title, core.identifiers[0]) == ("Growth", ("doi", "10.1000/1"))
    (preprint,) = parse(page(("citation_title", "X"), ("citation_arxiv_id", "2401.00001")), URL)
    assert preprint.identifiers == (("arxiv", "2401.00001"), ("url", URL))
    latin = page(("citation_title", "Übung"), head='<meta charset="iso-8859-1">').decode().encode("latin-1")
    assert parse(latin, URL)[0].title == "Übung"
    assert parse(page(("citation_title", "Übung")).decode().encode("latin-1"), URL, "latin-1")[0].title == "Übung"


def test_links_of_a_page_that_may_not_be_opened_are_left_out() -> None:
    (paper,) = parse(page(("citation_title", "X"), ("citation_pdf_url", "file:///etc/passwd")), URL)
    assert paper.pdf_url is None


def test_a_page_without_tags_may_still_link_to_its_doi() -> None:
    assert parse(page(("description", "A shop")), URL) == []
    assert (
        doi_in(b"<p>See <a href='https://doi.org/10.1000/ABC'>here</a> https://doi.org/10.1000/abc</p>")
        == "10.1000/abc"
    )
    assert doi_in(b"https://doi.org/10.1000/abc https://doi.org/10.1000/other") is None
    assert doi_in(b"nothing") is None


@given(st.text(alphabet=st.sampled_from("<>!-/\"'= metacontentcitation_title[]"), max_size=400))
def test_any_page_is_read_without_a_crash(text: str) -> None:
    parse(text.encode(), URL)


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<meta ", b'<meta content="', b"<![CDATA[", b"<", b"<a b='", b"&#", b"</head"]
)
def test_a_hostile_page_takes_no_longer_than_a_plain_one(piece: bytes) -> None:
    # Half a megabyte: with a cost of its square this would not end in a day.
    assert parse(b"<html><head>" + piece * (500_000 // len(piece)), URL) == []
