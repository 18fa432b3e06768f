"""The memory of commands that go through the whole library does not grow with the library."""

from collections.abc import Mapping
from pathlib import Path

import memory
import pytest

STREAMED = [case for case in memory.CASES if case.is_streamed]
FEW, MANY = 1_000, 4_000
MOST = 6.0
"""By how many MB the peaks of the two libraries may differ. A paper kept as an object is 12 KB: 3,000 are 36 MB."""

Library = tuple[Path, Mapping[str, str]]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> list[Library]:
    folder = tmp_path_factory.mktemp("memory")
    return [(folder / str(number), memory.make(folder / str(number), number)) for number in (FEW, MANY)]


@pytest.mark.parametrize("case", STREAMED, ids=[case.name for case in STREAMED])
def test_memory_does_not_grow_with_the_library(libraries: list[Library], case: memory.Case) -> None:
    few, many = (figures.memory for library in libraries for _, figures in memory.measured([case], *library))
    assert many - few < MOST
