"""Find the arXiv id or DOI of the paper in a PDF file. A separate process with a timeout reads the file."""

import os
import stat

from readq.errors import ReadqError
from readq.paths import is_utf8
from readq.pdf.identify import reference_in
from readq.services.pdf.child_process import read_pdf

_SECONDS = 30.0
_HINT = "readq add TITLE, then readq pdf REF --attach FILE"


def reference_of_pdf(path: str) -> str:
    """Return the arXiv id or DOI in the first pages or the metadata of a PDF file.

    Raises ReadqError if the file is not a PDF, if it cannot be read within 30 seconds, or if it contains neither an
    arXiv id nor a DOI.
    """
    _refuse_unless_pdf(path)
    found = read_pdf("readq.pdf.extract", path, _SECONDS)
    if "error" in found:
        raise ReadqError(str(found["error"]), _HINT)
    reference = reference_in(found["pages"], found["metadata"])
    if reference is None:
        raise ReadqError("no arXiv id or DOI in its first pages", _HINT)
    return reference


def _refuse_unless_pdf(path: str) -> None:
    try:
        if not is_utf8(os.path.abspath(path)):
            raise ReadqError("its name is not UTF-8", "rename it")
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ReadqError("not a regular file", "name a PDF")
        with open(path, "rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise ReadqError(f"cannot be read: {error.strerror}", "check the path") from error
    if b"%PDF-" not in head:
        raise ReadqError("not a PDF", "name a PDF, an id, a URL or a title")
