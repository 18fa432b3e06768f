"""The prompt of a paper climbs by success, and falls by one when forgotten."""

from readq.model.note_links import linked_keys
from readq.review.prompts import PROMPTS, next_prompt, own_lines


def test_the_prompt_climbs_and_falls_by_one() -> None:
    asked, last, rating = [], None, None
    for given in (3, 2, 1, 4, 3, 3, 3, 1, 1, 1, 1):
        last, rating = next_prompt(last, rating), given
        asked.append(last)
    assert asked == ["claim", "how", "limit", "how", "limit", "use", "use", "use", "limit", "how", "claim"]
    assert next_prompt("claim", 1) == "claim"


def test_an_answer_without_a_known_prompt_counts_as_one_to_the_claim() -> None:
    assert next_prompt(None, 3) == "how"
    assert next_prompt("an own question", 1) == "claim"


def test_own_lines_are_read_from_a_note() -> None:
    use = "see [[noether1918invariant]], [[@b|B]]"
    note = f"claim:\nClaim: it holds\n- how: by proof\nclaim: other\nuse: {use}\nhowever: no"
    lines = own_lines(note)
    assert lines == {"claim": "it holds", "how": "by proof", "use": use}
    assert set(lines) <= set(PROMPTS)
    assert linked_keys(lines["use"]) == ("noether1918invariant", "b")
