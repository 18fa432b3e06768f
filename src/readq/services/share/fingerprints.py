"""Store fingerprints of the lists of papers in a dump, so that unchanged lists are not made again.

A fingerprint is a hash of the rows of the library from which the list was made. A file inside the folder `.git` holds
the fingerprints of the lists in the newest commit of the branch.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Mapping

from readq import __version__
from readq.paths import replace_file
from readq.services.dump import file_layout

_NAME = "fingerprints.json"

_MADE_BY = f"readq {__version__}, format {file_layout.VERSION}, Python {sys.version}, SQLite {sqlite3.sqlite_version}"
"""Another program may make other lists or other fingerprints of the same rows."""


def of_commit(folder: str, commit: str | None) -> dict[str, str]:
    """Return a dict that maps the path of each list of papers in `commit` to the fingerprint of the list.

    Lists with unknown fingerprints are left out. If `commit` is None, the dict is empty.

    `folder` is the path of readq's folder inside `.git`.
    """
    try:
        with open(os.path.join(folder, _NAME), encoding="utf-8") as file:
            remembered = json.load(file)
        if commit is not None and (remembered["commit"], remembered["made by"]) == (commit, _MADE_BY):
            return {str(path): str(one) for path, one in remembered["lists"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # They are made anew: the file may be missing, or of a computer that crashed.
        pass
    return {}


def remember(folder: str, commit: str, lists: Mapping[str, str]) -> None:
    """Store the fingerprints of the lists of papers in `commit`. `lists` maps the paths of the lists to fingerprints.

    `folder` is the path of readq's folder inside `.git`.
    """
    text = json.dumps({"commit": commit, "made by": _MADE_BY, "lists": lists})
    replace_file(os.path.join(folder, _NAME), (text.encode(),), is_durable=False)
