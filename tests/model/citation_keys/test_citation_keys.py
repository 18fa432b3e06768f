import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.bibtex.author_field import authors
from readq.model.citation_keys.suffixes import CompactKeySet, has_base, unique_key
from readq.model.citation_keys.syntax import is_accepted_key, is_safe_key, safe_key
from readq.model.citation_keys.template import base_key
from readq.model.values import Author
from readq.templates import key_template


@pytest.mark.parametrize(
    ("author", "year", "title", "key"),
    [
        ("Ashish Vaswani", 2017, "Attention Is All You Need", "vaswani2017attention"),
        ("Łukasz Kaiser", 2020, r"The $O(N)$ {Deep} Learning", "kaiser2020deep"),
        ("Ludwig van Beethoven", 1808, "On the Fifth", "beethoven1808fifth"),
        ("Иван Петров", 2021, "Сети", "petrov2021seti"),
        ("Gemini Team", 2023, "Gemini: A Family", "gemini2023gemini"),
        ("Team Seedance", 2025, "Seedance 1.0", "seedance2025seedance"),
        ("王小明", 2020, "Deep Nets", "wang2020deep"),
        (None, None, "Sliced Recursive Transformer", "slicedrecursivetransformer"),
        (None, 2001, "1984", "paper19842001"),
        (None, None, "☃", "arxiv1706.03762"),
    ],
)
def test_keys_have_the_scholar_form(author: str | None, year: int | None, title: str, key: str) -> None:
    given_authors = [Author(author)] if author else []
    assert base_key(given_authors, year, title, arxiv="arxiv1706.03762") == key


@given(st.lists(st.builds(Author, st.text(max_size=20)), max_size=2), st.none() | st.integers(1000, 2199), st.text())
def test_a_key_is_always_safe_and_lower_case(people: list[Author], year: int | None, title: str) -> None:
    key = base_key(people, year, title)
    assert is_safe_key(key)
    assert key == key.lower()


@given(st.text())
def test_any_key_can_be_made_safe(key: str) -> None:
    assert is_safe_key(safe_key(key))
    assert safe_key(safe_key(key)) == safe_key(key)


@given(st.integers(0, 800))
def test_row_67_a_taken_key_gets_the_first_free_suffix(count: int) -> None:
    taken: set[str] = set()
    made = []
    for _ in range(min(count, 40)):
        made.append(unique_key("Key", taken))
        taken.add(made[-1].casefold())
    assert len({key.casefold() for key in made}) == len(made)
    assert made[:3] == ["Key", "Keya", "Keyb"][: len(made)]
    assert made[27:28] == (["Keyaa"] if len(made) > 27 else [])


@pytest.mark.parametrize("key", ["12", "a b", "a,b", "ключ", "", "_a", "a{b"])
def test_unsafe_keys_are_detected(key: str) -> None:
    assert not is_safe_key(key)


def test_dblp_keys_are_safe() -> None:
    assert is_safe_key("DBLP:conf/nips/VaswaniSPUJGKP17")


@pytest.mark.parametrize(
    ("in_feed", "in_file"),
    [
        ("Li Fei-Fei", "Fei-Fei, Li"),
        ("Ana Pérez-García", r"P{\'e}rez-Garc{\'i}a, Ana"),
        ("Ana Pérez‐García", r"P{\'e}rez--Garc{\'i}a, Ana"),
        ("Ana Pérez - García", "Pérez-García, Ana"),
        ("J. Smith- Jones", "Smith-Jones, J."),
        ("Smith-Jones", "{Smith-Jones}"),
        ("Omar Al-Hamadi", "{Al-Hamadi}, Omar"),
        ("Jean van den Berg-Mas", "van den Berg-Mas, Jean"),
        ("Ana-Lucia Smith-Jones III", "Smith-Jones, III, Ana-Lucia"),
        ("X. d'Angelo-Luca", "d'Angelo-Luca, X."),
        ("王小明", "王, 小明"),
        ("欧阳修", "欧阳, 修"),
        ("김정은", "김, 정은"),
    ],
)
def test_a_surname_gives_one_key_from_feeds_and_from_files(in_feed: str, in_file: str) -> None:
    for letters in ("ascii", "native"):
        form = key_template.parse(key_template.DEFAULT, letters)
        (of_file,) = authors(in_file)
        key = base_key([Author(in_feed)], 2020, "Nets", form=form)
        assert base_key([of_file], 2020, "Nets", form=form) == key
        assert "-" not in key


@pytest.mark.parametrize(
    ("name", "title", "key", "native"),
    [
        ("王小明", "深度学习", "wang2020shenduxuexi", "王2020深度学习"),
        ("曾庆红", "Nets", "zeng2020nets", "曾2020nets"),
        ("やまだ", "ネット", "yamada2020netto", "やまだ2020ネット"),
        ("김정은", "그물", "gim2020geumul", "김2020그물"),
        ("Ана Ћирић", "Мреже", "ciric2020mrezhe", "ћирић2020мреже"),
        ("Νίκος Παπαδόπουλος", "Δίκτυα", "papadopoulos2020diktya", "παπαδόπουλος2020δίκτυα"),
        ("नरेन्द्र मोदी", "जाल", "modi2020jal", "मोदी2020जाल"),
        ("გიორგი ბერიძე", "ქსელი", "beridze2020kseli", "ბერიძე2020ქსელი"),
        ("Anna Müller", "Über Netze", "muller2020uber", "muller2020uber"),
        ("Ấn Nguyễn", "Nets", "nguyen2020nets", "nguyen2020nets"),
    ],
)
def test_every_script_is_written_in_latin_letters_or_kept(name: str, title: str, key: str, native: str) -> None:
    assert base_key([Author(name)], 2020, title) == key
    assert base_key([Author(name)], 2020, title, form=key_template.parse(key_template.DEFAULT, "native")) == native


_AUTHORS = [Author("Ashish Vaswani"), Author("Noam Shazeer"), Author("Niki Parmar")]
_NEURIPS, _ICML = "Advances in Neural Information Processing Systems", "Proceedings of the 37th ICML"


@pytest.mark.parametrize(
    ("template", "key", "of_group"),
    [
        ("{auth}{year}{title1}", "vaswani2017attention", "gemini2023family"),
        ("{auth|title}:{yy}{title:3|title}", "Vaswani:17AttentionAllYou", "Gemini:23FamilyCapableModels"),
        ("{auths:2}-{year}{title:2|max:4}", "vaswanishazeer-2017atte", "gemini-2023fami"),
        ("{authall|max:20}_{venue|upper}", "vaswanishazeerparmar_NIPS", "gemini_ICML"),
        ("{auth?org?'anon'}{year}", "vaswani2017", "gemini2023"),
        ("{org?auth|title}{year}", "Vaswani2017", "GeminiTeam2023"),
        ("x{arxiv}", "x1706.03762", "familycapablemodels2023"),
        ("{auth|upper|max:3}{year}", "VAS2017", "GEM2023"),
    ],
)
def test_templates(template: str, key: str, of_group: str) -> None:
    form = key_template.parse(template)
    title = "Attention Is All You Need"
    assert base_key(_AUTHORS, 2017, title, venue=_NEURIPS, arxiv="1706.03762", form=form) == key
    assert base_key([Author("Gemini Team")], 2023, "A Family of Capable Models", venue=_ICML, form=form) == of_group


def test_a_template_says_what_stands_in_for_a_missing_author() -> None:
    assert base_key([], 2017, "On Nets", form=key_template.parse("{auth?org?'anon'}{year}")) == "anon2017"
    assert base_key([], 2017, "On Nets of Sets", form=key_template.parse("{auth}{year}")) == "netssets2017"


_SOURCES = st.sampled_from(
    [
        "auth",
        "auths:2",
        "auths3",
        "authall",
        "org",
        "year",
        "yy",
        "title",
        "title1",
        "title:4",
        "venue",
        "arxiv",
        "'an'",
    ]
)
_FILTERS = st.sampled_from(["", "|lower", "|upper", "|title", "|ascii", "|max:5", "|upper|max:3"])
_PLACEHOLDERS = st.builds(lambda chain, done: f"{{{'?'.join(chain)}{done}}}", st.lists(_SOURCES, min_size=1), _FILTERS)
_TEMPLATES = (
    st.lists(_PLACEHOLDERS | st.sampled_from([":", "-", "x", "_", "+", "/"]), min_size=1, max_size=6)
    .map("".join)
    .filter(lambda text: key_template.wrong_part(text) is None)
)
_PEOPLE = st.lists(st.builds(Author, st.text(max_size=20)), max_size=4)
_YEARS = st.none() | st.integers(1, 2199)


@given(_TEMPLATES, _PEOPLE, _YEARS, st.text(max_size=60), st.none() | st.text(max_size=30))
def test_keys_of_every_template_are_safe_stable_and_unique(
    template: str, people: list[Author], year: int | None, title: str, venue: str | None
) -> None:
    form = key_template.parse(template)
    key = base_key(people, year, title, venue=venue, arxiv="2611.00042", form=form)
    assert is_safe_key(key)
    assert key.isascii()
    assert base_key(list(people), year, title, venue=venue, arxiv="2611.00042", form=form) == key
    taken = {key.casefold()}
    other = unique_key(key, taken)
    assert other.casefold() not in taken
    assert is_safe_key(other)
    assert has_base(other, key)


@given(_TEMPLATES, _PEOPLE, _YEARS, st.text(max_size=60))
def test_keys_of_native_letters_are_accepted_by_latex(
    template: str, people: list[Author], year: int | None, title: str
) -> None:
    key = base_key(people, year, title, form=key_template.parse(template, "native"))
    assert is_accepted_key(key)


@given(st.text())
def test_a_template_is_valid_or_its_wrong_part_is_named(text: str) -> None:
    part = key_template.wrong_part(text)
    assert part is None or part in text


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("{auth}{yera}", "{yera}"),
        ("{auth|big}", "{auth|big}"),
        ("{title:0}", "{title:0}"),
        ("{auth?}", "{auth?}"),
        ("{year:2}", "{year:2}"),
        ("{auth} {year}", " {year}"),
        ("{auth", "{auth"),
        ("ä{auth}", "ä{auth}"),
        ("refs", "refs"),
        ("{'a'}", "{'a'}"),
        ("", ""),
    ],
)
def test_a_wrong_template_is_answered_with_its_wrong_part(template: str, part: str) -> None:
    assert key_template.wrong_part(template) == part


def test_a_set_of_one_key_is_made_in_no_time() -> None:
    start = time.process_time()
    for number in range(20_000):
        keys = CompactKeySet()
        keys.add(f"k{number}")
        assert f"k{number}" in keys
        assert "other" not in keys
    assert time.process_time() - start < 3
