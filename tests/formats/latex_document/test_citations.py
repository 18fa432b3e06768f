"""What a LaTeX document cites, from its .aux and .tex files."""

import pytest

from readq.formats.latex_document import aux_file, tex_file
from readq.formats.latex_document.document_part import DocumentPart


def keys(part: DocumentPart) -> list[str]:
    return [citation.key for citation in part.citations]


def test_both_programs_and_both_forms_of_biblatex() -> None:
    text = "\\relax\n\\citation{a,b}\n\\abx@aux@cite{0}{c}\n\\abx@aux@cite{d}\n\\citation{*}\n\\@input{one/two.aux}\n"
    part = aux_file.read(text)
    assert part.citations == (("a", 2), ("b", 2), ("c", 3), ("d", 4), ("*", 5))
    assert part.included == ("one/two.aux",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\cite{a}", ["a"]),
        (r"\cite{ a , b,c }", ["a", "b", "c"]),
        (r"\citep*[see][p.~2]{a}", ["a"]),
        (r"\Citeauthor{a} \citeyearpar{b} \citealt{c}", ["a", "b", "c"]),
        (r"\parencite[cf.\ {[1]}][]{a}\footcite{b}\autocite*{c}\Textcite{d}\fullcite{e}", ["a", "b", "c", "d", "e"]),
        (r"\parencites(see)(p. 9)[1]{a}[2][3]{b}{c}", ["a", "b", "c"]),
        (r"\volcite[see]{2}[p. 3]{a}", ["a"]),
        (r"\cite<see>[p. 2]{a} \shortcite{b} \nocite{*} \bibentry{c}", ["a", "b", "*", "c"]),
        ("\\cite[see]%\n  {a,\n  b}", ["a", "b"]),
        (r"\defcitealias{a}{Paper~I} \citetalias{a}", ["a", "a"]),
        (r"% \cite{no}" + "\n" + r"100\% \cite{a} \\% \cite{no}", ["a"]),
        (r"\verb|\cite{no}| \cite{a}", ["a"]),
        ("\\begin{verbatim}\n\\cite{no}\n\\end{verbatim}\\cite{a}", ["a"]),
        ("\\begin{comment}\n\\cite{no}\n\\end{comment}\\cite{a}", ["a"]),
        (r"\newcommand{\mycite}[1]{\cite{#1}} \mycite{a}", ["a"]),
        (r"\citestyle{no}\setcitestyle{square}\bibcite{no}{1}\AtEveryCite{x}\DeclareCiteCommand{\no}{}", []),
        (r"\cite{a} \end{document} \cite{no}", ["a"]),
        (r"\cite{", []),
        (r"\cite{a\b} \cite{x#1}", []),
        (r"\incite{a} \onlinecite{b}", ["a", "b"]),
        (r"\verb|50%| and \cite{a}, \url{http://moths.example/%20x} \cite{b}", ["a", "b"]),
        (r"\href{http://moths.example/%7Eotter}{Otter}~\cite{a} % \url{x} \cite{no}", ["a"]),
        ("% \\begin{verbatim}\n\\cite{a}\n% \\end{verbatim}", ["a"]),
        ("\\begin{verbatim}\n50% \\cite{no}\n\\end{verbatim}\\cite{a}", ["a"]),
        (r"\lstinline|\cite{no}| \lstinline[language=TeX]!\cite{no}! \cite{a}", ["a"]),
        (
            r"\textcquote[12]{a}{Moths} \blockcquote*[cf.][9]{b}{Moths} \foreigntextcquote{german}[3]{c}{x}",
            ["a", "b", "c"],
        ),
        (r"\begin{displaycquote}[1]{a}x\end{displaycquote}\begin{foreigndisplaycquote}{french}{b}", ["a", "b"]),
        (r"\newcites{sec}{Secondary} \citesec{a}", ["a"]),
        (r"\cite{a,*b} \nocite{*}", ["a", "b", "*"]),
    ],
)
def test_citing_commands(text: str, expected: list[str]) -> None:
    assert keys(tex_file.read(text)) == expected


def test_lines_are_those_of_the_commands() -> None:
    text = "one\n\\begin{verbatim}\n\n\\end{verbatim}\n\\cite{a}\n% \n\\cite{b,c}"
    assert tex_file.read(text).citations == (("a", 5), ("b", 7), ("c", 7))


def test_included_files() -> None:
    text = r"\input{a}\include{b/c} \input d.tex \subfile{e}\import{f/}{g}\subimport*{h}{i} %\input{no}"
    assert tex_file.read(text).included == ("a", "b/c", "d.tex", "e", "f/g", "./h/i")


def test_a_file_in_the_current_folder_is_in_the_folder_of_the_document() -> None:
    assert tex_file.read(r'\input{"a b"}\include{"c"}').included == ("a b", "c")
    text = r"\input{./a} \input ./b.tex \include{ .//c/d}\subfile{././e}\input{f./g} \subimport{./h}{i}"
    assert tex_file.read(text).included == ("a", "b.tex", "c/d", "e", "f./g", "././h/i")


def test_ten_thousand_citations_and_hostile_text_are_read_in_time_that_grows_with_the_text() -> None:
    assert len(keys(tex_file.read("text \\cite{key} " * 10_000))) == 10_000
    for hostile in (
        "\\cite[" * 3000,
        "\\cite{" * 3000,
        "\\begin{verbatim}" * 3000,
        "\\cites{a}" + "[x]" * 5000,
        "%" * 99_999,
        "As \\citep[t{a} \\input{b}\n" * 20_000,
        "\\cite[<(" * 20_000,
        "\\url{%" * 20_000,
        "\\url{a" * 20_000,
        "\\lstinline[" * 20_000,
        "\\verb|%" * 20_000,
    ):
        tex_file.read(hostile)
