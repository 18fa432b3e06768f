"""Rank papers by the reader's interest, a number from 0 to 100 that is learnt from decisions. Pure functions.

`features` turns a paper into weighted words, `weights` learns from decisions and scores a paper, `explanation` says
which words made the number, and `exploration` puts papers of low interest among the first. A new file belongs here if
it decides on an order of papers from values alone.
"""
