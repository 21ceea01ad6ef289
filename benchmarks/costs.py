"""What benchmarks of whole commands share: wall and CPU seconds of everything they start, and a checkout to work in."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NEEDED = ("notebooks", "data", "reports.yml", "requirements.lock")

Command = list[str]


class Cost(NamedTuple):
    wall_seconds: float
    cpu_seconds: float


def adopt_orphans() -> None:
    """Have workers and kernels whose parent has ended counted here too (Linux); otherwise their CPU time is lost."""
    set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "CPU seconds can be measured on Linux only")


def cost_of(work: Callable[[], None]) -> Cost:
    """Measure the processes that some work starts, those that outlive it as well."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall = time.perf_counter() - start
    _reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run_loops(loops: list[list[Command]], environment: dict[str, str]) -> None:
    """Run loops of commands side by side, each loop one command after the other."""

    def run(loop: list[Command]) -> None:
        for command in loop:
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    with ThreadPoolExecutor(len(loops)) as threads:
        list(threads.map(run, loops))


@contextmanager
def checkout() -> Iterator[Path]:
    """Give a copy of what reports are made from, with the facts built."""
    with tempfile.TemporaryDirectory() as name:
        for needed in NEEDED:
            source = ROOT / needed
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, Path(name) / needed)
        command = [str(BIN / "analysis"), "build"]
        subprocess.run(command, env=inside(Path(name)), check=True, stdout=subprocess.DEVNULL)
        yield Path(name)


def inside(folder: Path) -> dict[str, str]:
    """Give the environment in which our commands work in that checkout."""
    return os.environ | {"ANALYSIS_ROOT": str(folder)}


def _reap() -> None:
    """Wait for every process that was left to us, so that its CPU time is in the account."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
