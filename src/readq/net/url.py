"""Parse URLs, join the target of a redirect to the URL of its response, and format URLs for messages.

The functions are pure: they send no requests.
"""

import re

import httpx

from readq.net.address_scopes import origin_of
from readq.net.fetcher import FetchError
from readq.text import one_line

REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT_REDIRECTS = (301, 308)

_MAX_DISPLAYED = 100


def parse_url(text: str) -> httpx.URL:
    """Parse an http or https URL. Raises FetchError if `text` is not such a URL."""
    try:
        url = httpx.URL(text)
        is_web = url.scheme in ("http", "https") and bool(url.raw_host) and (url.port or 1) <= 65535
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(f"not a web URL: {display(text)}: {one_line(str(error))[:80]}", "check it") from error
    if not is_web:
        raise FetchError(f"not a web URL: {display(text)}", "it begins with https:// or http://")
    return url


def redirect_target(url: httpx.URL, location: str) -> httpx.URL:
    """Return the URL that a redirect from `url` leads to. `location` is the Location header of the redirect.

    If the result has the same origin as `url`, it gets the credentials of `url`. Otherwise it has no credentials.
    Raises FetchError if `location` is empty or invalid. Raises FetchError for a redirect from https to http.
    """
    server = origin_of(url).display
    location = location.strip()
    if not location:
        raise FetchError(f"{server} redirects, but does not say where to", "try again later")
    try:
        target = parse_url(str(url.join(location)))
    except (FetchError, httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"{server} redirects to {display(location)}", "not a web URL") from error
    if url.scheme == "https" and target.scheme == "http":
        raise FetchError(f"{server} redirects from https to http", "check the URL: the response could be anybody's")
    return target.copy_with(userinfo=url.userinfo if origin_of(target) == origin_of(url) else b"")


def display(address: str) -> str:
    """Return a URL as text for a message: one line of at most 100 characters, without credentials."""
    return re.sub(r"//[^/?#]*@", "//", one_line(address))[:_MAX_DISPLAYED]


def without_credentials(url: httpx.URL) -> httpx.URL:
    """Return `url` without its user name and password."""
    return url.copy_with(userinfo=b"") if url.userinfo else url
