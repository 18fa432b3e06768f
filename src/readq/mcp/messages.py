"""Parse and write the messages of JSON-RPC 2.0, one on each line. Format: https://www.jsonrpc.org/specification.

The module uses only the standard library. The official package of the protocol takes 1.5 s to import and needs 27 other
packages, which is too much for a few JSON messages.
"""

import json
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, BinaryIO, NamedTuple

from readq.text import escape_json, one_line

LONGEST_LINE = 1 << 20
"""The maximum size of a message in bytes. No tool call needs more than a few kilobytes."""

_LONGEST_ID = 200
"""The maximum length, in characters, of the id of a request."""

Id = str | int
"""The id that a client gives to a request. The response repeats it."""


class Code(IntEnum):
    """The codes of errors: those of JSON-RPC, and UNSUPPORTED_VERSION, which the Model Context Protocol adds."""

    PARSE = -32700
    INVALID_REQUEST = -32600
    UNKNOWN_METHOD = -32601
    INVALID_PARAMS = -32602
    INTERNAL = -32603
    UNSUPPORTED_VERSION = -32022


class ProtocolError(Exception):
    """Raised for a message that is answered with an error. `data` is further information for the client, or None."""

    def __init__(self, code: Code, message: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Message(NamedTuple):
    """A request from the client. If `id` is None, it is a notification, which must not be answered."""

    method: str
    params: Mapping[str, Any]
    id: Id | None = None


class BadMessage(NamedTuple):
    """A JSON value from the client that is no valid request or notification. `error` is the error to send back.

    `id` is the id in the value, or None if the value has no valid id.
    """

    error: ProtocolError
    id: Id | None = None


def read_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of `stream` without their line feeds. For a line of more than LONGEST_LINE bytes, yield None.

    The rest of such a line is skipped, so that memory never holds more than LONGEST_LINE bytes of a line.
    """
    while line := stream.readline(LONGEST_LINE + 1):
        if line.endswith(b"\n") or len(line) <= LONGEST_LINE:
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def parse(line: bytes | None) -> object:
    """Return the JSON value on a line. `line` is a result of `read_lines`: a line, or None for one that is too long.

    Raises ProtocolError if the line is too long or is not JSON.
    """
    if line is None:
        raise ProtocolError(Code.INVALID_REQUEST, f"a message has at most {LONGEST_LINE:,} bytes")
    try:
        value: object = json.loads(line.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        # The text of the error may quote the message, which is not wanted in an answer.
        raise ProtocolError(Code.PARSE, "the message is not JSON in UTF-8") from error
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def message_of(value: object) -> Message | BadMessage | None:
    """Convert a parsed JSON value to a Message. If it is no valid request or notification, return a BadMessage.

    Return None if the value is a response. Responses are ignored, because this server sends no requests.
    """
    if not isinstance(value, dict):
        return BadMessage(ProtocolError(Code.INVALID_REQUEST, "a message is a JSON object"))
    if "method" not in value and ("result" in value or "error" in value):
        return None
    number = value.get("id")
    known = number if _is_id(number) else None
    method, params = value.get("method"), value.get("params", {})
    if "id" in value and known is None:
        return BadMessage(ProtocolError(Code.INVALID_REQUEST, "the id is neither a short string nor a whole number"))
    if value.get("jsonrpc") != "2.0" or not isinstance(method, str):
        return BadMessage(ProtocolError(Code.INVALID_REQUEST, "the message is not a request of JSON-RPC 2.0"), known)
    if not isinstance(params, dict):
        return BadMessage(ProtocolError(Code.INVALID_PARAMS, "params is not an object"), known)
    return Message(method, params, known)


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_ID
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def result_of(number: Id, result: Mapping[str, object]) -> dict[str, object]:
    """Return the response to the request with the id `number`. The response contains `result`."""
    return {"jsonrpc": "2.0", "id": number, "result": result}


def error_of(number: Id | None, error: ProtocolError) -> dict[str, object]:
    """Return the error response to a request that failed.

    `number` is the id of the request, or None if it is unknown.
    """
    body: dict[str, object] = {"code": int(error.code), "message": one_line(error.message)}
    if error.data is not None:
        body["data"] = error.data
    return {"jsonrpc": "2.0", "id": number, "error": body}


def encode(value: object) -> bytes:
    """Return a JSON value as one line of UTF-8. Control characters are escaped.

    Characters that change the direction of text are escaped, too.
    """
    return escape_json(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode() + b"\n"
