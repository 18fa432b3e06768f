"""Look up the metadata of papers at web services, to complete papers and to add new ones.

The web services are arXiv, Crossref, OpenAlex and Semantic Scholar. The commands call `enrich` and `add`.
`batch_lookup` and `title_search` send requests and write nothing. `update` writes the results. The package may import
registries, feeds, services/importing and store. It does not import services/feeds. But at the end of a sync of feeds,
papers are completed, too: the command that starts the sync passes the function that `enrich.queued_completion` returns
to the sync.
"""
