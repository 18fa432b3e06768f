"""Look up the metadata of papers at arXiv, Crossref, OpenAlex and Semantic Scholar: complete papers, and add new ones.

`enrich` and `add` are called by the commands. `batch_lookup` and `title_search` send requests and write nothing;
`update` writes the results. May import registries, feeds, importing and store; not services/feeds, which is handed
`enrich.queued_completion` by its caller.
"""
