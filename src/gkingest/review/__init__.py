"""A person decides: decisions as lines of a file that is the researcher's, applied to every database.

`ledger` keeps them, `standing` says which of them stands, `recheck` works out what a report says with them,
`apply` writes that into the database; `queue` lists what is doubtful, `coding` measures how far readers agree.
"""
