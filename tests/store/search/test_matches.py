from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.store.schema_versions import version_1
from readq.store.search.matches import COLUMNS, TOKENIZER, MatchFinder
from readq.store.search.query_parser import QueryError


def lit(query: str, text: str, column: str = "title", *, typing: bool = False) -> list[str]:
    return [text[start:end] for start, end in MatchFinder(query, typing=typing).spans(column, text)]


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("transformer", "Transformers and a Transformer", ["Transformers", "Transformer"]),
        ("naive", "A Naïve Baseline", ["Naïve"]),
        ("alpha", "The α-divergence", ["α"]),
        ('"structural recursion"', "Structural recursion, no recursion", ["Structural recursion"]),
        ("load-balancing", "Load balancing", ["Load balancing"]),
        ("load-balancing", "Balancing the load", ["Balancing", "load"]),
        ('"load balancing"', "Balancing the load", []),
        ("title:load-balanc*", "Balancing", ["Balancing"]),
        ("graph OR tree", "Trees of graphs", ["Trees", "graphs"]),
        ("graph tree", "A graph", ["graph"]),
        ("graph NOT tree", "A graph, a tree", ["graph"]),
        ("-tree status:inbox graph*", "Graphics of a tree", ["Graphics"]),
        ("title:memory", "Memory", ["Memory"]),
        ("author:memory", "Memory", []),
        ("status:queued", "queued", []),
        ("学习", "深度学习综述: 学习", ["学习", "学习"]),
        ("学习 deep", "Deep Learning 深度学习", ["Deep", "学习"]),
        ('"度学 X"', "深度学 x", ["度学 x"]),
        ("学习 深度学", "深度学习", ["深度学习"]),
        ("习综 OR 学习", "深度学习综述", ["学习综"]),
        ("title:学习", "深度学习", ["学习"]),
        ("author:学习", "深度学习", []),
        ("-学习 深", "深度学习", ["深"]),
        ("", "anything", []),
        ("graph", "", []),
    ],
)
def test_the_words_that_match(query: str, text: str, words: list[str]) -> None:
    assert lit(query, text) == words


def test_a_field_matches_in_its_column_only() -> None:
    assert lit("author:hinton", "G. Hinton", "authors") == ["Hinton"]
    assert lit("note:idea", "an idea", "note") == ["idea"]
    assert lit("note:idea", "an idea", "abstract") == []


def test_an_unfinished_word_is_a_prefix() -> None:
    assert lit("attent", "Attentive", typing=True) == ["Attentive"]
    assert lit("atten", "Attentive", typing=False) == []


def test_the_tokenizer_is_that_of_the_library() -> None:
    assert f"tokenize = '{TOKENIZER}'" in Path(version_1.__file__).read_text(encoding="utf-8")


def test_an_invalid_query_is_an_error() -> None:
    with pytest.raises(QueryError):
        MatchFinder("(graph")


@given(st.text(), st.sampled_from(COLUMNS))
def test_any_text_has_spans_within_it(text: str, column: str) -> None:
    spans = MatchFinder("a OR e* OR the").spans(column, text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert list(spans) == sorted(spans)
