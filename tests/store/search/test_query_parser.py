"""Trees of queries, and positions of syntax errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import UsageError
from readq.store.search.query_parser import (
    FIELDS,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TERMS,
    And,
    Field,
    Node,
    Not,
    Or,
    QueryError,
    Words,
    join_arguments,
    parse,
)


def shape(node: Node | None) -> str:
    """Return the tree in prefix notation."""
    match node:
        case Words():
            return f"'{node.text}'" + "*" * node.prefix if node.quoted else node.text + "*" * node.prefix
        case Field():
            return f"{node.name}={'|'.join(shape(value) for value in node.values)}"
        case Not():
            return f"(not {shape(node.inner)})"
        case And() | Or():
            return f"({type(node).__name__.lower()} {' '.join(shape(part) for part in node.parts)})"
        case None:
            return "nothing"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", "nothing"),
        (" \t\n", "nothing"),
        ("a", "a"),
        ("a b c", "(and a b c)"),
        ("a AND b c", "(and a b c)"),
        ("a OR b c", "(or a (and b c))"),
        ("a b OR c AND d OR e", "(or (and a b) (and c d) e)"),
        ("(a OR b) c", "(and (or a b) c)"),
        ("a NOT b OR c", "(or (and a (not b)) c)"),
        ("NOT NOT a", "a"),
        ("-(a b)", "(not (and a b))"),
        ("a -b", "(and a (not b))"),
        ("a - b", "(and a b)"),
        ("state-of-the-art", "state-of-the-art"),
        ("and or not", "(and and or not)"),
        ('"a OR b" c', "(and 'a OR b' c)"),
        ('"deep lear"* rein*', "(and 'deep lear'* rein*)"),
        (r'G\"odel "K. G\"odel"', r"(and G\"odel 'K. G\"odel')"),
        ("STATUS:inbox,queued", "status=inbox|queued"),
        ('author:"Ada Lovelace",hinton*', "author='Ada Lovelace'|hinton*"),
        ("year>2020 upvotes<=5", "(and year=>2020 upvotes=<=5)"),
        ('year:">2020"', "year='>2020'"),
        ("(tag:rl OR tag:planning) NOT status:done", "(and (or tag=rl tag=planning) (not status=done))"),
        ("10:30", "10:30"),
        ("C++ & C#", "(and C++ C#)"),
    ],
)
def test_queries_parse_to_trees(query: str, tree: str) -> None:
    assert shape(parse(query)) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("deep lear", "(and deep lear*)"),
        ("deep lear ", "(and deep lear)"),
        ("author:hin", "author=hin*"),
        ("tag:rl,pla", "tag=rl|pla*"),
        ("status:done", "status=done"),
        ('"deep lear"', "'deep lear'"),
        ("(deep lear)", "(and deep lear)"),
        ("deep -lear", "(and deep (not lear*))"),
    ],
)
def test_the_last_word_is_unfinished_while_typing(query: str, tree: str) -> None:
    assert shape(parse(query, typing=True)) == tree


@pytest.mark.parametrize(
    ("query", "at", "what"),
    [
        ("deep foo:bar", 5, "no field 'foo'"),
        ("(a b", 0, "not closed"),
        ("a ) b", 2, "parenthesis was not opened"),
        ("a ()", 3, "missing"),
        ('ab "open', 3, "quotation mark is not closed"),
        ("a OR", 4, "missing"),
        ("OR a", 0, "missing"),
        ("a NOT", 5, "missing"),
        ("a AND OR b", 6, "missing"),
        ("tag:", 4, "value is missing"),
        ("tag:a,,b", 6, "value is missing"),
        ("tag: a", 4, "value is missing"),
        ("tag:a(b)", 5, "space is missing"),
        ('tag:"a"b', 7, "space is missing"),
        ("year:20*", 7, "takes no"),
        ("tr*ns", 2, "only at the end"),
        ("!!!", 0, "no letter or digit"),
        ("a OR !!!", 5, "no letter or digit"),
        ("a NOT !", 6, "no letter or digit"),
        ("ok \ud800", 3, "not Unicode"),
        ("(" * (MAX_DEPTH + 1) + "a", MAX_DEPTH, "parentheses"),
        ("a " * (MAX_TERMS + 1), 2 * MAX_TERMS, "words and values"),
        ("tag:" + "a," * MAX_TERMS + "a", 4 + 2 * MAX_TERMS, "words and values"),
        ("a" * (MAX_LENGTH + 1), MAX_LENGTH, "characters"),
    ],
)
def test_an_error_points_at_its_place(query: str, at: int, what: str) -> None:
    with pytest.raises(QueryError, match=what) as caught:
        parse(query)
    assert caught.value.at == at
    assert (f"column {at + 1}" if at < len(query) else "at the end") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_field_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        parse("athor:hinton")
    assert all(field in str(caught.value) for field in FIELDS)


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ([], ""),
        (["transformer", "structural recursion", "NOT", "survey"], 'transformer "structural recursion" NOT survey'),
        (["tag:rl OR tag:x", "deep learning"], 'tag:rl OR tag:x "deep learning"'),
        (["deep AND learning"], "deep AND learning"),
        (["deep -learning"], "deep -learning"),
        (["deep learn*"], "deep learn*"),
        (["(deep learning)"], "(deep learning)"),
        (['a "b c"'], 'a "b c"'),
        (["year>2020 x"], "year>2020 x"),
        (["deep ", "- x"], 'deep  "- x"'),
        (["a back\\"], '"a back"'),
        ([r"Kurt G\"odel"], r'"Kurt G\"odel"'),
    ],
)
def test_arguments_are_joined_and_plain_ones_with_a_space_are_phrases(arguments: list[str], query: str) -> None:
    assert join_arguments(arguments) == query


@given(st.lists(st.text("abz", min_size=1, max_size=5), min_size=2, max_size=4).map(" ".join))
def test_a_plain_argument_is_one_phrase(argument: str) -> None:
    assert parse(join_arguments([argument])) == Words(argument, True, False, 0)
