from readq.tui.text.paper_names import quoted_title


def test_only_a_long_title_is_cut() -> None:
    assert quoted_title("Boosting Trees") == "“Boosting Trees”"
    assert quoted_title("word " * 40) == "“word word word word word word word word word word…”"


def test_a_title_is_named_as_the_list_shows_it() -> None:
    assert quoted_title(r"MedS^3 at 360$^\circ$") == "“MedS³ at 360°”"
    assert "\x1b" not in quoted_title("a\x1b[31m title")
