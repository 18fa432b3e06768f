"""Pull feeds: ask their servers for new papers and parse what they send into `FetchedPaper`s.

`source` defines what a sync asks of a feed, `feed_kind` how a kind of feed is described, `spec` holds the table of
kinds. A new kind is a module or folder of its own with a FeedKind and a Source, and a line in that table.
`saved_files` reads the same formats from files. May import net, model, text, days and errors; never store or services.
"""
