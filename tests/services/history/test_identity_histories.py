"""Imports, merges, separations, edits and undo of works that share titles and identifiers; a command tries more."""

from pathlib import Path

import pytest
from identity_histories import check_steps_in_any_order, check_steps_in_order, empty_library


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    return empty_library(Path(tmp_path_factory.mktemp("empty")))


@pytest.mark.parametrize("seed", [17, 32, 41])
def test_each_step_is_undone_and_redone_exactly(template: str, seed: int) -> None:
    check_steps_in_order(template, seed, 25, [])


@pytest.mark.parametrize("seed", [17, 32, 41])
def test_undo_of_any_step_leaves_no_paper_with_records_of_two_works(template: str, seed: int) -> None:
    check_steps_in_any_order(template, seed, 25, [])
