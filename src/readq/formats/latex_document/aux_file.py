r"""Read the citations in an .aux file, as LaTeX writes them for BibTeX and for biber.

For BibTeX, LaTeX writes `\citation{a,b}`. For biber, biblatex writes `\abx@aux@cite{0}{a}`, or `\abx@aux@cite{a}` in
versions before 3.18, and `\abx@aux@nociteall` for `\nocite{*}`. A file that the document includes by `\include` has
its own .aux file, which the main .aux file names with `\@input`.
"""

import re

from readq.formats.latex_document.document_part import EVERYTHING, Citation, DocumentPart, keys_in

_COMMAND = re.compile(
    r"\\(?:citation|abx@aux@cite(?:\{[^{}]*\}(?=\{))?)\{([^{}]*)\}|\\@input\{([^{}]*)\}|\\abx@aux@nociteall"
)


def read(text: str) -> DocumentPart:
    """Return the citations in the .aux file with the content `text`, and the names of the .aux files that it includes.

    Raises nothing.
    """
    citations: list[Citation] = []
    included: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        for found in _COMMAND.finditer(line):
            if found[2] is not None:
                included.append(found[2].strip())
            else:
                cited = [EVERYTHING] if found[1] is None else keys_in(found[1])
                citations += [Citation(key, number) for key in cited]
    return DocumentPart(tuple(citations), tuple(name for name in included if name))
