"""Write a digest as a mail with a plain text part and an HTML part."""

import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from readq.formats.digest import html, plain
from readq.formats.digest.contents import Digest
from readq.text import one_line

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)
_LONGEST_ADDRESS = 254
_LONGEST_SUBJECT = 120


class Envelope(NamedTuple):
    """The addresses of a mail: `sender` and `recipient`, such as `ada@example.org`."""

    sender: str
    recipient: str


def is_address(text: str) -> bool:
    """Return whether `text` is one e-mail address in ASCII, without a name and without quotes."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def write(digest: Digest, envelope: Envelope, now: datetime) -> EmailMessage:
    """Return the digest as a mail. `now` becomes the date of the mail.

    Both addresses of `envelope` must pass `is_address`.
    """
    mail = EmailMessage(policy=SMTP)
    domain = envelope.sender.rpartition("@")[2].rstrip(".")
    identity = _identity(digest, envelope.recipient)
    mail["From"] = f"readq <{envelope.sender}>"
    mail["To"] = envelope.recipient
    mail["Subject"] = _subject(digest)
    mail["Date"] = now
    mail["Message-ID"] = f"<digest.{digest.day.isoformat()}.{identity}@{domain}>"
    mail["List-Id"] = f"readq digest <digest.readq.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    # Quoted-printable stays readable, and keeps every line short and in ASCII, so that no server changes it.
    mail.set_content(plain.write(digest), cte="quoted-printable")
    mail.add_alternative(html.write(digest), subtype="html", cte="quoted-printable")
    # Quoted-printable contains no "=_". A boundary that is not random makes the same digest the same mail.
    mail.set_boundary(f"=_readq_{identity}")
    return mail


def _subject(digest: Digest) -> str:
    titles = [paper.title for section in digest.sections for paper in section.papers]
    if not titles:
        return f"readq: {digest.due_text}"
    # The parser of headers would decode "=?" in a title, even to line ends.
    title = one_line(titles[0]).replace("=?", "= ?")
    subject = f"readq: {digest.new.heading}: {title}"
    if len(subject) <= _LONGEST_SUBJECT:
        return subject
    # The cut may leave a joiner with nothing to join.
    return one_line(f"{subject[: _LONGEST_SUBJECT - 1].rstrip()}…")


def _identity(digest: Digest, recipient: str) -> str:
    """Return a hash of the day, the contents and the recipient. It does not depend on the time of day."""
    contents = (digest.day, digest.sections, digest.queued, digest.oldest, digest.oldest_days, digest.due)
    return hashlib.sha256(repr((contents, recipient)).encode(errors="replace")).hexdigest()[:24]
