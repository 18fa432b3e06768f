"""Parse the `file` field of a .bib entry, which names the PDFs that other programs keep.

Forms: a path alone (BibDesk, papis); `description:path:type` (JabRef); several of either separated by
`;` (Zotero, Better BibTeX, Mendeley). `:`, `;` and `\\` inside a part are escaped by a backslash.
"""

import re

_PART = re.compile(r"(?:\\.|[^;\\])+", re.DOTALL)
_COLON = re.compile(r"(?<!\\):")
_ESCAPED = re.compile(r"\\([:;\\_&%#$ ])")
_DRIVE = re.compile(r"[A-Za-z]")


def pdf_paths(field: str) -> list[str]:
    """Return the paths of the PDFs in a `file` field as written: absolute, or relative to the .bib file's folder."""
    found = [_path(part.strip().strip("{}")) for part in _PART.findall(field)]
    return list(dict.fromkeys(path for path in found if path.lower().endswith(".pdf")))


def _path(part: str) -> str:
    pieces = _COLON.split(part)
    if len(pieces) >= 3 and not (len(pieces) == 3 and _DRIVE.fullmatch(pieces[0]) and not pieces[2]):
        # Drop the description and the type. The path in between may hold the colon of a drive letter.
        part = ":".join(pieces[1:-1])
    return _ESCAPED.sub(r"\1", part)
