"""One function over many items: in guarded processes, on a Dask cluster, or in this process.

In: a function, items and limits of time and memory. Out: results or failures as they come. It knows no report.
Workers are watched and replaced; what differs between systems stands in `machine`.
"""
