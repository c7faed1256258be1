"""One measure over many reports: values, ranks, groups, and why a value is missing.

In: the name of an indicator or a cell. Out: a table, CSV, JSON or what a chart draws. Begin in `comparison`.
"""
