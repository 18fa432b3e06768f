"""Send HTTP requests and read the responses. No feed, registry or file format is known here.

Other packages use `fetcher` (the values and the protocol) and `endpoints`; `client` implements the protocol with
httpx and is imported only when a connection is opened. `transport` and `guarded_backend` refuse private addresses,
`rate_limit` and `backoff` decide when to send, `body` and `download` read what comes back.
May import model, days, text, config and errors. A server's own URLs and JSON belong in feeds or registries.
"""
