"""How wide the tests run, and where their files lie.

Half of the tests wait for a while: for a device that is slow on purpose, for a screen, for a flush to the disk. So
more of them run at once than there are processors, and their databases lie in memory where a machine has much of it:
a flush is asked for and answered there as on a disk, and nobody waits for it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from packstation.cartons.engine import warm

# How long one example takes says how busy the machine is, and nothing about us.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 6_000_000_000
COMPILE_S_MAX = 1_200
"""A minute of one processor, while twenty others want it too."""


def in_memory() -> Path | None:
    """A folder in memory, where there is so much that no test can fill it."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    available = int(told["MemAvailable"].split()[0]) * 1024
    return MEMORY if min(available, shutil.disk_usage(MEMORY).free) > MEMORY_BYTES_MIN else None


def pytest_configure() -> None:
    folder = in_memory()
    if folder is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def pytest_xdist_auto_num_workers() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (cores + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "compiled" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(COMPILE_S_MAX))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The compiled carton engine on the disk: the first worker compiles it, the others wait and load it."""
    with open(tmp_path_factory.getbasetemp().parent / "compiling", "a+", encoding="ascii") as turn:
        if os.name != "nt":
            import fcntl

            fcntl.flock(turn, fcntl.LOCK_EX)
        warm("fast")
