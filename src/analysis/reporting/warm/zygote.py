"""The zygote: loads once what every notebook imports, then forks one kernel for each request.

Run as `python -m analysis.reporting.warm.zygote SOCKET --preload MODULE…`. It has one thread and never touches data,
so a fork of it is safe; where it finds a second thread it refuses, and the caller starts a cold kernel.
It listens before it has loaded anything, so that whoever asks early waits, and whoever asks when it is gone knows.
A request is a JSON object (argv, cwd, env) with three file descriptors (stdin, stdout, stderr); the answers are lines
of JSON: `{"pid": …}` from the kernel itself as soon as it listens, or `{"refused": …}`; `{"exit": …}` when it ends.
Whoever closes the connection kills the kernel. The zygote ends when its standard input does, or after `--idle` seconds
without a kernel.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any, NoReturn

LENGTH = struct.Struct("!I")
REQUEST_TIMEOUT_S = 5.0
PR_SET_PDEATHSIG = 1
# what ipykernel imports while it starts: half of a cold kernel's time
KERNEL = (
    "debugpy",
    "encodings.idna",
    "faulthandler",
    "ipykernel.comm",
    "ipykernel.connect",
    "ipykernel.debugger",
    "ipykernel.heartbeat",
    "ipykernel.iostream",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.history",
    "IPython.core.magics",
    "IPython.extensions.storemagic",
    "jupyter_client.session",
    "matplotlib_inline.backend_inline",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.log.handlers",
    "zmq.utils.garbage",
)


class Zygote:
    """Serves requests on a Unix socket until nobody needs it."""

    def __init__(self, path: Path, listener: socket.socket, *, idle_s: float | None) -> None:
        self.path = path
        self.idle_s = idle_s
        self.kernels: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.listener = listener
        self.ended, self.ended_write = os.pipe()
        for end in (self.ended, self.ended_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.ended_write)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.selector.register(self.ended, selectors.EVENT_READ, self.reap)
        if idle_s is None:
            self.selector.register(0, selectors.EVENT_READ, self.stop)

    def serve(self) -> NoReturn:
        """Wait for requests, ended kernels and closed connections."""
        while True:
            ready = self.selector.select(None if self.kernels else self.idle_s)
            if not ready and not self.kernels:
                self.stop()
            for key, _ in ready:
                key.data()

    def stop(self) -> NoReturn:
        """End, and every kernel with it."""
        for pid in self.kernels:
            _kill(pid)
        if self.idle_s is None:  # a run that was killed cannot clear away what it made for its own zygote
            with contextlib.suppress(OSError):  # the run may have been sooner, and a folder with more in it stays
                self.path.unlink()
                self.path.parent.rmdir()
        os._exit(0)

    def accept(self) -> None:
        """Answer one request with a kernel or a refusal."""
        connection, _ = self.listener.accept()
        connection.settimeout(REQUEST_TIMEOUT_S)
        descriptors: list[int] = []
        try:
            request, descriptors = _receive(connection)
            if others := _other_threads():
                _say(connection, refused=f"the preloaded process has other threads: {', '.join(others)}")
                connection.close()
            else:
                self.fork(connection, request, descriptors)
        except (OSError, ValueError, struct.error):  # the client went away, or never was one of ours
            connection.close()
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def fork(self, connection: socket.socket, request: dict[str, Any], descriptors: list[int]) -> None:
        """Make a kernel and watch its connection."""
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            _end_with(zygote)
            signal.set_wakeup_fd(-1)
            for mine in (self.listener, *self.kernels.values()):
                mine.close()
            self.selector.close()
            os.close(self.ended)
            os.close(self.ended_write)
            become_kernel(connection, request, descriptors)
        self.kernels[pid] = connection
        self.selector.register(connection, selectors.EVENT_READ, lambda: self.hang_up(pid))

    def hang_up(self, pid: int) -> None:
        """Kill a kernel whose client has gone."""
        connection = self.kernels[pid]
        with contextlib.suppress(OSError):
            if connection.recv(1):
                return
        self.selector.unregister(connection)
        connection.close()
        del self.kernels[pid]
        _kill(pid)

    def reap(self) -> None:
        """Tell the clients of kernels that ended."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.ended, 4096)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if connection := self.kernels.pop(ended[0], None):
                    self.selector.unregister(connection)
                    with contextlib.suppress(OSError):
                        _say(connection, exit=os.waitstatus_to_exitcode(ended[1]))
                    connection.close()


def become_kernel(connection: socket.socket, request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Turn the forked process into an ipykernel with its own streams, folder, environment and randomness.

    It answers the request only when it listens: who tries earlier tries again no sooner than a tenth of a second later.
    """
    code = 1
    try:
        os.setsid()
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
            os.close(descriptor)
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            stream = os.fdopen(number, "w" if number else "r")
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        _reseed()
        from ipykernel import kernelapp

        # ipykernel reads JPY_PARENT_PID when it is imported, which was before this parent was known
        arguments = [*request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}"]
        sys.argv = ["ipykernel_launcher", *arguments]
        kernel = kernelapp.IPKernelApp.instance()
        kernel.initialize(arguments)  # type: ignore[no-untyped-call]
        _say(connection, pid=os.getpid())
        connection.close()
        kernel.start()  # type: ignore[no-untyped-call]
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        import atexit

        atexit._run_exitfuncs()
        os._exit(code)


def _end_with(parent: int) -> None:
    """Have the system end this process with its parent, however that ends; ipykernel looks for it once a second."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _other_threads() -> list[str]:
    """Name the threads beside the main one: what they hold would be lost in a fork, locked for ever."""
    tasks = Path("/proc/self/task").iterdir()
    return sorted((task / "comm").read_text().strip() for task in tasks if task.name != str(os.getpid()))


def _reseed() -> None:
    """Give every kernel random numbers of its own, as a fresh process has."""
    import random

    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(None)


def _listen(path: Path) -> socket.socket:
    """Listen where only this user may connect; the name appears once connections are taken."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    coming = path.with_suffix(f".{os.getpid()}")
    listener.bind(str(coming))
    coming.chmod(0o600)
    listener.listen(64)
    coming.rename(path)
    return listener


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    head, descriptors, _, _ = socket.recv_fds(connection, LENGTH.size, 3)
    (length,) = LENGTH.unpack(head)
    with connection.makefile("rb", buffering=length) as stream:
        request: dict[str, Any] = json.loads(stream.read(length))
    return request, descriptors


def _say(connection: socket.socket, **answer: Any) -> None:
    connection.sendall(json.dumps(answer).encode() + b"\n")


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _go_into_the_background() -> None:
    """Outlive the caller, as a process of nobody's."""
    if os.fork():
        os._exit(0)
    os.setsid()


def main() -> NoReturn:
    """Preload and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("socket", type=Path)
    parser.add_argument("--idle", type=float, help="seconds without a kernel after which to end")
    parser.add_argument("--preload", nargs="*", default=[])
    arguments = parser.parse_args()
    listener = _listen(arguments.socket)
    if arguments.idle is not None:
        _go_into_the_background()
    for module in (*KERNEL, *arguments.preload):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    Zygote(arguments.socket, listener, idle_s=arguments.idle).serve()


if __name__ == "__main__":
    main()
