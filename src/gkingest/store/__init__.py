"""The database: what is kept, what is promised, how it is written, and every question that is asked of it.

`database` opens one or says why it cannot be used; `migrate` makes tables of an earlier version anew;
`codebook` writes what `make schema` keeps. No other room knows SQLAlchemy.
"""
