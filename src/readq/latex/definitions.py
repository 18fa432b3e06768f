r"""Define the commands that many .bib files use and that LaTeX does not have, such as `\noopsort`.

Such files define the commands in an `@preamble`. Their entries can be exported without the rest of their file, so an
export defines the commands again. `\providecommand` leaves a definition of the document as it is.
"""

import re
from collections.abc import Iterable, Iterator

_DEFINITIONS = {
    "SortNoop": "[1]{}",
    "cdprime": "{$''$}",
    "cprime": "{$'$}",
    "noopsort": "[1]{}",
    "printfirst": "[2]{#1}",
    "singleletter": "[1]{#1}",
    "switchargs": "[2]{#2#1}",
}
"""Maps names of commands to their arguments and meanings.

The first four stand for nothing or for a sign in Slavic names; the others are of xampl.bib, the example of BibTeX.
"""
_USE = re.compile(rf"\\({'|'.join(_DEFINITIONS)})(?![A-Za-z])")


def with_definitions(parts: Iterable[str]) -> Iterator[str]:
    """Yield the parts of a .bib file, each after an `@preamble` for the commands that it is the first to use."""
    defined: set[str] = set()
    for part in parts:
        if "\\" in part and (lacking := sorted({*_USE.findall(part)} - defined)):
            defined.update(lacking)
            tex = "".join(f"\\providecommand{{\\{name}}}{_DEFINITIONS[name]}" for name in lacking)
            # Each part but the first begins with a blank line.
            first, blank_line = ("\n", "") if part.startswith("\n") else ("", "\n")
            yield f'{first}@preamble{{"{tex}"}}\n{blank_line}'
        yield part
