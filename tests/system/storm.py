# SPDX-License-Identifier: Apache-2.0
"""A storm of webhooks over five accounts and eight endpoints while processes are killed, and what must hold after it.

Receivers and posters are processes of their own: this one kills and judges. One endpoint never answers, one answers
500 for a while, one is slow, one resets connections; four are healthy."""
import asyncio
import collections
import contextlib
import hashlib
import hmac
import http.client
import json
import multiprocessing
import os
import random
import sqlite3
import statistics
import tempfile
import threading
import time

import harness

# endpoint -> (account, format, events, behaviour)
ENDPOINTS = {
    "healthy-1": (0, "normalized", "message.received", "ok"), "never": (0, "normalized", "message.received", "never"),
    "healthy-2": (1, "normalized", "message.received", "ok"), "500": (1, "normalized", "message.received", "500"),
    "healthy-3": (2, "meta", "*", "ok"),
    "healthy-4": (3, "normalized", "message.received", "ok"), "reset": (3, "meta", "*", "reset"),
    "slow": (4, "normalized", "message.received", "slow"),
}
HEALTHY = [name for name in ENDPOINTS if name.startswith("healthy")]
ACCOUNTS, CONTACTS, POSTERS = 5, 200, 16
SLOW_S = 0.3
KILLED = ("wagate-worker", "webhook", "wagate-writer")


# ---- receivers ---------------------------------------------------------------------------------

def told(body):
    """What an event speaks of, as (kind, key), in either format."""
    document = json.loads(body)
    if "entry" not in document:
        return ["message", document["external_message_id"]]
    value = document["entry"][0]["changes"][0]["value"]
    if "messages" in value:
        return ["message", value["messages"][0]["id"]]
    if "statuses" in value:
        return ["status", value["statuses"][0]["id"] + value["statuses"][0]["status"]]
    return ["other", value["marker"]]


class Receivers:
    """All endpoints behind one port; what each does stands in a file that the test writes."""

    def __init__(self, control, log):
        self.control, self.log, self.modes = control, open(log, "a", buffering=1), {}

    async def watch(self):
        while True:
            with contextlib.suppress(ValueError, OSError), open(self.control) as f:
                self.modes = json.load(f)
            await asyncio.sleep(0.05)

    async def exchange(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(headers["content-length"]))
        name = lines[0].split(" ")[1].lstrip("/")
        came, mode = time.time(), self.modes.get(name, "ok")
        if mode == "slow":
            await asyncio.sleep(SLOW_S)
        while mode == "never" and self.modes.get(name) == "never":
            await asyncio.sleep(0.05)
        taken = mode in ("ok", "slow")
        self.log.write(json.dumps([came, name, headers["webhook-id"], taken] + told(body)) + "\n")
        if mode in ("reset", "never"):
            writer.transport.abort()
            return False
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok" % (b"200 OK" if taken else b"500 No"))
        await writer.drain()
        return True

    async def serve(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await self.exchange(reader, writer):
                pass
        writer.close()

    async def run(self, port):
        self.watching = asyncio.create_task(self.watch())
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=512)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()


def receive(control, log, port):
    asyncio.run(Receivers(control, log).run(port))


# ---- posters -----------------------------------------------------------------------------------

def post_all(address, work, rate, results):
    """Post each (path, body, signature) until it is answered 200, as Meta does, at most `rate` in a second."""
    queue, lock, begun = collections.deque(enumerate(work)), threading.Lock(), time.monotonic()
    refused = collections.Counter()

    def one(connection, path, body, signature):
        try:
            connection.request("POST", path, body, {"X-Hub-Signature-256": signature, "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            connection.close()
            return 0

    def poster():
        connection = http.client.HTTPConnection(*address, timeout=30)
        while True:
            with lock:
                if not queue:
                    return
                number, item = queue.popleft()
            time.sleep(max(0, begun + number / rate - time.monotonic()))
            while (status := one(connection, *item)) != 200:
                refused[status] += 1
                time.sleep(0.05)
    threads = [threading.Thread(target=poster) for _ in range(POSTERS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    results.put(dict(refused))


class Weather:
    """Bodies of every kind, and what each of them says."""

    def __init__(self, seed, instances):
        self.random, self.instances, self.said, self.n = random.Random(seed), instances, [set() for _ in instances], 0

    def next_id(self):
        self.n += 1
        return self.n

    def message(self, account):
        n, kind = self.next_id(), self.random.choice(["text", "text", "text", "image", "reaction", "location", "unheard-of"])
        self.said[account].add(("message", f"wamid.S{n}"))
        inner = {"text": {"body": f"message {n} über alles \U0001f327"}, "image": {"id": str(n), "mime_type": "image/jpeg", "sha256": "x"},
                 "reaction": {"message_id": "wamid.X", "emoji": "\U0001f44d"}, "location": {"latitude": 37.758056, "longitude": 1e2},
                 "unheard-of": {"so": "what"}}[kind]
        return {"from": f"4917{account}{self.random.randrange(CONTACTS):06}", "id": f"wamid.S{n}", "timestamp": str(int(time.time())),
                "type": kind, kind: inner}

    def value(self, account, **more):
        return {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": f"90000000000{account}"}, **more}

    def messages(self, account, n):
        return "messages", self.value(account, messages=[self.message(account) for _ in range(n)])

    def status(self, account):
        n, status = self.next_id(), self.random.choice(["sent", "delivered", "read"])
        self.said[account].add(("status", f"wamid.U{n}{status}"))
        return "messages", self.value(account, statuses=[{"id": f"wamid.U{n}", "status": status, "timestamp": str(int(time.time())),
                                                          "recipient_id": f"4917{account}{self.random.randrange(CONTACTS):06}"}])

    def other(self, account):
        n = self.next_id()
        self.said[account].add(("other", n))
        return self.random.choice([("account_update", {"event": "PARTNER_ADDED", "marker": n}), ("brand_new_field", {"marker": n})])

    def change(self, account):
        kind = self.random.random()
        if kind < 0.7:
            return self.messages(account, 1)
        if kind < 0.8:
            return self.messages(account, self.random.randrange(2, 8))
        return self.status(account) if kind < 0.9 else self.other(account)

    def post(self):
        account = self.random.randrange(ACCOUNTS)
        field, value = self.change(account)
        body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": f"80{account}", "time": int(time.time()), "changes": [
            {"field": field, "value": value}]}]}).encode()
        signature = "sha256=" + hmac.new(b"secret%d" % account, body, hashlib.sha256).hexdigest()
        return "/webhooks/meta/" + self.instances[account], body, signature

    def posts(self, n):
        """A tenth of them twice, in no order."""
        fresh = [self.post() for _ in range(n * 10 // 11)]
        all_of_them = fresh + self.random.sample(fresh, n - len(fresh))
        self.random.shuffle(all_of_them)
        return all_of_them


# ---- the storm ---------------------------------------------------------------------------------

class Storm:
    def __init__(self, posts, kills, rate, seed):
        self.posts, self.kills, self.rate, self.seed = posts, kills, rate, seed
        self.killed = []
        self.random = random.Random(seed)

    def write_modes(self, modes):
        with open(self.control + ".new", "w") as f:
            json.dump(modes, f)
        os.replace(self.control + ".new", self.control)

    def set_clock(self, ahead_s):
        with open(self.clock, "w") as f:
            f.write(str(ahead_s * 1000))

    def start_receivers(self):
        context = multiprocessing.get_context("spawn")
        port = context.Value("i", 0)
        self.receivers = context.Process(target=receive, args=(self.control, self.log, port), daemon=True)
        self.receivers.start()
        harness.until(lambda: port.value, 20, "the receivers to listen")
        return f"http://127.0.0.1:{port.value}"

    def people_move_in(self, g, url):
        self.instances, self.endpoints = [], {}
        for i in range(ACCOUNTS):
            g.cli("account", "create", "--name", f"Storm {i}")
            self.instances.append(g.cli(
                "instance", "create", "--account", f"Storm {i}", "--name", f"Line {i}", "--provider", "cloud",
                *[word for pair in (f"phone_number_id=90000000000{i}", f"waba_id=80{i}", "access_token=t", f"app_secret=secret{i}")
                  for word in ("--set", pair)])["id"])
        for name, (account, form, events, _) in ENDPOINTS.items():
            self.endpoints[name] = g.cli("endpoint", "create", "--instance", self.instances[account], "--url", f"{url}/{name}",
                                         "--format", form, "--events", events)["id"]

    def kill_some(self, g, poster):
        pause = self.posts / self.rate / (self.kills + 1)
        for _ in range(self.kills):
            poster.join(self.random.uniform(0.5, 1.5) * pause)
            name = self.random.choice(KILLED)
            pid = g.kill(name)
            self.killed.append((time.time(), name))
            harness.until(lambda: g.children().get(name) not in (None, pid), 20, f"{name} to be started again")

    def blow(self, g):
        weather = Weather(self.seed, self.instances)
        work, context = weather.posts(self.posts), multiprocessing.get_context("spawn")
        results = context.Queue()
        self.said = weather.said
        poster = context.Process(target=post_all, args=(("127.0.0.1", g.port), work, self.rate, results), daemon=True)
        poster.start()
        self.kill_some(g, poster)
        self.refused = results.get(timeout=60 + 5 * self.posts / self.rate)
        poster.join(20)
        self.write_modes({name: "ok" if mode == "500" else mode for name, (_, _, _, mode) in ENDPOINTS.items()})

    def open_deliveries(self, g, endpoints):
        with contextlib.closing(sqlite3.connect(f"file:{g.dir}/wagate.db?mode=ro", uri=True)) as db:
            marks = ",".join("?" * len(endpoints))
            return db.execute(f"SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending') AND endpoint_id IN ({marks})",
                              endpoints).fetchone()[0]

    def unread(self, g):
        with contextlib.closing(sqlite3.connect(f"file:{g.dir}/wagate.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()[0]

    def recover(self, g):
        """The failing ones answer again, and time goes on until everything has been tried again."""
        healthy = [self.endpoints[name] for name in HEALTHY]
        harness.until(lambda: self.unread(g) == 0 and self.open_deliveries(g, healthy) == 0, 120, "the healthy ones to have everything")
        self.write_modes({})
        ahead = 0
        while (left := self.settled(g)) > 0:
            ahead += 600
            assert ahead < 48 * 3600, f"{left} deliveries are still open"
            self.set_clock(ahead)

    def settled(self, g):
        """How many deliveries are open once nothing moves for a second."""
        last, since = -1, time.monotonic()
        while time.monotonic() - since < 1:
            now = self.open_deliveries(g, list(self.endpoints.values()))
            if now != last:
                last, since = now, time.monotonic()
            if now == 0:
                break
            time.sleep(0.1)
        return last

    # ---- what must hold ----

    def read(self, g):
        with open(self.log) as f:
            rows = [json.loads(line) for line in f]
        self.came = {name: [] for name in ENDPOINTS}
        for at, name, event, taken, kind, key in rows:
            self.came[name].append((at, event, taken, (kind, key)))
        with contextlib.closing(sqlite3.connect(f"file:{g.dir}/wagate.db?mode=ro", uri=True)) as db:
            self.events = {id: (place, lane, at / 1000) for place, (id, lane, at) in enumerate(db.execute(
                "SELECT id, lane, created_at FROM event ORDER BY rowid"))}
            self.failed = db.execute("SELECT count(*) FROM delivery WHERE status IN ('failed', 'blocked')").fetchone()[0]
            self.twice = db.execute("SELECT count(*) FROM (SELECT 1 FROM inbound GROUP BY instance_id, provider_id HAVING count(*) > 1)").fetchone()[0]

    def taken(self, name):
        """First successes in their order: (time, event, what it says)."""
        seen, first = set(), []
        for at, event, taken, what in self.came[name]:
            if taken and event not in seen:
                seen.add(event)
                first.append((at, event, what))
        return first

    def expected(self, name):
        account, form, _, _ = ENDPOINTS[name]
        return {what for what in self.said[account] if form == "meta" or what[0] == "message"}

    def check_complete(self, name):
        told_of = collections.Counter(what for _, _, what in self.taken(name))
        assert set(told_of) == self.expected(name), f"{name}: {len(self.expected(name) - set(told_of))} are missing"
        assert max(told_of.values()) == 1, f"{name}: one thing told in two events"

    def check_order(self, name):
        last = {}
        for _, event, what in self.taken(name):
            place, lane, _ = self.events[event]
            assert place > last.get(lane, -1), f"{name}: {what} of conversation {lane} came after what was recorded later"
            last[lane] = place

    def check_repeats(self, name):
        """A delivery comes twice only when a kill broke its exchange or the record of its outcome."""
        first, repeats = {}, 0
        for at, event, taken, what in self.came[name]:
            if event in first:
                repeats += 1
                assert any(first[event] - 1 <= kill <= at for kill, _ in self.killed), f"{name}: {what} came twice without a kill"
            first.setdefault(event, at)
        assert repeats <= 20 * len(self.killed), f"{name}: {repeats} repeats"
        return repeats

    def delays(self, name):
        return sorted(at - self.events[event][2] for at, event, _ in self.taken(name))

    def check(self, g):
        self.read(g)
        assert self.failed == 0 and self.twice == 0
        for name in ENDPOINTS:
            self.check_complete(name)
        for name in HEALTHY:
            self.check_order(name)
        repeats = {name: self.check_repeats(name) for name in HEALTHY}
        delays = {name: self.delays(name) for name in HEALTHY}
        for name in HEALTHY:
            print(f"{name}: {len(delays[name])} events, median {statistics.median(delays[name]) * 1000:.0f} ms, "
                  f"p99 {delays[name][len(delays[name]) * 99 // 100] * 1000:.0f} ms, {repeats[name]} repeats")
        print(f"refused and repeated by the poster: {self.refused}; killed: {collections.Counter(n for _, n in self.killed)}")
        for name in HEALTHY:
            assert delays[name][len(delays[name]) * 99 // 100] < 2, f"{name}: p99 of the delay"

    def run(self):
        print(f"seed={self.seed}")
        with tempfile.TemporaryDirectory(prefix="wg-storm-") as folder:
            self.control, self.log, self.clock = (os.path.join(folder, n) for n in ("control", "log", "clock"))
            self.set_clock(0)
            self.write_modes({name: mode for name, (_, _, _, mode) in ENDPOINTS.items()})
            url = self.start_receivers()
            try:
                with harness.serving(environment={"WAGATE_CLOCK": self.clock}, settings={"deliver.timeout": 5}) as g:
                    self.people_move_in(g, url)
                    self.blow(g)
                    self.recover(g)
                    self.check(g)
            finally:
                self.receivers.kill()
