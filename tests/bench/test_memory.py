"""The memory of commands that go through the whole library does not grow with the library."""

from collections.abc import Mapping
from pathlib import Path

import memory
import pytest

CASES = [case for case in memory.CASES if case.growth is not None]
FEW, MANY = 1_000, 4_000

Library = tuple[Path, Mapping[str, str]]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> list[Library]:
    folder = tmp_path_factory.mktemp("memory")
    return [(folder / str(number), memory.make(folder / str(number), number)) for number in (FEW, MANY)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_memory_does_not_grow_with_the_library(libraries: list[Library], case: memory.Case) -> None:
    few, many = (figures.memory for library in libraries for _, figures in memory.measured([case], *library))
    assert case.growth is not None
    assert many - few < case.growth
