"""What a crawl says of the files it fetched, and the containers it keeps them in.

In: manifests, sidecars, page indexes, folder names, ZIP, WARC and ARC. Out: provenance (title, organ, year,
address, dates, each with its witness) and members with their bytes. It reads no report.
"""
