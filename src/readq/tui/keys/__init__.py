"""Keys: the table of actions with their default keys, and the keymap that also applies the user's own keys.

The package contains no widget and no screen. It may import the export formats and the user's own commands from
readq.services, because these have keys. A new action goes into the table. Add a new file only for another notation of
keys or another use of the table.
"""
