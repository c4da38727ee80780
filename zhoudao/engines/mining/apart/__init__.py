"""A log in parts that no one machine need hold: the same kernels on each part, and partial results that merge.

A part is whole cases. What a part tells is a table of numbers by key (`sums`), and merging is adding up by key: in any
order, in any grouping, by Arrow here or by Spark elsewhere. Words are interned for all parts together, in a pass of
their own (`words`); exact medians come of counts that are narrowed round by round (`narrowing`). Decision 088.
"""
