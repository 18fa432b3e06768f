"""Find regular expressions of readq whose time grows with the square of a run of equal signs.

    python tests/fuzz/expressions.py [WORD …]

Each expression of the modules is tried on long runs of short texts, with the methods by which its module uses it. With
WORD, only expressions with one of these words in their names are tried. Prints a line for each that grows too fast;
takes some minutes. A line is no fault if the input is short: names of files, lines of the log, typed text.
"""

import importlib
import inspect
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType, ModuleType
from typing import Any, NamedTuple, cast

import readq
from readq.text import pattern

RUNS = (
    *" \t\na1-.,{}\\$<&([/:_^*#%é='\"~!|`A",
    *(" \n", "a ", "a-", "a.", "1.", "a,", " ,", "{ ", "\\a", "{a", "<a", "<a ", "&a", "&#", "http://", "10.1", "and "),
    *("A. ", "a@", "$$", "$a", "{{", "[[", "[a](", "\r\n", "#a", "- ", "> ", "```", "\\a{", "\\a[", "$a$", "<!--"),
)
"""The texts that are repeated."""

_SHORT, _LONG = 1_000, 4_000
_TOO_FAST, _STEEP = 0.012, 8
"""Seconds below which the long run is not looked at, and the most that four times the length may cost."""

_MOST_SECONDS = 4
_SEARCHES = {"search", "finditer", "findall", "sub", "subn", "split"}
_MATCHES = {"match", "fullmatch"}
_AROUND = (("", "\x01"), ("x", "\x01"), ("http://a", "\x01"), ("", ""))


class Expression(NamedTuple):
    """A regular expression of a module, its name, and the names of the methods by which the module uses it."""

    name: str
    compiled: re.Pattern[Any]
    methods: frozenset[str]


class Growth(NamedTuple):
    """The seconds that a method of an expression takes for a short run of a text and for one of four times the length.

    If the long run was given up, `long` is the time until then.
    """

    run: str
    short: float
    long: float


class _TooLongError(Exception):
    pass


def expressions() -> Iterator[Expression]:
    """Yield the regular expressions in the constants of all modules of readq."""
    for found in pkgutil.walk_packages(readq.__path__, "readq."):
        if not found.name.endswith("__main__"):
            yield from _of_module(importlib.import_module(found.name))


def _of_module(module: ModuleType) -> Iterator[Expression]:
    source = inspect.getsource(module)
    for name, value in vars(module).items():
        methods = frozenset(re.findall(rf"\b{re.escape(name)}\.(\w+)", source)) & (_SEARCHES | _MATCHES)
        for one in _patterns(value):
            yield Expression(f"{module.__name__}.{name}", one, methods or frozenset(("search", "match")))


def _patterns(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, type(pattern(""))):
        # Compiled at its first use: its method leads to the compiled one.
        yield cast(Any, value).search.__self__
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _patterns(one)
    elif isinstance(value, dict):
        yield from _patterns(list(value.values()))


def steep(expression: Expression) -> Growth | None:
    """Return the first run whose time grows with more than about the power 1.5 of its length, or None."""
    ways: list[Callable[[Any], object]] = []
    if expression.methods & _SEARCHES:
        ways.append(lambda text: sum(1 for _ in expression.compiled.finditer(text)))
    if "match" in expression.methods:
        ways.append(expression.compiled.match)
    if "fullmatch" in expression.methods:
        ways.append(expression.compiled.fullmatch)
    for run in RUNS:
        for before, after in _AROUND:
            short, long = (_text(expression, before + run * (length // len(run)) + after) for length in (_SHORT, _LONG))
            for way in ways:
                seconds = _seconds(way, long)
                if seconds > _TOO_FAST and seconds > _STEEP * (base := _seconds(way, short)):
                    return Growth(before + run, base, seconds)
    return None


def _text(expression: Expression, text: str) -> str | bytes:
    return text.encode() if isinstance(expression.compiled.pattern, bytes) else text


def _seconds(way: Callable[[Any], object], text: str | bytes) -> float:
    began = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, _MOST_SECONDS)
    with suppress(_TooLongError):
        way(text)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return time.process_time() - began


def give_up(_signal: int, _frame: FrameType | None) -> None:
    """End a run that takes too long: a handler of SIGALRM."""
    raise _TooLongError


def main() -> int:
    """Print a line for each steep expression. Return 1 if there is one."""
    signal.signal(signal.SIGALRM, give_up)
    seen: set[re.Pattern[Any]] = set()
    number = 0
    for one in expressions():
        if one.compiled in seen or not (len(sys.argv) < 2 or any(word in one.name for word in sys.argv[1:])):
            continue
        seen.add(one.compiled)
        if growth := steep(one):
            number += 1
            print(f"{one.name}: {growth.run!r}, {growth.short:.4f} s and {growth.long:.4f} s", flush=True)
    print(f"{len(seen)} expressions, {number} of them steep")
    return int(number > 0)


if __name__ == "__main__":
    sys.exit(main())
