"""Run a parser on one input and judge the outcome: papers or a named refusal, without a crash and without a hang.

A `Fault` is anything else: another exception, a message that is no clear line, a paper without a title.
"""

import contextlib
import dataclasses
import hashlib
import signal
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from parsers import Parser

import readq
from readq.errors import ReadqError
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Rejected

MOST_SECONDS = 20
"""CPU seconds after which a parser counts as hanging. Inputs have at most 64 KiB."""

_LONGEST_MESSAGE = 1_000
_FOREIGN_WORDS = (
    "pydantic",
    "sqlite",
    "sqlalchemy",
    "validation error",
    "traceback",
    "constraint failed",
    "<class ",
    "object at 0x",
)
_SOURCE = str(Path(readq.__file__).parent)


class Fault(NamedTuple):
    """What is wrong with an outcome. `key` is the same for inputs that fail in the same way."""

    key: str
    what: str


class Outcome(NamedTuple):
    """The papers in what a parser returned, whether it refused the input, the CPU seconds, and the fault or None."""

    papers: Sequence[FetchedPaper] = ()
    is_refused: bool = False
    seconds: float = 0.0
    fault: Fault | None = None


class HangError(BaseException):
    """Raised in a parser that runs for too long. No `except Exception` of the parser catches it."""


def run(parser: Parser, data: bytes) -> Outcome:
    """Run a parser on an input. Raises nothing but KeyboardInterrupt."""
    began = time.process_time()
    papers: list[FetchedPaper] = []
    is_refused = False
    fault = None
    try:
        with limited():
            result = parser.read(data)
        fault = _first_fault(result, papers)
    except ReadqError as error:
        is_refused = True
        fault = fault_of_message(error)
    except (Exception, HangError) as error:
        fault = fault_of(error)
    return Outcome(papers, is_refused, time.process_time() - began, fault)


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Raise HangError in the body after MOST_SECONDS of CPU time, on systems with such a timer."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise HangError(f"more than {MOST_SECONDS} s of CPU time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fault_of(error: BaseException) -> Fault:
    """Return the fault that an exception is. Its key names the exception and the innermost line in readq."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(_SOURCE)] or list(frames)
    place = f"{Path(own[-1].filename).name}:{own[-1].name}:{own[-1].lineno}" if own else ""
    shown = "".join(traceback.format_exception(error)[-12:])
    return Fault(f"{type(error).__name__} in {place}", f"{str(error)[:300]}\n{shown[-3000:]}")


def fault_of_message(error: ReadqError) -> Fault | None:
    """Return what is wrong with the message of a refusal, or None."""
    wrong = _wrong_message(str(error))
    if wrong is None:
        return None
    found = fault_of(error)
    return Fault(f"message {wrong}: {found.key}", found.what)


def _wrong_message(message: str) -> str | None:
    if not message.strip():
        return "is empty"
    if "\n" in message or "\r" in message:
        return "has several lines"
    if len(message) > _LONGEST_MESSAGE:
        return "is too long"
    return next((f"has the words {word!r}" for word in _FOREIGN_WORDS if word in message.lower()), None)


def _first_fault(result: object, papers: list[FetchedPaper]) -> Fault | None:
    """Collect the papers in a result. Return what is wrong with the first bad paper or rejected part, or None."""
    fault: Fault | None = None
    for one in _walk(result):
        if isinstance(one, FetchedPaper):
            papers.append(one)
            wrong = None if one.title.strip() else "has no title"
            fault = fault or (Fault(f"paper {wrong}", repr(one)[:2000]) if wrong else None)
        else:
            wrong = _wrong_message(one.why)
            fault = fault or (Fault(f"reason {wrong}", repr(one)[:2000]) if wrong else None)
    return fault


def papers_in(result: object) -> list[FetchedPaper]:
    """Return the papers in a result, in the same order for results of the same form."""
    return [one for one in _walk(result) if isinstance(one, FetchedPaper)]


def _walk(result: object) -> Iterator[FetchedPaper | Rejected]:
    waiting = [result]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FetchedPaper | Rejected):
            yield one
        elif isinstance(one, Mapping):
            waiting += reversed(list(one.values()))
        elif isinstance(one, list | tuple):
            waiting += reversed(one)
        elif dataclasses.is_dataclass(one) and not isinstance(one, type):
            waiting += [getattr(one, field.name) for field in dataclasses.fields(one)]


def name_of(fault: Fault) -> str:
    """Return a file name for a fault."""
    return hashlib.sha256(fault.key.encode()).hexdigest()[:12]
