"""A run over a corpus: what is to be read, who reads it, what is saved.

In: a plan (paths, options) and an open database. Out: rows, one document one transaction, and a summary. `run`
tells the whole story from top to bottom; `desk` hands parcels to an engine and takes readings back, `unchanged`
leaves out what need not be read, `fingerprint` says what a reading depends on. Nothing here knows how a
document is read.
"""
