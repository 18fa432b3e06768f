"""Read RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed from any publisher.

`document` parses XML with feedparser. `xml_limits` limits the time that feedparser takes. `json_feed` parses JSON.
`syndicated_feed` converts the entries of XML and JSON feeds to papers. Code for the feeds of one publisher belongs in a
package of that publisher.
"""
