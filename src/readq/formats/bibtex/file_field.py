"""The `file` field of a .bib entry: where other programs keep the PDF.

Forms: a path alone (BibDesk, papis); `description:path:type` (JabRef); several of either with `;` between (Zotero,
Better BibTeX, Mendeley). `:`, `;` and `\\` inside a part are written behind a backslash.
"""

import re

_PART = re.compile(r"(?:\\.|[^;\\])+", re.DOTALL)
_COLON = re.compile(r"(?<!\\):")
_ESCAPED = re.compile(r"\\([:;\\_&%#$ ])")
_DRIVE = re.compile(r"[A-Za-z]")


def paths(field: str) -> list[str]:
    """The paths of the PDFs that a field names, as they stand there: absolute, or relative to the .bib."""
    found = [_path(part.strip().strip("{}")) for part in _PART.findall(field)]
    return list(dict.fromkeys(path for path in found if path.lower().endswith(".pdf")))


def _path(part: str) -> str:
    pieces = _COLON.split(part)
    if len(pieces) >= 3 and not (len(pieces) == 3 and _DRIVE.fullmatch(pieces[0]) and not pieces[2]):
        # What stands between the description and the type; a drive letter brings a colon of its own.
        part = ":".join(pieces[1:-1])
    return _ESCAPED.sub(r"\1", part)
