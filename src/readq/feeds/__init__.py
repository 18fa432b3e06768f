"""Pull feeds: request lists of new papers from web servers and parse the responses into `FetchedPaper` values.

`source` defines the interface between a sync and a feed. `feed_kind` defines the interface of a kind of feed. `spec`
has the table of kinds. A new kind is a module or folder with a FeedKind and a Source, and a line in this table.
`saved_files` parses feeds that were saved as files. The package may import net, model, text, days and errors, but never
store or `readq.services`.
"""
