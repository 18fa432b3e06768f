"""Send HTTP requests and read the responses. This package knows nothing of feeds, registries and file formats.

Other packages use `fetcher` (requests, responses and the Fetcher protocol) and `endpoints` (URLs of servers).
`client` implements the protocol with httpx. It is imported only when a connection is opened. `transport` and
`guarded_backend` refuse private IP addresses. `rate_limit` and `backoff` decide when to send a request. `body` and
`download` read response bodies. The package may import model, days, text, config and errors. Code for the URLs and the
JSON of one server belongs in feeds or registries.
"""
