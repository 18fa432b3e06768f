"""An item of a CSL-JSON file becomes an entry that is exported as the same item."""

import json
from typing import Any

import pytest
from exchange_entries import BIB, citable, citables

from readq.formats.exchange import csl_json
from readq.model.citable import Citable
from readq.registries.csl_file import own_paper_of


def items(papers: list[Citable]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads("".join(csl_json.write(papers)))
    return found


def again(item: dict[str, Any]) -> dict[str, Any]:
    paper = own_paper_of(item)
    assert paper is not None
    (found,) = items([citable(paper)])
    return found


@pytest.mark.parametrize("kind", sorted(csl_json._TYPES))
def test_each_type_comes_back(kind: str) -> None:
    fields = (
        "title={Moths}, author={Falk, Mia}, journal={J}, number=3, series={S}, type={x}, year=1999, editor={Otter, I}"
    )
    (item,) = items(citables(f"@{kind}{{k, {fields}}}"))
    assert again(item) == item


def test_all_variables_come_back() -> None:
    for item in items(citables(BIB)):
        assert again(item) == item


def test_a_preprint_of_zotero_is_one() -> None:
    item = {
        "id": "http://zotero.org/users/1/items/AB",
        "type": "article",
        "title": "On Lamps",
        "publisher": "arXiv",
        "number": "arXiv:2005.00001",
        "URL": "http://arxiv.org/abs/2005.00001",
        "issued": {"date-parts": [["2020", "5"]]},
        "note": "arXiv:2005.00001 [cs]\nPMID: 12\nRead twice",
        "keyword": "Deep Lamps, moths",
        "language": "en-GB",
        "author": [{"family": "Aal", "given": "Theo", "non-dropping-particle": "van der"}, {"literal": "Lamp Group"}],
    }
    paper = own_paper_of(item)
    assert paper is not None
    assert (paper.key, paper.entry_type, paper.year) == (None, None, 2020)
    assert ("arxiv", "2005.00001") in paper.identifiers
    assert paper.tags == ("deep-lamps", "moths")
    assert [author.family for author in paper.authors] == ["van der Aal", "Lamp Group"]
    fields = dict(paper.fields)
    assert (fields["date"], fields["langid"], fields["note"]) == (
        "2020-05",
        "british",
        "arXiv:2005.00001 [cs] Read twice",
    )
    assert "publisher" not in fields


def test_editors_do_not_take_the_place_of_authors() -> None:
    names = {"author": [{"family": "Falk", "given": "Mia"}], "editor": [{"family": "Otter", "given": "Ida"}]}
    item = {"id": "k", "type": "chapter", "title": "Moths", **names}
    assert again(item) == item
    assert again({**item, "author": []}) == {key: value for key, value in item.items() if key != "author"}


def test_names_that_are_text_are_read() -> None:
    for given in ("Ada Heron and Falk, Mia", ["Ada Heron", {"family": "Falk", "given": "Mia"}]):
        found = again({"id": "k", "type": "book", "title": "T", "author": given})
        assert found["author"] == [{"family": "Heron", "given": "Ada"}, {"family": "Falk", "given": "Mia"}]


def test_a_day_that_is_not_in_the_calendar_leaves_the_year_and_roman_pages_are_pages() -> None:
    item = {"id": "k", "type": "book", "title": "T", "issued": {"date-parts": [[2020, 13, 45]]}, "page": "iv-xii"}
    paper = own_paper_of(item)
    assert paper is not None
    assert dict(paper.fields) == {"date": "2020", "pages": "iv--xii"}


def test_all_dois_of_a_list_are_kept_for_the_message_and_the_first_is_written() -> None:
    item = {"id": "k", "type": "book", "title": "T", "DOI": ["10.5555/A", "10.5555/b"]}
    paper = own_paper_of(item)
    assert paper is not None
    assert dict(paper.fields)["doi"] == "10.5555/A, 10.5555/b"
    assert again(item)["DOI"] == "10.5555/A"
