import pytest

from readq.review.sentences import LONGEST, first_and_last, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("One sentence without a stop", ["One sentence without a stop"]),
        ("First.\nSecond! Third?", ["First.", "Second!", "Third?"]),
        ("We follow J. S. Bach et al. We win.", ["We follow J. S. Bach et al. We win."]),
        ("It gains 3.5 points, e.g. On CIFAR.", ["It gains 3.5 points, e.g. On CIFAR."]),
        ("It works (see Fig. 3). It is fast.", ["It works (see Fig. 3).", "It is fast."]),
        ("“Yes.” “No.”", ["“Yes.”", "“No.”"]),
        ("It holds. 42 cases agree. Über alles.", ["It holds.", "42 cases agree.", "Über alles."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_first_and_last() -> None:
    assert first_and_last("A b. C d. E f.") == ["A b.", "E f."]
    assert first_and_last("A b.") == ["A b."]
    assert first_and_last("") == []
    assert [len(one) for one in first_and_last("a" * 10_000)] == [LONGEST + 2]


def test_long_texts_take_linear_time() -> None:
    assert len(sentences("A b. " * 20_000)) == 20_000
    assert len(sentences("." * 100_000 + ")" * 100_000)) == 1
