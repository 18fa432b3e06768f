"""Write a digest as one line, for a status bar."""

from readq.formats.digest.contents import Digest


def write(digest: Digest) -> str:
    """Return the digest as one line with a newline, such as `17 new · 38 queued · review 5 of 390`.

    Numbers that are 0 are left out. If all numbers are 0, the line is `nothing new`.
    """
    numbers = [*((section.name, section.total) for section in digest.sections), ("queued", digest.queued)]
    parts = [f"{number:,} {name}" for name, number in numbers if number]
    parts += [f"review {digest.due_today:,} of {digest.due:,}"] if digest.due else []
    return (" · ".join(parts) or "nothing new") + "\n"
