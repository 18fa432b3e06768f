"""`readq.formats.tagged.nbib` over records as PubMed sends them."""

import pytest

from readq.formats.tagged import nbib
from readq.model.identifiers import title_key
from readq.model.identity.generic_titles import is_generic

RECORD = """\
PMID- 31000001
OWN - NLM
VI  - 85
IP  - 4
DP  - 2019 Mar 7
TI  - On symmetries and
      their laws.
PG  - 476-81
LID - 10.1000/abc.5 [doi]
LID - e32 [pii]
AB  - First line
      that goes on.
FAU - Noether, Emmy
AU  - Noether E
FAU - van der Berg, A B
AU  - van der Berg AB
CN  - Example Collaboration
TA  - Ann Ex
JT  - Annals of examples
OT  - *group theory
SO  - Ann Ex. 2019
"""


def test_a_record_comes_in_whole() -> None:
    (paper,), rejected = nbib.read(RECORD)
    assert rejected == []
    assert paper.title == "On symmetries and their laws"
    assert [author.name for author in paper.authors] == ["Emmy Noether", "A B van der Berg", "Example Collaboration"]
    assert (paper.year, paper.published, paper.venue) == (2019, "2019-03-07", "Annals of examples")
    assert ("doi", "10.1000/abc.5") in paper.identifiers
    assert paper.url == "https://pubmed.ncbi.nlm.nih.gov/31000001/"
    assert dict(paper.fields) == {"volume": "85", "number": "4", "pages": "476--481"}
    assert paper.abstract == "First line that goes on."
    assert paper.tags == ("group-theory",)


def test_short_names_are_split_where_full_ones_are_missing() -> None:
    (paper,), _ = nbib.read("PMID- 1\nTI  - T.\nAU  - Doe JQ\nAU  - Roe R\nJT  - J\n")
    assert [author.name for author in paper.authors] == ["J. Q. Doe", "R Roe"]


def test_records_stand_apart_by_blank_lines_and_untitled_ones_are_named() -> None:
    papers, rejected = nbib.read(f"{RECORD}\n\nPMID- 2\nVI  - 1\n\n{RECORD}")
    assert [paper.where for paper in papers] == ["record 1", "record 3"]
    assert rejected == [("record 2", "no title")]


def test_a_translated_title_loses_its_brackets() -> None:
    (paper,), _ = nbib.read("PMID- 1\nTI  - [On laws].\nJT  - J\n")
    assert paper.title == "On laws"


def test_only_nbib_is_recognised() -> None:
    assert nbib.looks_like(RECORD)
    assert not nbib.looks_like("PMID- 31000001 is a number\nof PubMed")
    assert not nbib.looks_like("PMID\nPMC\n")


@pytest.mark.parametrize("tag", [tag for tag in nbib._TAGS if tag != "PMID"])
def test_a_value_of_any_tag_may_go_on_in_the_next_line(tag: str) -> None:
    lines = "".join(f"{tag:4}- value {number}\n      that goes on\n" for number in range(3))
    (paper,), rejected = nbib.read(f"PMID- 1\n      2\nTI  - Title\n{lines}")
    assert not rejected
    if tag == "OT":
        assert paper.tags == ("value-0-that-goes-on", "value-1-that-goes-on", "value-2-that-goes-on")


@pytest.mark.parametrize("title", [".", "[]", "[ ].", "\u202e."])
def test_a_title_of_marks_only_is_no_title(title: str) -> None:
    assert nbib.read(f"PMID- 1\nTI  - {title}\n") == ([], [("record 1", "no title")])


def test_brackets_at_both_ends_of_a_title_are_kept() -> None:
    (paper,), _ = nbib.read("PMID- 1\nTI  - [3H]Dopamine and [14C].\nJT  - J\n")
    assert paper.title == "[3H]Dopamine and [14C]"


def test_a_title_that_nobody_translated_is_the_original_one() -> None:
    record = "PMID- 1\nTI  - [Not Available].\nTT  - Sur les\n      lois.\nJT  - J\n"
    (paper,), _ = nbib.read(record)
    assert paper.title == "Sur les lois"
    (untitled,), _ = nbib.read("PMID- 1\nTI  - [Not Available].\nJT  - J\n")
    assert is_generic(title_key(untitled.title))


@pytest.mark.parametrize(
    ("names", "author"),
    [
        ("FAU - Doe, Jane Q Jr\nAU  - Doe JQ Jr\n", ("Jane Q Doe Jr", "Doe", "Jane Q", "Jr")),
        ("FAU - van Roe, Max 3rd\n", ("Max van Roe III", "van Roe", "Max", "III")),
        ("AU  - Doe JQ 2nd\n", ("J. Q. Doe II", "Doe", "J. Q.", "II")),
    ],
)
def test_the_suffix_of_a_name_is_no_given_name(names: str, author: tuple[str, ...]) -> None:
    (paper,), _ = nbib.read(f"PMID- 1\nTI  - T.\n{names}JT  - J\n")
    assert [tuple(one) for one in paper.authors] == [author]


def test_a_chapter_of_a_book_has_its_book_and_the_editors() -> None:
    record = (
        "PMID- 1\nPB  - Example Press\nDP  - 2023 Jan\nTI  - Of laws.\nBTI - A Book\nFED - Roe, Max\nFAU - Doe, Jane\n"
    )
    (paper,), _ = nbib.read(record)
    assert (paper.entry_type, paper.venue) == ("incollection", "A Book")
    assert dict(paper.fields) == {"author": "Doe, Jane", "editor": "Roe, Max", "publisher": "Example Press"}
