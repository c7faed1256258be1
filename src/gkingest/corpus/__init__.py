"""What lies where: files of a run, here or afar, what is in an archive, and originals found again by their hash.

In: paths or addresses. Out: parcels, each with its documents and what the crawl says of them. `intake` tells
one document from an archive; `files` lists those of a run; `remote` fetches; `originals` finds bytes again.
"""
