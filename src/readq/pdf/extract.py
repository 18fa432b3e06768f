"""Extract text and metadata from the first pages of a PDF. `python -m readq.pdf.extract FILE` prints them as JSON.

A hostile PDF can take unlimited time and memory. So the program limits its own CPU time and memory, and its caller can
kill it. The PDF is parsed by the package pypdf, which is pure Python with a BSD licence. The package pymupdf is binary
and has the licence AGPL.
"""

import json
import logging
import sys
import warnings
from typing import Any

PAGES = 3
"""The number of pages to read. The identifier is on the paper's first page, which up to two cover sheets precede."""

MAX_TEXT = 20_000
"""The maximum number of characters of a page or of a metadata value; longer texts are cut."""

_MEMORY = 1 << 30
_SECONDS = 15


def main(path: str) -> int:
    """Print the text and metadata of the PDF at `path` as JSON. Return the exit status 0, even after an error.

    The JSON is `{"pages": [text, …], "metadata": {name: value, …}}`. If the PDF cannot be read, it is `{"error":
    reason}`.
    """
    limit_resources()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        found: dict[str, Any] = _read(path)
    except MemoryError:
        found = {"error": "it takes too much memory to read"}
    except Exception as error:  # a parser may raise anything for hostile bytes
        found = {"error": f"it cannot be read ({type(error).__name__})"}
    sys.stdout.write(json.dumps(found))
    return 0


def limit_resources(seconds: int = _SECONDS) -> None:
    """Limit the CPU time of this process to `seconds`, and its memory to 1 GiB, where the system can do that."""
    try:
        import resource
    except ImportError:  # not POSIX: only the timeout of the caller applies
        return
    for kind, limit in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _read(path: str) -> dict[str, Any]:
    import pypdf

    reader = pypdf.PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "it is encrypted"}
    pages: list[str] = []
    for number in range(min(PAGES, len(reader.pages))):
        try:
            pages.append(reader.pages[number].extract_text()[:MAX_TEXT])
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: S112 - other pages may be readable
            continue
    return {"pages": pages, "metadata": _metadata(reader)}


def _metadata(reader: Any) -> dict[str, str]:  # noqa: ANN401 - pypdf is imported in one place only
    found: dict[str, str] = {}
    try:
        for name, value in (reader.metadata or {}).items():
            if isinstance(value, str):
                found[str(name).lstrip("/").lower()] = value[:MAX_TEXT]
    except Exception as error:
        logging.debug("metadata: %s", error)
    try:
        xmp = reader.xmp_metadata
        for name in ("dc_identifier", "prism_doi"):
            value = getattr(xmp, name, None) if xmp is not None else None
            if isinstance(value, str):
                found.setdefault("identifier", value[:MAX_TEXT])
    except Exception as error:
        logging.debug("XMP: %s", error)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
