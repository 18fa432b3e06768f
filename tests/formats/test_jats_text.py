"""`readq.formats.jats_text`: titles and abstracts without markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.jats_text import plain_abstract, plain_title
from readq.text import is_printable


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("On <i>Drosophila</i> and <b>more</b>", "On Drosophila and more"),
        ("Base strengths of amines<sup>1</sup>", "Base strengths of amines¹"),
        ("CO<sub>2</sub> at 10<sup>-3</sup> Pa", "CO₂ at 10⁻³ Pa"),
        ("N<sup>th</sup> order", "Nth order"),
        ("Smith &amp; Wesson", "Smith & Wesson"),
        ("Smith &amp;amp; Wesson", "Smith & Wesson"),
        ("On &lt;i&gt;E. coli&lt;/i&gt;", "On E. coli"),
        ("Learning to <think> before answering", "Learning to <think> before answering"),
        ("When a < b and c > d", "When a < b and c > d"),
        ("A <scp>HTTP</scp> server", "A HTTP server"),
        (
            'The <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msub>\n  <mml:mi>H</mml:mi>'
            "<mml:mn>0</mml:mn>\n</mml:msub></mml:math> tension",
            "The H0 tension",
        ),
        ("A title\n   in three\n lines<br/>and a half", "A title in three lines and a half"),
        ("<!-- made by a machine -->Plain", "Plain"),
        ("\x1b[31mRed\x1b[0m", "Red"),
        ("", ""),
        (None, ""),
        (["a list"], ""),
    ],
)
def test_titles(raw: object, plain: str) -> None:
    assert plain_title(raw) == plain


def test_an_abstract_in_jats_keeps_its_paragraphs_and_headings() -> None:
    raw = """<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim</jats:title>
      <jats:p>To find <jats:italic>x</jats:italic>
         in time.</jats:p></jats:sec><jats:sec><jats:title>Results</jats:title><jats:p>Found; p &lt; 0.05.</jats:p>
      </jats:sec>"""
    assert plain_abstract(raw) == "Aim: To find x in time.\n\nResults: Found; p < 0.05."


def test_a_formula_in_two_formats_is_kept_as_tex() -> None:
    raw = r"""<jats:p>For <jats:inline-formula><jats:alternatives><jats:tex-math>\documentclass{minimal}
      \begin{document}$$x^2$$\end{document}</jats:tex-math><mml:math><mml:mi>x</mml:mi></mml:math>
      </jats:alternatives></jats:inline-formula> it holds.</jats:p>"""
    assert plain_abstract(raw) == "For $x^2$ it holds."


def test_an_abstract_without_tags_keeps_words_in_angle_brackets() -> None:
    assert plain_abstract("We let a<b, and use <mask> tokens.") == "We let a<b, and use <mask> tokens."
    assert plain_abstract("Abstract\nWe do.") == "We do."
    assert plain_abstract("Abstract interpretation is old.") == "Abstract interpretation is old."
    assert plain_abstract("<jats:p/>") is None
    assert plain_abstract(None) is None


@given(st.text(alphabet=st.sampled_from("<>/&;abijats:pm lt! -\n"), max_size=300))
def test_any_title_becomes_one_inert_line(raw: str) -> None:
    title = plain_title(raw)
    assert is_printable(title)
    assert "\n" not in title
    assert is_printable(plain_abstract(raw) or "")
