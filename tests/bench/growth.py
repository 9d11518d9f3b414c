# SPDX-License-Identifier: Apache-2.0
"""S9: does a database of millions of rows make sends, webhooks or lists slower? The rows are made by SQL in
the database of a gateway that stands still, all of them in one account; an empty gateway takes turns with it."""
import contextlib
import os
import re
import shutil
import sqlite3
import statistics
import time

from measure import REPEAT, Upstream, median, row, wrk
import harness
from load import send_script, webhook_script

MILLION = 1_000_000
SCALE = float(os.environ.get("SCALE", 1))  # of the goal's numbers of rows
PEOPLE = int(3 * MILLION * SCALE)
DAY = 86_400_000
# n: the row's number, from 1. Ids sort before those of today, and by age.
FILL = {
    "message": (10 * MILLION, """
        INSERT INTO message (account_id, id, instance_id, log_id, api_key_id, source, recipient, wa_id, type, purpose,
            payload, body_hash, status, provider_id, created_at, sent_at, provider_sent_at, delivered_at, read_at)
        SELECT :account, printf('msg_0%025d', n), :instance, n, :key, 'guarded', '49' || (1500000000 + n * 7919 % :people),
            '49' || (1500000000 + n * 7919 % :people), 'text', 'transactional',
            '{"messaging_product":"whatsapp","to":"+49' || (1500000000 + n * 7919 % :people) ||
            '","type":"text","text":{"body":"Your order ' || n || ' is ready."}}', printf('%032x', n * 2654435761),
            CASE n % 10 WHEN 0 THEN 'failed' WHEN 1 THEN 'delivered' WHEN 2 THEN 'sent' ELSE 'read' END,
            'wamid.old.' || n, :now - (:rows - n) * 200, :now - (:rows - n) * 200, :now - (:rows - n) * 200,
            :now - (:rows - n) * 200, :now - (:rows - n) * 200 FROM numbers"""),
    "conversation": (PEOPLE / SCALE, """
        INSERT INTO conversation (account_id, instance_id, identity, first_out_at, heard_at)
        SELECT :account, :instance, '49' || (1500000000 + n - 1), :now - n, :now - n FROM numbers"""),
    "inbound": (10 * MILLION, """
        INSERT INTO inbound (id, account_id, instance_id, provider_id, sender, sender_name, type, text, payload,
            provider_at, received_at)
        SELECT printf('in_0%025d', n), :account, :instance, 'wamid.in.' || n, '49' || (1500000000 + n * 104729 % :people),
            'Ada', 'text', 'Hello ' || n, '{"type":"text","text":{"body":"Hello ' || n || '"}}',
            :now - (:rows - n) * 200, :now - (:rows - n) * 200 FROM numbers"""),
    "event": (5 * MILLION, """
        INSERT INTO event (id, account_id, instance_id, name, lane, normalized, message_id, created_at)
        SELECT printf('evt_0%025d', n), :account, :instance, 'message.read', '49' || (1500000000 + n * 7919 % :people),
            '{"event":"message.read","gateway_message_id":"' || printf('msg_0%025d', n) || '"}', printf('msg_0%025d', n),
            :now - (:rows - n) * 400 FROM numbers"""),
    "delivery": (5 * MILLION, """
        INSERT INTO delivery (id, account_id, event_id, event, endpoint_id, lane, seq, status, attempts, due_at,
            created_at, done_at, last_status, last_ms)
        SELECT printf('dlv_0%025d', n), :account, printf('evt_0%025d', n), 'message.read', :endpoint,
            '49' || (1500000000 + n * 7919 % :people), n, CASE n % 50 WHEN 0 THEN 'failed' ELSE 'delivered' END, 1,
            :now - (:rows - n) * 400, :now - (:rows - n) * 400, :now - (:rows - n) * 400, 200, 20 FROM numbers"""),
}


def fill(path, values):
    """Indexes are taken away and made again when the rows are there: many times faster."""
    db = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-4000000", "temp_store=MEMORY"):
        db.execute(f"PRAGMA {setting}").fetchall()
    indexes = db.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN "
                         f"({','.join('?' * len(FILL))})", list(FILL)).fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    for table, (count, sql) in FILL.items():
        rows, started = int(count * SCALE), time.monotonic()
        db.execute("BEGIN")
        db.execute(re.sub(r"FROM numbers$", "FROM n", "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n "
                                            "WHERE n < :rows) " + sql.strip()), {**values, "rows": rows, "people": PEOPLE})
        db.execute("COMMIT")
        print(f"     {rows:,} rows of {table} in {time.monotonic() - started:.0f} s", flush=True)
    db.execute("UPDATE account SET last_log_id = (SELECT MAX(log_id) FROM message)")
    for _, sql in indexes:
        db.execute(sql)
    db.execute("PRAGMA optimize")
    db.execute("PRAGMA journal_mode=WAL").fetchall()
    db.close()
    print(f"     {os.path.getsize(path) / 1e9:.1f} GB", flush=True)


def grown(gateway):
    """Stop it, fill its database, start it again."""
    endpoint = gateway.cli("endpoint", "create", "--instance", gateway.demo["instance_id"], "--url",
                           "http://127.0.0.1:2000/none", "--format", "normalized", "--events", "call.missed")["id"]
    gateway.stop()
    path = os.path.join(os.path.dirname(gateway.config), "wagate.db")
    with contextlib.closing(sqlite3.connect(path)) as db:
        values = dict(zip(("account", "key"), db.execute(
            "SELECT account_id, id FROM api_key WHERE environment = 'production'").fetchone()))
    values.update(instance=gateway.demo["instance_id"], endpoint=endpoint, now=int(time.time() * 1000) - DAY)
    fill(path, values)
    gateway.start()


LISTS = ("/overview", "/inbound-logs", "/inbound-logs?from=491500000007", "/suppressed-recipients", "/api-keys", "/instances")
API_LISTS = ("/api/messages", "/api/messages?status=failed", "/api/messages?to=491500000007", "/api/inbound", "/api/events",
             "/api/instances", "/api/suppressions")


def slowest_lists(gateway):
    """(p95 in ms, address) of the slowest list."""
    session, slow = gateway.session(), []
    for path in LISTS + API_LISTS:
        get = (lambda p: session.get(gateway.url + p)) if path in LISTS else gateway.get
        times = []
        for _ in range(20):
            start = time.perf_counter()
            assert get(path).status_code == 200, path
            times.append((time.perf_counter() - start) * 1000)
        slow.append((statistics.quantiles(times, n=20)[18], path))
    return max(slow)


def bench(folder):
    upstream = Upstream(folder, 0)
    with contextlib.ExitStack() as stack:
        stack.callback(upstream.close)
        gateways = {"empty": stack.enter_context(harness.serving(settings=upstream.settings)),
                    "full": stack.enter_context(harness.serving(settings=upstream.settings))}
        grown(gateways["full"])
        scripts = {}
        for name, g in gateways.items():
            own = os.path.join(folder, name)
            os.makedirs(own)
            scripts[name] = (send_script(own, g), webhook_script(own, g, 40000))
        sends, hooks = {"empty": [], "full": []}, {"empty": [], "full": []}
        for turn in range(REPEAT + 1):  # the first one warms up
            for name, g in gateways.items():
                sent, received = wrk(g.url, scripts[name][0], 64), wrk(g.url, scripts[name][1], 64)
                if turn > 0:
                    sends[name].append(sent)
                    hooks[name].append(received)
        for what, rounds in (("sends", sends), ("webhooks", hooks)):
            empty, full = median(rounds["empty"], "p99"), median(rounds["full"], "p99")
            row("S9", f"p99 of {what}, {10 * SCALE:g} million rows against none ({median(rounds['full'], 'rate'):.0f}/s, "
                f"{median(rounds['empty'], 'rate'):.0f}/s)", f"{full:.1f} / {empty:.1f} = {full / empty:.2f}", "<= 1.2 x",
                full <= 1.2 * empty)
            bad = sum(r["bad"] for r in rounds["full"])
            row("S9", f"{what}: answers that were no 200", str(bad), "0", bad == 0)
        p95, path = slowest_lists(gateways["full"])
        row("S9", f"slowest list there, p95: {path}", f"{p95:.0f} ms", "<= 50 ms", p95 <= 50)
    shutil.rmtree(os.path.join(folder, "full"), ignore_errors=True)
