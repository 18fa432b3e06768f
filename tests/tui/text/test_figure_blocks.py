from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from readq.config import Config
from readq.services.review.statistics import statistics
from readq.store.library import open_for_writing
from readq.tui.text.figure_blocks import axis, bar, chart, figure_blocks


def test_no_chart_is_drawn_without_numbers(library: str, now: datetime) -> None:
    with closing(open_for_writing(library)) as connection:
        blocks = list(figure_blocks(statistics(connection, now, Config()), 76))
    assert not any("▏" in block.text for block in blocks)
    assert any(block.text.startswith("falls due in the coming") for block in blocks)


def test_a_chart_has_a_bar_for_each_number() -> None:
    assert chart([0, 1, 16, 32], 2) == ["   32 ▏      █", "      ▏      █", "      ▏    █ █", "    0 ▏  ▁ █ █"]
    assert chart([3, 0], 1) == ["    3 ▏█", "      ▏█", "      ▏█", "    0 ▏█"]


@pytest.mark.parametrize("numbers", [[], [0, 0]])
def test_a_chart_of_nothing_is_empty(numbers: list[int]) -> None:
    assert chart(numbers, 2) == ["    0 ▏", "      ▏", "      ▏", "    0 ▏"]


def test_every_number_above_0_shows() -> None:
    assert chart([1, 10_000], 1)[-1] == "    0 ▏▁█"


def test_the_axis_names_mondays_that_have_room() -> None:
    days = [date(2026, 11, 24) + timedelta(days=place) for place in range(29)]
    assert axis(days, 2) == " " * 19 + "30 Nov        7 Dec         14 Dec        21 Dec"
    assert axis(days, 1) == " " * 13 + "30 Nov 7 Dec  14 Dec 21 Dec"


def test_a_bar() -> None:
    assert bar(0.5) == "█" * 15 + "·" * 15
    assert len(bar(1.0)) == len(bar(0.0)) == 30


def test_the_rows_of_retention_name_intervals(library: str, now: datetime) -> None:
    with closing(open_for_writing(library)) as connection:
        blocks = list(figure_blocks(statistics(connection, now, Config()), 76))
    rows = [block.text for block in blocks if block.text.endswith("no recall yet")]
    assert [row.removesuffix("no recall yet").rstrip() for row in rows] == ["all", "under 21 days", "21 days or more"]
