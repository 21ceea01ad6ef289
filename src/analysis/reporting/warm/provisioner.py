"""A kernel provisioner that asks a zygote for a kernel, and starts a cold one wherever that cannot be.

Named by the kernel spec `analysis-warm`, so that papermill, nbval and JupyterLab use it like any other kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analysis.reporting.warm import start
from analysis.reporting.warm.client import make_prompt
from analysis.reporting.warm.zygote import LENGTH

END_S = 0.1


@cache
def _say_once(line: str) -> None:
    """Write a line where the reason is new to this process: a run of a thousand pages has one reason, not a thousand.

    The log of a kernel's manager is silent unless Jupyter itself runs.
    """
    logging.getLogger(__name__).warning(line)


class RefusedError(Exception):
    """There is no zygote, or it will not fork; the message says why."""


class ForkedKernel:
    """A kernel forked by the zygote, with as much of `subprocess.Popen` as a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.connection = connection
        self.pid = pid
        self.returncode: int | None = None
        connection.setblocking(False)

    def poll(self) -> int | None:
        """Give the exit code, or None while the kernel runs; -9 if the zygote is gone, as the kernel is then too."""
        if self.returncode is None:
            try:
                answer = self.connection.recv(4096)
            except BlockingIOError:
                return None
            except OSError:
                answer = b""
            self.returncode = json.loads(answer)["exit"] if answer else -signal.SIGKILL
            self.connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end."""
        while (code := self.poll()) is None:
            if not select.select([self.connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("ipykernel", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Launches kernels by forking; everything else is the local provisioner's."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel, warm if possible."""
        try:
            kernel = await asyncio.to_thread(_ask, cmd[cmd.index("-f") :], kwargs)
        except (RefusedError, OSError) as reason:
            _say_once(f"Starting a cold kernel: {reason}")
            return await super().launch_kernel(cmd, **kwargs)
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = kwargs.get("cwd")
        if self.parent is not None:
            make_prompt(self.parent)
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait on the connection; a local process is polled."""
        kernel: Any = self.process
        if not isinstance(kernel, ForkedKernel):
            return await super().wait()
        await _ended(kernel)
        self.process = None
        return kernel.returncode

    async def kill(self, restart: bool = False) -> None:
        """End it at once, and see that it has ended: the manager would look again only a tenth of a second later."""
        kernel: Any = self.process
        await super().kill(restart=restart)
        if isinstance(kernel, ForkedKernel):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_ended(kernel), END_S)


async def _ended(kernel: ForkedKernel) -> None:
    loop = asyncio.get_running_loop()
    while kernel.poll() is None:
        ready = loop.create_future()
        loop.add_reader(kernel.connection, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_reader(kernel.connection)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _ask(arguments: Sequence[str], options: Mapping[str, Any]) -> ForkedKernel:
    connection = start.connect()
    if connection is None:
        raise RefusedError(f"kernels are forked on Linux only, this is {sys.platform}")
    try:
        return ForkedKernel(connection, _fork(connection, arguments, options))
    except (RefusedError, OSError):
        connection.close()
        raise


def _fork(connection: socket.socket, arguments: Sequence[str], options: Mapping[str, Any]) -> int:
    """Have a kernel forked and give its process id."""
    environment = dict(options.get("env") or os.environ)
    if os.environ.get(start.SOCKET):
        # a run's cells are no part of what an analyst typed, and its kernels need not write them to one file
        arguments = [*arguments, "--HistoryManager.enabled=False"]
    request = {"argv": list(arguments), "cwd": str(options.get("cwd") or "."), "env": environment}
    payload = json.dumps(request).encode()
    with contextlib.ExitStack() as opened:
        streams = [
            _descriptor(options.get(name), number, opened) for number, name in enumerate(("stdin", "stdout", "stderr"))
        ]
        socket.send_fds(connection, [LENGTH.pack(len(payload))], streams)
    connection.settimeout(start.START_S)  # it may still be loading
    connection.sendall(payload)
    with connection.makefile("r") as lines:
        answer = json.loads(lines.readline() or '{"refused": "the zygote went away"}')
    if "pid" not in answer:
        raise RefusedError(answer.get("refused") or f"the forked one ended with {answer['exit']} before it listened")
    return int(answer["pid"])


def _descriptor(stream: Any, default: int, opened: contextlib.ExitStack) -> int:
    if default == 0 or stream == subprocess.DEVNULL:
        return opened.enter_context(Path(os.devnull).open("r+b")).fileno()
    if stream is None:
        return default
    return stream if isinstance(stream, int) else int(stream.fileno())
