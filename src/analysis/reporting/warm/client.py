"""Kernel clients that do not wait for silence: a fifth of a second a kernel, in which nothing happens."""

from __future__ import annotations

import contextlib
import math
import time
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_async, run_sync

SHELL_S = 1.0
IOPUB_S = 0.2


async def wait_for_answer(client: AsyncKernelClient | BlockingKernelClient, timeout: float | None = None) -> None:
    """Ask for the kernel's name until it has answered on both channels, and no longer.

    The clients of `jupyter_client` then listen until nothing more comes. Whoever runs notebooks tells messages by their
    parent, so that those of the first answer, still under way, are passed over.

    Raises
    ------
    RuntimeError
        If the kernel ends or the time does.
    """
    until = time.monotonic() + (math.inf if timeout is None else timeout)
    while True:
        client.kernel_info()
        with contextlib.suppress(Empty):
            reply = await ensure_async(client.shell_channel.get_msg(timeout=SHELL_S))
            if reply["msg_type"] == "kernel_info_reply":
                await ensure_async(client.iopub_channel.get_msg(timeout=IOPUB_S))
                client._handle_kernel_info_reply(reply)
                return
        if not await ensure_async(client.is_alive()):
            raise RuntimeError("Kernel died before replying to kernel_info")
        if time.monotonic() > until:
            raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class PromptClient(AsyncKernelClient):
    """Of papermill and nbclient."""

    wait_for_ready = wait_for_answer


class PromptBlockingClient(BlockingKernelClient):
    """Of nbval."""

    wait_for_ready = run_sync(wait_for_answer)


def make_prompt(manager: KernelManager) -> None:
    """Have a manager talk to its kernel through one of these, unless it was given a client of its own choice."""
    if manager.client_factory is AsyncKernelClient:
        manager.client_factory = PromptClient
    elif manager.client_factory is BlockingKernelClient:
        manager.client_factory = PromptBlockingClient
