"""A forked kernel is a kernel like any other, only sooner; where it cannot be forked it is started cold."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from analysis.reporting.warm import provisioner, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
ASK = "import os, sys; (os.getppid(), 'pandas' in sys.modules, os.environ.get('TOLD'), os.getcwd())"


class Kernel:
    """A running kernel and its client."""

    def __init__(self, **options) -> None:
        self.manager = KernelManager(kernel_name="analysis-warm", transport_encryption="required")
        self.manager.start_kernel(**options)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    def value(self, code: str) -> str:
        said = []
        reply = self.client.execute_interactive(
            code, timeout=30, output_hook=lambda message: said.append(message["content"])
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        return next(each["data"]["text/plain"] for each in said if "data" in each)

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernels():
    running: list[Kernel] = []

    def make(**options) -> Kernel:
        running.append(Kernel(**options))
        return running[-1]

    yield make
    for kernel in running:
        kernel.stop()


@pytest.fixture
def zygote(monkeypatch, tmp_path):
    """A zygote of this test's own; gives a function that starts it with modules to preload."""
    provisioner._say_once.cache_clear()
    stopping = []

    def run(*preload: str) -> Path:
        context = start.running(preload, {"PYTHONPATH": str(tmp_path)})
        path = context.__enter__()
        stopping.append(context)
        monkeypatch.setenv(start.SOCKET, str(path))
        return path

    yield run
    for context in stopping:
        context.__exit__(None, None, None)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def until(happened) -> bool:
    for _ in range(200):
        if happened():
            return True
        time.sleep(0.05)
    return False


def parent_of(kernel: Kernel) -> int:
    return int(kernel.value("import os; os.getppid()"))


def test_a_kernel_is_forked_with_the_modules_loaded_and_its_client_s_environment(zygote, kernels, tmp_path) -> None:
    zygote("pandas")
    kernel = kernels(env={**os.environ, "TOLD": "so"}, cwd=str(tmp_path))
    parent, loaded, told, folder = eval(kernel.value(ASK))
    assert parent != os.getpid()
    assert (loaded, told, folder) == (True, "so", str(tmp_path))


def test_a_forked_kernel_listens_when_it_is_said_to_have_started_and_is_not_waited_for_until_it_falls_silent(
    zygote, kernels
) -> None:
    zygote()
    manager = KernelManager(kernel_name="analysis-warm", transport_encryption="required")
    manager.start_kernel()
    try:
        for port in (manager.shell_port, manager.iopub_port, manager.hb_port):
            socket.create_connection((manager.ip, port), timeout=5).close()
    finally:
        manager.shutdown_kernel(now=True)
    # the stock client would have listened until the last message of its own question had come
    last = kernels().client.get_iopub_msg(timeout=5)
    assert last["parent_header"]["msg_type"] == "kernel_info_request"


def test_what_a_run_types_is_no_part_of_an_analyst_s_history(zygote, kernels, monkeypatch, tmp_path) -> None:
    kept = "get_ipython().history_manager.enabled"
    zygote()
    assert kernels().value(kept) == "False"
    monkeypatch.delenv(start.SOCKET)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(start, "LIBRARIES", ())
    monkeypatch.setattr(start, "IDLE_S", 1)
    assert kernels().value(kept) == "True"


def test_whoever_hangs_up_before_asking_ends_nobody_s_kernel(zygote, kernels) -> None:
    path = zygote()
    kernel = kernels()
    parent = parent_of(kernel)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(path))
    assert parent_of(kernels()) == parent
    assert kernel.value("1 + 1") == "2"


def test_kernels_share_nothing_and_draw_different_random_numbers(zygote, kernels) -> None:
    zygote("numpy")
    one, other = kernels(), kernels()
    assert parent_of(one) == parent_of(other)
    one.value("import os, numpy, sys; numpy.seterr(all='raise'); os.environ['LEFT'] = 'x'; mark = 1; mark")
    assert other.value("import os, numpy; (numpy.geterr()['over'], 'LEFT' in os.environ, 'mark' in dir())") == (
        "('warn', False, False)"
    )
    draw = "import random, numpy; (random.random(), numpy.random.random())"
    assert one.value(draw) != other.value(draw)


def test_a_kernel_can_be_interrupted_restarted_and_found_dead(zygote, kernels) -> None:
    zygote()
    kernel = kernels()
    # else the next request is aborted with this one, if it comes soon enough
    message = kernel.client.execute("import time; print('asleep', flush=True); time.sleep(60)", stop_on_error=False)
    while kernel.client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
        pass
    kernel.manager.interrupt_kernel()
    while (reply := kernel.client.get_shell_msg(timeout=30))["parent_header"].get("msg_id") != message:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    kernel.value("mark = 1; mark")
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=30)
    assert kernel.value("'mark' in dir()") == "False"
    os.kill(int(kernel.value("import os; os.getpid()")), signal.SIGKILL)
    assert until(lambda: not kernel.manager.is_alive())


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_kernels_end_with_their_zygote(zygote, kernels, how) -> None:
    zygote()
    kernel = kernels()
    pid, parent = eval(kernel.value("import os; (os.getpid(), os.getppid())"))
    os.kill(parent, how)
    assert until(lambda: not is_running(pid))
    assert until(lambda: not kernel.manager.is_alive())


HELD = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
ENDS = "from ipykernel.kernelapp import IPKernelApp\nIPKernelApp.initialize = lambda *_: exit(3)\n"


@pytest.mark.parametrize(
    ("preloaded", "says"),
    [(HELD, "other threads"), (ENDS, "ended with 3 before it listened"), (None, "No such file")],
    ids=["a second thread", "a kernel that does not start", "nobody listening"],
)
def test_a_cold_kernel_is_started_where_none_can_be_forked_and_one_line_says_why(
    zygote, kernels, tmp_path, monkeypatch, caplog, preloaded, says
) -> None:
    if preloaded:
        (tmp_path / "makes_trouble.py").write_text(preloaded)
        zygote("makes_trouble")
    else:
        monkeypatch.setenv(start.SOCKET, str(tmp_path / "gone"))
        monkeypatch.setattr(start, "START_S", 0.1)
    kernel, other = kernels(), kernels()
    assert parent_of(kernel) == parent_of(other) == os.getpid()
    (line,) = [record.getMessage() for record in caplog.records if "cold kernel" in record.getMessage()]
    assert says in line


@pytest.mark.parametrize("moment", ["while it loads", "later"])
def test_a_zygote_that_was_killed_keeps_nobody_waiting(zygote, kernels, tmp_path, monkeypatch, caplog, moment) -> None:
    (tmp_path / "loads_long.py").write_text("import time\ntime.sleep(30)\n" if moment == "while it loads" else "")
    path = zygote("loads_long")
    assert until(path.exists)
    (pid,) = [int(each) for each in pids() if str(path) in command_line(each)]
    if moment == "later":
        parent_of(kernels())
    os.kill(pid, signal.SIGKILL)
    started = time.monotonic()
    assert parent_of(kernels()) == os.getpid()
    assert time.monotonic() - started < 20
    assert any("Starting a cold kernel" in record.getMessage() for record in caplog.records)


def test_a_zygote_clears_away_what_a_killed_run_made_for_it(tmp_path) -> None:
    run = (
        "import time; from analysis.reporting.warm import start\n"
        "with start.running(['json'], {}) as path: print(path, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", run], stdout=subprocess.PIPE, text=True)
    path = Path(process.stdout.readline().strip())
    assert until(path.exists)
    process.kill()
    process.wait()
    process.stdout.close()
    assert until(lambda: not path.parent.exists())


def pids() -> list[str]:
    return [entry.name for entry in Path("/proc").glob("[0-9]*")]


def command_line(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:  # it ended meanwhile
        return ""


def test_without_a_run_s_own_the_user_s_zygote_is_started_once_and_kept(kernels, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(start.SOCKET, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(start, "LIBRARIES", ("numpy",))
    monkeypatch.setattr(start, "IDLE_S", 1)
    one, other = kernels(), kernels()
    parent = parent_of(one)
    assert parent == parent_of(other) != os.getpid()
    one.stop()
    other.stop()
    assert until(lambda: not is_running(parent))
