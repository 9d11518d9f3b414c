# SPDX-License-Identifier: Apache-2.0
"""S6 and S7: from the provider's webhook to the customer's receiver, and how fast a backlog is delivered."""
import contextlib
import ctypes
import json
import mmap
import os
import signal
import sqlite3
import statistics
import struct
import subprocess
import time

from load import inbound, paced
from measure import REPEAT, certificate, compiled, median, row, wanted, wrk
import harness

CLIENTS = 64
BACKLOG = 20000
PER_POST = 1000
SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


def trust(folder, cert):
    """Make this process and its children take a certificate for good; False where that needs more rights. It is done
    in a mount namespace of their own, because a customer's receiver is checked against the system's authorities."""
    bundle = os.path.join(folder, "authorities.pem")
    with open(bundle, "wb") as out:
        for path in (SYSTEM_AUTHORITIES, cert):
            with open(path, "rb") as f:
                out.write(f.read())
    clone_newns = 0x20000
    if os.getuid() != 0 or ctypes.CDLL(None).unshare(clone_newns) != 0:
        return False
    return all(subprocess.run(["mount", *arguments], capture_output=True).returncode == 0
               for arguments in (["--make-rprivate", "/"], ["--bind", bundle, SYSTEM_AUTHORITIES]))


class Sink:
    """sink.c, and its table as this process sees it."""
    NUMBERS = 1 << 17

    def __init__(self, folder, tls):
        path, port = os.path.join(folder, "sink.table"), harness.free_port()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self.process = subprocess.Popen([compiled(folder, "sink"), str(port), path, *(certificate(folder) if tls else ())])
        harness.until(lambda: subprocess.run(["curl", "-sk", "-d{}", self.url], capture_output=True).stdout, 10, "the sink")
        with open(path, "r+b") as f:
            self.table = mmap.mmap(f.fileno(), 0)

    def close(self):
        self.table.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def hold(self, held):
        struct.pack_into("Q", self.table, 0, held)

    def count(self):
        return struct.unpack_from("Q", self.table, 8)[0]

    def first(self, number):
        """When a numbered event came first, in seconds on the monotonic clock; 0: not yet."""
        return struct.unpack_from("Q", self.table, 16 + 8 * (number % self.NUMBERS))[0] / 1e9


def ask(gateway, sql):
    with contextlib.closing(sqlite3.connect(f"file:{gateway.dir}/wagate.db?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchone()[0]


def open_deliveries(gateway):
    return ask(gateway, "SELECT count(*) FROM delivery WHERE status IN ('pending', 'sending')")


def sample_script(folder, gateway):
    """A script for wrk that posts what a delivery of this gateway looks like."""
    receiver = harness.Receiver()
    endpoint = gateway.endpoint(receiver, "message.received")
    assert gateway.webhook(inbound(gateway, [0])).status_code == 200
    event = receiver.wait()[0]
    gateway.cli("endpoint", "delete", endpoint["id"])
    receiver.close()
    path = os.path.join(folder, "deliver.lua")
    kept = {k: v for k, v in event["headers"].items() if k.lower() not in ("host", "content-length", "connection")}
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"wrk.method = 'POST'\nwrk.body = {json.dumps(event['body'].decode())}\n")
        f.writelines(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}\n" for name, value in kept.items())
    return path


def drain(gateway, sink):
    """Seconds from the moment the receiver answers until a waiting backlog is delivered and recorded as such."""
    sink.hold(1)
    for first in range(1, BACKLOG + 1, PER_POST):
        assert gateway.webhook(inbound(gateway, range(first, first + PER_POST))).status_code == 200
    harness.until(lambda: ask(gateway, "SELECT count(*) FROM inbox WHERE state = 'new'") == 0, 25, "the inbox to be applied")
    assert open_deliveries(gateway) == BACKLOG
    start = time.monotonic()
    sink.hold(0)
    harness.until(lambda: open_deliveries(gateway) == 0, 60, "the backlog to be delivered")
    return time.monotonic() - start


def bench_backlog(folder, tls):
    rounds = []
    settings = {"deliver.endpoint_in_flight": CLIENTS, "deliver.timeout": 30}
    for _ in range(REPEAT):
        with harness.serving(settings=settings) as g, contextlib.closing(Sink(folder, tls)) as sink:
            floor = wrk(sink.url, sample_script(folder, g), CLIENTS)
            g.endpoint(sink, "message.received")
            before = sink.count()
            rounds.append({"rate": BACKLOG / drain(g, sink), "floor": floor["rate"], "more": sink.count() - before - BACKLOG})
    rate, floor = median(rounds, "rate"), median(rounds, "floor")
    how = "TLS" if tls else "plain HTTP, TLS needs root"
    row("S7", f"signed deliveries ({how}), results durable, wrk {floor:.0f}/s", f"{rate / floor:.3f} x wrk", ">= 0.12",
        rate / floor >= 0.12)
    row("S7", f"the same of a backlog of {BACKLOG}, {CLIENTS} in flight", f"{rate:.0f}/s", ">= 10000/s", rate >= 10000)
    row("S7", "deliveries made twice", f"{sum(r['more'] for r in rounds)}", "0", not any(r["more"] for r in rounds))


def bench_latency(folder, tls):
    rounds = []
    for _ in range(REPEAT):
        with harness.serving() as g, contextlib.closing(Sink(folder, tls)) as sink:
            g.endpoint(sink, "message.received")
            numbers = range(1, 3001)
            paced(g, range(3001, 3101), 500)
            sent = paced(g, numbers, 500)
            harness.until(lambda: all(sink.first(i) for i in numbers), 30, "every event at the receiver")
            cuts = statistics.quantiles([(sink.first(i) - sent[i][0]) * 1000 for i in numbers], n=100)
            rounds.append({"p50": cuts[49], "p99": cuts[98]})
    p50, p99 = median(rounds, "p50"), median(rounds, "p99")
    row("S6", "webhook POST begins -> request at the receiver, 500/s, p50", f"{p50:.1f} ms", "<= 20 ms", p50 <= 20)
    row("S6", "p99 of these", f"{p99:.1f} ms", "<= 100 ms", p99 <= 100)


def bench(folder):
    if not wanted("S6", "S7"):
        return
    tls = trust(folder, certificate(folder)[0])
    if wanted("S6"):
        bench_latency(folder, tls)
    if wanted("S7"):
        bench_backlog(folder, tls)
