import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.formats.bibtex.author_field import authors, format_author, is_doubtful, is_well_formed, names
from readq.formats.bibtex.extended_names import extended_author
from readq.formats.bibtex.field_writer import format_authors
from readq.latex.encode import Dialect
from readq.model.authors.person_names import split
from readq.model.values import Author


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ashish Vaswani", "Vaswani, Ashish"),
        ("Laurens van der Maaten", "van der Maaten, Laurens"),
        ("Guy Van den Broeck", "{Van den Broeck}, Guy"),
        ("Christopher De Sa", "De Sa, Christopher"),
        ("Santiago Ramón y Cajal", "{Ramón y Cajal}, Santiago"),
        ("John Smith Jr.", "Smith, Jr., John"),
        ("Smith, Jr., John", "Smith, Jr., John"),
        ("danah boyd", "boyd, danah"),
        ("Gemini Team", "{Gemini Team}"),
        ("DeepSeek-AI", "{DeepSeek-AI}"),
        ("王小明", "{王小明}"),
        ("Barnes and Noble", "{Barnes and Noble}"),
        ("Smith, A, B, C", "{Smith, A, B, C}"),
        ("", ""),
    ],
)
def test_a_display_name_is_written_last_name_first(name: str, written: str) -> None:
    assert format_author(Author(name)) == written


def test_a_stored_split_is_used() -> None:
    assert format_author(Author("Federico García Lorca", "García Lorca", "Federico")) == "García Lorca, Federico"


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4), st.sampled_from(Dialect))
@settings(max_examples=150)
def test_bibtex_never_misreads_a_name(given_names: list[str], dialect: Dialect) -> None:
    field = format_authors([Author(name) for name in given_names], dialect)
    assert field == "" or all(
        is_well_formed(name) or (dialect is Dialect.BIBLATEX and name.startswith("family=")) for name in names(field)
    )
    assert len(names(field)) <= len(given_names)


@pytest.mark.parametrize(
    "name", ["Ludwig van Beethoven", "Łukasz Kaiser", "John Smith Jr.", "Quoc V. Le", "Gemini Team", "Ð. Þór"]
)
def test_written_names_are_read_back(name: str) -> None:
    (read,) = authors(format_authors([Author(name)], Dialect.BIBTEX))
    expected = split(name)
    assert (read.family, read.given, read.suffix) == (expected.family, expected.given, expected.suffix)


@pytest.mark.parametrize("field", ["Roe, Jo and Poe, Al and", "and Roe, Jo and Poe, Al", "Roe, Jo and and Poe, Al"])
def test_a_separator_that_is_left_over_is_no_part_of_a_name(field: str) -> None:
    assert format_authors(authors(field), Dialect.BIBTEX) == "Roe, Jo and Poe, Al"
    assert not is_well_formed(field)


def test_and_can_be_a_family_name() -> None:
    assert [author.family for author in authors("And, Metin and Metin And")] == ["And", "And"]


def test_an_author_field_is_read_by_bibtex_rules() -> None:
    read = authors(r"M{\"u}ller, J{\"o}rg and {The {LIGO} Team} and Donald E. Knuth and Smith, A, B, C and others")
    assert [(author.family, author.given) for author in read] == [
        ("Müller", "Jörg"),
        ("The LIGO Team", None),
        ("Knuth", "Donald E."),
        (None, None),
    ]


def test_a_group_written_as_a_person_is_a_group() -> None:
    assert authors("Team, Gemini and Anil, Rohan") == (
        Author("Gemini Team", "Gemini Team"),
        Author("Rohan Anil", "Anil", "Rohan"),
    )


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("family=Aal, given=Theo, prefix=van, useprefix=true and Falk, Mia", ["van Aal, Theo", "Falk, Mia"]),
        ("given={T. H.}, family=Aal, suffix=Jr, given-i={TH}", ["Aal, Jr, T. H."]),
        ('"family={Aal and Falk, Inc.}"', ["{Aal and Falk, Inc.}"]),
        ("Falk, Mia; Aal, Theo; Otter, Ida", ["Falk, Mia", "Aal, Theo", "Otter, Ida"]),
        ("Mia Falk, Theo Aal, Ida M. Otter", ["Falk, Mia", "Aal, Theo", "Otter, Ida M."]),
        ("Falk, M., Aal, T.-H.", ["Falk, M.", "Aal, T.-H."]),
        ("Mia Falk, Theo Aal, and Ida Otter", ["Falk, Mia", "Aal, Theo", "Otter, Ida"]),
        ("Falk, M., Aal, T., and Otter, I.", ["Falk, M.", "Aal, T.", "Otter, I."]),
        ("Mia Falk, and {T}heo Aal,", ["Falk, Mia", "Aal, Theo"]),
        ("Falk, Mia, and Aal, Theo", ["Falk, Mia", "Aal, Theo"]),
        ("Falk M, Aal TH", ["Falk, M", "Aal, TH"]),
        ("van Otter I; Falk M; others", ["van Otter, I", "Falk, M"]),
        ("Falk, Mia et al.", ["Falk, Mia"]),
        ("Falk, M., et al", ["Falk, M."]),
        ("{Falk; Aal}", ["{Falk; Aal}"]),
        ("M. Falk, T.-H. Aal", ["Falk, M.", "Aal, T.-H."]),
        ("O. Otter, Ida", ["O. Otter, Ida"]),
        ("Otter, Jr., Ida M.", ["Otter, Jr., Ida M."]),
        ("Otter, Ida M., Jr. and Falk, Mia, PhD", ["Otter, Jr., Ida M.", "Falk, Mia"]),
        ("Otter, Jr., M. D.", ["Otter, Jr., M. D."]),
        ("Garcia Otter, Ida Maria", ["Garcia Otter, Ida Maria"]),
    ],
)
def test_extended_names_and_lists_without_and_are_names(field: str, names: list[str]) -> None:
    assert [format_author(author) for author in authors(field)] == names


def test_white_space_in_an_extended_name_takes_time_in_proportion() -> None:
    parts = [f'"family={" " * 20_000}Falk{" " * 20_000}"x', "given= Mia"]
    author = extended_author(parts)
    assert author is not None
    assert (author.given, " ".join((author.family or "").split())) == ("Mia", 'Falk "x')


@pytest.mark.parametrize(
    ("field", "doubtful"),
    [
        ("Roe, J. & Poe, A.", True),
        (r"Roe, J. \& Poe, A.", True),
        ("{Roe, Poe & Co.}", False),
        ("Roe & Poe", True),
        ("{Roe & Poe}", False),
        ("AT&T", False),
        ("Mia Falk, Theo Aal", True),
        ("Falk, Mia, Aal, Theo", True),
        ("Lamps; Moths", True),
        ("Falk, Mia", False),
        ("Falk, Mia; Aal, Theo", False),
        ("Otter, Jr., Ida M.", False),
        ("{Falk, Aal and Otter, Inc.}", False),
        ("Garcia Otter, I. M.", False),
        ("Mia Falk and Theo Aal", False),
    ],
)
def test_a_list_that_may_be_one_name_is_doubtful(field: str, doubtful: bool) -> None:
    assert is_doubtful(field) is doubtful


@pytest.mark.parametrize(
    ("author", "tex"),
    [
        (Author("Пётр Комаров", "Комаров", "Пётр"), r"{\relax Комаров}, {\relax П}ётр"),
        (Author("王小明"), r"{\relax 王小明}"),
        (
            Author("👨\u200d👩 Пётр Комаров", "Комаров", "👨\u200d👩 Пётр"),
            "{\\relax Комаров}, {\\relax 👨\u200d👩} {\\relax П}ётр",
        ),
        (Author("किशोर 👍🏽 Sharma", "Sharma", "किशोर 👍🏽"), "Sharma, {\\relax कि}शोर {\\relax 👍🏽}"),
        (Author("Ștefan Falk", "Falk", "Ștefan"), r"Falk, {\textcommabelow{S}}tefan"),
        (Author("Mia F[alk", "F[alk", "Mia"), "{F[alk}, Mia"),
    ],
)
def test_no_style_of_bibtex_cuts_a_letter_or_a_label(author: Author, tex: str) -> None:
    assert format_authors([author], Dialect.BIBTEX) == tex
    assert [one.name for one in authors(tex)] == [author.name]


@pytest.mark.parametrize(
    ("author", "bibtex", "biblatex"),
    [
        (
            Author("Foo {Bar", "{Bar", "Foo"),
            r"{{\textbraceleft}Bar}, Foo",
            r"family={{\textbraceleft}Bar}, family-i={B}, given={Foo}, given-i={F}",
        ),
        (Author("N\\"), r"{N{\textbackslash}}", r"{N{\textbackslash}}"),
        (Author("Mia –", "–", "Mia"), "{--}, Mia", "{–}, Mia"),
        (
            Author("Văn Diễm Đỗ", "Đỗ", "Văn Diễm"),
            r"{\DJ}{\~{{\^o}}}, V{\u{a}}n Di{\~{{\^e}}}m",
            r"family={Đ{\~{{\^o}}}}, family-i={Đ}, given={Văn Di{\~{{\^e}}}m}, given-i={VD}",
        ),
        (
            Author("<c A=b", "A=b", "<c"),
            r"A=b, {\textless}c",
            r"family={A{\symbol{61}}b}, family-i={A}, given={{\textless}c}, given-i={c}",
        ),
    ],
)
def test_a_name_of_signs_is_a_name_for_bibtex_and_for_biber(author: Author, bibtex: str, biblatex: str) -> None:
    assert format_authors([author], Dialect.BIBTEX) == bibtex
    assert format_authors([author], Dialect.BIBLATEX) == biblatex
    assert [one.name.replace("--", "–") for one in authors(bibtex)] == [author.name]
    assert [one.name for one in authors(biblatex)] == [author.name]
