"""A database as a folder that another researcher can use without us.

In: sheets of typed columns (`store.ask.dump`). Out: CSV, Parquet, Excel, Stata, with a Data Package, codebooks
and checksums. Every format takes rows one by one; nothing half written looks whole. Begin in `run`.
"""
