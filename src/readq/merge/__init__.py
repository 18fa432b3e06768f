"""Merge records of two libraries, or of two papers. Swapping the two sides does not change the result.

`libraries` merges whole libraries. `record_groups` finds the records of one paper, `records` merges them, and
`key_conflicts` assigns citation keys. `three_way` merges libraries that have a common past. All functions are pure. The
package may import `model`. A new rule of merging goes here. Code that reads and writes records goes to `store/records`.
Code for the folder of a dump goes to `services/dump`.
"""
