# SPDX-License-Identifier: Apache-2.0
"""A million deliveries wait for one endpoint: the worker stays small, and whoever else has an event gets it at once."""
import contextlib
import os
import re
import sqlite3
import statistics
import time

import harness
from test_main_path import inbound_document

BACKLOG = int(os.environ.get("WAGATE_BACKLOG", 1_000_000))
WORKER_MIB = 64
EVENTS = 200


def fill(gateway, endpoint):
    """BACKLOG events of 10,000 conversations, recorded and never tried."""
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(os.path.join(gateway.dir, "wagate.db"))) as db:
        account, instance = db.execute("SELECT account_id, id FROM instance WHERE phone_number_id = ?",
                                       [gateway.demo["phone_number_id"]]).fetchone()
        numbers = "WITH RECURSIVE k (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < ?1) "
        db.execute(numbers + "INSERT INTO event (id, account_id, instance_id, name, lane, normalized, created_at) "
                   "SELECT printf('evt_0%09d', n), ?2, ?3, 'message.received', n % 10000, '{\"message_text\":\"old\"}', ?4 FROM k",
                   [BACKLOG, account, instance, now])
        db.execute(numbers + "INSERT INTO delivery (id, account_id, instance_id, event_id, event, endpoint_id, lane, seq, status, "
                   "due_at, created_at) SELECT printf('dlv_0%09d', n), ?2, ?3, printf('evt_0%09d', n), 'message.received', ?5, "
                   "n % 10000, n / 10000 + 1, 'pending', CASE WHEN n <= 10000 THEN ?4 ELSE ?4 + 600000 END, ?4 FROM k",
                   [BACKLOG, account, instance, now, endpoint])
        db.commit()


def peak_mib(gateway):
    with open(f"/proc/{gateway.children()['wagate-worker']}/status", encoding="ascii") as f:
        return int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1)) / 1024


def test_a_million_waiting_deliveries_cost_little(receiver):
    other = harness.Receiver()
    with harness.serving() as g:
        busy = g.endpoint(receiver, "message.received")["id"]
        g.stop()
        fill(g, busy)
        g.start()
        receiver.wait("message.received", 2000, 60)
        g.endpoint(other, "message.received")
        sent = {}
        for n in range(EVENTS):
            sent[f"event {n}"] = time.time()
            assert g.webhook(inbound_document(g, f"491512{n:05d}", f"wamid.b.{n}", f"event {n}")).status_code == 200
        harness.until(lambda: len(other.events()) == EVENTS, 20, "every event at the other endpoint")
        waits = [r["at"] - sent[r["json"]["message_text"]] for r in other.events()]
        p99 = statistics.quantiles(waits, n=100)[98]
        print(f"peak {peak_mib(g):.0f} MiB, p99 beside it {p99 * 1000:.0f} ms, delivered meanwhile {len(receiver.events())}")
        assert p99 < 2 * harness.SLOW
        assert peak_mib(g) <= WORKER_MIB * (8 if harness.SLOW > 1 else 1)
        ids = [r["headers"]["webhook-id"] for r in receiver.events()]
        assert len(set(ids)) == len(ids), "nothing came twice"
    other.close()
