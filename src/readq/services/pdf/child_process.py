"""Read a PDF in a separate process with a timeout, because a hostile file could take any amount of time and memory."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

_LONGEST_OUTPUT = 64 * 1024 * 1024


def read_pdf(module: str, path: str, seconds: float) -> Mapping[str, Any]:
    """Run a module of `readq.pdf` on the PDF at `path`. Return the JSON object that the module prints.

    The process is killed after `seconds`. If the file cannot be read, return `{"error": reason}`. The reason is a
    sentence about the file with the subject "it", such as `it takes too long to read`.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the file as an argument
            # -P keeps the working folder, which may have a json.py, out of the module search path.
            [sys.executable, "-P", "-m", module, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": "it takes too long to read"}
    if len(done.stdout) > _LONGEST_OUTPUT:
        return {"error": "it holds too much to read"}
    try:
        found: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"error": "it takes too much time or memory to read"}
    return found
