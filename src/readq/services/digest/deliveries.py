"""Record which digest was sent last to a mail address, in a small file in the state folder of the user.

If the record were in the library, undo, a restored backup or a merged dump could change it. Then a digest would be sent
twice or not at all. Because the record is in a file of its own, the digest of a read-only library can be sent, too.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from typing import NamedTuple

from readq.errors import DigestRunningError, ReadqError, write_error
from readq.paths import write_atomically
from readq.services.digest.period import Period
from readq.store.connection.sync_lock import process_lock

SENT, UNKNOWN = "sent", "unknown"
"""The states of a delivery. SENT: the server accepted the mail.

UNKNOWN: readq sent the mail or was about to send it, and does not know whether the server accepted it.
"""


class Delivery(NamedTuple):
    """The record of the last digest to one address."""

    day: str
    """The local ISO day of the digest."""
    at: str
    """The time at which the digest was made, as UTC text."""
    state: str
    """The state of the delivery: SENT or UNKNOWN."""
    message_id: str
    """The Message-ID of the mail."""
    since: str
    """The field `since` of the Period that the digest covers."""
    since_id: int | None
    """The field `newest_id` of the Period that the digest covers."""
    newest_id: int
    """The highest id that a paper had when the digest was made."""

    @property
    def period(self) -> Period:
        """The period that this digest covers."""
        return Period(self.since, self.since_id)

    @property
    def next_period(self) -> Period:
        """The period of the next digest. It begins when this digest was made, if the server accepted this digest.

        If it is unknown whether this digest arrived, the next digest covers the period of this digest again. So no
        paper is missed, but some papers may be in two digests.
        """
        return Period(self.at, self.newest_id) if self.state == SENT else self.period


class Address(NamedTuple):
    """The address `recipient` to which digests of the library at the path `library` are sent.

    `folder` is the state folder of the user, which contains the records.
    """

    folder: str
    library: str
    recipient: str

    @property
    def path(self) -> str:
        """The path of the file with the record of the last digest."""
        local, _, domain = self.recipient.rpartition("@")
        return f"{_prefix(self.folder, self.library)}{_hash(f'{local}@{domain.lower()}')}.json"


@contextlib.contextmanager
def lock(address: Address) -> Iterator[None]:
    """Return a context manager. During its `with` block, no other process can send a digest to `address`.

    Raises DigestRunningError if another process is sending a digest to this address. Raises ReadqError if the folder of
    the records cannot be written to.
    """
    try:
        os.makedirs(os.path.dirname(address.path), mode=0o700, exist_ok=True)
    except OSError as error:
        raise write_error(os.path.dirname(address.path), error, "nothing was sent; check its permissions") from error

    def refusal(who: str) -> ReadqError:
        message = f"another digest to {address.recipient} is being sent{who}"
        return DigestRunningError(message, "try again when it is done")

    with process_lock(f"{address.path}.lock", refusal):
        yield


def load(address: Address) -> Delivery | None:
    """Return the record of the last digest to `address`. Return None if no digest was sent to it.

    Raises ReadqError if the record cannot be read.
    """
    return _load(address.path)


def newest(folder: str, library: str) -> Delivery | None:
    """Return the record of the last digest of `library` that was sent to any address. Return None if none was sent.

    `folder` is the state folder of the user, which contains the records. Raises ReadqError if a record cannot be read.
    """
    prefix = _prefix(folder, library)
    try:
        names = os.listdir(os.path.dirname(prefix))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReadqError(f"cannot read {os.path.dirname(prefix)}: {error.strerror}", "check its permissions") from error
    start = os.path.basename(prefix)
    paths = [os.path.join(os.path.dirname(prefix), name) for name in names if name.startswith(start)]
    found = [_load(path) for path in paths if path.endswith(".json")]
    return max((record for record in found if record), key=lambda record: record.at, default=None)


def save(address: Address, record: Delivery | None) -> None:
    """Replace the record of `address` atomically, or delete it if `record` is None.

    Raises ReadqError if the file of the record cannot be written. If the disk is full, the error is a DiskError.
    """
    try:
        if record is None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(address.path)
            return
        named = {"library": os.path.realpath(address.library), "recipient": address.recipient, **record._asdict()}
        write_atomically(address.path, f"{json.dumps(named, indent=1)}\n", mode=0o600)
    except OSError as error:
        raise write_error(address.path, error, "make room, or check its permissions") from error


def _load(path: str) -> Delivery | None:
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
        return _checked({name: values[name] for name in Delivery._fields})
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReadqError(f"cannot read {path}: {error.strerror}", "check its permissions") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ReadqError(
            f"{path} is damaged: it does not say which digest was sent last", "delete it, and the next one is sent"
        ) from error


def _checked(values: dict[str, object]) -> Delivery:
    """Return the delivery with these values. Raises ValueError if a value has a wrong type."""
    for name, value in values.items():
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not (is_number or (name == "since_id" and value is None) if name.endswith("_id") and name != "message_id"
                else isinstance(value, str)):  # fmt: skip
            raise ValueError(name)
    if values["state"] not in (SENT, UNKNOWN):
        raise ValueError("state")
    return Delivery(**values)  # type: ignore[arg-type]  # the loop checked each type


def _prefix(folder: str, library: str) -> str:
    return os.path.join(folder, "digest", f"{_hash(os.path.realpath(library))}-")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]
