# SPDX-License-Identifier: Apache-2.0
"""Thousands of generated requests, each said in all three dialects: whatever the way in, the same input is
decided alike, and by the first step of the pipeline that objects. What has to come out is worked out here,
from the table of steps alone."""
import http.client
import json
import os
import random
import string
import zlib

import pytest

import harness

CASES = int(os.environ.get("WAGATE_CASES", 1200))
SEED = int(os.environ.get("WAGATE_SEED", 20261121))

# decision -> (guarded status, word), (proxy status, code), (Graph status, code)
TOLD = {
    "accepted": ((200, "sent"), (200, None), (200, None)),
    "no header": ((401, "invalid_api_key"), (401, "AUTH_002"), (401, 190)),
    "wrong form": ((401, "invalid_api_key"), (401, "AUTH_003"), (401, 190)),
    "unknown key": ((401, "invalid_api_key"), (401, "AUTH_001"), (401, 190)),
    "revoked key": ((401, "revoked_api_key"), (401, "AUTH_001"), (401, 190)),
    "no scope": ((403, "scope_missing"), (403, "GW_009"), (403, 10)),
    "module off": ((403, "module_not_enabled"), (403, "GW_007"), (403, 200)),
    "account paused": ((403, "account_paused"), (403, "GW_007"), (403, 200)),
    "no JSON": ((400, "invalid_json"), (400, "GW_002"), (400, 100)),
    "bad recipient": ((422, "validation_error"), (400, "GW_001"), (400, 100)),
    "bad field": ((422, "validation_error"), (400, "GW_002"), (400, 131009)),
    "unknown instance": ((404, "invalid_instance"), (401, "WABA_001"), (400, 100)),
    "instance paused": ((403, "instance_paused"), (401, "WABA_001"), (400, 133010)),
    "instance draft": ((409, "instance_not_connected"), (401, "WABA_001"), (400, 133010)),
    "suppressed": ((403, "recipient_suppressed"), (403, "GW_003"), (400, 131050)),
}

# how the key is given -> what step 1 or 2 says of it (None: nothing)
KEYS = {"production": None, "sandbox": None, "missing": "no header", "form": "wrong form", "sum": "unknown key",
        "stranger": "unknown key", "revoked": "revoked key", "scopeless": "no scope", "of paused": "account paused",
        "of off": "module off"}
BODIES = {"good": None, "cut": "no JSON", "list": "no JSON", "latin": "no JSON"}
MESSAGES = {"good": None, "no text": "bad field", "empty": "bad field", "long": "bad field", "number": "bad field",
            "telegram": "bad field", "nobody": "bad recipient", "letters": "bad recipient", "short": "bad recipient",
            "digits": "bad recipient"}
INSTANCES = {"open": None, "unknown": "unknown instance", "suspended": "instance paused", "draft": "instance draft"}
WEIGHT = 4  # of what is good, against each of what is bad


def stranger():
    """A key that nobody made, with the right check sum."""
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    head = "pk_wg_" + "".join(random.choices(digits, k=30))
    n, tail = zlib.crc32(head.encode()), ""
    for _ in range(6):
        n, digit = divmod(n, 62)
        tail = digits[digit] + tail
    return head + tail


class World:
    """What the requests name, and how each says it."""

    def __init__(self, gateway):
        self.gateway, demo = gateway, gateway.demo
        account = demo["account"]

        def key(name, account=account, environment="production", *more):
            return gateway.cli("key", "create", "--account", account, "--name", name, "--environment", environment, *more)

        def instance(name, phone):
            return gateway.cli("instance", "create", "--account", account, "--name", name, "--provider", "cloud",
                               "--set", f"phone_number_id={phone}", "--set", "waba_id=1")["id"]

        revoked = key("revoked")
        gateway.cli("key", "revoke", revoked["id"])
        for name in ("Paused", "Off"):
            gateway.cli("account", "create", "--name", name)
        gateway.cli("account", "pause", "Paused")
        gateway.cli("account", "set-module", "Off", "send", "off")
        self.keys = {
            "production": "Bearer " + key("any number")["key"], "missing": None,
            "sandbox": "Bearer " + key("trial", account, "sandbox")["key"],
            "form": f"Token {demo['production_key']}", "sum": "Bearer " + demo["production_key"][:-1] + "~",
            "stranger": "Bearer " + stranger(), "revoked": f"Bearer {revoked['key']}",
            "scopeless": "Bearer " + key("scopeless", account, "production", "--scopes", "read")["key"],
            "of paused": "Bearer " + key("of paused", "Paused")["key"], "of off": "Bearer " + key("of off", "Off")["key"]}
        self.instances = {"open": (demo["instance_id"], demo["phone_number_id"]), "unknown": ("nowhere", "999000999"),
                          "suspended": (instance("Suspended", "555001"), "555001"), "draft": (instance("Draft", "555002"), "555002")}
        gateway.cli("instance", "suspend", self.instances["suspended"][0])
        self.suppressed = [f"49151555{i:05d}" for i in range(20)]
        for phone in self.suppressed:
            gateway.cli("suppression", "add", phone, "--account", account, "--reason", "manual")
        self.connection = http.client.HTTPConnection("127.0.0.1", gateway.port)

    def ask(self, path, key, body):
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Authorization"] = key
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def text_of(rng, n):
    """n code points of every width in UTF-8, and what JSON has to escape."""
    return "".join(rng.choice("aZ0 \"\\/\n\u00e9\u0639\u20ac\U0001f600") for _ in range(n))


def choose(rng, table):
    names = list(table)
    return rng.choice(names[:1] * (WEIGHT * (len(names) - 1)) + names)


class Case:
    def __init__(self, rng, world):
        self.key, self.body, self.message, self.instance = (choose(rng, t) for t in (KEYS, BODIES, MESSAGES, INSTANCES))
        self.suppressed = rng.random() < 0.2
        self.to = rng.choice(world.suppressed) if self.suppressed else f"4915177{rng.randrange(10**6):06d}"
        self.text = text_of(rng, rng.choice((1, 3, 80, 4095, 4096)))
        if not self.text.strip():
            self.text += "x"
            self.text = self.text[-4096:]
        self.over = text_of(rng, 4096) + "x"

    def __repr__(self):
        return f"key {self.key}, body {self.body}, message {self.message}, instance {self.instance}, to {self.to}"

    def expected(self):
        """The first step that objects."""
        simulated = self.key == "sandbox"
        instance = None if simulated and self.instance == "draft" else INSTANCES[self.instance]
        for decision in (KEYS[self.key], BODIES[self.body], MESSAGES[self.message], instance,
                         "suppressed" if self.suppressed else None):
            if decision is not None:
                return decision
        return "accepted"

    def meta(self):
        """The message as Meta's object, wrong where the case wants it."""
        message = {"messaging_product": "whatsapp", "to": self.to, "type": "text", "text": {"body": self.text},
                   "later_member": {"n": 1}}
        wrong = {"no text": ("text", {}), "empty": ("text", {"body": ""}), "long": ("text", {"body": self.over}),
                 "number": ("text", {"body": 7}), "telegram": ("type", "telegram"), "letters": ("to", "not a number"),
                 "short": ("to", "4915"), "digits": ("to", "1" * 16)}
        if self.message == "nobody":
            del message["to"]
        elif self.message in wrong:
            name, value = wrong[self.message]
            message[name] = value
        return message

    def guarded(self, instance):
        meta = self.meta()
        flat = {"instance_id": instance, "message_purpose": "transactional", "type": meta["type"], "text": meta["text"]}
        if "to" in meta:
            flat["phone"] = meta["to"]
        return flat

    def bytes_of(self, value):
        raw = json.dumps(value, ensure_ascii=False).encode()
        return {"good": raw, "cut": raw[:-1], "list": b"[" + raw + b"]", "latin": b'{"x":"\xe9",' + raw[1:]}[self.body]

    def said(self, world):
        """The case in each dialect: path and body."""
        id, phone = world.instances[self.instance]
        return (("/api/send-message", self.bytes_of(self.guarded(id))),
                (f"/v1/wa/message?phone_number_id={phone}", self.bytes_of(self.meta())),
                (f"/v23.0/{phone}/messages", self.bytes_of(self.meta())))


def code_of(dialect, answer):
    if dialect == 0:
        return answer["status"] if answer["success"] else answer["error"]
    if dialect == 1:
        return None if answer["isSuccess"] else answer["errors"]["code"]
    return answer.get("error", {}).get("code")


@pytest.fixture(scope="module")
def world():
    limits = {"per_second": 10**6, "per_minute": 10**7, "number_per_second": 10**6, "pair_seconds": 0}
    settings = {f"limits.{name}": value for name, value in limits.items()}
    with harness.serving(settings={**settings, "risk.review": 101, "risk.block": 101}) as g:
        yield World(g)


def test_the_same_input_is_decided_alike_in_every_dialect(world):
    rng = random.Random(SEED)
    seen = set()
    for n in range(CASES):
        case = Case(rng, world)
        decision = case.expected()
        seen.add(decision)
        for dialect, (path, body) in enumerate(case.said(world)):
            status, answer = world.ask(path, world.keys[case.key], body)
            told = (status, code_of(dialect, answer))
            assert told == TOLD[decision][dialect], f"case {n} of seed {SEED}, {path}: {case} should be {decision}: {answer}"
    assert seen == set(TOLD), "the generator has to reach every decision"


def test_what_was_accepted_is_there_and_nothing_else(world):
    """Refusals leave no message behind: as many were stored as were answered with an id."""
    rng = random.Random(SEED + 1)
    before = world.gateway.send(to="+4915199999999").json()["log_id"]
    accepted = 0
    for _ in range(CASES // 4):
        case = Case(rng, world)
        for dialect, (path, body) in enumerate(case.said(world)):
            status, _ = world.ask(path, world.keys[case.key], body)
            accepted += status == 200
    assert world.gateway.send(to="+4915199999999").json()["log_id"] == before + accepted + 1
