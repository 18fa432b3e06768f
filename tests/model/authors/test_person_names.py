import pytest

from readq.model.authors.group_names import is_group
from readq.model.authors.person_names import author_of, split, surname
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


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (Author("Ludwig van Beethoven"), "Beethoven"),
        (Author("Ludwig van Beethoven", "van Beethoven", "Ludwig"), "Beethoven"),
        (Author("Charles de la Vallée Poussin", "de la Vallée Poussin", "Charles"), "Vallée Poussin"),
        (Author("danah boyd", "boyd", "danah"), "boyd"),
        (Author("Team of ponds", "Team of ponds"), "Team of ponds"),
    ],
)
def test_a_surname_has_no_particles(author: Author, name: str) -> None:
    assert surname(author) == name


def test_a_million_particles_are_passed_over_in_one_go() -> None:
    assert surname(Author("", f"{'de ' * 1_000_000}Gaulle", "Charles")) == "Gaulle"


@pytest.mark.parametrize(("name", "last"), [("von Neumann", "Neumann"), ("ibn Sina", "Sina"), ("de la Cruz", "Cruz")])
def test_particles_are_no_given_name(name: str, last: str) -> None:
    author = split(name)
    assert (author.family, author.given, surname(author)) == (name, None, last)
    assert split("bell hooks").given == "bell"
