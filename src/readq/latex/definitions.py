r"""Define the commands that many .bib files use and that LaTeX does not have, such as `\noopsort`.

Such files define the commands in an `@preamble`. An export can have the entries of such a file without its `@preamble`.
So the export gets an `@preamble` of its own. It uses `\providecommand`, which does nothing if the document already
defines the command.
"""

import re
from collections.abc import Collection, Iterable, Iterator

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
    """Yield the parts of a .bib file, with an `@preamble` before the first part that uses a command of this module.

    The `@preamble` defines the commands of that part. A later part that uses further commands gets another `@preamble`.
    """
    defined = ""
    for part in parts:
        if "\\" in part and (lacking := lacking_definitions(part, defined)):
            defined += lacking
            # Each part but the first begins with a blank line.
            first, blank_line = ("\n", "") if part.startswith("\n") else ("", "\n")
            yield f"{first}{lacking}\n{blank_line}"
        yield part


def lacking_definitions(tex: str, preambles: str) -> str:
    """Return an `@preamble` that defines the commands of this module that `tex` uses.

    Commands that `preambles`, the text of other preambles, contains are left out. Return "" if no command is left.
    """
    return preamble(used_commands(tex) - used_commands(preambles))


def used_commands(tex: str) -> set[str]:
    """Return the names of the commands of this module that `tex` uses."""
    return set(_USE.findall(tex))


def preamble(commands: Collection[str]) -> str:
    """Return an `@preamble` that defines `commands`, names of commands of this module, or "" if there are none."""
    if not commands:
        return ""
    definitions = "".join(f"\\providecommand{{\\{name}}}{_DEFINITIONS[name]}" for name in sorted(commands))
    return f'@preamble{{"{definitions}"}}'
