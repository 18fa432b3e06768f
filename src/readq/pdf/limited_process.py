"""Read a PDF in a process of its own, and print the result as JSON.

A hostile PDF can take unlimited time and memory. So the process limits its own CPU time and memory, and the caller can
kill it. The PDF is parsed by the package pypdf, which is pure Python with a BSD licence. The package pymupdf is not
used, because it is binary and has the licence AGPL.
"""

import json
import logging
import sys
import warnings
from collections.abc import Callable
from typing import Any

_MEMORY = 1 << 30


def print_result(path: str, read: Callable[[Any], dict[str, Any]], seconds: int) -> int:
    """Call `read` for the PDF at `path`, and print its result as JSON. Return the exit status 0, even after an error.

    `read` gets a PdfReader of pypdf. The process may use at most `seconds` of CPU time. If the PDF cannot be read, the
    JSON is `{"error": reason}`.
    """
    limit_resources(seconds)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        found = _read(path, read)
    except MemoryError:
        found = {"error": "it takes too much memory to read"}
    except Exception as error:  # a parser may raise anything for hostile bytes
        found = {"error": f"it cannot be read ({type(error).__name__})"}
    sys.stdout.write(json.dumps(found))
    return 0


def limit_resources(seconds: int) -> None:
    """Limit the CPU time of this process to `seconds`, and its memory to 1 GiB.

    Do nothing on a system without such limits.
    """
    try:
        import resource
    except ImportError:  # not POSIX: only the timeout of the caller applies
        return
    for kind, limit in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _read(path: str, read: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    import pypdf

    reader = pypdf.PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "it is encrypted"}
    return read(reader)
