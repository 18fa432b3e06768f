from readq.tui.text.paper_names import quoted_title


def test_only_a_long_title_is_cut() -> None:
    assert quoted_title("Boosting Trees") == "“Boosting Trees”"
    assert quoted_title("word " * 40) == "“word word word word word word word word word word…”"
