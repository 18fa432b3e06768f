"""The order that the reader chose for each view is kept in a file, whatever else writes it."""

from pathlib import Path

import pytest

from readq.tui.state.preferences.view_orders import ViewOrders


def test_orders_are_read_again_and_those_of_another_window_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "readq" / "orders.json"
    one, other = ViewOrders(str(path)), ViewOrders(str(path))
    assert (one.order("inbox"), one.order("done", "decided")) == ("seen", "decided")
    one.choose("inbox", "interest")
    other.choose("queue", "-added")
    assert (one.save(), other.save(), one.save()) == ("", "", "")
    again = ViewOrders(str(path))
    assert [again.order(view) for view in ("inbox", "queue", "done")] == ["interest", "-added", "seen"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_is_written_without_a_change(tmp_path: Path) -> None:
    orders = ViewOrders(str(tmp_path / "orders.json"))
    assert orders.save() == ""
    assert list(tmp_path.iterdir()) == []


def test_an_order_that_this_readq_does_not_know_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text('{"inbox": "colour", "queue": "-title"}')
    orders = ViewOrders(str(path))
    assert (orders.problem, orders.order("inbox"), orders.order("queue")) == ("", "seen", "-title")


@pytest.mark.parametrize("content", ["[]", "{", '{"inbox": 1}', "[" * 100_000, b"\xff"])
def test_a_damaged_file_is_named_and_replaced_by_the_next_choice(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    orders = ViewOrders(str(path))
    assert str(path) in orders.problem
    assert "\n" not in orders.problem
    assert orders.order("inbox") == "seen"
    orders.choose("inbox", "title")
    assert orders.save() == ""
    assert ViewOrders(str(path)).order("inbox") == "title"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    orders = ViewOrders(str(tmp_path / "file" / "orders.json"))
    orders.choose("inbox", "title")
    assert "orders.json" in orders.save()
    assert orders.order("inbox") == "title"
