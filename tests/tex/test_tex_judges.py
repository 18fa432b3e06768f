"""BibTeX, biber and LaTeX on exported files: no warning, no error, no lost entry."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from exchange_entries import citables

from readq.formats.bibtex.writer import write
from readq.latex.encode import Dialect
from readq.model.citable import Citable
from readq.model.values import Author

pytestmark = pytest.mark.tex

TITLES = [
    "Attention Is All You Need",
    "$O(N^2)$ is not $\\Omega(n)$, says BERT",
    "Price $5 and $10: 50% of A & B_c #1 ~x ^y",
    "C:\\path\\users {unbalanced",
    "}}{{ \\input{/etc/passwd} \\end{document} \\write18{x} \\",
    "naïve Łódź Ørsted Żółć Đorđe Þór ñ ç ğ ş ı İ ő ű œ æ ß å ě ř ť ľ ŋ Ķ ā ē ĩ ŵ",
    "ế ǎ x̂ ṡ",
    "α-divergence β→∞ x² H₂O ≤ ≈ ± × ∈ ℝ ∑ √ − ½ ™ ® © € § • … “q” ‘s’ – — ﬁ µ Ω",
    "It's 'quoted' \"double\" < > | ` @ * = + [x] (y)",
    "$\\text{PKS}^4$ $\\left\\{a\\right\\}$ $\\frac{a}{b}$ $\\mathbf x$ $\\hat{x}$ $x'^2$ $\\sqrt2$ $\\|x\\|$",
    "$x^$ $\\foo$ $\\mathbb$ $x_1_2$ $\\left($ $%$ $a&b$ $#$",
    "\\emph{x} \\textbf{y \\textit{z}} \\emph \\textsc H\\infty \\\"{u}ber \\'",
    "ª º ¿ ¡ « » „ ‚ ° · ¥ ¢ £ † ‡ zero\u00adwidth\u200b\u202e",
]
NAMES = [
    "Gemini Team",
    "Ludwig van Beethoven",
    "Santiago Ramón y Cajal",
    "Smith, Jr., John",
    "Foo {Bar",
    "X, Y, Z, W",
    "Jack and Jill",
    "Øystein Ågren",
    "K \\input{x} $5 #1 100%",
    "Łukasz Kaiser",
]
IMPORTED = r"""
@article{imp1, title={The {\"U}ber \& $x^2$ \textit{y}}, author={M{\"u}ller, J. and {LIGO} and others}, journal=jcp,
  year=2019, month=10 # "~" # jan, volume=3, number=4, pages={1--10}, url={http://a.b/c\_d}, doi={10.1/A_b}}
@article{imp2, title={Bad % & stuff {\TeX}}, author={Smith, A, B, C and and Doe, J}, journal={X_Y}, year={2019}}
@online{imp3, title={Web}, author={Großmann, Ünal}, date={2020-05-06}, url={https://a.b}}
@inproceedings{imp4, title={In}, author={A B}, crossref={proc}}
@proceedings{proc, title={Proceedings of X}, year=2018, editor={E F}}
@thesis{imp5, title={T}, author={A B}, institution={MIT}, type={Master's thesis}, date={2001-03}}
"""
PREAMBLE = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{amsmath,amssymb}"
BIBTEX = (
    PREAMBLE + r"\begin{document}\nocite{*}\bibliographystyle{STYLE}\bibliography{refs}\typeout{THE-END}\end{document}"
)
BIBLATEX = PREAMBLE + (
    r"\usepackage[backend=biber,style=numeric]{biblatex}\addbibresource{refs.bib}"
    r"\begin{document}\nocite{*}\printbibliography\typeout{THE-END}\end{document}"
)


def library() -> list[Citable]:
    authors = (Author("Ashish Vaswani"), Author("Łukasz Kaiser"))
    papers = [
        Citable(
            key=f"t{i}",
            title=title,
            authors=authors,
            year=2020,
            published="2020-05-06",
            venue=None,
            arxiv_id=f"2005.{i:05d}",
            primary_class="cs.LG",
        )
        for i, title in enumerate(TITLES)
    ]
    papers += [
        Citable(key=f"n{i}", title=f"By {i}", authors=(Author(name), Author("Jane Doe")), year=2021)
        for i, name in enumerate(NAMES)
    ]
    papers += [
        Citable(
            key="conf",
            title="Conference",
            authors=authors,
            year=2021,
            published=None,
            venue="Proceedings of ICML",
            arxiv_id="2005.11111",
            primary_class="cs.LG",
            doi="10.1145/33_22",
        ),
        Citable(
            key="journal",
            title="Journal",
            authors=authors,
            year=2021,
            published=None,
            venue="Journal of ML Research & Co",
            doi="10.1000/xyz",
        ),
        Citable(key="blog", title="Unknown venue", authors=authors, year=2021, published=None, venue="Some Blog"),
        Citable(key="anon", title="No author", authors=(), year=2021),
        Citable(key="page", title="Address", authors=authors, year=2021, url="https://x.org/~a_b/%20?q=1&b={x} y#z"),
        Citable(
            key="old", title="Old", authors=authors, year=None, published=None, venue=None, arxiv_id="hep-th/9901001"
        ),
        Citable(key="12", title="Digits", authors=authors, year=2020),
    ]
    return papers + citables(IMPORTED)


def run(folder: Path, *command: str) -> str:
    environment = os.environ | {"openin_any": "p", "openout_any": "p", "max_print_line": "1000"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def latex(folder: Path) -> str:
    return run(folder, "pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-draftmode", "main.tex")


def skip_without(*files: str) -> None:
    missing = [name for name in ("pdflatex", "bibtex") if not shutil.which(name)]
    missing += [name for name in files if not run(Path.cwd(), "kpsewhich", name).strip()] if not missing else []
    if missing:
        pytest.skip(f"TeX is not complete here: {', '.join(missing)} missing")


def errors(log: str) -> list[str]:
    return [line for line in log.splitlines() if line.startswith("! ")]


@pytest.mark.parametrize("style", ["plain", "abbrv", "plainnat"])
def test_bibtex_accepts_every_entry_without_a_warning(tmp_path: Path, style: str) -> None:
    skip_without("amssymb.sty", f"{style}.bst")
    natbib = r"\usepackage[numbers]{natbib}\usepackage{url}\begin{document}"
    source = BIBTEX.replace("STYLE", style)
    papers = library()
    (tmp_path / "main.tex").write_text(
        source.replace(r"\begin{document}", natbib if style == "plainnat" else r"\usepackage{url}\begin{document}")
    )
    (tmp_path / "refs.bib").write_text(write(papers, Dialect.BIBTEX), encoding="utf-8")
    latex(tmp_path)
    judged = run(tmp_path, "bibtex", "-min-crossrefs=9999", "main")
    assert not re.findall(r"Warning.*|.*---line.*|I couldn't.*|Repeated.*", judged)
    log = latex(tmp_path)
    assert not errors(log)
    assert "THE-END" in log
    assert (tmp_path / "main.bbl").read_text(encoding="utf-8").count("\\bibitem") == len(papers)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_biber_accepts_every_entry_without_a_warning(tmp_path: Path, dialect: Dialect) -> None:
    skip_without("amssymb.sty", "biblatex.sty", "etoolbox.sty", "logreq.sty")
    if not shutil.which("biber"):
        pytest.skip("biber is not installed")
    # Biber warns of a month such as 10 # "~" # jan, which is meant for BibTeX and leaves as it stands in BibTeX alone.
    papers = [paper for paper in library() if dialect is Dialect.BIBLATEX or paper.key != "imp1"]
    (tmp_path / "main.tex").write_text(BIBLATEX)
    (tmp_path / "refs.bib").write_text(write(papers, dialect), encoding="utf-8")
    latex(tmp_path)
    judged = run(tmp_path, "biber", "--validate-datamodel", "--noconf", "main")
    assert not re.findall(r"(?:WARN|ERROR) - .*", judged)
    log = latex(tmp_path)
    assert not errors(log)
    assert "THE-END" in log
    assert (tmp_path / "main.bbl").read_text(encoding="utf-8").count("\\entry{") == len(papers)


GIVEN_KEYS = (
    "grün1999",
    "1999",
    "007",
    "reed*",
    "O'Reed",
    "a&b",
    "a(c)d",
    "a!b",
    "x|y",
    "_a",
    "-a",
    "a=b",
    'a"b',
    "a@b",
)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_keys_that_people_gave_are_found_by_cite(tmp_path: Path, dialect: Dialect) -> None:
    skip_without("amssymb.sty", "biblatex.sty", "etoolbox.sty", "logreq.sty")
    if dialect is Dialect.BIBLATEX and not shutil.which("biber"):
        pytest.skip("biber is not installed")
    keys = [*GIVEN_KEYS, "Озеро", "湖"] if dialect is Dialect.BIBLATEX else GIVEN_KEYS
    papers = [Citable(key=key, title="Ponds", authors=(Author("Ada Heron"),), year=2020) for key in keys]
    source = BIBTEX.replace("STYLE", "plain") if dialect is Dialect.BIBTEX else BIBLATEX
    cited = "".join(f"\\cite{{{key}}}\n" for key in keys)
    (tmp_path / "main.tex").write_text(source.replace(r"\nocite{*}", cited), encoding="utf-8")
    (tmp_path / "refs.bib").write_text(write(papers, dialect), encoding="utf-8")
    latex(tmp_path)
    judged = run(tmp_path, "bibtex" if dialect is Dialect.BIBTEX else "biber", "main")
    assert not re.findall(r"Warning--.*|.*---line.*|(?:WARN|ERROR) - .*", judged)
    latex(tmp_path)
    log = latex(tmp_path)
    assert not errors(log)
    assert "undefined" not in log
    assert "THE-END" in log


SCRIPT = Path(__file__).resolve().parents[2] / ".." / "shared" / "bibtex" / "tex_check.sh"


@pytest.mark.recorded
@pytest.mark.skipif(not SCRIPT.is_file(), reason="the shared judge is not beside the project")
def test_the_shared_judge_finds_no_defect(tmp_path: Path) -> None:
    skip_without("amssymb.sty", "lmodern.sty", "plainnat.bst")
    (tmp_path / "out.bib").write_text(write(library(), Dialect.BIBTEX), encoding="utf-8")
    verdict = run(tmp_path, "bash", str(SCRIPT), "out.bib", "--no-biber")
    assert verdict.startswith("OK "), verdict
