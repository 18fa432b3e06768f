"""`readq.feeds.spec`: valid SPECs in every spelling, and invalid ones."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import UsageError
from readq.feeds.arxiv.taxonomy import CATEGORIES, is_category
from readq.feeds.spec import normalised, public_address, source
from readq.net.endpoints import Endpoints

HERE = Endpoints()


@pytest.mark.parametrize(
    ("typed", "spec", "name", "service"),
    [
        ("hf:daily", "hf:daily", "hf-daily", "huggingface"),
        (" HF:Daily ", "hf:daily", "hf-daily", "huggingface"),
        ("hf:trending", "hf:trending", "hf-trending", "huggingface"),
        ("hf:search?q=flow  matching", "hf:search?q=flow+matching", "hf-search-flow-matching", "huggingface"),
        ("hf:search?q=C%2B%2B", "hf:search?q=C%2B%2B", "hf-search-C", "huggingface"),
        ("hf:search?q=Gödel", "hf:search?q=Gödel", "hf-search-Gödel", "huggingface"),
        ("arxiv:cs.LG", "arxiv:cs.LG", "arxiv-cs.LG", "arxiv"),
        ("arxiv:CS.lg+cs.CL+cs.LG", "arxiv:cs.LG+cs.CL", "arxiv-cs.LG+cs.CL", "arxiv"),
        ("arxiv:hep-th", "arxiv:hep-th", "arxiv-hep-th", "arxiv"),
        ("arxiv:cond-mat.Stat-Mech", "arxiv:cond-mat.stat-mech", "arxiv-cond-mat.stat-mech", "arxiv"),
        (
            'arxiv:query?search_query=cat:cs.LG AND ti:"sparse attention"&start=20&max_results=5',
            'arxiv:query?search_query=cat:cs.LG+AND+ti:"sparse+attention"',
            "arxiv-cat-cs.LG-AND-ti-sparse-attention",
            "arxiv",
        ),
        ("https://blog.example.org/feed.xml", "https://blog.example.org/feed.xml", "blog.example.org", None),
        ("HTTP://Blog.Example.org:80/rss#new", "http://blog.example.org/rss", "blog.example.org", None),
        ("feed://www.example.org/ml/atom", "http://www.example.org/ml/atom", "example.org-ml", "www.example.org"),
        ("feed:https://example.org/a.rss", "https://example.org/a.rss", "example.org-a", "example.org"),
        ("http://127.0.0.1:8000/rss", "http://127.0.0.1:8000/rss", "127.0.0.1-8000", "127.0.0.1:8000"),
    ],
)
def test_a_spec_has_a_normal_form_and_a_name(typed: str, spec: str, name: str, service: str | None) -> None:
    made = source(typed, HERE)
    assert (made.spec, made.name) == (spec, name)
    assert made.service == service or service is None
    assert normalised(made.spec) == made.spec


@pytest.mark.parametrize(
    "start", ["https://e.org/rss?", "hf:search?q=x&", "arxiv:query?search_query=x&", "biorxiv:all?"]
)
def test_an_address_may_have_many_parameters(start: str) -> None:
    with contextlib.suppress(UsageError):
        spec = normalised(start + "&".join(f"a{number}=1" for number in range(200)))
        assert normalised(public_address(spec)) == spec
        assert source(spec, HERE).spec == spec


@pytest.mark.parametrize(
    ("pasted", "spec"),
    [
        ("https://huggingface.co/papers", "hf:daily"),
        ("https://huggingface.co/papers/", "hf:daily"),
        ("https://huggingface.co/papers/date/2026-11-20", "hf:daily"),
        ("https://huggingface.co/api/daily_papers?date=2026-11-20&limit=100", "hf:daily"),
        ("https://huggingface.co/papers/trending", "hf:trending"),
        ("https://huggingface.co/api/daily_papers?sort=trending", "hf:trending"),
        ("https://huggingface.co/papers?q=flow%20matching", "hf:search?q=flow+matching"),
        ("https://huggingface.co/api/papers/search?q=flow", "hf:search?q=flow"),
        ("https://rss.arxiv.org/rss/cs.LG", "arxiv:cs.LG"),
        ("https://rss.arxiv.org/atom/cs.LG+cs.AI", "arxiv:cs.LG+cs.AI"),
        ("http://export.arxiv.org/rss/math", "arxiv:math"),
        ("https://arxiv.org/list/cs.LG/recent", "arxiv:cs.LG"),
        ("https://arxiv.org/list/cs.LG/new", "arxiv:cs.LG"),
        (
            "https://export.arxiv.org/api/query?search_query=all:sparse&sortBy=lastUpdatedDate&sortOrder=descending",
            "arxiv:query?search_query=all:sparse&sortBy=lastUpdatedDate",
        ),
        ("http://export.arxiv.org/api/query?search_query=au%3Ahinton+AND+ti%3Aforward", None),
    ],
)
def test_a_pasted_address_is_its_short_form(pasted: str, spec: str | None) -> None:
    assert normalised(pasted) == (spec or "arxiv:query?search_query=au:hinton+AND+ti:forward")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "understood"),
        ("hf:weekly", "hf:trending"),
        ("hf:search?q=", "flow matching"),
        ("hf:search?q=R&D for lakes", "%26 stands for &"),
        ("hf:search?q=lakes&limit=5", "only q"),
        ("hf:daily?date=2026-01-01", "hf:daily"),
        ("arxiv:", "arxiv:cs.LG"),
        ("arxiv:cs.ML", "stat.ML"),
        ("arxiv:cs.LG+nonsense", "taxonomy"),
        ("arxiv:hep.th", "hep-th"),
        ("arxiv:2401.00001", "readq add"),
        ("arxiv:query?search_query=", "for instance"),
        ("arxiv:query?id_list=2401.00001", "readq add"),
        ("arxiv:query?search_query=x&sortby=y", "one of search_query"),
        ('arxiv:query?search_query=ti:"open', "refuse"),
        ("https://arxiv.org/abs/2401.00001", "readq add"),
        ("https://huggingface.co/papers/2401.00001", "readq add"),
        ("https://arxiv.org/search/?query=sparse", "arxiv:query"),
        ("cs.LG", "arxiv:cs.LG"),
        ("example.org/feed", "https://example.org/feed"),
        ("/etc/passwd", "understood"),
        ("file:///etc/passwd", "understood"),
        ("javascript:alert(1)", "understood"),
        ("feed:file:///etc/passwd", "understood"),
        ("https://[::99999]/rss", "no spaces"),
        ("https://\u2100.com/rss", "no spaces"),
        ("--help", "understood"),
        ("https://reader:secret@example.org/feed", "no password"),
        ("https://example.org/a b", "no spaces"),
        ("https://example.org/\x1b]0;x\x07", "understood"),
        ("https://", "no spaces"),
    ],
)
def test_an_invalid_spec_is_refused_with_a_hint(typed: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        source(typed, HERE)
    assert hint in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    "start",
    [
        *("", "hf:", "hf:search?", "hf:daily?", "arxiv:", "arxiv:cs.LG+", "arxiv:?", "arxiv:query?x=", "biorxiv:"),
        *("medrxiv:a?", "arxiv:query?search_query=(", "https://-", "https://arxiv.org/search/"),
        "https://huggingface.co/papers/2401.00001?",
    ],
)
@pytest.mark.parametrize("tail", ["\\a", "\U0010ffff"])
def test_a_message_does_not_repeat_a_long_spec(start: str, tail: str) -> None:
    with pytest.raises(UsageError) as refused:
        normalised(start + tail * 800)
    assert len(refused.value.message) < 300


@given(st.text(max_size=60))
def test_anything_typed_is_a_feed_or_a_usage_error(text: str) -> None:
    for typed in (text, f"hf:{text}", f"hf:search?q={text}", f"arxiv:{text}", f"https://example.org/{text}"):
        try:
            spec = normalised(typed)
        except UsageError:
            continue
        assert normalised(spec) == spec
        assert source(spec, HERE).spec == spec


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40))
def test_the_public_address_means_the_same_feed(words: str) -> None:
    for typed in (f"hf:search?q={words}", f"arxiv:query?search_query={words}"):
        try:
            spec = normalised(typed)
        except UsageError:
            continue
        assert normalised(public_address(spec)) == spec
    assert normalised(public_address("hf:daily")) == "hf:daily"
    assert normalised(public_address("hf:trending")) == "hf:trending"
    assert normalised(public_address("arxiv:cs.LG+hep-th")) == "arxiv:cs.LG+hep-th"


def test_every_category_is_one_by_its_shape() -> None:
    assert all(map(is_category, CATEGORIES))
    assert not any(map(is_category, ["51A05, 51B15", "53C", "F.2.2", "I.2.6; G.3", "68T05"]))


def test_a_long_text_is_not_repeated_in_the_hint() -> None:
    with pytest.raises(UsageError) as refused:
        normalised(f"example.org:8443/{'a' * 1500}")
    assert len(f"{refused.value.message} {refused.value.hint}") < 400
