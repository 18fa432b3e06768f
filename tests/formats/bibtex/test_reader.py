import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.formats.bibtex.charset import decode
from readq.formats.bibtex.reader import read
from readq.model.fetched_paper import FetchedPaper
from readq.text import one_line

CORPUS = Path(__file__).resolve().parents[3] / ".." / "shared" / "bibtex"


def one(text: str) -> FetchedPaper:
    papers, rejected = read(text)
    assert not rejected
    (paper,) = papers
    return paper


def test_an_entry_becomes_a_paper() -> None:
    paper = one(r"""@inproceedings{Mue19, title = {{BERT}: na{\"\i}ve $O(N^2)$},
        author = {M{\"u}ller, J{\"o}rg and Doe, J},
        booktitle = "Proc. of X", year = 2019, month = may, day = 7, eprint = {1905.01234v2}, archivePrefix = {arXiv},
        primaryClass = {cs.LG}, doi = {https://doi.org/10.1000/XYZ}, keywords = {Deep Learning, nlp; nlp}}""")
    assert paper.title == "BERT: naïve $O(N^2)$"
    assert [author.name for author in paper.authors] == ["Jörg Müller", "J Doe"]
    assert (paper.year, paper.published, paper.venue) == (2019, "2019-05-07", "Proc. of X")
    assert paper.identifiers[:2] == (("arxiv", "1905.01234"), ("doi", "10.1000/xyz"))
    assert (paper.key, paper.entry_type, paper.primary_class) == ("Mue19", "inproceedings", "cs.LG")
    assert paper.tags == ("deep-learning", "nlp")
    assert dict(paper.fields)["title"] == r"{BERT}: na{\"\i}ve $O(N^2)$"
    assert paper.where == "entry 1 (Mue19)"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"{{Genes of {\textless}i{\textgreater}Mus{\textless}/i{\textgreater} in 3D}}", "Genes of Mus in 3D"),
        ("Genes of <i>Mus</i> in CO<sub>2</sub>", "Genes of Mus in CO₂"),
        ("If $a<b$ and $c>d$", "If $a<b$ and $c>d$"),
        ("Learning to <think>", "Learning to <think>"),
    ],
)
def test_a_title_loses_the_tags_of_html_and_its_field_keeps_them(title: str, shown: str) -> None:
    """Mendeley and other programs write them."""
    paper = one(f"@article{{k, title = {{{title}}}, abstract = {{{title}}}}}")
    assert (paper.title, paper.abstract, dict(paper.fields)["title"]) == (shown, shown, title)


@pytest.mark.parametrize("value", [r"10.5555/moth\_7", r"10.5555/moth{\textunderscore}7", "10.5555/moth&#95;7"])
def test_a_doi_with_escapes_is_one_identifier(value: str) -> None:
    """The field of the paper showed the spelling with escapes."""
    assert one(f"@misc{{k, title = {{T}}, doi = {{{value}}}}}").identifiers == (("doi", "10.5555/moth_7"),)


@pytest.mark.parametrize("value", ["10.48550/arXiv.1905.01234", "https://doi.org/10.48550/arXiv.1905.01234v2"])
def test_the_doi_of_an_arxiv_paper_is_its_arxiv_id(value: str) -> None:
    assert one(f"@misc{{k, title = {{T}}, doi = {{{value}}}}}").identifiers == (("arxiv", "1905.01234"),)


def test_a_missing_comma_joins_no_fields() -> None:
    paper = one('@misc{a, title={One}\n  author={A B}\n year=2000, note="n"}')
    assert (paper.title, paper.authors[0].name, paper.year) == ("One", "A B", 2000)


def test_macros_and_concatenation_are_evaluated() -> None:
    paper = one(
        '@string{x = "Journal"}\n@article{a, title = {T}, journal = x # " of " # {Y}, year=2001, month=10 # "~" # jan}'
    )
    assert (paper.venue, paper.published) == ("Journal of Y", "2001-01-10")


def test_duplicates_are_not_lost() -> None:
    papers, rejected = read("@misc{a, title={1}, title={2}}\n@misc{a, title={3}}\n@misc{A, title={4}, Title={5}}")
    assert [(paper.key, paper.title) for paper in papers] == [("a", "1"), ("a", "3"), ("A", "4")]
    assert not rejected


def test_a_line_that_looks_like_an_entry_is_part_of_its_value() -> None:
    papers, rejected = read("@misc{a, title={T}, abstract={mail me\n@home{now} please}}\n@misc{b, title={U}}")
    assert [paper.key for paper in papers] == ["a", "b"]
    assert not rejected


def test_broken_entries_are_reported_and_the_others_read() -> None:
    papers, rejected = read("@misc{a, title={1}}\n@misc{b, title={open}\n\n@misc{c, year=2000}\n@misc{d, title={4}}")
    assert [paper.key for paper in papers] == ["a", "d"]
    assert rejected == [("entry 2 (b), line 2", "unbalanced braces"), ("entry 3 (c)", "no title")]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("@misc{b title={1}, year=2000}", "no comma after the key"),
        ("@misc{b, title {1}, year=2000}", "no equals sign after the name of a field"),
        ("@misc{b, title={1},, year=2000}", "no closing brace, or two commas in a row"),
        ("@misc{b, title={1},\n", "no closing brace, or two commas in a row"),
        ("@misc{b, title={1{2}, year=2000}", "unbalanced braces"),
        ("@misc{b, title={1, year", "unbalanced braces"),
    ],
)
def test_a_broken_entry_is_named_with_its_fault(entry: str, why: str) -> None:
    papers, rejected = read(f"@misc{{a, title={{1}}}}\n{entry}\n@misc{{d, title={{4}}}}")
    assert [paper.key for paper in papers] == ["a", "d"]
    assert rejected == [("entry 2 (b), line 2", why)]


def test_a_paper_inherits_from_its_proceedings() -> None:
    papers, _ = read(
        "@inproceedings{a, title={T}, crossref={P}}\n@proceedings{p, title={Proc}, year=1999, url={http://x.y}}"
    )
    assert (papers[0].venue, papers[0].year, papers[0].url) == ("Proc", 1999, None)


INHERITANCE = """
@mvbook{m, title={Moths of the World}, subtitle={All}, author={Falk, Mia}, editor={Otter, Ida}, date={1934}}
@book{b, title={Volume of Dusk}, date={1923}, crossref={m}}
@inbook{c, title={On Wings}, date={1911}, crossref={b}}
@periodical{p, title={Night}, subtitle={A Journal}, year={2001}, volume={3}}
@article{a, title={On Lamps}, author={Heron}, date={2002-03}, crossref={p}}
@xdata{x, publisher={Press}, xdata={y}}
@xdata{y, address={Turku}}
@book{d, title={Shared}, location={Oulu}, xdata={x}}
@book{e, title={Other}, xdata={x}}
@book{r, title={Ring one}, crossref={s}}
@book{s, title={Ring two}, note={N}, publisher={P}, crossref={r}}
@book{self, title={Self}, crossref={self}}
"""


def test_fields_come_down_from_parents_of_parents_by_the_names_of_biblatex() -> None:
    found = {paper.key: dict(paper.fields) for paper in read(INHERITANCE)[0]}
    assert (found["b"]["maintitle"], found["b"]["author"]) == ("Moths of the World", "Falk, Mia")
    assert "booktitle" not in found["b"]
    parts = ("booktitle", "maintitle", "mainsubtitle", "author", "bookauthor", "editor", "date")
    assert [found["c"][name] for name in parts] == [
        *("Volume of Dusk", "Moths of the World", "All", "Falk, Mia", "Falk, Mia", "Otter, Ida", "1911"),
    ]
    # The entry has a date of its own, so it has no year of the parent.
    assert (found["a"]["journaltitle"], found["a"]["volume"], found["a"].get("year")) == ("Night", "3", None)
    assert (found["e"]["publisher"], found["e"]["address"]) == ("Press", "Turku")
    assert (found["r"]["publisher"], found["s"]["publisher"]) == ("P", "P")


def test_biber_finds_the_parent_of_an_entry_and_no_circle() -> None:
    text = (
        "@book{self, title={A}, crossref={SELF}}\n@book{r, title={B}, crossref={S}}\n"
        "@book{s, title={C}, crossref={r}}\n@book{child, title={D}, crossref={R}}\n"
        "@book{lost, title={E}, crossref={Nowhere}}\n"
        "@book{twin, title={F}, crossref={Child}}"
    )
    found = {paper.key: dict(paper.fields).get("crossref") for paper in read(text)[0]}
    assert found == {"self": None, "r": None, "s": None, "child": "r", "lost": "Nowhere", "twin": "child"}


def test_a_long_chain_of_parents_is_read() -> None:
    chain = "".join(f"@book{{k{n}, title={{T{n}}}, crossref={{k{n + 1}}}}}\n" for n in range(3000))
    papers, _ = read(chain + "@book{k3000, title={Last}, publisher={Press}}")
    assert dict(papers[0].fields)["publisher"] == "Press"


def test_comments_preambles_and_macros_are_not_papers() -> None:
    assert read('% c\n@comment{x}\n@preamble{"y"}\n@string{z = "1"}\nfree text') == ([], [])


@pytest.mark.parametrize(
    "field", ["journal={arXiv preprint arXiv:1706.03762}", "journal={CoRR}, volume={abs/1706.03762}"]
)
def test_arxiv_numbers_are_found_in_other_fields(field: str) -> None:
    paper = one(f"@article{{a, title={{T}}, {field}}}")
    assert paper.identifiers == (("arxiv", "1706.03762"),)
    assert paper.venue is None


@given(
    st.lists(
        st.sampled_from([*'@{}(),="#\\\n $%', "@misc{a,", "title", " = ", "author", " and ", "{x}", "é"]), max_size=60
    )
)
@settings(max_examples=200)
def test_no_text_makes_it_raise(pieces: list[str]) -> None:
    papers, rejected = read("".join(pieces))
    assert all(paper.title for paper in papers)
    assert all(reason.why for reason in rejected)


@pytest.mark.parametrize("piece", ["@", "{", "\n@a{", "@a{b,c={", '"a" # ', "\n @d{e", " and "])
def test_hostile_files_are_read_in_linear_time(piece: str) -> None:
    start = time.process_time()
    read("@a{b, title={t}, author={x" + piece * 5_000)
    assert time.process_time() - start < 3


def test_macros_that_grow_exponentially_do_not_fill_the_memory() -> None:
    bomb = '@string{a0 = "xxxxxxxxxx"}\n' + "".join(f"@string{{a{i} = a{i - 1} # a{i - 1}}}\n" for i in range(1, 60))
    assert len(one(bomb + "@misc{k, title = a59}").title) <= 1_000_000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("ü".encode(), ("ü", "utf-8")),
        ("ü".encode("utf-8-sig"), ("ü", "utf-8-sig")),
        ("ü@".encode("utf-16"), ("ü@", "utf-16")),
        ("@misc{ü".encode("utf-16-le"), ("@misc{ü", "utf-16-le")),
        (b"\xfc\x80", ("ü€", "cp1252")),
        (b"", ("", "utf-8")),
    ],
)
def test_the_encoding_is_recognised(data: bytes, expected: tuple[str, str]) -> None:
    assert decode(data) == expected


@pytest.mark.recorded
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded .bib files are not beside the project")
def test_the_small_recorded_files_are_read() -> None:
    files = [path for path in sorted(CORPUS.rglob("*.bib")) if path.stat().st_size < 20_000]
    papers = rejected = 0
    for path in files:
        found, broken = read(decode(path.read_bytes())[0])
        papers += len(found)
        rejected += sum(reason.why != "no title" for reason in broken)
    assert papers > 1000
    assert rejected < 20


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\x00", "\x1b[2J", "\ufeff", "\u0301"])
def test_the_name_of_a_field_is_one_clean_word_or_the_field_is_left_out(mark: str) -> None:
    paper = one(f"@misc{{k, title = {{T}}, {mark} = {{x}}, {mark}no{mark}te{mark} = {{y}}}}")
    assert all(name and name == one_line(name) for name, _ in paper.fields)


@pytest.mark.parametrize(
    "field", ["note={x\\\\}", 'note="x\\\\"', "note={a\\\\{b}\\\\\\\\}", "note = lines", "note={a\\\\\n}"]
)
def test_a_line_break_at_the_end_of_a_field_does_not_hide_its_brace(field: str) -> None:
    text = (
        f"@string{{lines = {{x\\\\}}}}\n@misc{{a1, title={{One}}, {field}, year=2020}}\n\n@misc{{a2, title={{Two}}}}\n"
    )
    papers, rejected = read(text)
    assert rejected == []
    assert [(paper.key, paper.year) for paper in papers] == [("a1", 2020), ("a2", None)]
    note = dict(papers[0].fields)["note"]
    assert note.endswith("\\\\")
    assert note.isascii()
