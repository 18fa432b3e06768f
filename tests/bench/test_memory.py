"""The memory of commands that go through the whole library does not grow with the library."""

from collections.abc import Mapping

import memory
import pytest

CASES = [case for case in memory.CASES if case.growth is not None]
FEW, MANY = 1_000, 4_000


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[float, float]]:
    """Return the memory of each command for few and for many papers, in MB.

    All commands are measured in order, because some need what an earlier one has left. So it does not matter which of
    the tests a worker gets.
    """
    folder = tmp_path_factory.mktemp("memory")
    libraries = {folder / str(number): memory.make(folder / str(number), number) for number in (FEW, MANY)}
    return {name: (few.memory, many.memory) for name, (few, many) in memory.measured(CASES, libraries)}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_memory_does_not_grow_with_the_library(figures: Mapping[str, tuple[float, float]], case: memory.Case) -> None:
    few, many = figures[case.name]
    assert case.growth is not None
    assert many - few < case.growth
