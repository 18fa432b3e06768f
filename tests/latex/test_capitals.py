"""The capitals of titles that styles in lower case have to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.latex.capitals import names_in
from readq.latex.decode import bibtex_text
from readq.latex.encode import Dialect, encode_title


@pytest.mark.parametrize(
    ("title", "tex"),
    [
        # In sentence case every capital after the first word is meant.
        ("Attention is all you need", "Attention is all you need"),
        ("Learning from Bayesian networks in Europe", "Learning from {Bayesian} networks in {Europe}"),
        ("On the method of Kovač for vitamin C", r"On the method of {Kova{\v{c}}} for vitamin {C}"),
        ("Why does it help? A study", "Why does it help? {A} study"),
        # Styles keep a capital after a colon.
        ("Foo: A new approach to speech", "Foo: A new approach to speech"),
        # In title case only names are.
        ("Deep Learning for Speech Recognition", "Deep Learning for Speech Recognition"),
        ("Deep Learning for Bayesian Inference", "Deep Learning for {Bayesian} Inference"),
        ("Solving the Navier-Stokes Equations", "Solving the {Navier-Stokes} Equations"),
        ("Markov Chain Monte Carlo: The Gaussian Case", "{Markov} Chain {Monte} {Carlo}: The {Gaussian} Case"),
        ("Deep Learning for Speech recognition", "Deep Learning for Speech recognition"),
        # Acronyms are, in both.
        ("BERT: Pre-training of deep transformers", "{BERT}: Pre-training of deep transformers"),
        ("Euler's $O(N^2)$ bound for LaTeX", "{Euler}'s {$O(N^2)$} bound for {LaTeX}"),
        ("Über die Gleichung von Schrödinger", r"{\"U}ber die Gleichung von {Schr{\"o}dinger}"),
    ],
)
def test_capitals_that_are_meant_are_in_braces(title: str, tex: str) -> None:
    assert encode_title(title, dialect=Dialect.BIBTEX) == tex


def test_the_whole_title_or_nothing_is_in_braces() -> None:
    title = "BERT for Bayesian $N^2$"
    assert encode_title(title, dialect=Dialect.BIBTEX, protection="title") == "{BERT for Bayesian {$N^2$}}"
    assert encode_title(title, dialect=Dialect.BIBTEX, protection="none") == "BERT for Bayesian {$N^2$}"


_TITLE = "Deep learning of Bayesian Über Kovač A BERT Navier-Stokes in : ? $N$ O'Neill {x} \\emph"
_WORDS = st.sampled_from(_TITLE.split())


@given(st.lists(_WORDS, max_size=8).map(" ".join) | st.text(max_size=40), st.sampled_from(["words", "title", "none"]))
def test_braces_change_no_letter(title: str, protection: str) -> None:
    plain = encode_title(title, dialect=Dialect.BIBLATEX, protection="none")
    protected = encode_title(title, dialect=Dialect.BIBLATEX, protection=protection)
    assert bibtex_text(protected) == bibtex_text(plain)
    assert protected.count("{") == protected.count("}")


@given(st.text(max_size=60))
def test_names_are_words_of_the_title(title: str) -> None:
    assert all(name in title for name in names_in(title))
