"""Look up the metadata of papers at web services, to complete papers and to add new ones.

The web services are arXiv, Crossref, OpenAlex and Semantic Scholar. The commands call `enrich` and `add`.
`batch_lookup` and `title_search` send requests and write nothing. `update` writes the results. The package may import
registries, feeds, services/importing and store. It may not import services/feeds, and services/feeds does not import
this package: a command that starts a sync passes the function `enrich.queued_completion` to it.
"""
