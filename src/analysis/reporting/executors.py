"""Who makes the pages: processes of this machine, or the workers of a Dask cluster, through one interface."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor

from analysis.errors import SourceUnavailableError, UsageError
from analysis.reporting.warm import start

CONNECT_S = 20
# what Python says where the system gives a process no more memory or threads; the pool has then nobody to end it
NO_THREAD = "can't start new thread"
# how many processes, or the address of a Dask scheduler; None: a process a core
Workers = int | str | None


@contextlib.contextmanager
def processes(workers: int, environment: Mapping[str, str]) -> Iterator[Executor]:
    """Start workers from a fork server, which loads once what all of them need; spawn elsewhere.

    Parameters
    ----------
    workers
        How many.
    environment
        What they and their kernels have to find before numpy is loaded anywhere.

    Raises
    ------
    OSError
        If the system gives this process no more memory or threads.
    """
    from analysis.reporting import worker

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(list(worker.PRELOADED))
    with start.running(start.REPORT, environment) as zygote:
        own = {**environment, start.SOCKET: str(zygote)} if zygote else environment
        executor = ProcessPoolExecutor(workers, context, worker.prepare, (own,))
        managed = True
        try:
            yield executor
        except RuntimeError as error:
            if str(error) != NO_THREAD:
                raise
            managed = False
            for begun in multiprocessing.active_children():
                begun.kill()
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)) from error
        finally:
            if managed:
                executor.shutdown(cancel_futures=True)


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Use the workers of a running Dask cluster that see this checkout under the same path.

    Dask gives a page whose worker was lost to another one.

    Parameters
    ----------
    address
        Of the scheduler, such as tcp://10.0.0.5:8786.

    Raises
    ------
    UsageError
        If Dask is not installed here, or the address is none.
    SourceUnavailableError
        If no scheduler answers there, or it has no worker.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise UsageError("Dask is not installed", where="--cluster", next_step="`make cluster` adds it") from None
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except ValueError:
        raise UsageError(f"{address} is no address", where="--cluster", allowed="tcp://HOST:PORT") from None
    except OSError:
        raise SourceUnavailableError(
            "No Dask scheduler answers", where=f"--cluster {address}", next_step="start one: `dask scheduler`"
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise SourceUnavailableError(
                "The Dask cluster has no worker",
                where=f"--cluster {address}",
                next_step=f"start some, each with one thread: `dask worker {address} --nthreads 1`",
            )
        yield client.get_executor(pure=False)
