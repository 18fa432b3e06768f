"""Extract the text of all pages of a PDF, up to limits of length and time.

`python -m readq.pdf.full_text FILE` prints it as JSON.
"""

import os
import sys
import time
from typing import Any

from readq.pdf.limited_process import print_result

MAX_TEXT = 1_000_000
"""The maximum number of characters, which is about 300 pages. The rest of a longer text is left out."""

_SECONDS = 60
_SECONDS_FOR_PAGES = 40.0
"""The CPU time, in seconds, after which no further page is begun.

The limit of the process is higher, so that a page that was begun before can still be finished.
"""


def main(path: str) -> int:
    """Print the text of the PDF at `path` as JSON. Return the exit status 0, even after an error.

    The JSON is `{"text": text, "is_cut": false}`. `is_cut` is true if the end of the text is left out, because the text
    is too long or takes too much time. If the PDF cannot be read, the JSON is `{"error": reason}`.
    """
    return print_result(path, _read, _SECONDS)


def _read(reader: Any) -> dict[str, Any]:  # noqa: ANN401 - pypdf is imported in one place only
    pages: list[str] = []
    length, is_cut = 0, False
    for page in reader.pages:
        if length >= MAX_TEXT or time.process_time() > _SECONDS_FOR_PAGES:
            is_cut = True
            break
        try:
            text = page.extract_text()
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: S112 - other pages may be readable
            continue
        pages.append(text)
        length += len(text) + 1
    whole = "\n".join(pages)
    return {"text": whole[:MAX_TEXT], "is_cut": is_cut or len(whole) > MAX_TEXT}


if __name__ == "__main__":
    # The PDF may be one of hundreds that are read in the background.
    os.nice(10)
    sys.exit(main(sys.argv[1]))
