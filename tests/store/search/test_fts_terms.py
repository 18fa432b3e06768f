"""MATCH expressions for words of a query."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.store.search.fts_terms import has_token, match_expression, split_words, unlatex


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (r"G\"odel", "Godel"),
        (r"G{\"o}del", "Godel"),
        (r"G\"{o}del", "Godel"),
        (r"na\"{\i}ve", "naive"),
        (r"Erd\H{o}s", "Erdos"),
        (r"\v{S}koda \c{c}a", "Skoda ca"),
        (r"S{\o}ren J\o rgensen", "Søren Jørgensen"),
        (r"\L{}ukasz Stra\ss e", "Łukasz Straße"),
        (r"\AA ngstr\"om", "Ångstrom"),
        (r"$\alpha$-stable", "alpha -stable"),
        (r"\emph{deep} {BERT}", "deep BERT"),
        ("e\u0301", "é"),
        ("plain", "plain"),
    ],
)
def test_latex_is_converted_to_plain_text(written: str, plain: str) -> None:
    assert unlatex(written).lower() == plain.lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("load-balancing", ["load", "balancing"]),
        ("state\u2013of\u2014the/art", ["state", "of", "the", "art"]),
        ("C++", ["C"]),
        ("x\x00y", ["x", "y"]),
        ("GPT-4", ["GPT", "4"]),
        ("naïve 深度", ["naïve", "深度"]),
        ("!!! … \U0001f680", []),
    ],
)
def test_words_end_at_spaces_and_punctuation(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_match_expressions_include_spellings_and_completions() -> None:
    assert match_expression("xyz") == '"xyz"'
    assert match_expression("alpha") == '("alpha" OR "α" OR "ałpha")'
    assert match_expression("grey xz", prefix=True) == '"grey xz" *'
    assert '"attention"' in match_expression("attenti", prefix=True)


@settings(max_examples=150)
@given(st.text(max_size=20), st.booleans())
def test_any_text_with_a_word_is_harmless_to_fts5(text: str, prefix: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'porter unicode61 remove_diacritics 2')")
        connection.execute("INSERT INTO t VALUES ('NEAR AND x')")
        if split_words(text):
            assert has_token(text)
            assert (
                len(
                    connection.execute(
                        "SELECT x FROM t WHERE t MATCH ?", (match_expression(text, prefix=prefix),)
                    ).fetchall()
                )
                < 2
            )


@given(st.text("abcdefghilmno αβäéø深", min_size=1, max_size=12).filter(has_token))
def test_a_text_finds_itself(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'porter unicode61 remove_diacritics 2')")
        connection.execute("INSERT INTO t VALUES (?)", (f"before {text} after",))
        for prefix in (False, True):
            match = match_expression(text, prefix=prefix)
            assert connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match,)).fetchone() == (1,), match
