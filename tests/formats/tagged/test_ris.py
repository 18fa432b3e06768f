"""`readq.formats.tagged.ris` over records as publishers, Zotero, Mendeley and EndNote write them."""

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.tagged import ris

ARTICLE = """\
TY  - JOUR
TI  - On Symmetries & Laws
AU  - Noether, Emmy
AU  - Klein,F.C.
T2  - Annals of Examples
JO  - Ann. Ex.
PY  - 2019
DA  - 2019/03/07/
VL  - 12
IS  - 3
SP  - 99
EP  - 105
DO  - 10.1000/ABC.5
UR  - https://example.org/5
AB  - First line
that goes on.
KW  - Group theory
KW  - symmetry
N1  - doi: 10.1000/abc.5
ID  - noether2019
ER  -
"""


def test_an_article_comes_in_whole() -> None:
    (paper,), rejected = ris.read(ARTICLE)
    assert rejected == []
    assert paper.title == "On Symmetries & Laws"
    assert [author.name for author in paper.authors] == ["Emmy Noether", "F. C. Klein"]
    assert (paper.year, paper.published, paper.venue) == (2019, "2019-03-07", "Annals of Examples")
    assert paper.identifiers == (("doi", "10.1000/abc.5"), ("url", "https://example.org/5"))
    fields = {"date": "2019-03-07", "volume": "12", "number": "3", "pages": "99--105"}
    assert dict(paper.fields) == fields | {"doi": "10.1000/ABC.5", "url": "https://example.org/5"}
    assert (paper.entry_type, paper.key, paper.tags) == ("article", "noether2019", ("group-theory", "symmetry"))
    assert paper.abstract == "First line that goes on."
    assert paper.note is None


@pytest.mark.parametrize(
    ("lines", "entry_type", "venue"),
    [
        ("TY  - CONF\nTI  - T\nT2  - Proc. of X", "inproceedings", "Proc. of X"),
        ("TY  - CHAP\nT1  - T\nBT  - A Book", "incollection", "A Book"),
        ("TY  - BOOK\nT1  - T\nT3  - Series", "book", None),
        ("TY -  THES\nTI - T\nPB - School", "phdthesis", None),
        ("TY  - THES\nTI  - T\nM3  - MSc thesis", "mastersthesis", None),
        ("TY  - CASE\nTI  - T", "jurisdiction", None),
        ("TY  - NONE\nTI  - T", "misc", None),
    ],
)
def test_types(lines: str, entry_type: str, venue: str | None) -> None:
    (paper,), _ = ris.read(f"{lines}\nER  - \n")
    assert (paper.title, paper.entry_type, paper.venue) == ("T", entry_type, venue)


def test_a_file_that_was_cut_gives_what_is_whole_and_names_the_rest() -> None:
    papers, rejected = ris.read(ARTICLE + ARTICLE.partition("SP  -")[0])
    assert len(papers) == 1
    assert rejected == [("record 2", "cut off: the file ends before its ER line")]


def test_records_without_a_title_are_named_by_number() -> None:
    papers, rejected = ris.read(f"TY  - JOUR\nAU  - A, B\nER  - \n\n{ARTICLE}")
    assert [paper.where for paper in papers] == ["record 2"]
    assert rejected == [("record 1", "no title")]


def test_a_program_that_writes_no_ends_is_read() -> None:
    papers, rejected = ris.read("TY  - JOUR\r\nTI  - One\r\n\r\nTY  - JOUR\r\nTI  - Two\r\n")
    assert [paper.title for paper in papers] == ["One", "Two"]
    assert rejected == []


@pytest.mark.parametrize("key", ["ref1", "10.1000/x", "17", "https://x.org/a", "two words"])
def test_an_id_that_nobody_chose_is_no_key(key: str) -> None:
    (paper,), _ = ris.read(f"TY  - JOUR\nTI  - T\nID  - {key}\nER  - \n")
    assert paper.key is None


def test_a_readers_note_is_kept() -> None:
    (paper,), _ = ris.read("TY  - JOUR\nTI  - T\nN1  - Compare table 3.\nER  - \n")
    assert paper.note == "Compare table 3."


@pytest.mark.parametrize("line", ["IS  - TR-1", "M1  - TR-1", "SN  - TR-1"])
def test_the_number_of_a_report_is_kept(line: str) -> None:
    (paper,), _ = ris.read(f"TY  - RPRT\nTI  - T\n{line}\nER  - \n")
    assert dict(paper.fields) == {"number": "TR-1"}


def test_a_date_without_a_day_makes_none() -> None:
    (paper,), _ = ris.read("TY  - JOUR\nTI  - T\nPY  - 2014///\nER  - \n")
    assert (paper.year, paper.published) == (2014, None)


@pytest.mark.parametrize("text", ["TYPE - prose\nTY", "A page about TY  - JOUR", "", "ER  - "])
def test_other_text_is_no_ris(text: str) -> None:
    assert not ris.looks_like(text)


def test_ris_is_recognised_behind_a_preamble() -> None:
    assert ris.looks_like("\ufeffRecord #1\nProvider: X\n" + ARTICLE)


@pytest.mark.parametrize("tag", sorted(rispy.RisParser.DEFAULT_MAPPING.keys() - {"TY", "ER"} | {"ZZ"}))
def test_a_value_of_any_tag_may_go_on_in_the_next_line(tag: str) -> None:
    lines = "".join(f"{tag}  - value {number}\nthat goes on\n" for number in range(3))
    (paper,), rejected = ris.read(f"TY  - JOUR\nwithout a tag\nTI  - Title\n{lines}ER  - \n")
    assert not rejected
    assert paper.title == "Title"


_TAGS = st.sampled_from(sorted({"TI", "AU", "KW", "N1", "DO", "UK", "ZZ", "UR", "ER", "TY"}))
_LINE = st.builds(
    "{}{}{}".format,
    _TAGS,
    st.sampled_from(("  - ", "  -", " -", "  -\xa0", "  -\t", "  -\u3000", "  -\x1f", " ")),
    st.text("aT-\xa0", max_size=3),
)


@given(st.lists(_LINE | st.text("aT- \xa0", max_size=4), max_size=8))
def test_lines_that_are_nearly_tagged_belong_to_a_record_or_are_left_out(lines: list[str]) -> None:
    text = "\n".join(("TY  - JOUR", "AU  - Lovelace, Ada", "TI  - On growth", *lines, "ER  - "))
    papers, rejected = ris.read(text)
    assert papers or rejected


@pytest.mark.parametrize(
    ("line", "family", "given"),
    [
        ("E. Noether", "Noether", "E."),
        ("A. -B. van der Falk", "van der Falk", "A.-B."),
        ("A. B. Falk-Doe", "Falk-Doe", "A. B."),
        ("J. Paul Getty Museum", "J. Paul Getty Museum", None),
        ("World Health Organization", "World Health Organization", None),
    ],
)
def test_initials_before_a_family_name_make_a_person(line: str, family: str, given: str | None) -> None:
    """IEEE Xplore writes its authors so."""
    (paper,), _ = ris.read(f"TY  - CONF\nTI  - T\nAU  - {line}\nER  -\n")
    assert [(author.family, author.given) for author in paper.authors] == [(family, given)]


def test_springers_editors_of_a_chapter_are_kept() -> None:
    (paper,), _ = ris.read("TY  - CHAP\nTI  - T\nAU  - Doe, Jane\nED  - Roe, Max\nBT  - A Book\nER  -\n")
    assert dict(paper.fields) == {"author": "Doe, Jane", "editor": "Roe, Max"}
    assert [author.name for author in paper.authors] == ["Jane Doe"]


def test_the_proceedings_may_have_the_tag_of_a_journal() -> None:
    """Google Scholar writes them so."""
    (paper,), _ = ris.read("TY  - CONF\nT1  - T\nA1  - Doe, Jane\nJO  - Proc. of X\nT3  - Notes\nER  -\n")
    assert (paper.venue, dict(paper.fields)) == ("Proc. of X", {"series": "Notes"})


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Genes of <i>Mus</i> in H<sub>2</sub>O", "Genes of Mus in H₂O"),
        ("Law &amp; order", "Law & order"),
        ("Learning to <think> if a <b and c> d", "Learning to <think> if a <b and c> d"),
        ("Genes &notch", "Genes &notch"),
    ],
)
def test_titles_lose_the_tags_of_html(written: str, title: str) -> None:
    (paper,), _ = ris.read(f"TY  - JOUR\nTI  - {written}\nJO  - {written}\nER  -\n")
    assert (paper.title, paper.venue) == (title, title)


def test_a_note_of_zotero_is_read_as_text() -> None:
    (paper,), _ = ris.read("TY  - JOUR\nTI  - T\nN1  - <p>Summary: <b>this</b></p>\n<ul><li>again</li></ul>\nER  -\n")
    assert paper.note == "Summary: this\n\nagain"


@pytest.mark.parametrize(
    ("written", "abstract"),
    [
        ("<p><b>Aim</b> A&amp;B.</p><p>CO<sub>2</sub></p>", "Aim A&B.\n\nCO₂"),
        ("Abstract of a <b and c> d", "Abstract of a <b and c> d"),
    ],
)
def test_abstracts_lose_the_tags_of_html(written: str, abstract: str) -> None:
    (paper,), _ = ris.read(f"TY  - JOUR\nTI  - T\nAB  - {written}\nER  -\n")
    assert paper.abstract == abstract
