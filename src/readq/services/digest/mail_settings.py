"""Check the settings `[mail]`, and make the addresses, server and login for sending a mail."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from readq.config import MAIL_PORTS, Config
from readq.errors import ConfigError, UsageError
from readq.formats.digest.message import Envelope, is_address
from readq.services.digest import password
from readq.text import quoted

if TYPE_CHECKING:
    from readq.net.smtp import Login, MailServer


def envelope(config: Config, recipient: str) -> Envelope:
    """Return the addresses of a mail to `recipient`. The sender is `mail.from`, else `mail.user`, else `recipient`.

    `mail.user` is skipped if it is not an address. Raises UsageError if `recipient` is not an address. Raises
    ConfigError if `mail.from` is not an address.
    """
    if not is_address(recipient):
        raise UsageError(f"not an e-mail address: {quoted(recipient)}", "one address in ASCII, such as ada@example.org")
    if config.mail_from and not is_address(config.mail_from):
        raise ConfigError(
            f"mail.from is not an e-mail address: {quoted(config.mail_from)}",
            "one address in ASCII, such as ada@example.org",
        )
    user = config.mail_user if config.mail_user and is_address(config.mail_user) else None
    return Envelope(config.mail_from or user or recipient, recipient)


def server(config: Config) -> "MailServer":
    """Return the mail server of the settings.

    Raises ConfigError if the settings name no server. If `mail.security` is `none`, ConfigError is also raised if the
    server is not on this computer, or if `mail.user` is set.
    """
    from readq.net.smtp import MailServer

    if not config.mail_host:
        raise ConfigError("no mail server is set", "set mail.host, see readq digest --help; nothing was sent")
    if config.mail_security == "none":
        from readq.net.address_scopes import is_loopback

        if config.mail_user:
            raise ConfigError(
                "mail.security is none, and mail.user is set: no password is sent without TLS",
                'set mail.security = "starttls" or "tls", or remove mail.user',
            )
        if not is_loopback(config.mail_host.lower()):
            raise ConfigError(
                f"mail.security is none, and {config.mail_host} is not this computer",
                'set mail.security = "starttls" or "tls"',
            )
    port = config.mail_port or MAIL_PORTS[config.mail_security]
    return MailServer(config.mail_host, port, config.mail_security, config.mail_timeout)


def login(config: Config, environ: Mapping[str, str]) -> "Login | None":
    """Return the user and the password for the mail server, or None if `mail.user` is not set.

    Raises ConfigError or ReadqError if the password cannot be found.
    """
    from readq.net.smtp import Login

    return Login(config.mail_user, password.find(config, environ)) if config.mail_user else None
