"""Look up single papers at Crossref, DataCite, OpenAlex, Semantic Scholar and doi.org, and on web pages with meta tags.

Each registry has a module, which sends requests to the registry and parses the responses into `FetchedPaper` values.
`reference_lookup` chooses the registry for an identifier. `title_match` decides whether a search result is the wanted
paper. The package may import feeds (for arXiv's API client), net and model, but never store. Add a new module here for
each new registry.
"""
