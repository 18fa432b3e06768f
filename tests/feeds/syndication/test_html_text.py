"""`readq.feeds.syndication.html_text`: markup is removed, text and formulas are kept."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.feeds.syndication.html_text import text_of_html
from readq.text import join_lines, one_line


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("<p>One.</p><p class='x'>Two<br/>three.</p>", "One.\n\nTwo\n\nthree."),
        ("CO<sub>2</sub> at 10<sup>-3</sup>&nbsp;mol", "CO2 at 10^-3 mol"),
        ("<i>E. coli</i> &amp; <em>friends</em>", "E. coli & friends"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("$a<b$ and $c>d$", "$a<b$ and $c>d$"),
        ("for a<b and c>d we have", "for a<b and c>d we have"),
        ("if i < j and p<q", "if i < j and p<q"),
        ("x<p y>z", "x<p y>z"),
        ("<script>alert('<p>')</script>text<style>p{}</style><!-- <b> -->", "text"),
        ("<jats:title>Abstract</jats:title><jats:p>We show <jats:italic>x</jats:italic>.</jats:p>",
         "Abstract\n\nWe show x."),
        ("<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>", "x=2"),
        ('<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math>-ray',
         "x-ray"),
        ("<mml:math><mml:mi>x</mml:mi><mml:annotation>x</mml:annotation></mml:math>", "x"),
        ('<a href="https://e.org/?a=1&b=2" title=\'>\'>link</a>', "link"),
        ("<img src=x onerror=alert(1)>seen", "seen"),
        ("<table><tr><td>one</td><td>two</td></tr><tr><th>three</th></tr></table>", "one two\n\nthree"),
        ("<unknown>kept</unknown>", "<unknown>kept</unknown>"),
        ("caf&eacute; &#8217; &#x2014; &bogus;", "café ’ — &bogus;"),
    ],
)  # fmt: skip
def test_text_of_html(markup: str, text: str) -> None:
    assert join_lines(text_of_html(markup)) == text


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_escaped_text_is_restored(text: str) -> None:
    # A character reference may stand for another character: &#128; is a euro sign in all browsers.
    assert text_of_html(html.escape(text)) == text or "&" in text


@given(st.text("<>abp/ =\"'$&;!-", max_size=300))
def test_any_markup_ends_and_gains_nothing(markup: str) -> None:
    assert len(one_line(text_of_html(markup))) <= len(markup)


def test_hostile_markup_takes_no_time() -> None:
    for piece in ("<p ", "<b <", "<!--", "<script>", "<a href=", "<a x='", "&lt;"):
        assert text_of_html(piece * 20_000) is not None
