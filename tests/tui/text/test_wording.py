from readq.tui.text.wording import counted, quoted


def test_numbers_have_separators_and_their_noun_its_number() -> None:
    assert [counted(number, "paper") for number in (0, 1, 2230)] == ["0 papers", "1 paper", "2,230 papers"]
    assert counted(3, "entry", "entries") == "3 entries"


def test_a_long_title_is_cut_and_a_short_one_is_not() -> None:
    assert quoted("Boosting Trees") == "“Boosting Trees”"
    assert quoted("word " * 40) == "“word word word word word word word word word word…”"
