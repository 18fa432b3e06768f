r"""Parse the `file` field of a .bib entry, in which other programs name their PDFs.

BibDesk and papis write a path. JabRef writes `description:path:type`. Zotero, Better BibTeX and Mendeley write several
paths, or several parts in JabRef's form, separated by `;`. A backslash escapes `:`, `;` and `\` inside a part.
"""

import re

_PART = re.compile(r"(?:\\.|[^;\\])+", re.DOTALL)
_COLON = re.compile(r"(?<!\\):")
_ESCAPED = re.compile(r"\\([:;\\_&%#$ ])")
_DRIVE = re.compile(r"[A-Za-z]")


def pdf_paths(field: str) -> list[str]:
    """Return the paths of the PDFs in a `file` field, as written in the field. Paths of other files are left out.

    A path may be relative to the folder of the .bib file.
    """
    found = [_path(part.strip().strip("{}")) for part in _PART.findall(field)]
    return list(dict.fromkeys(path for path in found if path.lower().endswith(".pdf")))


def _path(part: str) -> str:
    pieces = _COLON.split(part)
    if len(pieces) >= 3 and not (len(pieces) == 3 and _DRIVE.fullmatch(pieces[0]) and not pieces[2]):
        # Drop the description and the type. The path in between may hold the colon of a drive letter.
        part = ":".join(pieces[1:-1])
    return _ESCAPED.sub(r"\1", part)
