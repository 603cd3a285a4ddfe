"""Where the chunks of a sweep are evaluated: threads, processes, a Dask cluster, or any executor."""

from __future__ import annotations

import hashlib
import importlib
import multiprocessing
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sectorlead.data.errors import InputError, ParameterError, SectorLeadError, SweepStoppedError, UnknownNameError
from sectorlead.data.store.durable import replace_file
from sectorlead.research.sweep.job import Job

NAMES = ("threads", "processes")
_TRIES = 3  # times that a job is sent again after its last copy was lost
T = TypeVar("T")


class JobFile(NamedTuple):
    """A job that a worker on the same file system reads once."""

    path: str
    digest: str

    def job(self) -> Job:
        """The job; the same object for all tasks of a worker."""
        return _read(self.path, self.digest)


@lru_cache(maxsize=2)
def _read(path: str, _: str) -> Job:
    with open(path, "rb") as file:
        found: Job = pickle.load(file)
    return found


class Workers(NamedTuple):
    """An executor, how many tasks it can do at a time, and how it is told of the job."""

    executor: Executor
    many: int
    job: Any  # a Job, a JobFile, or a Dask future of a Job
    again: Callable[[], Any] | None = None  # sends the job once more; None where that gives nothing, or where it can't


@contextmanager
def workers_for(
    given: str | Executor | None, dask: Any, count: int | None, job: Job, folder: Path
) -> Iterator[Workers]:
    """What a sweep runs on; what was made for it is shut down at the end, what was given is left alone.

    Parameters
    ----------
    given : {"threads", "processes"}, Executor or None
    dask : str, distributed.Client or None
        The address of a scheduler, or a client of one.
    count : int, optional
        Threads or processes; for an executor of one's own how many tasks it does at a time. Default: cores.
    job : Job
    folder : Path
        On this machine, for what other processes read.

    Raises
    ------
    InputError
        The job can't be sent to other processes; Dask is not installed, or its scheduler doesn't answer.
    """
    if dask is not None:
        if given is not None:
            raise ParameterError("executor and dask both say where to run; leave one of them out")
        with _dask(dask, job) as found:
            yield found
        return
    many = count or os.cpu_count() or 1
    if isinstance(given, Executor):
        own = count or int(getattr(given, "_max_workers", many))
        if isinstance(given, ThreadPoolExecutor):
            yield Workers(given, own, job)
        else:
            with _filed(job, folder) as told:
                yield Workers(given, own, told)
        return
    if given not in (None, *NAMES):
        raise UnknownNameError("executor", str(given), NAMES)
    if given == "processes":
        method = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
        with _filed(job, folder) as told, _ending(ProcessPoolExecutor(many, mp_context=method)) as made:
            yield Workers(made, many, told)
    else:
        with _ending(ThreadPoolExecutor(many, thread_name_prefix="sweep")) as made:
            yield Workers(made, many, job)


@contextmanager
def _ending(made: Executor) -> Iterator[Executor]:
    """An executor that is shut down at the end; what has not begun is left undone."""
    try:
        yield made
    finally:
        made.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _dask(given: Any, job: Job) -> Iterator[Workers]:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise InputError("Dask is not installed; pip install 'sectorlead[dask]'") from None
    made = isinstance(given, str)
    if made and not re.fullmatch(r"inproc://\S+|(\w+://)?[^\s/]+:\d+/?", given):
        raise InputError(f"dask must be the address of a scheduler, such as tcp://10.0.0.1:8786, was {given!r}")
    try:
        client = distributed.Client(given, timeout="20s", set_as_default=False) if made else given
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"no Dask scheduler answers at {given} ({error}); start one with: dask scheduler (docs/sweeps.md)"
        ) from None
    try:
        cores = sum(client.nthreads().values())
        if not cores:
            raise InputError(f"the Dask scheduler {given} has no workers; start some: dask worker {given}")

        def send() -> Any:  # Dask keeps one copy in the end, which may be that of a worker that is lost
            return client.scatter(job, broadcast=True, hash=False) if client.status == "running" else None

        yield Workers(client.get_executor(), cores, send(), send)
    finally:
        if client is not given:
            client.close(timeout=5)


@contextmanager
def _filed(job: Job, folder: Path) -> Iterator[JobFile]:
    """A file of the job, while it is needed."""
    path = folder / "job.pickle"
    try:
        content = pickle.dumps(job, protocol=5)
    except Exception as error:  # whatever an object's own way of being pickled raises
        raise InputError(
            f"{job.base.name} can't be sent to other processes ({error}); use executor='threads', or define it in a "
            "module"
        ) from None

    def write(target: Path) -> None:
        target.write_bytes(content)

    replace_file(path, write)
    try:
        yield JobFile(str(path), hashlib.blake2b(content, digest_size=16).hexdigest())
    finally:
        path.unlink(missing_ok=True)


def resolve(told: Job | JobFile) -> Job:
    """The job that a task was given."""
    return told.job() if isinstance(told, JobFile) else told


def each_done(
    workers: Workers, task: Callable[..., T], arguments: Sequence[Any], told: Callable[[Any], tuple[Any, ...]]
) -> Iterator[tuple[Any, T]]:
    """What a task gives for each of some arguments, as it comes; only a few more than there are workers are on the way.

    Parameters
    ----------
    workers : Workers
    task : callable
        Of the job, and what ``told`` gives.
    arguments : sequence
    told : callable
        What the task is given besides, from one of the arguments.

    Raises
    ------
    SweepStoppedError
        The executor was lost. What a strategy raises is passed on.
    """
    waiting: dict[Future[T], Any] = {}
    left, job, tries = iter(arguments), workers.job, _TRIES
    try:
        while True:
            for argument in left:
                waiting[workers.executor.submit(task, job, *told(argument))] = argument, job
                if len(waiting) >= 2 * workers.many:
                    break
            if not waiting:
                return
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                argument, had = waiting.pop(future)
                try:
                    found = future.result()
                except Exception as error:
                    if had is job:
                        again = workers.again() if workers.again and tries and _lost(error) else None
                        if again is None:
                            raise
                        job, tries = again, tries - 1
                    waiting[workers.executor.submit(task, job, *told(argument))] = argument, job
                    continue
                yield argument, found
    except BaseException as error:
        for future in waiting:
            future.cancel()
        if isinstance(error, SectorLeadError) or not _lost(error):
            raise
        raise SweepStoppedError(f"the workers of the sweep were lost ({type(error).__name__}: {error})") from error


def _lost(error: BaseException) -> bool:
    """Whether it says that an executor is gone, rather than that a task failed."""
    outside = type(error).__module__.partition(".")[0] in ("distributed", "dask", "tornado")
    return outside or isinstance(error, CancelledError | BrokenProcessPool | ConnectionError)
