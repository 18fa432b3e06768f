"""Find the password of the mail server: in the environment, by running a command, or in the keyring of the system."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import IO

from readq.config import Config
from readq.errors import ConfigError, ReadqError
from readq.text import quoted

VARIABLE = "READQ_MAIL_PASSWORD"
"""The name of the environment variable that contains the password."""

COMMAND_TIMEOUT = 60.0
"""The timeout of a password command, in seconds. The command may ask the user to unlock a password store."""

_LONGEST = 4096


def find(config: Config, environ: Mapping[str, str], timeout: float = COMMAND_TIMEOUT) -> str:
    """Return the password for `mail.user`.

    The password is taken from the environment variables `environ`. If they have none, it is the first line that the
    command in the setting `mail.password_command` prints. If this setting is missing, the password is read from the
    keyring under the name in the setting `mail.keyring`. The command may run for `timeout` seconds. Raises ConfigError
    if none of the three sources is set, or if the package keyring is needed and not installed. Raises ReadqError if the
    command fails, or if the keyring has no password.
    """
    if password := environ.get(VARIABLE):
        return password
    if config.mail_password_command:
        return _from_command(config.mail_password_command, timeout)
    if config.mail_keyring:
        return _from_keyring(config.mail_keyring, config.mail_user or "")
    raise ConfigError(
        "mail.user is set, but no password", f"set {VARIABLE}, mail.password_command or mail.keyring; nothing was sent"
    )


def _from_command(command: Sequence[str], timeout: float) -> str:
    """Return the first line that a command prints. Its other output is not shown, because it may be secret."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's command, as an argument list
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ReadqError(f"cannot start mail.password_command: {reason}", "nothing was sent; check it") from error
    assert process.stdout is not None
    with process:
        try:
            data = _read(process.stdout, time.monotonic() + timeout)
            status = process.wait(timeout)
        except (TimeoutError, subprocess.TimeoutExpired):
            raise ReadqError(
                f"mail.password_command took longer than {timeout:g} s", "nothing was sent; run it yourself to test it"
            ) from None
        finally:
            _end(process)
    line = data.decode("utf-8", errors="surrogateescape").split("\n")[0].rstrip("\r")
    if status or not line or len(data) > _LONGEST:
        problem = f"failed with status {status}" if status else "printed too much" if line else "printed no password"
        raise ReadqError(f"mail.password_command {problem}", "nothing was sent; run it yourself to test it")
    return line


def _read(output: IO[bytes], deadline: float) -> bytes:
    """Return all bytes, but at most _LONGEST + 1. Raises TimeoutError at the deadline."""
    data = b""
    while len(data) <= _LONGEST:
        ready, _, _ = select.select([output], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(output.fileno(), _LONGEST + 1 - len(data))
        if not part:
            break
        data += part
    return data


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the command and the programs that it started."""
    if process.stdout is not None:
        process.stdout.close()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _from_keyring(service: str, user: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise ConfigError(
            "mail.keyring is set, but the package keyring is not installed",
            "pip install keyring where readq is installed; nothing was sent",
        ) from error
    try:
        password = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        raise ReadqError(
            f"the keyring gave no password: {type(error).__name__}",
            "nothing was sent; unlock it, or see readq digest -h",
        ) from error
    if not password:
        raise ReadqError(
            f"the keyring has no password for {quoted(user)} under {quoted(service)}",
            f"nothing was sent; store it with: keyring set {service} {user}",
        )
    return str(password)
