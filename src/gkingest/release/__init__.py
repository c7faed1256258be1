"""A data set that can be cited: an export with what it rests on, how good it is, and what changed since the last.

In: a database, and an earlier release. Out: a folder that is the same whenever it is made of the same database, and
the difference of two of them, figure by figure, with the reason of each. Begin in `run` and `difference`.
"""
