import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.latex.decode import bibtex_text, to_unicode


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"$\alpha^2$", "α²"),
        (r"na\"ive", "naïve"),
        (r"\emph{x} and \textbf{a \emph{b}}", "x and a b"),
        ("MedS^3", "MedS³"),
        ("$O(N^2)$", "O(N²)"),
        ("10^{-3}", "10⁻³"),
        ("a -- b, 3--5", "a – b, 3–5"),
        (r"$\mathbb{R}^n \to \mathcal{O}(n\log n)$", "ℝⁿ → O(n log n)"),
        (r"$x_{i,j}$ $\hat{x}$ $\frac{1}{2}$", "x_(i,j) x̂ 1/2"),
        (r"{BERT} \& 50\%", "BERT & 50%"),
        (r"$k$-NN, $\lesssim 5\%$", "k-NN, ≲ 5%"),
        (r"a 360^\circ panorama, 90$^\circ$, $45^{\circ}$C, 30^{\circ}C", "a 360° panorama, 90°, 45°C, 30°C"),
        ("a 360^circ panorama", "a 360° panorama"),
        (
            r"GPT~[4] in Fig.~3 reaches 26~FPS, [C II]~158 μm, 5%~of",
            "GPT [4] in Fig. 3 reaches 26 FPS, [C II] 158 μm, 5% of",
        ),
        ("R^textbf2AI", "R²AI"),
        (r"\varepsilon_1-close", "ε₁-close"),
        (r"SGG-R$^{\rm 3}$", "SGG-R³"),
        (r"$\sim$5 and $\pm$3 in $ \mathbb{Z}_3$ -graphs", "∼5 and ±3 in ℤ₃ -graphs"),
        (r"$t^{\star}$ $M_\odot$ 3\degree", "t^⋆ M_⊙ 3°"),
    ],
)
def test_latex_reads_as_unicode(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $10",
        r"C:\path\alpha",
        "snake_case file_1",
        r"\foo{x} \cite{a}",
        "{open",
        "{0, 1}",
        "use --help",
        "5~10",
        "~70% of it",
        "a^circle",
        "a^b",
        r"$\unknown{a}$",
        "https://x.org/~me",
        "\\",
    ],
)
def test_text_that_is_not_markup_is_unchanged(text: str) -> None:
    assert to_unicode(text) == text


MARKUP = st.sampled_from([*"\\{}$^_~-`'ab1 éα", "\\emph{", "\\frac", "\\text", "{\\em "])


@given(st.lists(MARKUP, max_size=80).map("".join))
@settings(max_examples=200)
def test_nothing_raises(text: str) -> None:
    assert isinstance(to_unicode(text), str)
    assert isinstance(bibtex_text(text), str)


@pytest.mark.parametrize("piece", ["{", "$", "$x", "\\", r"\emph{", '{\\"', "^{", "``", "~"])
def test_hostile_text_costs_no_time(piece: str) -> None:
    start = time.process_time()
    to_unicode(piece * (100_000 // len(piece)))
    to_unicode(piece * (19_000 // len(piece)))
    assert time.process_time() - start < 0.5


def test_a_field_keeps_its_mathematics_and_loses_its_braces() -> None:
    assert bibtex_text(r"{The {\"U}ber}~\& $x^{2}$ \textbackslash{}n \{a\}") == r"The Über & $x^{2}$ \n {a}"
