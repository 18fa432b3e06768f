"""Measure how the CPU time of a parser grows with its input, as an exponent: 1 is linear, 2 quadratic.

A piece of a seed is repeated in its place, then eight times as often. Only inputs that take long enough to be measured
count, and the smaller of two measurements does.
"""

import math
import time
from random import Random

from mutations import HOSTILE
from outcomes import HangError, limited
from parsers import Parser

from readq.errors import ReadqError

_SMALL, _FACTOR = 4 * 1024, 8
_MEASURABLE = 0.1
"""CPU seconds of the larger input from which on a ratio says something."""

STEEP = 1.6
"""The exponent from which on a parser takes too long for large inputs. The CPU time of a busy machine varies."""

PIECES = (
    *HOSTILE,
    *("(", "{", "[", "<", "&", " ", "\n", "\r\n", "-", "$", "\\", '"', "'", ",", "=", "@", "#", "a,", ". "),
    *("<!--", "<!-->", "<!-- -->", "<![CDATA[", "<!", "<?", "</", "<a ", "<a b='", '<a b="', "<p>", "&#", "a<"),
    *("http://", "10.1234/", "arXiv:1\n", "\\\\\n", "a\n", "- ", "* ", "[a](", "{a}", "\\a{", "$a$", "\\("),
    *("AU  - a\n", "(a)", "a (", "((a)", "A. ", "=?", "1 ", "-1", "a.", "\x85", "\u2028", "\\'", "^{", "a:"),
    *("a and ", ": ", "&a;", "@a{b,", "_a"),
)
"""Pieces whose repetition takes regular expressions much time."""


def growth(parser: Parser, choice: Random) -> tuple[float, bytes]:
    """Return the exponent for one random piece, 0.0 if it is too fast to measure, and the larger input."""
    seed = choice.choice(parser.seeds)
    start = choice.randint(0, max(0, len(seed) - 1))
    piece = seed[start : start + choice.choice((1, 1, 2, 3, 5, 8, 20, 60))] or b" "
    if choice.random() < 0.3:
        piece = choice.choice(PIECES).encode("utf-8", "replace")
    end = start + len(piece) if choice.random() < 0.7 else len(seed)
    times = _SMALL // len(piece)
    sizes = (times, times * _FACTOR, times * _FACTOR * 4)
    small, large, larger = (seed[:start] + piece * count + seed[end:] for count in sizes)
    found = exponent(parser, small, large)
    # A short time can be that of an import or of a busy machine.
    return (found if found < STEEP else min(found, exponent(parser, small, larger))), large


def exponent(parser: Parser, small: bytes, large: bytes) -> float:
    """Return the exponent of the growth from one input to the larger one; 0.0 if it is too fast to measure."""
    most = seconds(parser, large)
    if most < _MEASURABLE:
        return 0.0
    most = min(most, seconds(parser, large))
    least = min(seconds(parser, small), seconds(parser, small))
    return math.log(max(most, 1e-4) / max(least, 1e-4)) / math.log(len(large) / len(small))


def seconds(parser: Parser, data: bytes) -> float:
    """Return the CPU seconds of one run."""
    began = time.process_time()
    try:
        with limited():
            parser.read(data)
    except (ReadqError, HangError):
        pass
    except Exception:  # the faults of an input are found by `outcomes.run`
        return 0.0
    return time.process_time() - began
