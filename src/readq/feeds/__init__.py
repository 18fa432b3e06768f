"""Pull feeds: request new papers from their servers and parse the responses into `FetchedPaper`s.

`source` defines the interface of a feed for a sync, `feed_kind` that of a kind of feed, `spec` holds the table of
kinds. A new kind is a module or folder of its own with a FeedKind and a Source, and a line in that table.
`saved_files` reads the same formats from files. May import net, model, text, days and errors; never store or services.
"""
