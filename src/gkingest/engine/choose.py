"""The engine that a name stands for."""

from functools import partial

from gkingest.engine.adapter import Engine
from gkingest.errors import UsageError


def engine_named(name: str) -> Engine:
    """``local``, ``inline``, ``dask`` or ``dask:ADDRESS``; raises :class:`UsageError` for any other."""
    kind, _, address = name.partition(":")
    if kind == "dask":
        from gkingest.engine.cluster import run_on_cluster

        return partial(run_on_cluster, address=address)
    if name == "local":
        from gkingest.engine.local import run_local

        return run_local
    if name == "inline":
        from gkingest.engine.inline import run_inline

        return run_inline
    raise UsageError(
        f"{name}: there is no such engine; local (processes of this machine), dask (a cluster of this machine), "
        "dask:tcp://host:port (a cluster that runs) or inline (this process, unguarded)"
    )
