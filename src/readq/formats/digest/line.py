"""Write a digest as one line, for a status bar."""

from readq.formats.digest.contents import Digest


def write(digest: Digest) -> str:
    """Return the line, such as `17 new · 38 queued · 3 due`, with its line end. It names no number that is 0.

    If all numbers are 0, the line is `nothing new`.
    """
    numbers = {section.noun.removesuffix(" paper"): section.total for section in digest.sections}
    numbers |= {"queued": digest.queued, "due": digest.due}
    return (" · ".join(f"{number:,} {name}" for name, number in numbers.items() if number) or "nothing new") + "\n"
