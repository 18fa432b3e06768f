"""Look up the metadata of papers at web services, to complete papers and to add new ones.

The web services are arXiv, Crossref, OpenAlex and Semantic Scholar. The commands call `enrich` and `add`.
`batch_lookup` and `title_search` send requests and write nothing. `update` writes the results. The package may import
registries, feeds, services/importing and store. This package and services/feeds do not import each other. So a command
that syncs feeds makes a function with `enrich.queued_completion`, and the sync calls this function at its end.
"""
