"""A program of its own that reads the beginning of a PDF: `python -m readq.pdf.extract FILE`, JSON on its output.

A PDF can be made to take all the time and memory there is. Here it takes at most LIMITS of them, and its reader can be
ended from outside without harm to anybody. pypdf is plain Python under a BSD licence; pymupdf is AGPL and binary.
"""

import json
import logging
import sys
import warnings
from typing import Any

PAGES = 3
"""So many pages are read: what a paper is called stands on the first, behind a cover sheet or two."""

LONGEST = 20_000
"""Characters of a page, and of a value of the metadata."""

_MEMORY = 1 << 30
_SECONDS = 15


def main(path: str) -> int:
    """Print what FILE begins with, `{"pages": […], "metadata": {…}}`, or `{"error": …}`."""
    _limit()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        found: dict[str, Any] = _read(path)
    except MemoryError:
        found = {"error": "it takes too much memory to read"}
    except Exception as error:  # what a parser may do with hostile bytes is not enumerable
        found = {"error": f"it cannot be read ({type(error).__name__})"}
    sys.stdout.write(json.dumps(found))
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # no POSIX: the time limit of the caller is what there is
        return
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _read(path: str) -> dict[str, Any]:
    import pypdf

    reader = pypdf.PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "it is encrypted"}
    pages: list[str] = []
    for number in range(min(PAGES, len(reader.pages))):
        try:
            pages.append(reader.pages[number].extract_text()[:LONGEST])
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: S112 - one page that cannot be read says nothing about the next
            continue
    return {"pages": pages, "metadata": _metadata(reader)}


def _metadata(reader: Any) -> dict[str, str]:  # noqa: ANN401 - pypdf is imported in one place only
    found: dict[str, str] = {}
    try:
        for name, value in (reader.metadata or {}).items():
            if isinstance(value, str):
                found[str(name).lstrip("/").lower()] = value[:LONGEST]
    except Exception as error:
        logging.debug("metadata: %s", error)
    try:
        xmp = reader.xmp_metadata
        for name in ("dc_identifier", "prism_doi"):
            value = getattr(xmp, name, None) if xmp is not None else None
            if isinstance(value, str):
                found.setdefault("identifier", value[:LONGEST])
    except Exception as error:
        logging.debug("XMP: %s", error)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
