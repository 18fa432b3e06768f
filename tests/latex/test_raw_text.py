import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.latex.encode import Dialect
from readq.latex.raw_text import as_written, in_ascii

PIECES = st.sampled_from(
    [*"{}$%&#_^~ aB\\", "\\{", "\\}", "\\foo", "\\emph{", "\\url{", "\\input", "\\(", "\\)", "\\ifmmode", "\\fi", "é"]
)


@pytest.mark.parametrize(
    "tex",
    [
        r"Glow \foo{of a_b} and \SI{3}{\metre\per\second} of \ce{H2O}",
        r"{\relax Th}eodor and {\noopsort{1950b}}1950",
        r"Moths at \ensuremath{\beta_2} and \texorpdfstring{$x_1$}{x1}",
        r"${\cal M}$, $\rm keV$, R$^{\rm 3}$ and $a_1 \hbox{ if $b$ }$",
        r"\mkbibemph{Lepidoptera} and \foreignlanguage{german}{Falter}",
        r"Set \{a, b\} and \(x_1\) at 20\,\% \& more\ldots",
        r"\ifmmode\alpha\else$\alpha$\fi~rays",
        r"Look at \url{http://lamps.example/a_b?c#d}",
    ],
)
def test_text_that_tex_takes_keeps_its_bytes(tex: str) -> None:
    assert as_written(tex) == tex


@pytest.mark.parametrize(
    "tex",
    [
        r"\input{lamp}",
        r"{\catcode`\%=12}",
        r"\csname input\endcsname{lamp}",
        r"\import{/lamps/}{lamp}",
        r"\subfile{lamp}",
        r"\VerbatimInput{lamp}",
        r"\CatchFileDef{\x}{lamp}{}",
        r"\ExplSyntaxOn lamp",
        r"\tracingall lamp",
        r"\showthe\lamp",
        r"\nullfont lamp",
        r"\obeylines lamp",
        r"\immediate\write18{x}",
        r"^^5cinput{lamp}",
        r"\def\a{b}",
        r"a \end{document}",
        r"\iffalse lamp",
        r"\@input{lamp}",
        r"a \{ b",
        r"a } b",
        r"${a$}",
        r"one $ sign",
        r"$x_1_2$ and $\frac{a}$",
    ],
)
def test_text_that_breaks_the_file_or_is_dangerous_does_not_go_out_as_it_stands(tex: str) -> None:
    assert as_written(tex) is None


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        ("Moths & lamps_2 #1 at 5% ^", r"Moths \& lamps\_2 \#1 at 5\% {\textasciicircum}"),
        (r"\emph{a_b} $5\%$ of $x_1%$", r"\emph{a\_b} $5\%$ of $x_1\%$"),
        ("Moths &amp; lamps &lt;b&gt;", r"Moths \& lamps {\textless}b{\textgreater}"),
        ("lamp\\", "lamp\\ "),
    ],
)
def test_bare_signs_are_escaped(tex: str, written: str) -> None:
    assert as_written(tex) == written


def test_biblatex_reads_an_address_as_the_argument_of_a_macro() -> None:
    assert as_written(r"\url{a%20b}") == r"\url{a%20b}"
    assert as_written(r"\url{a%20b}", is_macro_argument=True) == r"\url{a\%20b}"


@pytest.mark.parametrize(
    ("dialect", "tex"),
    [
        (Dialect.BIBTEX, r"{\"U}ber $\beta^2$ \foo{ß} {\textcommabelow{S}}tefan {$\times$}"),
        (Dialect.BIBLATEX, r"Über $\beta^2$ \foo{ß} {\textcommabelow{S}}tefan ×"),
    ],
)
def test_letters_that_the_dialect_cannot_take_become_commands(dialect: Dialect, tex: str) -> None:
    assert in_ascii(r"Über $β^2$ \foo{ß} Ștefan ×", dialect) == tex


@given(st.lists(PIECES, max_size=14).map("".join), st.booleans())
@settings(max_examples=400)
def test_what_goes_out_is_balanced_and_goes_out_the_same_again(tex: str, is_macro_argument: bool) -> None:
    written = as_written(tex, is_macro_argument=is_macro_argument)
    if written is None:
        return
    assert written.count("{") == written.count("}")
    # An even number of backslashes before the word is a line break and a word, not a command.
    assert not re.search(r"(?<!\\)(?:\\\\)*\\input", written)
    assert as_written(written, is_macro_argument=is_macro_argument) == written


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        (r"Mart{\'\i}nez", r"Mart{\'{i}}nez"),
        (r"S{\={\i}}n{\=a}", r"S{\={i}}n{\=a}"),
        (r"na\"\i ve", r"na\"{i}ve"),
        (r"\v\j{} and \u{\i}", r"\v{j} and \u{i}"),
        (r"\'\item {\i} \\'\i", r"\'\item {\i} \\'\i"),
    ],
)
def test_biblatex_gets_no_accent_on_a_dotless_letter(tex: str, written: str) -> None:
    assert (in_ascii(tex, Dialect.BIBLATEX), in_ascii(tex, Dialect.BIBTEX)) == (written, tex)


def test_biber_takes_no_braces_from_an_accent_without_a_letter() -> None:
    tex = r"100 {\~{}} 10\^{}5 \~{n} \\~{}"
    assert in_ascii(tex, Dialect.BIBLATEX) == r"100 {{\textasciitilde}} 10{\textasciicircum}5 \~{n} \\~{}"
    assert in_ascii(tex, Dialect.BIBTEX) == tex


def test_biber_is_given_both_accents_of_a_letter_in_the_form_that_it_leaves() -> None:
    tex = r"Nguy{\~{\^e}}n, Hi\'{\^{e}}u, {\'{\u a}} and \d{\^{o}}"
    assert in_ascii(tex, Dialect.BIBLATEX) == r"Nguy{{\~{{\^e}}}}n, Hi{\'{{\^e}}}u, {\'{\u a}} and {\^{{\d{o}}}}"
    assert in_ascii(tex, Dialect.BIBTEX) == tex
