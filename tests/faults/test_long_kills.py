# SPDX-License-Identifier: Apache-2.0
"""kill -9 two hundred times: one program at a time, all at once, and with them the one that restarts them. SEED=
repeats a run."""
import os
import random
import signal
import time

import pytest

import harness
import test_kills
from trial import Trial

ROUNDS = int(os.environ.get("WAGATE_KILLS", 200))
# A round that ends everything costs as much time as several that end one program.
ALL_AT_ONCE = max(1, ROUNDS // 10)


@pytest.fixture
def rng():
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed={seed}")
    return random.Random(seed)


def at_some_moment(rng):
    time.sleep(rng.uniform(0.05, 0.6))  # the moment is what is random here, nothing is waited for


def kill_all(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_one_program_at_a_time(receiver, monkeypatch):
    monkeypatch.setattr(test_kills, "KILLS", ROUNDS)
    test_kills.test_nothing_acknowledged_is_lost_and_nothing_is_sent_twice(receiver)


def test_all_programs_at_once(receiver, rng):
    """All but the simulator, which is Meta and remembers what it took."""
    with harness.serving(settings={"send.timeout": 3, **harness.WIDE}) as g:
        with Trial(g, receiver) as trial:
            for _ in range(ALL_AT_ONCE):
                at_some_moment(rng)
                before = {name: pid for name, pid in g.children().items() if name != "graph-sim"}
                kill_all(before.values())
                harness.until(lambda: all(g.children().get(name) not in (None, pid) for name, pid in before.items()), 2,
                              "all programs to be restarted")
                trial.until_answered("send", (200, 202), 5)
                trial.until_answered("webhook", (200,), 5)
        trial.check()


def test_everything_at_once_and_started_again(receiver, rng):
    with harness.serving() as provider, harness.serving(
            settings={"send.timeout": 3, "cloud.graph_url": provider.url + "/_sim", **harness.WIDE}) as g:
        with Trial(g, receiver, provider) as trial:
            for _ in range(ALL_AT_ONCE):
                at_some_moment(rng)
                pids = [g.process.pid, *g.children().values()]
                kill_all(pids)
                g.process.wait()
                harness.until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), 5, "all of them to be gone")
                g.start()
                told = len(receiver.events())
                harness.until(lambda: len(receiver.events()) > told, 2, "the first delivery after the restart")
                trial.until_answered("send", (200, 202), 5)
        trial.check()


def test_a_restart_on_purpose_refuses_nobody(receiver):
    """SIGTERM to one program after the other, as an upgrade does: callers wait, none is refused."""
    with harness.serving(settings=harness.WIDE) as g:
        with Trial(g, receiver) as trial:
            for _ in range(ALL_AT_ONCE):
                for name in ("send-message", "webhook", "wagate-worker"):
                    before = g.children()[name]
                    os.kill(before, signal.SIGTERM)
                    harness.until(lambda: g.children().get(name) not in (None, before), 12, f"{name} to be restarted")
                    trial.until_answered("send", (200, 202), 10)
                    trial.until_answered("webhook", (200,), 10)
        trial.check()
        assert set(trial.answers) <= {("send", 200), ("send", 202), ("webhook", 200)}
        assert [load.refused for load in trial.senders + trial.webhooks] == [0] * 8
