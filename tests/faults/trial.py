# SPDX-License-Identifier: Apache-2.0
"""Load on both sides of a gateway while something bad is done to it, and what must hold afterwards."""
import collections
import contextlib
import sqlite3

import harness
from test_kills import Load, all_items, meta, sender

SENDERS, WEBHOOKS = 4, 4


class Trial:
    """Customers who send and a provider that reports, from `with` to its end. Meta is asked at `provider`: the
    gateway whose simulator takes the sends."""

    def __init__(self, gateway, receiver, provider=None):
        self.gateway, self.receiver, self.provider = gateway, receiver, provider or gateway
        self.answers = collections.Counter()
        self.watch("send")
        self.watch("webhook")
        gateway.endpoint(receiver, "message.received,message.sent")
        self.senders = [Load(sender(gateway)) for _ in range(SENDERS)]
        self.webhooks = [Load(meta(gateway)) for _ in range(WEBHOOKS)]

    def watch(self, name):
        """Count every answer as (name, status)."""
        call = getattr(self.gateway, name)

        def watched(*arguments, **more):
            answer = call(*arguments, **more)
            self.answers[name, answer.status_code] += 1
            return answer
        setattr(self.gateway, name, watched)

    def __enter__(self):
        for load in self.senders + self.webhooks:
            load.start()
        return self

    def __exit__(self, *_):
        for load in self.senders + self.webhooks:
            load.stopped.set()
        for load in self.senders + self.webhooks:
            load.join(100)

    def count(self, name, status):
        return self.answers[name, status]

    def until_answered(self, name, statuses, seconds):
        """Wait for one more answer of that kind."""
        before = sum(self.count(name, s) for s in statuses)
        harness.until(lambda: sum(self.count(name, s) for s in statuses) > before, seconds,
                      f"{name} to be answered {statuses}; so far: {dict(self.answers)}")

    def check(self):
        """Nothing acknowledged is missing, nothing is doubled, everything was told. After the end of the load."""
        sent = [ack for load in self.senders for ack in load.acknowledged]
        received = [ack for load in self.webhooks for ack in load.acknowledged]
        print(f"acknowledged: {len(sent)} sends, {len(received)} webhooks; answers: {dict(self.answers)}")
        assert sent and received
        self.check_sends(sent)
        self.check_inbound(received)
        self.check_told(sent, received)
        self.check_database()

    def check_sends(self, sent):
        g = self.gateway
        harness.until(lambda: not g.get("/api/messages", params={"status": "sending"}).json()["items"], 60,
                      "no message to be left in sending")
        # What Meta took and could not be recorded becomes known by its next status webhook, when there is one.
        told = {id for id, status, _ in sent if status == "sent"}
        if self.provider is g:
            harness.until(lambda: not told & {m["id"] for m in all_items(g, "/api/messages?status=unknown")}, 90,
                          "what was answered as sent to be known as sent")
        messages = {m["id"]: m for m in all_items(g, "/api/messages")}
        assert {id for id, _, _ in sent} <= set(messages)
        taken = collections.Counter(m["payload"]["biz_opaque_callback_data"]
                                    for m in self.provider.simulate_get("messages?limit=100000")["items"])
        assert [id for id, n in taken.items() if n != 1] == [], "sent twice"
        assert set(taken) <= set(messages), "sent without a record"
        for id, status, wamid in sent:
            if status == "sent":
                assert taken[id] == 1 and messages[id]["message_id"] == wamid, messages[id]
                assert messages[id]["status"] in ("sent", "delivered", "read"), messages[id]

    def check_inbound(self, received):
        harness.until(lambda: self.ask("SELECT count(*) FROM inbox WHERE state = 'new'") == [(0,)], 60,
                      "the inbox to be applied")
        assert self.ask("SELECT id, note FROM inbox WHERE state = 'unclear'") == []
        found = collections.Counter(m["message_id"] for m in all_items(self.gateway, "/api/inbound"))
        assert [w for w in received if found[w] != 1] == []

    def check_told(self, sent, received):
        g, r = self.gateway, self.receiver
        harness.until(lambda: not any(g.cli("delivery", "list", "--status", s)["items"] for s in ("pending", "sending")), 90,
                      "all deliveries to be made")
        told = [e["json"]["external_message_id"] for e in r.events("message.received")]
        assert set(received) <= set(told)
        by_sender = collections.defaultdict(list)
        for e in r.events("message.received"):
            number = int(e["json"]["external_message_id"].rsplit(".", 1)[1])
            if number not in by_sender[e["json"]["from"]]:
                by_sender[e["json"]["from"]].append(number)
        assert {s: n for s, n in by_sender.items() if n != sorted(n)} == {}, "out of order"
        told = collections.Counter(e["json"]["gateway_message_id"] for e in r.events("message.sent"))
        assert [id for id, status, _ in sent if status == "sent" and told[id] < 1] == []
        ids = collections.defaultdict(set)
        for e in r.events():
            ids[e["json"]["gateway_message_id"] if e["json"]["event"] == "message.sent"
                else e["json"]["external_message_id"], e["json"]["event"]].add(e["headers"]["webhook-id"])
        assert [k for k, v in ids.items() if len(v) != 1] == [], "one event under two ids"

    def check_database(self):
        assert self.ask("PRAGMA integrity_check") == [("ok",)]
        assert self.ask("PRAGMA foreign_key_check") == []

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.gateway.dir}/wagate.db?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()
