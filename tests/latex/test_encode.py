import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latex_allow_list import is_harmless

from readq.latex.decode import to_unicode
from readq.latex.encode import Dialect, encode, encode_verbatim, needs_unicode_engine

HOSTILE = st.text(st.one_of(st.sampled_from(list("\\{}$%&#_^~\"'<>| aB1αéü王\u202e\n")), st.characters()), max_size=60)
INVISIBLE = ("{", "}", "\\,", "\\-", "\\ ", "\\;", "\\emph", "\\bf ", "$", " ")


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("Attention Is All You Need", "Attention Is All You Need"),
        ("50% of A & B_c #1", r"50\% of A \& B\_c \#1"),
        ("Price $5 and $10", r"Price \$5 and \$10"),
        ("Sorting in $O(N^2)$", "Sorting in {$O(N^2)$}"),
        ("already {$x$}", "already {$x$}"),
        (r"$\text{PKS}^4$", r"{$\mathrm{PKS}^4$}"),
        (
            r"\input{x} $\write18$",
            r"{\textbackslash}input{\textbraceleft}x{\textbraceright} \${\textbackslash}write18\$",
        ),
        (r"\LaTeX and {\em so} \\ on", r"{\LaTeX} and {\em so}  on"),
        ("the set {0, 1} of {BERT}", r"the set {\textbraceleft}0, 1{\textbraceright} of {BERT}"),
        ("Why?` Not!` –- ,,", "Why?{}` Not!{}` --{}- ,{},{}"),
        (r"$x^2$$\rightarrow$ Fig.~3", r"{$x^2$}{$\rightarrow$} Fig. 3"),
        ("an {open", r"an {\textbraceleft}open"),
        (r"na\"ive and na{\"\i}ve", r"na{\"i}ve and na{\"i}ve"),
        ("α and x²", r"{$\alpha$} and x{$^{2}$}"),
        ("""He said "no" to 'it', don't""", "He said ``no'' to `it', don't"),
        ("BERT, U-Net and T5 for Pre-Training", "{BERT}, {U-Net} and {T5} for Pre-Training"),
        ("a\u200bb\u202ec\x07d", "abcd"),
        (
            r"C:\path ^ ~x <y>",
            r"C:{\textbackslash}path {\textasciicircum} {\textasciitilde}x {\textless}y{\textgreater}",
        ),
    ],
)
def test_titles_become_latex_for_bibtex(text: str, tex: str) -> None:
    assert encode(text, dialect=Dialect.BIBTEX) == tex


def test_biblatex_keeps_the_letters_that_pdflatex_reads() -> None:
    assert encode("Łódź – naïve α", dialect=Dialect.BIBLATEX) == r"Łódź – naïve {$\alpha$}"


@pytest.mark.parametrize("formula", ["$x^$", "$x_1_2$", r"$\frac{a}$", r"$\left(x$", "$a&b$", "$50%$", r"$\unknown$"])
def test_a_formula_that_tex_would_reject_is_literal(formula: str) -> None:
    assert "$" not in encode(formula, dialect=Dialect.BIBTEX).replace(r"\$", "")


@given(
    st.lists(st.sampled_from(["{", "}", "\\,", "\\-", "\\ ", "\\;", "\\emph", "\\bf ", "$", " "]), min_size=1).map(
        "".join
    ),
    st.sampled_from(Dialect),
)
def test_a_text_of_commands_that_print_nothing_is_printed_as_it_stands(text: str, dialect: Dialect) -> None:
    assert bool(to_unicode(encode(text, dialect=dialect)).strip()) == bool(text.strip())


@given(HOSTILE, st.sampled_from(Dialect), st.booleans())
@settings(max_examples=200)
def test_encoded_text_is_always_harmless(text: str, dialect: Dialect, protect: bool) -> None:
    tex = encode(text, dialect=dialect, protect=protect)
    assert is_harmless(tex)
    assert tex.count("{") == tex.count("}")
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in tex)


@given(st.text(st.characters(max_codepoint=0x17F, exclude_characters="ħĦŧŦĸŋŊ"), max_size=40))
@settings(max_examples=200)
def test_bibtex_gets_ascii_for_latin_text(text: str) -> None:
    assert encode(text, dialect=Dialect.BIBTEX).isascii() != needs_unicode_engine(text)


@pytest.mark.parametrize(("text", "needs"), [("王小明", True), ("🙂", True), ("שלום", True), ("Łódź α² ½", False)])
def test_scripts_that_pdflatex_cannot_print_are_detected(text: str, needs: bool) -> None:
    assert needs_unicode_engine(text) is needs


@given(st.text(max_size=80))
def test_addresses_hold_nothing_that_ends_a_field(text: str) -> None:
    assert re.fullmatch(r"[^\s{}\\\x00-\x1f\x7f-\U0010ffff]*", encode_verbatim(text))


def test_addresses_stay_readable() -> None:
    assert encode_verbatim("https://x.org/~a_b?q=1&r=%20#s {t}") == "https://x.org/~a_b?q=1&r=%20#s%20%7Bt%7D"


WORD = st.text("aB1+-", min_size=1, max_size=4).map(lambda word: word.lstrip("+-").rstrip("-") or "a")
PLAIN = st.lists(st.tuples(WORD, st.sampled_from([" ", ": ", "/", " (", ") ", "'s ", ", "])), max_size=3).map(
    lambda pairs: "".join(word + sign for word, sign in pairs).strip()
)


@given(PLAIN, st.sampled_from(Dialect), st.booleans())
@settings(max_examples=500)
def test_the_fast_path_for_plain_titles_gives_the_same_result(text: str, dialect: Dialect, protect: bool) -> None:
    letter = encode("é", dialect=dialect)
    alone = encode(text, dialect=dialect, protect=protect)
    assert encode(f"é {text}", dialect=dialect, protect=protect) == f"{letter} {alone}".strip()
