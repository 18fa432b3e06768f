import pytest
from rich.cells import cell_len

from readq.services.views import VIEWS
from readq.store.papers.queries import Counts
from readq.tui.widgets.bars import RightEnd, Tab, ViewsBar, fitting_keys, fitting_labels

KEYS = [("a", "queue"), ("d", "drop"), ("/", "filter"), ("?", "help")]


def test_all_keys_are_shown_if_they_fit() -> None:
    assert fitting_keys(KEYS, 80) == KEYS


def test_the_last_key_is_always_shown() -> None:
    assert fitting_keys(KEYS, 23) == [("a", "queue"), ("d", "drop"), ("?", "help")]
    assert fitting_keys(KEYS, 3) == [("?", "help")]
    assert fitting_keys([], 10) == []


MANY = Counts(
    inbox=2230, queued=1104, reading=1045, done=3870, all=9411, dropped=5120, starred=1711, snoozed=1009, due=1268
)


@pytest.mark.parametrize("width", [40, 80, 100, 120, 200])
@pytest.mark.parametrize("current", [view.name for view in VIEWS])
def test_the_current_view_and_the_due_count_are_always_shown(current: str, width: int) -> None:
    bar = ViewsBar()
    tabs = [Tab(view.name, view.key, view.title, MANY.of_view(view.name)) for view in VIEWS]
    bar.show(current, tabs, RightEnd("⟳ 17 new", "today 5 of 1,268"), width)
    text = bar.render().plain
    (title,) = [view.title for view in VIEWS if view.name == current]
    count = getattr(MANY, "queued" if current == "queue" else current)
    assert f" {title} {count:,}]" in text
    assert text.endswith("◷ today 5 of 1,268 ")
    assert (" ⟳ 17 new  ◷" in text) == (width > 40)
    assert cell_len(text) == width


def test_views_from_the_left_are_shown_if_not_all_fit() -> None:
    assert fitting_labels(["1 Inbox", "2 Queue", "3 Done"], 2, 100, range(3)) == [0, 1, 2]
    assert fitting_labels(["1 Inbox", "2 Queue", "3 Done"], 2, 20, range(3)) == [0, 2]
    assert fitting_labels(["1 Inbox", "2 Queue", "3 Done"], 2, 5, range(3)) == [2]


def test_views_of_ones_own_with_a_key_come_before_seldom_ones_if_not_all_fit() -> None:
    bar = ViewsBar()
    tabs = [Tab(view.name, view.key, view.title, 10, rank=rank) for rank, view in enumerate(VIEWS)]
    tabs += [Tab("view:rl", "9", "rl", None, "↑", 1), Tab("view:x", "", "a very long name of a view", 7, rank=9)]
    bar.show("inbox", tabs, RightEnd(), 40)
    assert bar.render().plain.split() == ["[1", "Inbox", "10]", "2", "Queue", "10", "9", "↑rl"]
    bar.show("view:x", tabs, RightEnd(), 200)
    assert "[a very long nam… 7]" in bar.render().plain
