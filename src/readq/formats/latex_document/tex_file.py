r"""Read the citations in a .tex file: the `\cite` commands of LaTeX, natbib, biblatex and apacite, and similar ones.

Every command with `cite` in its name counts as a citing command, except commands that only configure citations. The
commands and environments of csquotes that quote and cite, such as `\textcquote`, count as well. Comments, verbatim text
and all text after `\end{document}` are ignored.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from readq.formats.latex_document.document_part import EVERYTHING, Citation, DocumentPart, keys_in

# What begins first counts: a `%` in a URL or in verbatim text begins no comment.
_UNREAD = re.compile(
    r"(?P<kept>\\[\\%]|\\(?:url|nolinkurl|path|href)\s*\{[^{}\n]*\})"
    r"|%[^\n]*"
    r"|(?P<verbatim>\\begin\{(?P<name>(?:comment|verbatim|Verbatim|lstlisting|minted|filecontents)\*?)\}"
    r".*?(?:\\end\{(?P=name)\}|\Z)"
    r"|\\(?:verb\*?|lstinline(?:\[[^\[\]\n]*\])?)(?P<mark>[^A-Za-z\s*{\[])[^\n]*?(?P=mark))",
    re.DOTALL,
)
_END = re.compile(r"\\end\s*\{document\}")
_QUOTE = r"(?:foreign|hyphen|hybrid)?(?:text|block|display)cquote"
_CITE = re.compile(
    rf"\\([A-Za-z@]*[Cc]ite[A-Za-z@]*|bibentry|{_QUOTE})(?:\*|(?![A-Za-z@*]))|\\begin\{{({_QUOTE})\*?\}}"
)
# The first argument is the volume or the language.
_KEY_IS_SECOND = re.compile(r"[a-z]*volcites?|(?:foreign|hyphen|hybrid)[a-z]*cquote", re.IGNORECASE)
_NO_CITATION = re.compile(
    r"(?:if|AtEvery|AtNext|Declare|Renew|New|Provide|Set|set|Use|use|mk|blx@|abx@).*|bibcite|bstctlcite|newcites|.*[Cc]ite(?:style|setup|name|reset|"
    r"tracker.*|index.*|counter|punct|delim|number|dash|mid|left|right|form|count|search)|.*cite(?:type|command)"
)
_INCLUDE = re.compile(
    r"\\(?:(?:input|include|subfile|subfileinclude)\s*\{([^{}]*)\}"
    r"|input\s+([^\s{}\\%]+)"
    r"|(sub)?(?:import|includefrom|inputfrom)\*?\s*\{([^{}]*)\}\s*\{([^{}]*)\})"
)
_CURRENT_FOLDER = re.compile(r"\A\s*(?:\./+)+")
_BLANK = re.compile(r"[^\n]")
_SPACE = re.compile(r"[ \t]*\n?[ \t]*")
_BRACKET = re.compile(r"[\[\](){}<>]")
_OPTIONAL = {"[": "]", "(": ")", "<": ">"}
_MAX_ARGUMENT = 20_000


def read(text: str) -> DocumentPart:
    """Return the citations in the .tex file with the content `text`, and the names of the files that it includes.

    Raises nothing.
    """
    text = _UNREAD.sub(_blanked, text)
    if end := _END.search(text):
        text = text[: end.start()]
    newlines = [mark.start() for mark in re.finditer("\n", text)]
    citations = tuple(Citation(key, bisect_left(newlines, at) + 1) for key, at in _cited(text))
    return DocumentPart(citations, tuple(filter(None, map(_included, _INCLUDE.finditer(text)))))


def _blanked(found: re.Match[str]) -> str:
    return found["kept"] or _BLANK.sub(" ", found["verbatim"] or "")


def _included(found: re.Match[str]) -> str:
    name, word, is_relative, folder, file = found.groups()
    if file is None:
        # LaTeX looks for `./name` in the folder of the document, as for `name`.
        return _CURRENT_FOLDER.sub("", (name or word or "").strip().strip('"')).strip()
    joined = f"{folder.strip().removesuffix('/')}/{file.strip()}".removeprefix("/")
    return f"./{joined}" if is_relative else joined


def _cited(text: str) -> Iterator[tuple[str, int]]:
    """Yield each cited key with the position of its command."""
    closings = _closings(text)
    for command in _CITE.finditer(text):
        name = command[1] or command[2]
        if _NO_CITATION.fullmatch(name):
            continue
        takes_several = name.endswith("cites")
        skipped = int(_KEY_IS_SECOND.fullmatch(name) is not None)
        groups = _groups(text, command.end(), closings, several=takes_several, skipped=skipped)
        for argument in groups:
            # REVTeX and mciteplus print the entry of `*key` together with the one before.
            keys = (key if key == EVERYTHING else key.removeprefix("*") for key in keys_in(argument))
            yield from ((key, command.start()) for key in keys)


def _groups(text: str, at: int, closings: Mapping[int, int], *, several: bool, skipped: int) -> Iterator[str]:
    """Yield the first argument in braces after a command. With `several`, yield all.

    `skipped` is the number of arguments to leave out at the start.
    """
    while True:
        at = _after_optional(text, at, closings)
        if text[at : at + 1] != "{":
            return
        end = text.find("}", at, at + _MAX_ARGUMENT)
        if end < 0:
            return
        if skipped:
            skipped -= 1
        else:
            yield text[at + 1 : end]
            if not several:
                return
        at = end + 1


def _after_optional(text: str, at: int, closings: Mapping[int, int]) -> int:
    """Return the position after the optional arguments that follow `at`. They may contain braces."""
    while True:
        space = _SPACE.match(text, at)
        start = space.end() if space else at
        end = closings.get(start, -1)
        if not start < end <= start + _MAX_ARGUMENT:
            return start
        at = end + 1


def _closings(text: str) -> dict[int, int]:
    """Map the position of each opening bracket, such as `[`, to that of the next closing one outside inner braces.

    A bracket is left out if the braces around it close first. One pass over the text finds all of them: a search from
    each bracket would take time that grows with the square of the length.
    """
    closings: dict[int, int] = {}
    # For each open brace, the brackets in it that are not closed, by their closing bracket.
    open_brackets: list[dict[str, list[int]]] = [{}]
    for found in _BRACKET.finditer(text):
        bracket, at = found[0], found.start()
        if bracket == "{":
            open_brackets.append({})
        elif bracket == "}":
            open_brackets.pop()
            if not open_brackets:
                open_brackets.append({})
        elif bracket in _OPTIONAL:
            open_brackets[-1].setdefault(_OPTIONAL[bracket], []).append(at)
        else:
            closings.update((opening, at) for opening in open_brackets[-1].pop(bracket, ()))
    return closings
