"""Write a digest as one HTML page that loads no other file: no script, image, style sheet or font."""

from collections.abc import Iterator
from html import escape

from readq.formats.digest.contents import Digest, DigestPaper, Section

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 16px; max-width: 42em; background: #ffffff; color: #1f2328;
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.25em; } h2 { font-size: 1.1em; margin-top: 1.5em; }
li { margin-bottom: 1em; } a { color: #0550ae; }
.details { color: #57606a; font-size: .9em; }
code { display: block; font: .85em/1.6 ui-monospace, monospace; color: #57606a; }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3; } a { color: #79c0ff; }
  .details, code { color: #9da7b3; }
}
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def write(digest: Digest) -> str:
    """Return the digest as an HTML page.

    The text of papers is escaped. The writing direction of this text does not affect the text around it.
    """
    title = f"readq digest, {digest.day.isoformat()}"
    return _PAGE.format(title=title, style=_STYLE, body="\n".join(_body(digest, title)))


def _body(digest: Digest, title: str) -> Iterator[str]:
    yield f"<h1>{title}</h1>"
    for section in digest.sections:
        yield from _section(section, digest.since_text)
    yield f"<h2>Queue</h2>\n<p>{escape(digest.queue_text)}</p>"
    if digest.oldest:
        yield f"<ul>\n{_paper(digest.oldest, ('reading', 'dropped'))}\n</ul>"
    yield f"<h2>Review</h2>\n<p>{digest.due_text}.</p>"
    if digest.due:
        yield "<code>readq review</code>"
    if digest.question:
        asked = digest.question
        yield f"<p>On <bdi>{escape(asked.title)}</bdi></p>\n<p><bdi>{escape(asked.question)}</bdi></p>"
        yield f"<p>Your line: <bdi>{escape(asked.answer)}</bdi></p>"


def _section(section: Section, since: str) -> Iterator[str]:
    # A watch may have any name, in any direction.
    yield f"<h2><bdi>{escape(section.heading[0].upper() + section.heading[1:])}</bdi> since {since}</h2>"
    if section.papers:
        yield "<ol>"
        yield from (_paper(paper, ("queued", "dropped")) for paper in section.papers)
        yield "</ol>"
    if section.rest:
        yield f"<p>{section.rest}:</p>\n<code>{escape(f'readq list {section.query}')}</code>"


def _paper(paper: DigestPaper, statuses: tuple[str, ...]) -> str:
    title = f"<bdi>{escape(paper.title)}</bdi>"
    if paper.address:
        title = f'<a href="{escape(paper.address)}">{title}</a>'
    details = f'<div class="details"><bdi>{escape(paper.details)}</bdi></div>' if paper.details else ""
    commands = "".join(f"<code>{escape(paper.command(status))}</code>" for status in statuses)
    return f"<li><b>{title}</b>{details}{commands}</li>"
