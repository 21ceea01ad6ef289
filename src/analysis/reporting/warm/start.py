"""Find a zygote to ask, or start one: a run's own while it lasts, else one for this user that ends when idle."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SOCKET = "ANALYSIS_WARM_SOCKET"
IDLE_S = 300
START_S = 60.0
# A kernel of JupyterLab lives through edits of this package, so the shared zygote holds other people's code only.
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "pyarrow.parquet",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "scipy.stats",
    "statsmodels.api",
    "duckdb",
    "pydantic",
    "yaml",
    "holidays",
    "babel.numbers",
    "babel.dates",
    "babel.messages.pofile",
)
# A run's own zygote ends before the code can change: it holds all that our code loads, and is rehearsed.
REPORT = ("analysis.display.rehearsal",)
# BLAS spreads small fits over busy cores and slows them fifty-fold; and a process that is to be forked may have
# only one thread, so the allocator of pyarrow purges its memory without one of its own.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")}
ONE_THREAD["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
_COMMAND = (sys.executable, "-Xfrozen_modules=off", "-m", "analysis.reporting.warm.zygote")


@contextlib.contextmanager
def running(preload: Sequence[str], environment: Mapping[str, str]) -> Iterator[Path | None]:
    """Keep a zygote for as long as the block runs; None where there can be none.

    Parameters
    ----------
    preload
        Modules to load before the first kernel; ours too, as they do not change while a run lasts.
    environment
        What has to be set before they load; each kernel gets its client's environment all the same.
    """
    if sys.platform != "linux":
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:
        path = Path(folder) / "socket"
        process = _start_own(path, preload, environment)
        try:
            yield path
        finally:
            assert process.stdin is not None  # for the type checker: it is a pipe
            process.stdin.close()
            process.wait()


def connect() -> socket.socket | None:
    """Connect to the run's zygote if `ANALYSIS_WARM_SOCKET` names one, else to the user's, started if need be.

    Raises
    ------
    OSError
        If none answers.
    """
    if sys.platform != "linux":
        return None
    if own := os.environ.get(SOCKET):
        return _reach(Path(own), patience_s=START_S)
    path = _shared()
    try:
        return _reach(path, patience_s=0.0)
    except OSError:
        _start_shared(path)
        return _reach(path, patience_s=START_S)


def _shared() -> Path:
    """Name the user's zygote after all that decides what it holds."""
    from jupyter_core.paths import jupyter_runtime_dir

    code = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    state = "|".join([sys.executable, sys.version, os.environ.get("PYTHONHASHSEED", ""), *code])
    folder = Path(jupyter_runtime_dir())
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"zygote-{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def _start_own(path: Path, preload: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a zygote that lives as long as its standard input, that is, at most as long as this process."""
    return subprocess.Popen(
        [*_COMMAND, str(path), "--preload", *preload],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **ONE_THREAD, **environment},
    )


def _start_shared(path: Path) -> None:
    """Start a zygote that goes into the background, holds nobody's terminal, and ends when idle."""
    subprocess.run(
        [*_COMMAND, str(path), "--idle", str(IDLE_S), "--preload", *LIBRARIES],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **ONE_THREAD},
        check=True,
    )


def _reach(path: Path, *, patience_s: float) -> socket.socket:
    """Connect, and wait for a zygote that is being started; one that has gone leaves a name that nobody answers."""
    until = time.monotonic() + patience_s
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except OSError as error:
            connection.close()
            if isinstance(error, ConnectionRefusedError) or time.monotonic() >= until:
                raise
            time.sleep(0.02)
        else:
            return connection
