"""Subscribe to feeds, pull them, and report their health. To pull a feed is to request its new papers from a server.

`sync` runs all pulls. `feed_pull` counts the results of one pull. `pull_plan` decides which days to request, and
computes the new state of a feed from the response. The package may import feeds, net.fetcher, services/history,
services/importing and store. Code that requests a feed from a server belongs in the package `readq.feeds`.
"""
