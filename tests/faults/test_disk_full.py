# SPDX-License-Identifier: Apache-2.0
"""The disk fills up under load and is emptied again, five times: while it is full new work is refused and may come
again, what was acknowledged is there, and nobody has to restart anything."""
import errno
import os
import subprocess
import tempfile

import pytest

import harness
from trial import Trial

SIZE_MIB = 192
CYCLES = int(os.environ.get("WAGATE_CYCLES", 5))


@pytest.fixture
def small_disk(monkeypatch):
    """The gateway's folder is made on a file system of SIZE_MIB."""
    place = tempfile.mkdtemp(prefix="wg-disk-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "wagate", place],
                      capture_output=True).returncode != 0:
        os.rmdir(place)
        pytest.skip("a small file system cannot be mounted: that needs root")
    monkeypatch.setattr(tempfile, "tempdir", place)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)
    os.rmdir(place)


def fill(path):
    """Take all that is free."""
    with open(path, "ab", buffering=0) as f:
        chunk = b"\0" * (1 << 20)
        while chunk:
            try:
                f.write(chunk)
            except OSError as e:
                assert e.errno == errno.ENOSPC
                chunk = chunk[: len(chunk) // 2]


def test_a_full_disk_costs_no_acknowledged_message(small_disk, receiver):
    filler = os.path.join(small_disk, "filler")
    with harness.serving(settings={"send.timeout": 3, **harness.WIDE}) as g:
        with Trial(g, receiver) as trial:
            for _ in range(CYCLES):
                trial.until_answered("send", (200,), 10)
                trial.until_answered("webhook", (200,), 10)
                programs = g.children()
                fill(filler)
                trial.until_answered("send", (503,), 60)
                fill(filler)
                trial.until_answered("webhook", (503,), 60)
                assert g.get("/api/messages").status_code == 200
                assert not g.answers("/readyz") and g.answers("/healthz")
                os.unlink(filler)
                trial.until_answered("send", (200,), 5)
                trial.until_answered("webhook", (200,), 5)
                harness.until(lambda: g.answers("/readyz"), 10, "/readyz to be 200 again")
                assert g.children() == programs, "a program was restarted"
        trial.check()
        assert set(trial.answers) <= {("send", 200), ("send", 202), ("send", 503), ("webhook", 200), ("webhook", 503)}
