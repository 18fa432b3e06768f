"""The citations in one file of a LaTeX document, and the names of further files that it includes."""

import re
from typing import NamedTuple

EVERYTHING = "*"
r"""The key in `\nocite{*}`, which stands for all entries."""

_KEY = re.compile(r"[^\s,{}\\#%~]+")
# biblatex with BibTeX, achemso, IEEEtran, the journals of REVTeX, and the footnotes of REVTeX and notes2bib.
_OF_PACKAGE = re.compile(
    r"biblatex-control|achemso-control|.*BSTcontrol|(?:REVTEX|a[a-z]+)4[0-9]?Control|Note-?[0-9]+", re.DOTALL
)


class Citation(NamedTuple):
    """A citation key, and the number of the line (from 1) on which it is cited."""

    key: str
    line: int


class DocumentPart(NamedTuple):
    """The content of one file of a LaTeX document."""

    citations: tuple[Citation, ...] = ()
    """The citations in the file."""
    included: tuple[str, ...] = ()
    """The names of included files. A name may lack the suffix.

    A name that begins with `./` is relative to the folder of the including file. Other names are relative to the
    folder of the document.
    """


def keys_in(argument: str) -> list[str]:
    """Return the citation keys in the argument of a citing command, such as `a, b`.

    Parts that cannot be keys, such as `#1` in the definition of a macro, are left out.
    """
    parts = (part.strip() for part in argument.split(","))
    return [part for part in parts if _KEY.fullmatch(part)]


def is_of_package(key: str) -> bool:
    """Return whether `key` has the form of the keys that packages of LaTeX cite by themselves.

    Such a key names settings of a bibliography style, or a footnote that is printed in the bibliography. The package
    writes its entry to a .bib file of its own.
    """
    return _OF_PACKAGE.fullmatch(key) is not None
