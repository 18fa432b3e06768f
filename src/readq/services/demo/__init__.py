"""Fill the temporary library of `readq demo`.

`library` adds papers and prints examples of commands. `feeds` adds invented feeds. The package may import all other
services except `services/feeds` and `services/enrichment`. The papers come from `readq.sample`. No network is used.
"""
