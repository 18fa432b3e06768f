"""Run a parser on inputs that libFuzzer chooses by the branches they reach, with the library atheris.

atheris is the one well-kept fuzzer of Python that is guided by coverage; pythonfuzz and its forks have had no release
for years. Our mutations are its custom mutator, so that inputs stay close to their format.
"""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
from mutations import LARGEST, mutated
from seeds import SEEDS

if TYPE_CHECKING:
    from turn import Turn

_OTHERS = tuple(seed for seeds in SEEDS.values() for seed in seeds)


def instrument() -> None:
    """Count the branches of readq, and of the parsers it calls, in modules that are imported from now on."""
    finder = atheris.instrument_imports(
        include=["readq", "feedparser", "bibtexparser", "rispy", "pylatexenc", "email", "html", "pypdf", "json"]
    )
    finder.__enter__()


def run_guided(turn: "Turn", seconds: float, seed: int, corpus: Path, end: Callable[[], None]) -> None:
    """Run the parser of a turn for some seconds, then call `end`. It must end the process: libFuzzer does not return.

    Inputs that reach new branches are kept in the folder `corpus`, for the next turn.
    """
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(turn.parser.seeds):
        (corpus / f"seed-{number}").write_bytes(data)
    log = os.open(corpus.parent.parent / "libfuzzer.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 2)
    until = time.monotonic() + seconds

    def try_input(data: bytes) -> None:
        if time.monotonic() > until:
            end()
        turn.try_input(data)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        choice = random.Random(number)
        if choice.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return mutated([data], _OTHERS, choice)[:most]

    words = [
        *("fuzz", f"-max_len={LARGEST}", f"-seed={seed % (1 << 31)}", f"-max_total_time={int(seconds) + 100}"),
        *("-timeout=120", "-rss_limit_mb=0", "-verbosity=0", "-print_final_stats=0", str(corpus)),
    ]
    atheris.Setup(words, try_input, custom_mutator=mutate)
    atheris.Fuzz()
