# SPDX-License-Identifier: Apache-2.0
"""kill -9 between every two steps of a send, at each CRASH_POINT that the sources have: what is told afterwards is
true, the same request again makes no second message, and nothing stays behind half-done."""
import collections
import concurrent.futures
import contextlib
import functools
import glob
import json
import os
import re
import signal
import sqlite3

import pytest
import requests

import harness
from harness import graph, guarded, proxy

SILENT = "15550020006"       # sent, and never a status afterwards
LATE = "15550020002"         # sent, read after 1.5 s, and the provider answers the send after a minute
NOT_NOW = "1555000130429"    # the provider refuses it for now, every time

# How somebody gets to a point with a send (its recipient, what is done before, by what, at which passage, and what is
# done afterwards), and what its message is in the end: its status, and how often the provider has it.
Road = collections.namedtuple("Road", "to before way passage after status taken",
                              defaults=(SILENT, None, "ask", 1, None, "sent", 1))
OVERTAKEN = Road(LATE, way="give_up_early", status="read")
LEFT_BEHIND = Road(before="die_before_the_call", way="clear_up", status="unknown", taken=0)
QUEUED = Road(way="ask_later")
UNSENT = QUEUED._replace(status="unknown", taken=0)
UNHEARD = QUEUED._replace(status="unknown")
EXPIRED = Road(way="ask_too_late", status="failed", taken=0)
REFUSED_FOR_NOW = Road(NOT_NOW, way="ask_later", after="cancel", status="cancelled", taken=0)
ROADS = {
    "send.overtaken": [OVERTAKEN],
    "send.completed": [OVERTAKEN],
    "reap.decided": [LEFT_BEHIND],
    "reap.settled": [LEFT_BEHIND],
    "send.came": [Road(), QUEUED, QUEUED._replace(passage=2)],
    "send.decided": [Road(), QUEUED, QUEUED._replace(passage=2)],
    "send.reserved": [Road(status="unknown", taken=0), QUEUED, UNSENT._replace(passage=2)],
    "send.answered": [Road(status="unknown"), UNHEARD],
    "send.judged": [Road(status="unknown"), UNHEARD],
    "send.settled": [Road(), QUEUED],
    "web.answering": [Road(), QUEUED],
    "web.answered": [Road(), QUEUED],
    "writer.ran": [Road(), Road(passage=2)],
    "writer.committed": [Road(), Road(passage=2)],
    "dispatch.decided": [QUEUED, UNHEARD._replace(passage=2)],
    "dispatch.committed": [UNSENT, QUEUED._replace(passage=2)],
    "dispatch.claimed": [UNSENT],
    "dispatch.answered": [UNHEARD],
    "dispatch.ended": [QUEUED],
    "dispatch.refusal_noted": [EXPIRED],
    "dispatch.put_back": [REFUSED_FOR_NOW],
}
HEADERS = {"ask_later": {"Prefer": "respond-async"}, "ask_too_late": {"Prefer": "respond-async", "X-Valid-For": "30"}}


def crash_points():
    """The names in the sources."""
    names = set()
    for path in glob.glob(os.path.join(harness.ROOT, "lib", "*", "*.c")):
        with open(path) as f:
            names |= set(re.findall(r'CRASH_POINT\("([^"]+)"\)', f.read()))
    return names


class Attempt:
    """One send that is led to one point."""

    def __init__(self, point, road, send):
        self.point, self.road = point, road
        self.text = f"{point}:{road.passage} by {send.__name__}: {road.way}"
        self.headers = {"Idempotency-Key": self.text, **HEADERS.get(road.way, {})}
        self.send = functools.partial(send, to=road.to, text=self.text, headers=self.headers)

    def __repr__(self):
        return self.text


class Stage:
    """A gateway that can be killed at any point, and apart from it Meta, who remembers what it took."""

    def __init__(self, folder):
        self.point, self.clock, self.ahead_ms = os.path.join(folder, "point"), os.path.join(folder, "clock"), 0
        for path in (self.point, self.clock):
            open(path, "w").close()
        self.gateway = harness.Gateway(build=harness.BUILD + "-crash", settings={"send.timeout": 3, "limits.pair_seconds": 0}, environment={
            "WAGATE_CRASH_AT": self.point, "WAGATE_CLOCK": self.clock, "WAGATE_ACCOUNTS_PLAN": "growth"}).init()
        self.meta = harness.Gateway().init()
        self.gateway.environment["WAGATE_CLOUD_GRAPH_URL"] = self.meta.url + "/_sim"
        self.play_for(self.gateway)
        self.meta.start()
        self.gateway.start()

    def play_for(self, gateway):
        """The simulator tells its statuses to another gateway than its own."""
        with open(os.path.join(gateway.dir, "simulator.json")) as f:
            numbers = json.load(f)
        for number in numbers["numbers"]:
            number["callback_url"] = gateway.url + number["callback_url"]
        with open(os.path.join(self.meta.dir, "simulator.json"), "w") as f:
            json.dump(numbers, f)

    def close(self):
        self.gateway.close()
        self.meta.close()

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.gateway.dir}/wagate.db?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()

    def rows(self, attempt):
        """id, status, provider's id of the messages that an attempt has made."""
        return self.query("SELECT id, status, provider_id FROM message WHERE payload LIKE ?", f'%"{attempt.text}"%')

    def taken(self, attempt):
        """What Meta has of it."""
        return [m for m in self.meta.simulate_get("messages?limit=4000")["items"]
                if m["payload"]["text"]["body"] == attempt.text]

    def die_at(self, point, passage, reach):
        """Have whoever passes there die, by what reach() does, and wait until it was started again."""
        before = self.gateway.children()
        with open(self.point, "w") as f:
            f.write(f"{point}:{passage}")
        with contextlib.suppress(requests.RequestException):
            reach()
        harness.until(lambda: os.path.getsize(self.point) == 0, 20, f"a process to die at {point}")
        harness.until(lambda: (now := self.gateway.children()).keys() == before.keys() and now != before, 5,
                      f"the process that died at {point} to be started again")

    def forward(self):
        """Past the time that the dead have for their messages."""
        self.ahead_ms += 60_000
        with open(self.clock, "w") as f:
            f.write(str(self.ahead_ms))

    # ---- ways to a point ----
    def ask(self, attempt):
        attempt.send(self.gateway)

    ask_later = ask  # it is the same request but for a header

    def give_up_early(self, attempt):
        """The message counts as left behind, and its statuses come, while its process waits for the answer."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asking = pool.submit(attempt.send, self.gateway)
            harness.until(lambda: self.taken(attempt), what="the provider to have the message")
            self.clear_up()
            asking.result()

    def ask_too_late(self, attempt):
        """The worker is held up until the message is not good any more."""
        os.kill(self.gateway.children()["wagate-worker"], signal.SIGSTOP)
        self.ask(attempt)
        self.clear_up()

    def die_before_the_call(self, attempt):
        self.die_at("send.reserved", 1, lambda: self.ask(attempt))

    def cancel(self, attempt):
        """Possible whenever it is not just being tried."""
        (id, _, _), = self.rows(attempt)
        harness.until(lambda: self.gateway.post_key(f"/api/messages/{id}/cancel", {}).status_code == 200, 10,
                      f"{attempt} to be cancelled")

    def clear_up(self, _=None):
        """A worker that starts looks at once for what the dead have left behind."""
        self.forward()
        self.gateway.kill("wagate-worker")

    def lead(self, attempt):
        """To its point, and ask once more."""
        road = attempt.road
        if road.before:
            getattr(self, road.before)(attempt)
        self.die_at(attempt.point, road.passage, lambda: getattr(self, road.way)(attempt))
        again = attempt.send(self.gateway)
        assert again.status_code in (200, 202, 409, 504), f"{attempt}: {again.status_code} {again.text}"
        assert len(self.taken(attempt)) <= 1, attempt
        if road.after:
            getattr(self, road.after)(attempt)
        # The next one may die at what is left to be done for this one.
        over = [road.status, "sending"] if road.status == "unknown" else [road.status]
        harness.until(lambda: [status for _, status, _ in self.rows(attempt)][0] in over, 10, f"{attempt} to be over")

    def check(self, attempt):
        """The end of one message, and that the customer is told so."""
        road, taken = attempt.road, self.taken(attempt)
        harness.until(lambda: [r[1] for r in self.rows(attempt)] == [road.status], 10,
                      f"{attempt} to be {road.status}: {self.rows(attempt)}")
        (id, status, provider_id), = self.rows(attempt)
        assert [m["payload"]["biz_opaque_callback_data"] for m in taken] == [id] * road.taken, attempt
        if status in ("sent", "read"):
            assert provider_id == taken[0]["id"], attempt
        answer = attempt.send(self.gateway)
        assert answer.headers["Idempotency-Replayed"] == "true", attempt
        if road.way in HEADERS:
            assert answer.status_code == 202 and "queued" in answer.text and id in answer.text, f"{attempt}: {answer.text}"
        elif status == "unknown":
            assert answer.status_code in (202, 504) and id in answer.text, f"{attempt}: {answer.text}"
        else:
            assert answer.status_code == 200 and provider_id in answer.text, f"{attempt}: {answer.text}"
        assert len(self.taken(attempt)) == road.taken, attempt

    def check_counts(self, attempts):
        """Each message is counted once, however often somebody died over it."""
        told = collections.Counter(a.road.status for a in attempts)
        counted = dict(self.query("SELECT what, SUM(n) FROM daily_count GROUP BY what"))
        assert counted.get("unknown", 0) == told["unknown"] + told["read"]
        assert counted.get("failed", 0) == told["failed"]
        assert counted.get("sent", 0) == told["sent"] + told["read"]
        assert counted.get("delivered", 0) == counted.get("read", 0) == told["read"]
        assert self.query("SELECT COUNT(*) FROM message") == [(len(attempts),)]
        assert self.query("SELECT COUNT(*) FROM idempotency") == [(len(attempts),)]
        # What was never tried uses nothing of a limit.
        assert self.query("SELECT SUM(day_used) FROM account_use") == [(len(attempts) - told["failed"],)]


@pytest.fixture
def stage(tmp_path):
    s = Stage(str(tmp_path))
    yield s
    s.close()


def lead_through(stage, sends, roads):
    """roads: how many to each point at most."""
    attempts = [Attempt(point, road, send) for point in ROADS for send in sends for road in ROADS[point][:roads]]
    for attempt in attempts:
        stage.lead(attempt)
    stage.forward()
    for attempt in attempts:
        stage.check(attempt)
    stage.check_counts(attempts)


def test_there_is_a_road_to_every_point():
    assert crash_points() == set(ROADS)


def test_a_send_that_dies_anywhere_is_told_truly_and_never_doubled(stage):
    lead_through(stage, [guarded], 1)
