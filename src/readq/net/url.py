"""Addresses as they are asked: what the web has, where redirects may lead, and how they are shown. Pure."""

import re

import httpx

from readq.net.address_guard import origin_of
from readq.net.fetcher import FetchError
from readq.text import one_line

REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)

_LONGEST_SHOWN = 100


def parsed(text: str) -> httpx.URL:
    """An address of the web. Raises FetchError."""
    try:
        url = httpx.URL(text)
        is_web = url.scheme in ("http", "https") and bool(url.raw_host) and (url.port or 1) <= 65535
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(f"not a web address: {shown(text)}: {one_line(str(error))[:80]}", "check it") from error
    if not is_web:
        raise FetchError(f"not a web address: {shown(text)}", "it begins with https:// or http://")
    return url


def next_url(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect from `url` leads.

    Raises FetchError for nowhere, for what is not the web, and from https to http. Credentials stay on their origin.
    """
    who = origin_of(url).shown
    location = location.strip()
    if not location:
        raise FetchError(f"{who} redirects, but does not say where to", "try again later")
    try:
        target = parsed(str(url.join(location)))
    except (FetchError, httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"{who} redirects to {shown(location)}", "that is no web address") from error
    if url.scheme == "https" and target.scheme == "http":
        raise FetchError(f"{who} redirects from https to http", "check the address: what comes could be anybody's")
    return target.copy_with(userinfo=url.userinfo if origin_of(target) == origin_of(url) else b"")


def shown(address: str) -> str:
    """An address for a message, in one short line, without a password."""
    return re.sub(r"//[^/?#]*@", "//", one_line(address))[:_LONGEST_SHOWN]


def without_credentials(url: httpx.URL) -> str:
    """An address to keep."""
    return str(url.copy_with(userinfo=b"") if url.userinfo else url)
