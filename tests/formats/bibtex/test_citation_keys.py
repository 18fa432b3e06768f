import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.bibtex.citation_keys import base_key, is_safe_key, safe_key, unique_key
from readq.model.values import Author


@pytest.mark.parametrize(
    ("author", "year", "title", "key"),
    [
        ("Ashish Vaswani", 2017, "Attention Is All You Need", "vaswani2017attention"),
        ("Łukasz Kaiser", 2020, r"The $O(N)$ {Deep} Learning", "kaiser2020deep"),
        ("Ludwig van Beethoven", 1808, "On the Fifth", "beethoven1808fifth"),
        ("Иван Петров", 2021, "Сети", "petrov2021seti"),
        ("Gemini Team", 2023, "Gemini: A Family", "gemini2023gemini"),
        ("Team Seedance", 2025, "Seedance 1.0", "seedance2025seedance"),
        ("王小明", 2020, "Deep Nets", "deepnets2020"),
        (None, None, "Sliced Recursive Transformer", "slicedrecursivetransformer"),
        (None, 2001, "1984", "paper19842001"),
        (None, None, "王", "arxiv1706.03762"),
    ],
)
def test_keys_have_the_scholar_form(author: str | None, year: int | None, title: str, key: str) -> None:
    given_authors = [Author(author)] if author else []
    assert base_key(given_authors, year, title, fallback="arxiv1706.03762") == key


@given(st.lists(st.builds(Author, st.text(max_size=20)), max_size=2), st.none() | st.integers(1000, 2199), st.text())
def test_a_key_is_always_safe_and_lower_case(authors: list[Author], year: int | None, title: str) -> None:
    key = base_key(authors, year, title)
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
