r"""Check whether LaTeX from a user's own file can be written to a .bib file unchanged, and escape special characters.

The text can hold commands that readq does not know. It can be written if its braces are balanced (BibTeX counts `\{` as
a brace), its formulas can be parsed, and none of its commands is dangerous. A command is dangerous if it reads or
writes files, changes the meaning of other commands or characters, hides text after it, or stops TeX.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from readq.latex.accents import compose, with_signs
from readq.latex.encode import Dialect, ascii_commands
from readq.latex.encode_math import encode_formula
from readq.latex.math_parser import MathError, parse
from readq.text import pattern

# Plain TeX, LaTeX, and the engines: files, definitions, character codes, expansion tricks, environments, the page.
_DANGEROUS = frozenset(
    "input include includeonly InputIfFileExists IfFileExists lstinputlisting verbatiminput includegraphics includepdf "  # noqa: SIM905
    "openin openout closein closeout read readline write immediate special newread newwrite ShellEscape directlua "
    "latelua luaexec luadirect def edef gdef xdef let futurelet newcommand renewcommand providecommand "
    "DeclareRobustCommand NewDocumentCommand RenewDocumentCommand newenvironment renewenvironment newif catcode lccode "
    "uccode sfcode mathcode delcode endlinechar escapechar newlinechar csname endcsname expandafter scantokens "
    "afterassignment aftergroup begingroup endgroup bgroup egroup begin end endinput stop bye dump batchmode "
    "nonstopmode scrollmode errorstopmode errmessage message typeout shipout output everypar everymath everydisplay "
    "everyhbox everyvbox everyjob everycr usepackage RequirePackage documentclass LoadClass AtBeginDocument "
    "AtEndDocument makeatletter makeatother loop repeat iterate else fi or global long outer protected font chardef "
    "mathchardef countdef dimendef skipdef toksdef toks count advance multiply divide verb lstinline bibitem "
    "bibliography addbibresource shorthandoff shorthandon pdfobj pdfximage pdffiledump pdfmdfivesum pdffilesize "
    "pdfliteral hypersetup import subimport inputfrom subinputfrom includefrom subincludefrom subfile "
    "subfileinclude includestandalone includesvg inputminted VerbatimInput BVerbatimInput LVerbatimInput CatchFileDef "
    "CatchFileEdef CatchFileBetweenTags attachfile textattachfile embedfile ExplSyntaxOn ExplSyntaxOff show showthe "
    "showbox showlists showtokens showgroups showifs tracingall loggingall pausing interactionmode nullfont obeylines "
    "obeyspaces".split()
)
_PROSE = frozenset(
    "emph textbf textit textsc textsf texttt textrm textsl textup textmd textnormal underline mbox textsuperscript "  # noqa: SIM905
    "textsubscript mkbibemph mkbibbold mkbibitalic mkbibquote mkbibparens mkbibbrackets enquote foreignlanguage "
    "textcolor uppercase lowercase MakeUppercase MakeLowercase NoCaseChange".split()
)
"""The commands whose argument is prose, so that a special character in the argument needs an escape."""
_ESCAPES = {
    "&amp;": r"\&",
    "&lt;": r"{\textless}",
    "&gt;": r"{\textgreater}",
    "&quot;": "''",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"{\textasciicircum}",
}
# Some programs leave references of HTML in titles.
_BARE = pattern(r"(\\.)|(&(?:(?:amp|lt|gt|quot);)?|[%#_^])", re.DOTALL)
_MAX_DEPTH = 40
_TOKEN = pattern(r"\\[A-Za-z@]+\*?|\\.|\\\Z|\$\$?|[{}%&#_^]|\s+|[^\\{}$%&#_^\s]+", re.DOTALL)
_SPECIAL = pattern(r"[\\{}$&%#_^]")


class Mode(Enum):
    r"""The kind of a piece of LaTeX: prose, a formula, or text that is neither, such as the argument of `\url`."""

    PROSE = auto()
    MATH = auto()
    ARGUMENT = auto()


class Piece(NamedTuple):
    """A piece of LaTeX text that is of one kind only. The delimiters of a formula are of the kind ARGUMENT."""

    mode: Mode
    tex: str


class _Group(NamedTuple):
    """An open group. `mode` is the mode before it, `command` the command of which it is an argument, or ""."""

    mode: Mode
    command: str


class _BrokenError(ValueError):
    """TeX would stop at the text, or must not read it."""


def pieces(tex: str) -> list[Piece] | None:
    """Split a LaTeX text into pieces: prose, formulas, and arguments such as file names (see `Mode`).

    Return None if the text must not be written to a .bib file, for example because of a dangerous command.
    """
    if not _SPECIAL.search(tex):
        return [Piece(Mode.PROSE, tex)] if tex else []
    if "^^" in tex:
        return None
    try:
        found = _joined(_Scanner(tex).tokens())
    except _BrokenError:
        return None
    return found if _formulas_parse(tex, found) else None


def as_written(tex: str, *, is_macro_argument: bool = False) -> str | None:
    r"""Return a LaTeX text in which each special character that lacks an escape is escaped. The rest stays unchanged.

    Return None if the text must not be written to a .bib file (see `pieces`). In prose, `& % # _ ^` are escaped. In a
    formula, only `% #` are. If `is_macro_argument` is true, `%` is also escaped in the arguments of commands such as
    `\url`. This is needed for biblatex, which passes the value of a field to a macro.
    """
    found = pieces(tex)
    if found is None:
        return None
    text = "".join(_escaped(piece, is_macro_argument) for piece in found)
    # A control space at the end has lost its space, and would take the brace that ends the field.
    return f"{text} " if re.search(r"(?<!\\)(?:\\\\)*\\\Z", text) else text


def _escaped(piece: Piece, is_macro_argument: bool) -> str:
    if piece.mode is Mode.PROSE:
        return _BARE.sub(lambda found: found[1] or _ESCAPES[found[2]], piece.tex)
    if piece.mode is Mode.MATH:
        return re.sub(r"(\\.)|([%#])", lambda found: found[1] or _ESCAPES[found[2]], piece.tex, flags=re.DOTALL)
    return re.sub(r"(?<!\\)%", r"\\%", piece.tex) if is_macro_argument else piece.tex


class _Scanner:
    def __init__(self, tex: str) -> None:
        self._tex = tex
        self._mode = Mode.PROSE
        self._groups: list[_Group] = []
        self._math: list[tuple[int, str, Mode]] = []
        self._command = ""
        self._ifs = 0

    def tokens(self) -> Iterator[Piece]:
        r"""Yield each token with its mode.

        Raises _BrokenError for a text at which TeX would stop, or that TeX must not read.
        """
        for match in _TOKEN.finditer(self._tex):
            token = match[0]
            before = self._mode
            if token[0] == "\\":
                self._take_command(token)
            elif token == "{":  # noqa: S105 - no password
                self._open()
            elif token == "}":  # noqa: S105 - no password
                self._close()
            elif token[0] == "$":
                self._toggle(token)
            elif not token.isspace() and token[0] != "[":
                self._command = ""
            # Delimiters of formulas and groups of arguments are never escaped.
            yield Piece(before if before is self._mode else Mode.ARGUMENT, token)
        if self._groups or self._math or self._ifs:
            raise _BrokenError(self._tex)

    def _take_command(self, token: str) -> None:
        name = token[1:].rstrip("*").replace("@", "")
        if token in ("\\(", "\\["):
            self._open_math(token)
        elif token in ("\\)", "\\]"):
            self._close_math({"\\)": "\\(", "\\]": "\\["}[token])
        elif token in ("\\{", "\\}"):
            # BibTeX counts these like any brace; TeX does not.
            self._count_escaped_brace(token)
        elif name.startswith("if"):
            if name != "ifmmode":
                raise _BrokenError(token)
            self._ifs += 1
        elif name == "fi" and self._ifs:
            self._ifs -= 1
        elif not (name == "else" and self._ifs) and (name in _DANGEROUS or "input" in name):
            raise _BrokenError(token)
        self._command = name if name.isalpha() else ""

    def _count_escaped_brace(self, token: str) -> None:
        if token == "\\{":  # noqa: S105 - no password
            self._groups.append(_Group(self._mode, "\\{"))
        elif not self._groups or self._groups.pop().command != "\\{":
            raise _BrokenError(token)

    def _open(self) -> None:
        command = self._command
        self._groups.append(_Group(self._mode, command))
        if len(self._groups) > _MAX_DEPTH:
            raise _BrokenError("{")
        if command == "ensuremath":
            self._mode = Mode.MATH
        elif command and command not in _PROSE and self._mode is Mode.PROSE and len(command) > 1:
            self._mode = Mode.ARGUMENT
        self._command = ""

    def _close(self) -> None:
        if not self._groups or (self._math and self._math[-1][0] > len(self._groups) - 1):
            raise _BrokenError("}")
        group = self._groups.pop()
        if group.command == "\\{":
            raise _BrokenError("}")
        self._mode = group.mode
        # A further group is the next argument of the same command.
        self._command = group.command

    def _toggle(self, sign: str) -> None:
        self._command = ""
        if self._math and self._math[-1][0] == len(self._groups):
            self._close_math(sign)
        else:
            self._open_math(sign)

    def _open_math(self, sign: str) -> None:
        self._math.append((len(self._groups), sign, self._mode))
        self._mode = Mode.MATH

    def _close_math(self, sign: str) -> None:
        if not self._math or self._math[-1][:2] != (len(self._groups), sign):
            raise _BrokenError(sign)
        self._mode = self._math.pop()[2]


_DOTLESS = re.compile(
    r"(?<!\\)\\([`'^\"~=]|[uvHk](?![A-Za-z]))\s*(?:\{\s*\\([ij])\s*(?:\{\})?\s*\}|\\([ij])(?![A-Za-z])(?:\{\}|\s*))"
)

# biber would convert the inner accent alone, and leave `\~ê`, at which pdfLaTeX stops.
_TWO_ACCENTS = pattern(
    r"(?<!\\)\\[`'^\"~=.uvHdk]\s*\{\s*\\(?:[`'^\"~=.]\s*(?:\{\s*[A-Za-z]\s*\}|[A-Za-z])|[uvHdk]\s*\{\s*[A-Za-z]\s*\})\s*\}"
)


def in_ascii(tex: str, dialect: Dialect) -> str:
    r"""Return a LaTeX text in which commands stand in place of the characters that the program `dialect` cannot read.

    `tex` is a result of `as_written`. Characters in prose and in formulas are replaced. Other arguments of commands,
    such as file names, stay unchanged. For biblatex, `\'{\i}` becomes `\'{i}`. biber would convert `\'{\i}` to a
    dotless `ı` and a combining accent, and pdfLaTeX cannot print this pair. An accent without a letter, such as `\~{}`,
    becomes the command for its sign (see `with_signs`).
    """
    if dialect is Dialect.BIBLATEX and "\\" in tex:
        tex = with_signs(_DOTLESS.sub(lambda found: f"\\{found[1]}{{{found[2] or found[3]}}}", tex))
        tex = _TWO_ACCENTS.sub(lambda found: compose(found[0]), tex)
    if tex.isascii():
        return tex
    return "".join(_in_ascii(piece, dialect) for piece in pieces(tex) or ())


def _in_ascii(piece: Piece, dialect: Dialect) -> str:
    if piece.mode is Mode.PROSE:
        return ascii_commands(piece.tex, dialect)
    if piece.mode is Mode.MATH and not piece.tex.isascii() and (formula := encode_formula(piece.tex)):
        return formula[2:-2]
    return piece.tex


def _joined(tokens: Iterator[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for token in tokens:
        if found and found[-1].mode is token.mode:
            found[-1] = Piece(token.mode, found[-1].tex + token.tex)
        else:
            found.append(token)
    return found


_FORMULA = pattern(r"(?<!\\)\$\$?([^$]*)(?<!\\)\$\$?|\\\((.*?)\\\)", re.DOTALL)


def _formulas_parse(tex: str, found: list[Piece]) -> bool:
    """Return whether TeX accepts the formulas, as far as `math_parser` can tell. Nested formulas are not checked."""
    if not any(piece.mode is Mode.MATH for piece in found):
        return True
    formulas = [first or second for first, second in _FORMULA.findall(tex)]
    if any("box{" in formula or "text" in formula for formula in formulas):
        return True
    try:
        for formula in formulas:
            parse(re.sub(r"(?<!\\)[%#]", "x", formula))
    except MathError:
        return False
    return True
