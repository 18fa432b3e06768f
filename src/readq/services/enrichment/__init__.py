"""Look up the metadata of papers at web services, to complete papers and to add new ones.

The web services are arXiv, Crossref, OpenAlex and Semantic Scholar. The commands call `enrich` and `add`.
`batch_lookup` and `title_search` send requests and write nothing. `update` writes the results. The package may import
registries, feeds, services/importing and store. It does not import services/feeds. A sync of feeds completes papers at
its end, too: the command `sync` gets a function from `enrich.queued_completion`, and passes it to the sync.
"""
