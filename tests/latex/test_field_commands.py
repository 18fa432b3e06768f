import pytest

from readq.latex.decode import bibtex_text, to_unicode


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Dusk and {\relax Mo}ths", "Dusk and Moths"),
        (r"{\relax Th}eodor Falk", "Theodor Falk"),
        (r"New \foo{glow} and \SI{3}{\metre} of \ce{H2O}", "New glow and 3 of H2O"),
        (r"\ensuremath{\beta} decay", "β decay"),
        (r"{\noopsort{1950b}}1950", "1950"),
        (r"Moths &amp; lamps {\&}c \&amp; a &lt; b, R{\&}amp;D", "Moths & lamps &c & a < b, R&D"),
        (r"{\SortNoop{Moor}}de la Moor", "de la Moor"),
        (r"{\switchargs{--90}{1968}}", "1968–90"),
        (r"Moths \protect\emph{of dusk} and \noindent\mbox{lamps}", "Moths of dusk and lamps"),
        (r"\texorpdfstring{$\mathrm{x}_1$}{x1} rays", "x1 rays"),
        (r"\foreignlanguage{german}{{\"U}ber} \textcolor{red}{\emph{Falter}}", "Über Falter"),
        (r"\mkbibemph{Lepidoptera}\penalty0 of dusk", "Lepidopteraof dusk"),
        (r"H\d{\^{o}}i Nguy{\~{\^e}}n", "Hội Nguyễn"),
        (r"100{\%} {\~{}} a\^{}b \~{}a \~{n}", "100% ~ a^b ~a ñ"),
        (r"\mnras", "Monthly Notices of the Royal Astronomical Society"),
        (r"{\prd}", "Physical Review D"),
        (r"C:\textbackslash{}lamps", r"C:\lamps"),
        (r"${\cal M}$ of 4$\rightarrow$4 at R$^{\rm 3}$ and $\sqrt{s} = $ 7 TeV", "M of 4→4 at R³ and √s = 7 TeV"),
        ("lamps for $5 and moths for $10", "lamps for $5 and moths for $10"),
        ("$5 for a_b or c and $10 for d", "$5 for a_b or c and $10 for d"),
    ],
)
def test_a_command_drops_away_and_its_text_stays(tex: str, text: str) -> None:
    assert to_unicode(bibtex_text(tex)) == text
