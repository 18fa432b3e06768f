"""Extract text and metadata from the first pages of a PDF. `python -m readq.pdf.extract FILE` prints them as JSON."""

import logging
import sys
from typing import Any

from readq.pdf.limited_process import print_result

PAGES = 3
"""The number of pages to read: up to two cover sheets, and the paper's first page, which has the identifier."""

MAX_TEXT = 20_000
"""The maximum number of characters of a page or of a metadata value. Longer texts are cut."""

_SECONDS = 15


def main(path: str) -> int:
    """Print the text and metadata of the PDF at `path` as JSON. Return the exit status 0, even after an error.

    The JSON is `{"pages": [text, …], "metadata": {name: value, …}}`. If the PDF cannot be read, it is `{"error":
    reason}`.
    """
    return print_result(path, _read, _SECONDS)


def _read(reader: Any) -> dict[str, Any]:  # noqa: ANN401 - pypdf is imported in one place only
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
