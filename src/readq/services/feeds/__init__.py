"""Subscribe to feeds, pull them, and report their health.

`sync` runs all pulls, `feed_pull` counts the results of one, `pull_plan` decides what to request and which state
results from the response. May import feeds, net.fetcher, services/history, importing and store. How to request a feed
from a server belongs in the package `feeds`.
"""
