"""Send HTTP requests and read the responses. This package knows no feed, registry or file format.

Other packages use `fetcher` (requests, responses and the Fetcher protocol) and `endpoints`. `client` implements the
protocol with httpx and is imported only when a connection is opened. `transport` and `guarded_backend` refuse private
addresses, `rate_limit` and `backoff` decide when to send, `body` and `download` read response bodies.
May import model, days, text, config and errors. A server's own URLs and JSON belong in feeds or registries.
"""
