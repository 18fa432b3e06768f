import pytest

from readq.model.authors.group_names import is_group
from readq.model.authors.person_names import author_of, split
from readq.model.values import Author


@pytest.mark.parametrize(
    "name",
    [
        "DreamX Team",
        "Mind Lab",
        "The X Collaboration",
        "Team Seedance",
        "KAIST AI",
        "DeepSeek-AI",
        "Super Intelligence",
    ],
)
def test_the_name_of_a_group_is_not_split(name: str) -> None:
    assert is_group(name)
    assert split(name) == Author(name, name)


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Qingyao Ai", "Ai", "Qingyao"),
        ("The Viet Bui", "Bui", "The Viet"),
        ("Nguyen The Anh", "Anh", "Nguyen The"),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig"),
    ],
)
def test_a_person_is_no_group(name: str, family: str, given: str) -> None:
    assert not is_group(name)
    assert split(name) == Author(name, family, given)


def test_no_family_is_called_team() -> None:
    assert author_of("Team", "Gemini") == split("Team, Gemini") == Author("Gemini Team", "Gemini Team")
    assert author_of("King", "Martin Luther", "Jr.") == Author("Martin Luther King Jr.", "King", "Martin Luther", "Jr.")
