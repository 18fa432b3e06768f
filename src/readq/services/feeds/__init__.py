"""Subscribe to feeds, pull them, and report their health.

`sync` runs all pulls, `feed_pull` counts the results of one, `pull_plan` decides what to request and what the result
means. May import feeds, net.fetcher, importing and store. How a server is asked belongs in the package `feeds`.
"""
