"""Send the digest of a day by mail, once.

Even if the process dies, no digest is sent twice automatically. Before readq sends the final bytes of the mail, it
saves a record of the digest with the state UNKNOWN (see `deliveries`). The server cannot deliver the mail without these
bytes. When the server replies that it accepted the mail, the state is set to SENT. If the server refuses the mail, the
record of the previous digest is restored.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.days import instant, local_day
from readq.errors import ReadqError
from readq.services.digest import deliveries
from readq.services.digest.contents import Reading
from readq.services.digest.deliveries import Address, Delivery
from readq.services.digest.period import Period, first_period

Read = Callable[[Period], Reading]
"""A function that reads the digest of a period from the library."""

_AGAIN = "--again sends it again; the next day's digest has its papers too"


class Order(NamedTuple):
    """A request to send a digest."""

    address: Address
    """The address to send the digest to."""
    period: Period | None
    """The period that the user chose with `--since`. If it is None, the period follows from the last digest."""
    again: bool
    """Whether a second digest on the same day is allowed."""


class Result(NamedTuple):
    """The result of `send`. `reason` is "" if the digest was sent. Otherwise it is the reason why no digest was sent.

    `message_id` is the Message-ID of today's digest, or None if no digest was sent today.
    """

    reason: str
    message_id: str | None


def draft(order: Order, config: Config, read: Read, now: datetime) -> bytes:
    """Return the mail that `send` would send, as bytes. The mail is made even if today's digest was sent already.

    Writes and sends nothing. `read` reads the contents of a digest from the library. Raises UsageError or ConfigError
    if an address of the mail is invalid, and ReadqError if the record of the last digest cannot be read.
    """
    record = deliveries.load(order.address)
    return _compose(order, config, read(_period(order, record, now)), now)[0]


def send(order: Order, config: Config, read: Read, now: datetime, environ: Mapping[str, str]) -> Result:
    """Send a digest by mail, and return the result.

    `read` reads the contents of a digest from the library. `environ` are the environment variables.

    No digest is sent if one was sent on the same day, unless `order.again` is true. No digest is sent if there is no
    new paper and no review for today.

    Raises ReadqError if it is unknown whether a digest of the same day arrived, unless `order.again` is true. Raises
    DigestRunningError if another process is sending a digest to the same address. Raises ConfigError or UsageError if
    the settings or the address are invalid. Raises MailError if the mail cannot be sent. Raises UnconfirmedError if the
    whole mail was sent and no reply came.
    """
    from readq.net import smtp
    from readq.services.digest import mail_settings

    envelope = mail_settings.envelope(config, order.address.recipient)
    server = mail_settings.server(config)
    with deliveries.lock(order.address):
        record = deliveries.load(order.address)
        if record and _is_of_today(record, now) and not order.again:
            return _refused(record, order.address.recipient)
        period = _period(order, record, now)
        found = read(period)
        if not found.digest.new.total and not found.digest.due_today:
            return Result("nothing is new, and nothing is to be reviewed: no mail", None)
        data, message_id = _compose(order, config, found, now)
        login = mail_settings.login(config, environ)
        day, at = local_day(now).isoformat(), instant(now)
        unknown = Delivery(day, at, deliveries.UNKNOWN, message_id, *period, found.newest_id)
        letter = smtp.Letter(envelope.sender, envelope.recipient, data)
        try:
            smtp.send(server, login, letter, lambda: deliveries.save(order.address, unknown))
        except smtp.UnconfirmedError as error:
            raise smtp.UnconfirmedError(f"{error.message}: unknown whether the digest arrived", _AGAIN) from error
        except smtp.MailError:
            if deliveries.load(order.address) != record:
                deliveries.save(order.address, record)
            raise
        deliveries.save(order.address, unknown._replace(state=deliveries.SENT))
    return Result("", message_id)


def print_period(library: str, folder: str, now: datetime) -> Period:
    """Return the period of a digest that is printed and not sent.

    The period begins with the last digest of the library that was sent to any address. If none was sent, it is the last
    24 hours. `folder` is the state folder of the user. Raises ReadqError if a record of a digest cannot be read.
    """
    record = deliveries.newest(folder, library)
    return record.next_period if record else first_period(now)


def _period(order: Order, record: Delivery | None, now: datetime) -> Period:
    if order.period:
        return order.period
    if record is None:
        return first_period(now)
    return record.period if _is_of_today(record, now) else record.next_period


def _is_of_today(record: Delivery, now: datetime) -> bool:
    # The record of a later day is left by a clock that was set back.
    return record.day >= local_day(now).isoformat()


def _refused(record: Delivery, recipient: str) -> Result:
    if record.state == deliveries.UNKNOWN:
        raise ReadqError(f"unknown whether the digest of {record.day} arrived at {recipient}: nothing was sent", _AGAIN)
    reason = f"the digest of {record.day} was sent to {recipient} already (--again sends it again)"
    return Result(reason, record.message_id)


def _compose(order: Order, config: Config, found: Reading, now: datetime) -> tuple[bytes, str]:
    """Return the mail, and its message id."""
    from readq.formats.digest import message
    from readq.services.digest import mail_settings

    mail = message.write(found.digest, mail_settings.envelope(config, order.address.recipient), now)
    return mail.as_bytes(), str(mail["Message-ID"])
