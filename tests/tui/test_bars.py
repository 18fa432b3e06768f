from readq.tui.bars import fitting

KEYS = [("a", "queue"), ("d", "drop"), ("/", "filter"), ("?", "help")]


def test_all_keys_are_shown_where_there_is_room() -> None:
    assert fitting(KEYS, 80) == KEYS


def test_the_last_key_stays_and_the_first_ones_go_before_it() -> None:
    assert fitting(KEYS, 23) == [("a", "queue"), ("d", "drop"), ("?", "help")]
    assert fitting(KEYS, 3) == [("?", "help")]
    assert fitting([], 10) == []
