import pytest

from readq.tui.screens.views.menu_list import ViewRow, found_views

ROWS = [ViewRow("a", "G", "Papers of others", 1), ViewRow("b", "Ctrl+d", "Graphs", 2), ViewRow("c", "", "Étude", 3)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("g", ["a", "b"]),
        ("G", ["a", "b"]),
        ("ctrl+D", ["b"]),
        ("etu", ["c"]),
        ("of", ["a"]),
        ("x", []),
        (" ", ["a", "b", "c"]),
    ],
)
def test_a_view_is_found_by_its_key_and_its_title_in_any_case(text: str, names: list[str]) -> None:
    assert [row.name for row in found_views(ROWS, text)] == names
