from hypothesis import given
from hypothesis import strategies as st

from readq.tui.text.row_lines import rows_on_a_page, top_that_shows, visible_lines

HEIGHTS = st.lists(st.integers(1, 4), min_size=1, max_size=30)
SCREEN = st.integers(4, 12)


class Heights:
    """Heights of rows, which counts the rows that were asked for."""

    def __init__(self, heights: list[int]) -> None:
        self.heights = heights
        self.asked = 0

    def __call__(self, index: int) -> int:
        self.asked += 1
        return self.heights[index]


@given(HEIGHTS, SCREEN, st.integers(0, 29))
def test_the_visible_lines_are_those_from_the_top_row(heights: list[int], screen: int, top: int) -> None:
    every = [(index, part) for index, height in enumerate(heights) for part in range(height)]
    wanted = [line for line in every if line[0] >= top][:screen]
    assert visible_lines(top, len(heights), screen, heights.__getitem__) == wanted


@given(HEIGHTS, SCREEN, st.integers(0, 29), st.integers(0, 29))
def test_the_smallest_scroll_shows_the_whole_row(heights: list[int], screen: int, row: int, top: int) -> None:
    row, top = min(row, len(heights) - 1), min(top, len(heights) - 1)

    def shows(first: int) -> bool:
        return first <= row and sum(heights[first : row + 1]) <= screen

    wanted = min((first for first in range(len(heights)) if shows(first)), key=lambda first: abs(first - top))
    assert top_that_shows(row, top, screen, heights.__getitem__) == wanted


@given(HEIGHTS, SCREEN, st.integers(0, 29))
def test_a_page_skips_no_row(heights: list[int], screen: int, row: int) -> None:
    row = min(row, len(heights) - 1)
    down = rows_on_a_page(row, len(heights), screen, heights.__getitem__)
    up = rows_on_a_page(row, len(heights), -screen, heights.__getitem__)
    assert sum(heights[row + 1 : row + down + 1]) <= screen
    assert sum(heights[row + up : row]) <= screen
    assert (down > 0) == (row < len(heights) - 1)
    assert (up < 0) == (row > 0)
    assert row + down == len(heights) - 1 or sum(heights[row + 1 : row + down + 2]) > screen
    assert row + up == 0 or sum(heights[row + up - 1 : row]) > screen


def test_no_more_rows_are_visited_in_a_long_list_than_in_a_short_one() -> None:
    asked = []
    for count in (1_000, 100_000):
        heights = Heights([1, 2, 3, 1] * (count // 4))
        visible_lines(count // 2, count, 40, heights)
        top_that_shows(count - 1, 0, 40, heights)
        rows_on_a_page(0, count, 40, heights)
        asked.append(heights.asked)
    assert asked[0] == asked[1] < 3 * 41
