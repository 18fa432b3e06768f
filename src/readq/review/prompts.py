"""Choose what the card of a paper asks: the claim, how it is shown, its limit, its use. It climbs by success."""

import re
from collections.abc import Mapping

PROMPTS: Mapping[str, str] = {
    "claim": "What did they claim?",
    "how": "How did they show it?",
    "limit": "What would speak against it?",
    "use": "What is it good for here?",
}
"""The question of each prompt, by the name of the prompt, the easiest first."""

_ORDER = tuple(PROMPTS)
_LINE = re.compile(r"^\s*(?:[-*+]\s+)?(claim|how|limit|use):[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)


def next_prompt(last: str | None, rating: int | None) -> str:
    """Return the name of the prompt to ask next.

    `last` is the prompt that was asked on the last day with an answer, and `rating` the first answer of that day, from
    1 to 4. After `again` the prompt is the one before, after any other answer the one after. A card without answers
    (`rating` is None) asks for the claim. An answer without a known prompt counts as one to the claim.
    """
    if rating is None:
        return _ORDER[0]
    place = _ORDER.index(last) if last in _ORDER else 0
    return _ORDER[max(0, place - 1)] if rating == 1 else _ORDER[min(place + 1, len(_ORDER) - 1)]


def own_lines(note: str) -> dict[str, str]:
    """Return the text after `claim:`, `how:`, `limit:` and `use:` in a note, by the name of the prompt.

    The first such line that is not empty counts. A prompt without a line is left out.
    """
    found: dict[str, str] = {}
    for line in _LINE.finditer(note):
        text = line[2].strip()
        if text:
            found.setdefault(line[1].lower(), text)
    return found


def recall_line(text: str, day: str) -> str:
    """Return the line with which a typed recall is kept in a note: `2026-11-23: They claim …`.

    `day` is the ISO day of the recall.
    """
    return f"{day}: {' '.join(text.split())}"


CLAIM_LINES = ("claim", "how", "use")
"""The lines that finishing a paper asks for."""


def claim_lines(note: str) -> str:
    """Return the lines of CLAIM_LINES that a note lacks, to be filled and put before it. Return "" if it lacks none."""
    present = {line[1].lower() for line in _LINE.finditer(note)}
    return "".join(f"{name}: \n" for name in CLAIM_LINES if name not in present)


def without_unfilled(text: str, lines: str) -> str:
    """Return a text that began with `lines`, a result of `claim_lines`, without those of them that were not filled."""
    pending = [line.strip() for line in lines.splitlines()]
    kept = []
    for line in text.split("\n"):
        # Only the first line of a name can be one of `lines`.
        name = next((one for one in pending if line.strip().startswith(one)), None)
        if name is not None:
            pending.remove(name)
        if name is None or line.strip() != name:
            kept.append(line)
    return "\n".join(kept).strip("\n")
