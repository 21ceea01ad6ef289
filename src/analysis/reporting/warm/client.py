"""A kernel client that does not wait for silence: a fifth of a second a page, in which nothing happens."""

from __future__ import annotations

import contextlib
import math
import time
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient

SHELL_S = 1.0
IOPUB_S = 0.2


class PromptClient(AsyncKernelClient):
    """Ready as soon as the kernel has answered on both channels.

    The client of `jupyter_client` then listens until nothing more comes; nbclient tells messages by their parent, so
    that those of the first answer, still under way, are passed over.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask for the kernel's name until it answers.

        Raises
        ------
        RuntimeError
            If the kernel ends or the time does.
        """
        until = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            self.kernel_info()
            with contextlib.suppress(Empty):
                reply = await self.shell_channel.get_msg(timeout=SHELL_S)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.iopub_channel.get_msg(timeout=IOPUB_S)
                    self._handle_kernel_info_reply(reply)
                    return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")
