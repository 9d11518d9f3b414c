# SPDX-License-Identifier: Apache-2.0
"""kill -9 of every program at random moments under load: nothing acknowledged is missing, no send is
doubled, everything continues by itself. SEED= repeats a run."""
import collections
import os
import random
import threading
import time

import requests

import harness
from test_main_path import inbound_document

KILLS = int(os.environ.get("WAGATE_KILLS", 20))
VICTIMS = ["send-message", "webhook", "wagate-worker", "wagate-writer", "lighttpd"]


class Load(threading.Thread):
    """Calls `one` again and again until told to stop; keeps what was acknowledged."""

    def __init__(self, one):
        super().__init__(daemon=True)
        self.one, self.stopped, self.acknowledged, self.refused = one, threading.Event(), [], 0

    def run(self):
        number = 0
        while not self.stopped.is_set():
            number += 1
            try:
                got = self.one(self, number)
            except requests.RequestException:
                got = None
            if got is None:
                self.refused += 1
            else:
                self.acknowledged.append(got)


def sender(gateway):
    def one(load, number):
        answer = gateway.send(f"+49151{load.native_id % 10000:04d}{number % 10000:04d}", f"message {number}")
        body = answer.json() if answer.status_code in (200, 202) else {}
        return (body["id"], body["status"], body["message_id"]) if "id" in body else None
    return one


def meta(gateway):
    def one(load, number):
        wamid = f"wamid.kill.{load.native_id}.{number}"
        document = inbound_document(gateway, f"49161{load.native_id % 1000:03d}{number % 20:03d}", wamid, f"text {number}")
        return wamid if gateway.webhook(document).status_code == 200 else None
    return one


class Taken:
    """What Meta took, read again and again because the simulator remembers the newest 10,240 messages only."""

    def __init__(self, gateway):
        self.gateway, self.by_wamid = gateway, {}

    def read(self):
        for message in self.gateway.simulate_get("messages?limit=4000")["items"]:
            self.by_wamid[message["id"]] = message["payload"]["biz_opaque_callback_data"]
        return collections.Counter(self.by_wamid.values())


def all_items(gateway, path):
    cursor, items = None, []
    while True:
        page = gateway.get(path, params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return items


def kill_one(gateway, rng, name):
    time.sleep(rng.uniform(0.02, 0.4))  # the moment is what is random here, nothing is waited for
    before = gateway.kill(name)
    harness.until(lambda: gateway.children().get(name) not in (None, before), 2, f"{name} to be restarted")


def test_nothing_acknowledged_is_lost_and_nothing_is_sent_twice(receiver):
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed={seed}")
    rng = random.Random(seed)
    with harness.serving(settings={"send.timeout": 3, **harness.WIDE}) as g:
        g.endpoint(receiver, "message.received,message.sent")
        loads = [Load(sender(g)) for _ in range(4)] + [Load(meta(g)) for _ in range(4)]
        for load in loads:
            load.start()
        victims = (VICTIMS * KILLS)[:KILLS]
        rng.shuffle(victims)
        taken = Taken(g)
        for number, name in enumerate(victims):
            kill_one(g, rng, name)
            if number % 10 == 0:
                taken.read()
        for load in loads:
            load.stopped.set()
        for load in loads:
            load.join(60)
        sent = [ack for load in loads[:4] for ack in load.acknowledged]
        received = [ack for load in loads[4:] for ack in load.acknowledged]
        print(f"acknowledged: {len(sent)} sends, {len(received)} webhooks; refused: {[l.refused for l in loads]}")
        assert len(sent) > KILLS and len(received) > KILLS

        harness.until(lambda: not g.get("/api/messages", params={"status": "sending"}).json()["items"], 30,
                      "no message to be left in sending")
        messages = {m["id"]: m for m in all_items(g, "/api/messages")}
        assert {id for id, _, _ in sent} <= set(messages)
        accepted = taken.read()
        assert [id for id, n in accepted.items() if n != 1] == []
        for id, status, wamid in sent:
            if status == "sent":
                assert accepted[id] == 1 and messages[id]["message_id"] == wamid, messages[id]
                assert messages[id]["status"] in ("sent", "delivered", "read"), messages[id]
        assert set(accepted) <= set(messages)

        harness.until(lambda: not g.cli("delivery", "list", "--status", "pending")["items"]
                      and not g.cli("delivery", "list", "--status", "sending")["items"], 60, "all deliveries to be made")
        found = collections.Counter(m["message_id"] for m in all_items(g, "/api/inbound"))
        assert [w for w in received if found[w] != 1] == []
        told = collections.Counter(r["json"]["external_message_id"] for r in receiver.events("message.received"))
        assert [w for w in received if told[w] < 1] == []
        told = collections.Counter(r["json"]["gateway_message_id"] for r in receiver.events("message.sent"))
        assert [id for id, status, _ in sent if status == "sent" and told[id] < 1] == []
        ids = collections.defaultdict(set)
        for r in receiver.events():
            ids[r["json"].get("external_message_id"), r["json"]["event"]].add(r["headers"]["webhook-id"])
        assert [k for k, v in ids.items() if len(v) != 1] == []
