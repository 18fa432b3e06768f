"""Recognise the names of groups of people, which have no family name."""

_GROUP_WORDS = frozenset(
    "academy alliance association authors bank center centre cern coalition collaboration collective college "  # noqa: SIM905
    "committee community company consortium contributors corporation council crew department developers division "
    "foundation google group hospital inc inc. initiative institut institute institution intelligence lab laboratories "
    "laboratory labs llc llm ltd ltd. members microsoft ministry network nvidia office organisation organization "
    "partnership platform program programme project research robotics school science society systems task team "
    "technologies union university working workshop deepmind openai".split()
)
NEVER_FAMILY = frozenset("collaboration consortium team".split())  # noqa: SIM905
"""Words, in lower case, that are never family names.

Some programs treat them as family names: they write the group `Gemini Team` as `Team, Gemini`.
"""


def is_group(name: str) -> bool:
    """Return whether `name` is the name of a group of people, such as `DreamX Team`, `Mind Lab` or `KAIST AI`.

    A group is recognised by a word such as `team`, `lab` or `university` in its name. `AI` counts as such a word, but
    `Ai` does not, because it is a family name. A name of two words that begins with `The` is a group, too.
    """
    words = name.replace(",", " ").replace("-", " ").split()
    if "AI" in words or (len(words) == 2 and words[0] == "The"):
        return True
    return not _GROUP_WORDS.isdisjoint([word.lower() for word in words])
