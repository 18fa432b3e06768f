"""Read RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed from any publisher.

`document` parses XML with feedparser within `xml_limits`, `json_feed` parses JSON; both give `entry.Entry`s, which
`syndicated_feed` turns into papers. What only one publisher's feeds need belongs in a package of that publisher.
"""
