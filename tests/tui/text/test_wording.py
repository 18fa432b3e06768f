from readq.tui.text.wording import quoted


def test_a_long_title_is_cut_and_a_short_one_is_not() -> None:
    assert quoted("Boosting Trees") == "“Boosting Trees”"
    assert quoted("word " * 40) == "“word word word word word word word word word word…”"
