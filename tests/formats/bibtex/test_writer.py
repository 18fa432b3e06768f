from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readq.formats.bibtex.reader import read
from readq.formats.bibtex.writer import entry, write
from readq.formats.field_choice import USUAL, choice
from readq.latex.encode import Dialect
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust

ATTENTION = Citable(
    key="vaswani2017attention",
    title="Attention Is All You Need",
    authors=(Author("Ashish Vaswani"), Author("Łukasz Kaiser")),
    year=2017,
    published="2017-06-12",
    arxiv_id="1706.03762",
    primary_class="cs.CL",
)


def citable(paper: FetchedPaper, edited: frozenset[str] = frozenset()) -> Citable:
    ids = dict(paper.identifiers)
    return Citable(
        key=paper.key or "nokey",
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        published=paper.published,
        venue=paper.venue,
        arxiv_id=ids.get("arxiv"),
        primary_class=paper.primary_class,
        doi=ids.get("doi"),
        url=paper.url,
        entry_type=paper.entry_type,
        fields=paper.fields,
        edited=edited,
    )


def test_a_preprint_for_bibtex() -> None:
    assert entry(ATTENTION, Dialect.BIBTEX) == (
        "@misc{vaswani2017attention,\n"
        "  author = {Vaswani, Ashish and Kaiser, {\\L}ukasz},\n"
        "  title = {Attention Is All You Need},\n"
        "  year = {2017},\n"
        "  month = jun,\n"
        "  eprint = {1706.03762},\n"
        "  archiveprefix = {arXiv},\n"
        "  primaryclass = {cs.CL},\n"
        "  url = {https://arxiv.org/abs/1706.03762},\n"
        "  note = {arXiv:1706.03762},\n"
        "}\n"
    )


def test_a_preprint_for_biblatex() -> None:
    assert entry(ATTENTION, Dialect.BIBLATEX) == (
        "@online{vaswani2017attention,\n"
        "  author = {Vaswani, Ashish and Kaiser, Łukasz},\n"
        "  title = {Attention Is All You Need},\n"
        "  date = {2017-06-12},\n"
        "  eprint = {1706.03762},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.CL},\n"
        "  url = {https://arxiv.org/abs/1706.03762},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("venue", "start", "field"),
    [
        ("Advances in Neural Information Processing Systems 30", "@inproceedings{", "booktitle = {Advances in"),
        ("Journal of Machine Learning Research", "@article{", "journal = {Journal of"),
        ("A Blog", "@misc{", "howpublished = {A Blog}"),
        ("arXiv preprint arXiv:1706.03762", "@misc{", "note = {arXiv:"),
    ],
)
def test_the_venue_decides_the_type(venue: str, start: str, field: str) -> None:
    written = entry(replace(ATTENTION, venue=venue), Dialect.BIBTEX)
    assert written.startswith(start)
    assert field in written


def test_an_entry_without_author_can_be_sorted() -> None:
    assert "  key = {A Page},\n" in entry(Citable(key="apage", title="A Page", authors=()), Dialect.BIBTEX)


def test_entries_are_ordered_and_keys_differ_in_more_than_case() -> None:
    papers = [Citable(key=key, title=key, authors=()) for key in ("b", "A", "a", "12", "a b")]
    keys = [line[6:-1] for line in write(papers, Dialect.BIBTEX).splitlines() if line.startswith("@")]
    assert keys == ["12", "A", "aa", "ab", "b"]
    assert write(papers, Dialect.BIBTEX) == write(reversed(papers), Dialect.BIBTEX)


IMPORTED = r"""
@article{mueller2019, title = {The {\"U}ber \textit{y}}, author = {M{\"u}ller, J. and {LIGO Team} and others},
  journal = jcp, year = 2019, month = 10 # "~" # jan, doi = {https://doi.org/10.1/A_b}, file = {x.pdf},
  abstract = {100% sure}, note = {see \& believe}, url = {http://a.b/c\_d}}
"""


def test_an_imported_entry_keeps_fields_that_tex_accepts() -> None:
    (paper,), _ = read(IMPORTED)
    assert entry(citable(paper), Dialect.BIBTEX) == (
        "@article{mueller2019,\n"
        '  author = {M{\\"u}ller, J. and {LIGO Team} and others},\n'
        '  title = {The {\\"U}ber \\textit{y}},\n'
        "  journal = {jcp},\n"
        "  year = {2019},\n"
        '  month = 10 # "~" # jan,\n'
        "  doi = {10.1/A_b},\n"
        "  url = {http://a.b/c_d},\n"
        "  note = {see \\& believe},\n"
        "}\n"
    )
    assert "journaltitle = {jcp}" in entry(citable(paper), Dialect.BIBLATEX)
    assert "date = {2019-01-10}" in entry(citable(paper), Dialect.BIBLATEX)


def test_an_edited_field_replaces_the_raw_one() -> None:
    (paper,), _ = read(IMPORTED)
    edited = replace(citable(paper, frozenset({"title"})), title="Other")
    assert "title = {Other}" in entry(edited, Dialect.BIBTEX)


@pytest.mark.parametrize("title", [r"Bad % title", r"A \foo{b}", r"a \{ b", r"\input{x}", "a_b & c"])
def test_original_text_that_tex_rejects_is_encoded_again(title: str) -> None:
    raw = Citable(key="k", title="Good", authors=(), fields=(("title", title), ("journal", "J")), entry_type="article")
    (paper,), rejected = read(entry(raw, Dialect.BIBTEX))
    assert not rejected
    assert paper.entry_type == "article"


def test_each_dialect_prints_the_place_that_it_has_a_name_for() -> None:
    for fields in ("address={Turku}, location={Oulu}", "location={Oulu}, address={Turku}"):
        (paper,), _ = read(f"@book{{k, title={{T}}, author={{A, B}}, publisher={{P}}, year=2000, {fields}}}")
        assert "address = {Turku}" in entry(citable(paper), Dialect.BIBTEX)
        assert "location = {Oulu}" in entry(citable(paper), Dialect.BIBLATEX)


def test_a_part_of_a_book_has_not_its_editor_beside_the_author() -> None:
    papers, _ = read("@inbook{k, author={A, B}, chapter=2, crossref=b}\n@book{b, title={B}, editor={E, F}, year=2000}")
    written = entry(citable(papers[0]), Dialect.BIBTEX)
    assert written.startswith("@inbook{k,")
    assert "author = {A, B}" in written
    assert "  title = {B}" in written
    assert "editor" not in written
    assert "editor = {E, F}" in entry(citable(papers[0]), Dialect.BIBLATEX)


@pytest.mark.parametrize("dialect", Dialect)
def test_an_article_in_proceedings_is_a_paper_of_a_conference(dialect: Dialect) -> None:
    (paper,), _ = read("@article{k, title={T}, author={A B}, booktitle={Moth Conference}, pages={1--9}, year=2016}")
    written = entry(citable(paper), dialect)
    assert written.startswith("@inproceedings{k,")
    assert "booktitle = {Moth Conference}" in written


def test_an_article_without_a_journal_is_misc() -> None:
    raw = Citable(
        key="k", title="T", authors=(Author("A B"),), year=2000, fields=(("title", "T"),), entry_type="article"
    )
    assert entry(raw, Dialect.BIBTEX).startswith("@misc{k,")


@given(
    st.text(min_size=1, max_size=60), st.lists(st.text(min_size=1, max_size=30), max_size=3), st.sampled_from(Dialect)
)
@settings(max_examples=100)
def test_a_written_entry_is_read_back_as_one_entry(title: str, names: list[str], dialect: Dialect) -> None:
    written = entry(Citable(key="key", title=title, authors=tuple(map(Author, names)), year=2020), dialect)
    papers, rejected = read(written)
    assert [paper.key for paper in papers] == ["key"] or [reason.why for reason in rejected] == ["no title"]


@given(st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x17F), min_size=1, max_size=30))
@settings(max_examples=100)
@example("µĿŦ")
def test_titles_are_read_back_unchanged(title: str) -> None:
    (paper,), _ = read(write([Citable(key="key", title=title, authors=())], Dialect.BIBTEX))
    (again,), _ = read(write([citable(paper)], Dialect.BIBTEX))
    assert again.title == paper.title


ALL = r"""
@article{falk1999, title={Moths}, author={Falk, Mia}, journal={J}, year=1999, month={March--April}, day={5},
  keywords={own, dusk}, options={useprefix=true}, shorthand={FAL}, related={otter2000}, abstract={On moths},
  file={moths.pdf}, annote={good}, execute={\def\a{b}}}
"""


def test_biblatex_gets_all_that_it_uses_and_the_rest_is_written_on_demand() -> None:
    (paper,), _ = read(ALL)
    usual = entry(citable(paper), Dialect.BIBLATEX)
    for line in ("keywords = {own, dusk}", "options = {useprefix=true}", "shorthand = {FAL}", "related = {otter2000}"):
        assert f"  {line},\n" in usual
    assert not any(name in usual for name in ("abstract", "file", "annote", "execute"))
    bibtex = entry(citable(paper), Dialect.BIBTEX)
    assert not any(name in bibtex for name in ("keywords", "options", "related"))
    assert "  month = {March--April},\n" in bibtex
    demanded = entry(citable(paper), Dialect.BIBTEX, choice(["+abstract", "+keywords", "+file", "+annote"], []))
    for line in ("abstract = {On moths}", "keywords = {own, dusk}", "file = {moths.pdf}", "annote = {good}"):
        assert f"  {line},\n" in demanded


def test_the_reader_chooses_the_fields() -> None:
    (paper,), _ = read(ALL)
    only = entry(citable(paper), Dialect.BIBLATEX, choice(["title", "Journal", "year"], []))
    assert only == "@article{falk1999,\n  title = {Moths},\n  journaltitle = {J},\n  date = {1999-03/1999-04},\n}\n"
    assert "journal" not in entry(citable(paper), Dialect.BIBTEX, choice([], ["journaltitle"]))


def test_a_reference_is_written_if_the_file_has_its_entry() -> None:
    (paper,), _ = read(ALL)
    without = USUAL._replace(is_exported=lambda key: key != "otter2000")
    assert "related" not in entry(citable(paper), Dialect.BIBLATEX, without)
    assert "related" in entry(citable(paper), Dialect.BIBLATEX, USUAL._replace(is_exported=lambda key: True))


def test_bibtex_finds_the_parent_of_a_crossref() -> None:
    bib = "@inproceedings{b, crossref={Old}, title={T}, author={A B}} @proceedings{old, title={P}, year=2001}"
    child, parent = map(citable, read(bib)[0])
    parent = replace(parent, key="a", former_keys=("old",))
    asked = choice(["+crossref"], [])._replace(is_exported=lambda key: True)
    text = write([parent, child], Dialect.BIBTEX, asked)
    assert text.startswith("@inproceedings{b,")
    assert "  crossref = {a},\n}\n\n@proceedings{a," in text
    assert write([parent, child], Dialect.BIBTEX).startswith("@proceedings{a,")


def test_biber_finds_an_entry_by_its_former_keys() -> None:
    paper = replace(ATTENTION, former_keys=("old1", "ol,d"))
    assert "  ids = {old1},\n" in entry(paper, Dialect.BIBLATEX)
    assert "ids" not in entry(paper, Dialect.BIBTEX)


@pytest.mark.parametrize(
    ("given", "bibtex"),
    [
        ("2016-05-07T10:20:30", "year = {2016},\n  month = may"),
        ("2016~", "year = {2016}"),
        ("2016-05/2016-07", 'year = {2016},\n  month = may # "--" # jul'),
        ("2016/2018", "year = {2016--2018}"),
        ("-0051", "year = {52 BC}"),
        ("2014-21", "year = {2014},\n  month = {Spring}"),
        ("2014-21/2014-22", "year = {2014},\n  month = {Spring--Summer}"),
        ("2014-24/2014-12", 'year = {2014},\n  month = "Winter" # "--" # dec'),
        ("199X", "year = {1990--1999}"),
        ("19XX~", "year = {1900--1999}"),
    ],
)
def test_a_date_leaves_as_it_was_given(given: str, bibtex: str) -> None:
    (paper,), _ = read(f"@book{{k, title={{T}}, author={{A B}}, date={{{given}}}}}")
    assert f"  date = {{{given}}},\n" in entry(citable(paper), Dialect.BIBLATEX)
    assert f"  {bibtex},\n" in entry(citable(paper), Dialect.BIBTEX)


@pytest.mark.parametrize(
    ("month", "date"),
    [
        ("jul", "2001-07"),
        ("{Sept.}", "2001-09"),
        ("{March--April}", "2001-03/2001-04"),
        ('jul # "/" # aug', "2001-07/2001-08"),
        ("{7-8}", "2001-07/2001-08"),
        ("{Jan. and Feb.}", "2001-01/2001-02"),
        ("{Summer}", "2001-22"),
        ("{Fall 2001}", "2001-23"),
        ("{Spring/Summer}", "2001-21/2001-22"),
        ('10 # "~" # jan', "2001-01-10"),
        ("{June 12--15}", "2001-06-12/2001-06-15"),
        ('jun # "~12--15"', "2001-06-12/2001-06-15"),
        ("{June 29th to July 2nd}", "2001-06-29/2001-07-02"),
        ("{29 June -- 2 July}", "2001-06-29/2001-07-02"),
        ("{7}, day = {12--15}", "2001-07-12/2001-07-15"),
        ("jul, day = 12", "2001-07-12"),
        # Nothing is guessed: the range may end a year later, and no calendar has the day.
        ("{Dec./Jan.}", "2001-12"),
        ("{February 30}", "2001-02"),
        ("{June 1--31}", "2001-06-01"),
        ("{Trinity Term}", "2001"),
        ("{13}", "2001"),
    ],
)
def test_biblatex_gets_the_range_or_season_of_a_month(month: str, date: str) -> None:
    (paper,), _ = read(f"@article{{k, title={{T}}, author={{A B}}, journal={{J}}, year=2001, month={month}}}")
    assert f"  date = {{{date}}},\n" in entry(citable(paper), Dialect.BIBLATEX)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("adsurl", r"https://moths.example/2020A\&A..1\_b", "https://moths.example/2020A&A..1_b"),
        ("link", "{https://moths.example/{\\_}a}", "https://moths.example/_a"),
        ("key", "o-[n] Moths", "o-{[}n{]} Moths"),
        ("title", r"\SI{3}{\metre} of \foo{a_b}", r"\SI{3}{\metre} of \foo{a_b}"),
        ("title", "${\\cal M}$ & $\\rm keV$", "${\\cal M}$ \\& $\\rm keV$"),
        ("editor", r"{\relax Th}eodor Falk", r"{\relax Th}eodor Falk"),
    ],
)
def test_a_field_that_nobody_edited_leaves_as_it_stood(name: str, value: str, written: str) -> None:
    paper = Citable(
        key="k", title="T", authors=(), year=2000, fields=(("title", "T"), (name, value)), entry_type="misc"
    )
    paper = replace(paper, fields=tuple(dict(paper.fields).items()))
    assert f"  {name} = {{{written}}},\n" in entry(paper, Dialect.BIBTEX)


@pytest.mark.parametrize(
    ("names", "written"),
    [
        ("family=Falk, given=Mia and others", "Falk, Mia and others"),
        ("Falk, Mia; Aal, Theo and others", "Falk, Mia and Aal, Theo and others"),
        ("Мотылёк, Мия and others", r"{\relax Мотылёк}, {\relax М}ия and others"),
        ("Mia Falk, Theo Aal, Ida Otter, et al.", "Falk, Mia and Aal, Theo and Otter, Ida and others"),
    ],
)
def test_further_authors_are_not_lost(names: str, written: str) -> None:
    (paper,), _ = read(f"@book{{k, title={{T}}, author={{{names}}}, year=2001}}")
    assert f"  author = {{{written}}},\n" in entry(citable(paper), Dialect.BIBTEX)


def test_biber_makes_right_initials_of_a_vietnamese_name() -> None:
    (paper,), _ = read(r"@book{k, title={T}, author={Di{\~{\^e}}m Otter and Falk, Mia}, year=2001}")
    written = r"family={Otter}, family-i={O}, given={Di{\~{{\^e}}}m}, given-i={D} and Falk, Mia"
    assert f"  author = {{{written}}},\n" in entry(citable(paper), Dialect.BIBLATEX)
    assert r"  author = {Di{\~{\^e}}m Otter and Falk, Mia}," in entry(citable(paper), Dialect.BIBTEX)


def test_the_extended_names_of_biblatex_leave_as_they_stood() -> None:
    names = (
        "family=Aal, given=Théo, prefix=van, useprefix=true and given={T. H.}, given-i={TH}, family=Otter and Falk, Mia"
    )
    (paper,), _ = read(f"@book{{k, title={{T}}, author={{{names}}}, year=2001}}")
    assert f"  author = {{{names}}},\n" in entry(citable(paper), Dialect.BIBLATEX)
    assert r"  author = {van Aal, Th{\'e}o and Otter, T. H. and Falk, Mia}" in entry(citable(paper), Dialect.BIBTEX)
    unknown = read("@book{k, title={T}, author={family=Aal, middle=M., given=Théo}, year=2001}")[0][0]
    assert "  author = {Aal, Théo M.},\n" in entry(citable(unknown), Dialect.BIBLATEX)


@pytest.mark.parametrize(
    ("year", "date"),
    [
        ("{2017--2018}", "2017/2018"),
        (r"{{\noopsort{1973c}}1981}", "1981"),
        ("{2013-02-21}", "2013-02-21"),
        ("{2014-09}", "2014-09"),
        ("{2017--2018}, month = dec", "2017-12"),
    ],
)
def test_biblatex_gets_all_of_a_year(year: str, date: str) -> None:
    (paper,), _ = read(f"@book{{k, title={{T}}, author={{A B}}, year={year}}}")
    assert f"  date = {{{date}}},\n" in entry(citable(paper), Dialect.BIBLATEX)
    assert paper.year == int(date[:4])
    assert f"  year = {year.partition(', ')[0]},\n" in entry(citable(paper), Dialect.BIBTEX)


@pytest.mark.parametrize("dialect", Dialect)
def test_names_of_files_are_not_escaped(dialect: Dialect) -> None:
    (paper,), _ = read(r"@book{k, title={T}, author={A B}, file={:moth_1 & 100%.pdf:PDF}, verba={a_b}, year=2000}")
    written = entry(citable(paper), dialect, choice(["+file"], []))
    assert "  file = {:moth_1 & 100%.pdf:PDF},\n" in written
    assert "  verba = {a_b},\n" in written


def test_bibtex_gets_no_commands_of_biblatex_in_pages() -> None:
    (paper,), _ = read(r"@book{k, title={T}, author={A B}, pages={1\bibrangedash 3\bibrangessep{}7}}")
    assert "  pages = {1--3, 7},\n" in entry(citable(paper), Dialect.BIBTEX)
    assert "  pages = {1\\bibrangedash 3\\bibrangessep{}7},\n" in entry(citable(paper), Dialect.BIBLATEX)


def test_a_date_in_words_keeps_its_month() -> None:
    (paper,), _ = read("@book{k, title={T}, author={A B}, date={11 May, 2004}}")
    assert "  date = {2004-05-11},\n" in entry(citable(paper), Dialect.BIBLATEX)
    assert "  year = {2004},\n  month = {11 May},\n" in entry(citable(paper), Dialect.BIBTEX)


def test_the_title_of_an_event_is_not_repeated() -> None:
    (paper,), _ = read("@proceedings{k, title={T}, editor={A B}, eventtitle={Night}, date={2004}}")
    assert "howpublished" not in entry(citable(paper), Dialect.BIBLATEX)
    assert "howpublished" not in entry(citable(paper), Dialect.BIBTEX)


def test_an_arxiv_id_that_the_entry_prints_is_not_written_again() -> None:
    (paper,), _ = read("@article{k, title={T}, author={A B}, journal={arXiv preprint arXiv:2005.00001}, year=2020}")
    for dialect in Dialect:
        assert "  eprint = " not in entry(citable(paper), dialect)


@pytest.mark.parametrize("kind", ["movie", "legislation", "jurisdiction", "letter", "review", "standard", "customa"])
def test_biblatex_keeps_its_unusual_types(kind: str) -> None:
    (paper,), _ = read(f"@{kind}{{k, title={{T}}, author={{Heron, Ada}}, journaltitle={{J}}, date={{2004}}}}")
    assert entry(citable(paper), Dialect.BIBLATEX).startswith(f"@{kind}{{k,")
    assert entry(citable(paper), Dialect.BIBTEX).startswith(("@misc{k,", "@article{k,"))


@pytest.mark.parametrize(
    ("kind", "dialect", "start"),
    [
        ("techreport", Dialect.BIBLATEX, "@techreport{k,"),
        ("phdthesis", Dialect.BIBLATEX, "@phdthesis{k,"),
        ("phdthesis", Dialect.BIBTEX, "@misc{k,"),
        ("techreport", Dialect.BIBTEX, "@misc{k,"),
        ("unpublished", Dialect.BIBLATEX, "@unpublished{k,"),
        ("unpublished", Dialect.BIBTEX, "@misc{k,"),
    ],
)
def test_a_report_without_its_institution_keeps_its_number(kind: str, dialect: Dialect, start: str) -> None:
    (paper,), _ = read(f"@{kind}{{k, title={{T}}, author={{Heron, Ada}}, number={{7}}, year={{2004}}}}")
    text = entry(citable(paper), dialect)
    assert text.startswith(start)
    assert "number = {7}" in text


def test_a_day_that_is_not_in_the_calendar_does_not_cost_biblatex_the_date() -> None:
    (paper,), _ = read("@misc{k, title={T}, author={Heron, Ada}, date={2004-02-30/2005-13}}")
    assert "date = {2004-02/2005}" in entry(citable(paper), Dialect.BIBLATEX)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_first_of_two_addresses_is_written_and_a_doi_as_its_address_spells_it(dialect: Dialect) -> None:
    urls = "https://doi.org/10.5555/MoTh https://l.example/x"
    (paper,), _ = read(f"@misc{{k, title={{T}}, author={{Heron, Ada}}, year=2004, url={{{urls}}}}}")
    text = entry(citable(paper), dialect)
    assert "doi = {10.5555/MoTh}" in text
    assert "url = {https://doi.org/10.5555/MoTh}" in text


@pytest.mark.parametrize(
    ("kind", "container"), [("inreference", "booktitle"), ("inbook", "booktitle"), ("review", "journal")]
)
def test_the_venue_goes_into_the_field_of_its_type(kind: str, container: str) -> None:
    author = (Author("Ada Heron", "Heron", "Ada"),)
    paper = FetchedPaper(
        title="T", trust=Trust.BIBTEX, entry_type=kind, authors=author, venue="Night", fields=(("date", "2004"),)
    )
    assert f"{container} = {{Night}}" in entry(citable(paper), Dialect.BIBTEX)


@pytest.mark.parametrize("kind", ["periodical", "collection", "misc", "inproceedings"])
def test_bibtex_can_sort_an_entry_with_an_editor_alone(kind: str) -> None:
    (paper,), _ = read(f"@{kind}{{k, title={{Dusk}}, editor={{Heron, Ada}}, booktitle={{B}}, date={{2004}}}}")
    assert ("key = {Dusk}" in entry(citable(paper), Dialect.BIBTEX)) is (kind != "collection")


@pytest.mark.parametrize(
    "text",
    [
        "@inbook{k, title={T}, author={A B}, booktitle={All}, publisher={P}, date={2004}}",
        "@inbook{k, title={T}, author={A B}, crossref=b}\n@book{b, title={All}, editor={E F}, date=2004}",
    ],
)
def test_bibtex_prints_the_book_of_a_chapter_with_a_title(text: str) -> None:
    written = entry(citable(read(text)[0][0]), Dialect.BIBTEX)
    assert written.startswith("@incollection{k,")
    assert "  title = {T},\n  booktitle = {All},\n" in written


def test_a_book_in_a_book_is_a_part_of_it_for_bibtex() -> None:
    (paper,), _ = read("@bookinbook{k, title={T}, author={Heron, Ada}, booktitle={All}, publisher={P}, date={2004}}")
    text = entry(citable(paper), Dialect.BIBTEX)
    assert text.startswith("@incollection{k,")
    assert "booktitle = {All}" in text
