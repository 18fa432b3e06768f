r"""Typeset hostile titles and names by real LaTeX, and compare what is printed with what is stored.

    python tests/tex/hostile_texts.py [--number 300] [--seed 0] [--dialect bibtex|biblatex]

Titles and names are drawn from a strategy of Hypothesis: code of TeX, specials, quotes, accents, mathematics, braces
and dollars without a partner, letters of many alphabets. They are imported as a feed gives them and exported to one
document for each dialect. LaTeX, BibTeX or biber and pdftotext run once over all entries. In the PDF each entry must be
one line with the names, the title and the year, as the library shows them. Texts with letters that pdfLaTeX lacks are
left out. The exit status is 1 if an entry is printed differently, or if a program warns.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from readq.latex.decode import to_unicode
from readq.latex.encode import needs_unicode_engine
from readq.latex.encode_math import encode_formula
from readq.latex.math_parser import split_math
from readq.model.authors.person_names import split
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Status, Trust
from readq.services.citing.export import export
from readq.services.citing.export_formats import FORMATS
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest
from readq.store.library import open_for_writing
from readq.store.papers import citations
from readq.text import one_line

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
YEAR = 2020
PROGRAMS = {"bibtex": "bibtex", "biblatex": "biber"}

# LaTeX has no page wider than 5.7 m. An entry of 200 characters takes less than one.
_PREAMBLE = r"""\documentclass{article}\input{glyphtounicode}\pdfgentounicode=1
\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern,textcomp,amsmath,amssymb,url}
\usepackage[paperwidth=5000mm,paperheight=5000mm,margin=20mm]{geometry}\pagestyle{empty}
\hyphenpenalty=10000 \exhyphenpenalty=10000
"""
_DOCUMENTS = {
    "bibtex": _PREAMBLE + r"\begin{document}\nocite{*}\bibliographystyle{unsrt}\bibliography{refs}",
    "biblatex": _PREAMBLE
    + r"\usepackage[backend=biber,style=numeric,maxnames=99,sorting=none,doi=false]{biblatex}\addbibresource{refs.bib}"
    + r"\DeclareFieldFormat{title}{#1}\begin{document}\nocite{*}\printbibliography",
}

_WORDS = st.sampled_from("the On of BERT iPhone LaTeX deep O(n) e.g. GPT-4 naïve don't a the-state C++ C# .NET".split())  # noqa: SIM905
_CODE = st.sampled_from(
    [
        r"\input{/etc/passwd}",
        r"\write18{x}",
        r"\end{document}",
        r"\def\a{b}",
        r"\catcode`\%=12",
        r"\foo",
        r"\foo{bar}",
        r"\\",
        r"\par",
        r"\begin{a}",
        r"\verb|x|",
        r"\end",
        r"\bibitem{x}",
        r"\relax",
        r"\emph{so}",
        r"\textsc{Abc}",
        r"\'e",
        r"\"{u}",
        r"\c{c}",
        r"\ss{}",
        r"\o",
        r"{\L}",
        r"\i",
        r"\aa",
        r"\&",
        r"\%",
        r"\$",
        r"\_",
        r"\{",
        r"\}",
        r"\#",
        r"\LaTeX",
        r"\cite{x}",
        r"\csname x\endcsname",
        r"\textbf{x \textit{y}}",
        r"{\em x}",
        r"\emph ",
        r"\ ",
        "\\",
    ]
)
_SPECIALS = st.sampled_from([*r"""%&#_$^~{}<>|"'`@*=+-[]()/\:;,.!?""", "``", "''", "--", "---", "...", "!`", "?`"])
_MATHS = st.sampled_from(
    [
        r"$x$",
        r"$x^2$",
        r"$H_2O$",
        r"$\alpha$",
        r"$\beta_1$",
        r"$O(n)$",
        r"$\mathbf{x}$",
        r"$\mathcal{O}(N)$",
        r"$\infty$",
        r"$\times$",
        r"$5",
        r"$$",
        r"$",
        r"$x_$",
        r"$^2$",
        r"$\foo$",
        r"$\ell_1$",
        r"$a<b$",
        r"$\mathbb{R}^d$",
        r"\(x\)",
        r"$\rightarrow$",
        r"$\sqrt{2}$",
        r"$k$-means",
        r"x$_2$",
        r"$\leq 3$",
        "$5 and $10",
        r"$\text{if } x$",
        r"$\pm 1$",
    ]
)
_LETTERS = st.sampled_from(
    [
        *"éüñçØßæŁőğıİșÞđŋếǎĳﬁſŒαβΩ∞≤→×½²₂°µ©™€£§…–—“”‘’„«»¿¡·•†ℝª№Я中א😀−‐′Å",
        *("x\u0302", "\u00a0", "\u2009", "\u200b", "\u00ad", "\u202e", "\t"),
    ]
)
_PLAIN = st.text("abc xyzABC 019", min_size=1, max_size=8)
_PIECES = st.one_of(_WORDS, _PLAIN, _CODE, _SPECIALS, _MATHS, _LETTERS)
_JOINED = st.sampled_from(["", " ", " "])
TITLES = st.lists(st.tuples(_PIECES, _JOINED), min_size=1, max_size=8).map(
    lambda parts: "A" + "".join(joint + part for part, joint in parts)
)
_NAME_PARTS = st.one_of(
    st.sampled_from(
        [
            "Ann",
            "Jean-Luc",
            "O'Neil",
            "van",
            "der",
            "de",
            "la",
            "Müller",
            "Øystein",
            "Łukasz",
            "Ștefan",
            "Ægir",
            "J.",
            "J.-P.",
            "d'Arc",
            "Jr.",
            "III",
            "and",
            "others",
            "Team",
        ]
    ),
    _SPECIALS,
    _LETTERS,
    _CODE,
    st.text("abcABC", min_size=1, max_size=6),
)
NAMES = st.lists(_NAME_PARTS, min_size=1, max_size=4).map(lambda parts: "N" + " ".join(parts))


class Text(NamedTuple):
    """A title and the names of its authors, as a feed gives them."""

    title: str
    names: tuple[str, ...]


class Outcome(NamedTuple):
    """What became of texts: the number of compared entries, and a line for each fault."""

    compared: int
    faults: list[str]


TEXTS = st.builds(Text, TITLES, st.lists(NAMES, min_size=1, max_size=2).map(tuple))


def drawn(number: int, start: int) -> list[Text]:
    """Return `number` different texts of the strategy that pdfLaTeX has letters for.

    The same `start` gives the same texts.
    """
    found: dict[Text, None] = {}

    for turn in count():
        if len(found) >= number:
            break
        _collect(found, start, turn)
    return list(found)[:number]


def _collect(found: dict[Text, None], start: int, turn: int) -> None:
    # Later examples of one run are variations of earlier ones, so each run is short.
    @seed(f"{start} {turn}")
    @settings(max_examples=8, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def collect(text: Text) -> None:
        if not any(map(needs_unicode_engine, (text.title, *text.names))):
            found[text] = None

    collect()


def typeset(texts: list[Text], dialect: str, folder: Path) -> Outcome:
    """Export the texts, typeset them in one document in `folder`, and compare what is printed with what is stored."""
    library = folder / "library.db"
    papers = [
        FetchedPaper(
            text.title,
            trust=Trust.ARXIV,
            authors=tuple(map(Author, text.names)),
            year=YEAR,
            identifiers=(("doi", f"10.5555/{number}"),),
        )
        for number, text in enumerate(texts)
    ]
    report = ingest(str(library), [Entry(paper, None, "2026-11-23", Status.INBOX) for paper in papers], NOW)
    with contextlib.closing(open_for_writing(str(library))) as connection:
        ids = citations.in_key_order(connection, None, ignoring_case=True)
        stored = list(citations.citables(connection, ids))
        export(connection, ids, str(folder / "refs.bib"), FORMATS[dialect], NOW)
    faults = [f"refused: {one.where}: {one.why}" for one in report.rejected]
    lines, complaints = _printed(folder, dialect)
    faults += complaints
    for number, (_, paper) in enumerate(stored, 1):
        wanted, there = _wanted(paper, dialect), lines.get(number, "").removeprefix(f"[{number}]")
        # The screen raises and lowers the digits of x^2 and x_1, which are no formula for LaTeX.
        has_scripts = re.search(r"\w[\^_]\w", paper.title) is not None
        if _squashed(wanted, has_scripts) != _squashed(there, has_scripts):
            faults.append(f"{paper.key}: {wanted!r} is printed as {there!r}")
    return Outcome(len(stored), faults)


def _printed(folder: Path, dialect: str) -> tuple[dict[int, str], list[str]]:
    """Typeset `refs.bib`. Return the line of each entry by its number in the list, and warnings and errors."""
    (folder / "main.tex").write_text(_DOCUMENTS[dialect] + r"\typeout{THE-END}\end{document}", encoding="utf-8")
    _run(folder, *_LATEX)
    judged = _run(
        folder, PROGRAMS[dialect], *(["--nolog"] if dialect == "biblatex" else ["-min-crossrefs=9999"]), "main"
    )
    logs = _run(folder, *_LATEX), _run(folder, *_LATEX)
    complaints = re.findall(r"Warning--.*|.*---line.*|(?:WARN|ERROR) - .*", judged)
    complaints += [line for line in logs[1].splitlines() if line.startswith("! ")]
    if "THE-END" not in logs[1]:
        complaints.append("LaTeX did not reach the end of the document")
    _run(folder, "pdftotext", "-raw", "-enc", "UTF-8", "main.pdf")
    text = (folder / "main.txt").read_text(encoding="utf-8") if (folder / "main.txt").exists() else ""
    found: dict[int, str] = {}
    for line in text.splitlines():
        # Only the next number begins an entry: a title may look like one.
        if line.startswith(f"[{len(found) + 1}]"):
            found[len(found) + 1] = line
        elif found:
            found[len(found)] += line
    return found, complaints


_LATEX = ("pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "main.tex")


def _run(folder: Path, *command: str) -> str:
    environment = os.environ | {"openin_any": "p", "openout_any": "p", "max_print_line": "1000"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def _wanted(paper: Citable, dialect: str) -> str:
    """Return what has to be printed of a paper."""
    names = " and ".join(_shown_name(author, dialect) for author in paper.authors)
    title, year = _shown_title(paper.title), f"{YEAR}."
    if dialect == "bibtex":
        return f"{_unit(names)} {title}, {year}"
    return f"{_unit(names)} {_unit(title)} {year}"


def _unit(text: str) -> str:
    """Return a text with a full stop, unless biblatex takes its last sign for one."""
    return text if text.endswith((",", ";", ":", "!", "?")) else f"{text}."


def _shown_title(title: str) -> str:
    """Return a title as the screen shows it. What LaTeX would not take for a formula stays as it is."""
    # Of two backslashes before a sign the screen shows one, and LaTeX prints both, as they are stored.
    title = re.sub(r"\\\\(?=[&%#_$])", "\ue000\ue000", title)
    pieces = split_math(title)
    if any(is_math and encode_formula(piece) is None for is_math, piece in pieces):
        # Each piece by itself: a dollar that belongs to no formula would find another partner.
        shown = "".join(map(_shown_piece, *zip(*pieces, strict=True)))
    else:
        shown = to_unicode(title)
    return shown.replace("\ue000", "\\")


def _shown_piece(is_math: bool, piece: str) -> str:
    if not is_math:
        return to_unicode(piece)
    return f"${to_unicode(piece)}$" if encode_formula(piece) is None else to_unicode(f"${piece}$")


def _shown_name(author: Author, dialect: str) -> str:
    parts = author if author.family is not None else split(author.name)
    shown = " ".join(filter(None, (parts.given, parts.family))) or parts.name
    comma = "," if dialect == "bibtex" else ""
    shown = one_line(f"{shown}{comma} {parts.suffix}" if parts.suffix else shown)
    # A name has no markup but accents, escaped signs, signs that a command prints, and ends of lines.
    shown = re.sub(r"\\\\(?=\s)", "", shown)
    return re.sub(r"\\([&%#_$ {}]|LaTeX)", r"\1", shown)


_ACCENTED = {"s\u0326": "s", "e\u0302\u0301": "ˊe\u0302", "x\u0302": "ˆx"}
"""Letters that pdfLaTeX prints as a letter and an accent, as pdftotext gives them."""

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "−": "-", "‐": "-", "`": "'", "´": "ˊ"})


def _squashed(text: str, has_scripts: bool) -> str:
    """Return a text without spaces, case, commas and full stops, with one form of quotes and dashes."""
    plain = unicodedata.normalize("NFKD", text.translate(_SAME)).casefold()
    plain = plain.replace("\u0307", "")
    for letter, printed in _ACCENTED.items():
        plain = plain.replace(letter, printed)
    plain = re.sub("[-–—]+", "-", re.sub("''", '"', unicodedata.normalize("NFC", plain)))
    return re.sub(r"[.,\s\u2044^_]" if has_scripts else r"[.,\s\u2044]", "", plain)


def main() -> int:
    """Compare the texts in each dialect; print the faults and the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=300, help="how many titles with their names")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other texts")
    parser.add_argument("--dialect", choices=tuple(PROGRAMS), help="only this dialect")
    options = parser.parse_args()
    texts = drawn(options.number, options.seed)
    status = 0
    for dialect in [options.dialect] if options.dialect else PROGRAMS:
        with tempfile.TemporaryDirectory() as folder:
            done = typeset(texts, dialect, Path(folder))
        for fault in done.faults:
            print(f"{dialect}: {fault}")
        print(f"{dialect}: {done.compared} entries compared, {len(done.faults)} faults")
        status = max(status, int(bool(done.faults)))
    return status


if __name__ == "__main__":
    sys.exit(main())
