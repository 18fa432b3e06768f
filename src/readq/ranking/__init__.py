"""Rank papers by the reader's interest, learnt from decisions. Pure: neither reads nor writes.

`features` turns a paper into weighted words, `weights` learns from decisions and scores a paper, `explanation` says
which words made the number, and `exploration` puts papers of low interest among the first. A new file belongs here if
it decides on an order of papers from values alone.
"""
