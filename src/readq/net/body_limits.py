"""Bodies read to a bound."""

import io

import httpx

from readq.net.decoding import decoder_for, too_long


async def read_whole(response: httpx.Response, limit: int) -> bytes:
    """The body of an answer, decoded, of at most `limit` bytes. Raises BodyError, and what the network raises."""
    decoder = decoder_for(response.headers.get("content-encoding", ""), limit)
    length = response.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > limit):
        raise too_long(limit)
    # Its buffer becomes the body: the bytes of a bytearray would be a second copy beside the first.
    body = io.BytesIO()
    async for chunk in response.aiter_raw():
        for piece in decoder.feed(chunk):
            body.write(piece)
    decoder.finish()
    return body.getvalue()


async def read_start(response: httpx.Response, limit: int) -> bytes:
    """The first `limit` bytes of a refusal's body, for what it says in it; empty when it cannot be read."""
    body = bytearray()
    try:
        # One piece may be longer than what is kept of it.
        decoder = decoder_for(response.headers.get("content-encoding", ""), limit + (1 << 20))
        async for chunk in response.aiter_raw():
            for piece in decoder.feed(chunk):
                body += piece
                if len(body) >= limit:
                    return bytes(body[:limit])
    except Exception:
        return b""  # the status is the news
    return bytes(body)
