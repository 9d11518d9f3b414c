# SPDX-License-Identifier: Apache-2.0
"""Limits of sends under attack: in one process and in several, over kills, and told as documented."""
import collections
import concurrent.futures
import json
import os
import signal
import time

import pytest

import fcgi
import harness

MANY, LIMIT = 64, 10
# What no story is about is wide; what cannot be set by key or account has its limit here.
SETTINGS = {**harness.WIDE, "limits.pair_seconds": 600, "limits.pair_burst": LIMIT, "limits.phone_app_per_second": LIMIT,
            "send.timeout": 6}


class Clock:
    """Moves the time of all programs of a gateway ahead."""

    def __init__(self, path):
        self.path, self.ahead_ms = path, 0
        self.forward(0)

    def forward(self, seconds):
        self.ahead_ms += int(seconds * 1000)
        with open(self.path + ".new", "w") as f:
            f.write(str(self.ahead_ms))
        os.replace(self.path + ".new", self.path)


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(str(tmp_path_factory.mktemp("clock") / "ahead"))


@pytest.fixture(scope="module")
def gateway(clock):
    with harness.serving(settings=SETTINGS, environment={"WAGATE_CLOCK": clock.path}) as g:
        yield g


@pytest.fixture(scope="module")
def four(gateway):
    """Sockets of four processes of send-message on one database."""
    with fcgi.processes(gateway, "send-message", 3) as paths:
        yield paths


def new_key(gateway, **limits):
    new_key.count += 1
    arguments = [part for name, value in limits.items() for part in ("--" + name.replace("_", "-"), str(value))]
    return gateway.cli("key", "create", "--name", f"limits {new_key.count}", "--environment",
                       limits.pop("environment", "production"), "--instance", gateway.demo["instance_id"], *arguments)["key"]


new_key.count = 0


def somebody():
    somebody.count += 1
    return f"+4915130{somebody.count:06d}"


somebody.count = 0


def body_of(gateway, to):
    return json.dumps({"instance_id": gateway.demo["instance_id"], "phone": to, "message": "Your order is ready.",
                       "message_purpose": "transactional"}).encode()


def attack(gateway, sockets, key, recipients):
    """All at once, over the sockets in turn. Gives the answers by status, and how long it took."""
    def one(i):
        return fcgi.post(sockets[i % len(sockets)], "/api/send-message", key, body_of(gateway, recipients[i]))
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(recipients)) as pool:
        answers = list(pool.map(one, range(len(recipients))))
    by_status = collections.defaultdict(list)
    for answer in answers:
        by_status[answer.status_code].append(json.loads(answer.content))
    return by_status, time.monotonic() - started


def refusals(by_status):
    return {(body["error"], body["details"]["limit_type"], body["details"]["limit"]) for body in by_status[429]}


@pytest.fixture(params=[1, 4], ids=["one process", "four processes"])
def sockets(request, four):
    return four[:request.param]


def people():
    return [somebody() for _ in range(MANY)]


def taken(gateway):
    return len(gateway.simulate_get("messages?limit=4000")["items"])


def test_a_minute_of_a_key_holds_against_an_attack(gateway, sockets):
    got, _ = attack(gateway, sockets, new_key(gateway, per_minute=LIMIT), people())
    assert len(got[200]) == LIMIT and len(got[429]) == MANY - LIMIT, {s: len(a) for s, a in got.items()}
    assert refusals(got) == {("rate_limited", "min", LIMIT)}
    assert taken(gateway) == LIMIT


def test_a_second_of_a_key_holds_against_an_attack(gateway, sockets):
    got, took = attack(gateway, sockets, new_key(gateway, per_second=LIMIT), people())
    assert LIMIT <= len(got[200]) <= LIMIT * (1 + int(took)) and len(got[200]) + len(got[429]) == MANY, took
    assert refusals(got) == {("rate_limited", "sec", LIMIT)}


def test_a_number_shared_with_the_phone_holds_against_an_attack_by_several_keys(gateway, sockets, clock):
    clock.forward(2)  # out of the second of the story before
    gateway.cli("instance", "set", gateway.demo["instance_id"], "--set", "phone_app=on")
    keys = [new_key(gateway), new_key(gateway)]
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(lambda key: attack(gateway, sockets, key, people()[:MANY // 2]), keys))
    finally:
        gateway.cli("instance", "set", gateway.demo["instance_id"], "--set", "phone_app=off")
    passed, took = sum(len(got[200]) for got, _ in parts), max(took for _, took in parts)
    assert LIMIT <= passed <= LIMIT * (1 + int(took)), took
    assert {r for got, _ in parts for r in refusals(got)} == {("rate_limited", "sec", LIMIT)}


def test_a_day_of_a_key_holds_against_an_attack(gateway, sockets, clock):
    key = new_key(gateway, per_day=LIMIT)
    got, _ = attack(gateway, sockets, key, people())
    assert len(got[200]) == LIMIT and len(got[429]) == MANY - LIMIT
    assert refusals(got) == {("rate_limited", "day", LIMIT)}
    assert all(body["details"]["used"] == LIMIT for body in got[429])
    answer = gateway.send(somebody(), key=key)
    assert answer.status_code == 429
    clock.forward(int(answer.headers["Retry-After"]))
    assert gateway.send(somebody(), key=key).status_code == 200


def test_one_recipient_is_spared_in_an_attack(gateway, sockets, clock):
    key, to = new_key(gateway), somebody()
    got, _ = attack(gateway, sockets, key, [to] * MANY)
    assert len(got[200]) == LIMIT and len(got[429]) == MANY - LIMIT
    assert refusals(got) == {("sending_throttled", "pair", LIMIT)}
    assert taken(gateway) == LIMIT
    clock.forward(max(int(body["details"]["retry_after"].removesuffix("s")) for body in got[429]))
    assert [gateway.send(to, key=key).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("span", ["day", "month"])
def test_a_plan_holds_against_an_attack(gateway, sockets, span):
    account = "Demo"
    used = gateway.send(somebody())
    assert used.status_code == 200
    gateway.cli("account", "set-plan", account, "custom", "--" + span, "1")
    told = gateway.send(somebody()).json()
    word = {"day": "daily_limit_reached", "month": "monthly_limit_reached"}[span]
    assert told["error"] == word and told["details"]["limit"] == 1, told
    limit = told["details"]["used"] + LIMIT
    try:
        gateway.cli("account", "set-plan", account, "custom", "--" + span, str(limit))
        got, _ = attack(gateway, sockets, gateway.demo["production_key"], people())
    finally:
        gateway.cli("account", "set-plan", account, "unlimited")
    assert len(got[200]) == LIMIT and len(got[429]) == MANY - LIMIT
    assert refusals(got) == {(word, span, limit)}


def test_a_key_has_so_many_messages_under_way_and_no_more(gateway, sockets):
    slow = "15550020002"  # the simulator answers too late
    key = new_key(gateway, in_flight=5)
    got, _ = attack(gateway, sockets, key, [slow] * MANY)
    assert len(got[202]) == 5 and len(got[429]) == MANY - 5, {s: len(a) for s, a in got.items()}
    assert refusals(got) == {("rate_limited", "in_flight", 5)}
    assert gateway.send(somebody(), key=key).status_code == 200  # they are answered by now


def test_windows_outlive_the_programs(gateway, sockets):
    key = new_key(gateway, per_minute=LIMIT)
    got, _ = attack(gateway, sockets, key, people()[:6])
    assert len(got[200]) == 6
    for name in ("send-message", "wagate-writer"):
        pid = gateway.kill(name)
        harness.until(lambda name=name, pid=pid: gateway.children().get(name) not in (None, pid), 10, f"{name} to be back")
    gateway.wait_ready()
    got, _ = attack(gateway, sockets, key, people())
    assert len(got[200]) == LIMIT - 6 and len(got[429]) == MANY - LIMIT + 6, {s: len(a) for s, a in got.items()}


def proxy_send(gateway, key, to, query=""):
    return gateway.post_key("/v1/wa/message" + query, {"messaging_product": "whatsapp", "to": to.lstrip("+"), "type": "text",
                                                       "text": {"body": "hello"}}, key=key)


def windows(answer):
    return [int(answer.headers["X-RateLimit-" + name]) for name in ("sec-Limit", "sec-Remaining", "min-Limit", "min-Remaining")]


def test_the_proxy_dialect_counts_down_in_its_headers(gateway):
    key = new_key(gateway, per_second=50, per_minute=3)
    for left in (2, 1, 0):
        answer = proxy_send(gateway, key, somebody())
        assert answer.status_code == 200, answer.text
        limit, rest, minute, minute_rest = windows(answer)
        assert (limit, minute, minute_rest) == (50, 3, left) and 0 <= rest < 50
    answer = proxy_send(gateway, key, somebody())
    assert answer.status_code == 429 and windows(answer)[3] == 0
    errors = answer.json()["errors"]
    assert errors["code"] == "RATE_001" and errors["group"] == "TOO_MANY_REQUESTS"
    assert errors["params"]["limit_type"] == "min"
    seconds = int(errors["params"]["retry_after"].removesuffix("s"))
    assert 50 <= seconds <= 60 and answer.headers["Retry-After"] == str(seconds)


def test_every_answer_to_a_send_has_the_windows_and_only_sends_use_them(gateway):
    key, stopped, person = new_key(gateway, per_second=50, per_minute=9), somebody(), somebody()
    gateway.cli("suppression", "add", stopped)

    def left(expected, body, **headers):
        answer = gateway.post_key("/v1/wa/message", {"messaging_product": "whatsapp", **body}, key=key, headers=headers)
        assert answer.status_code == expected, answer.text
        limit, rest = windows(answer)[2:]
        assert limit == 9
        return rest

    def to(phone):
        return {"to": phone.lstrip("+"), "text": {"body": "hello"}}

    once = {"Idempotency-Key": "windows"}
    assert left(403, to(stopped)) == 9
    assert left(200, to(person), **once) == 8
    assert left(200, to(person), **once) == 8
    assert left(422, to(somebody()), **once) == 8
    assert left(200, {"status": "read", "message_id": "wamid.HBgL"}) == 7
    assert left(202, to(somebody()), Prefer="respond-async") in (6, 7)


def test_simulated_sends_and_real_ones_do_not_share_their_room(gateway):
    key, to = new_key(gateway, per_minute=2, per_day=2), somebody()
    for query in ("?is_fake=true", ""):
        for _ in range(2):
            assert proxy_send(gateway, key, to, query).status_code == 200
        assert proxy_send(gateway, key, to, query).status_code == 429


def test_what_is_refused_later_in_the_order_uses_nothing(gateway):
    key, stopped = new_key(gateway, per_minute=2, per_day=2), somebody()
    gateway.cli("suppression", "add", stopped)
    for _ in range(5):
        assert gateway.send(stopped, key=key).json()["error"] == "recipient_suppressed"
    for status in (200, 200, 429):
        assert gateway.send(somebody(), key=key).status_code == status


def test_in_plain_cgi_each_request_is_a_process_and_the_limit_holds(gateway):
    settings = {**SETTINGS, "limits.per_minute": LIMIT, "limits.per_second": LIMIT}
    if not os.path.exists("/usr/sbin/apache2"):
        pytest.skip("Apache is not installed")
    with harness.serving("cgi", settings=settings) as g:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: g.send(somebody(), key=g.demo["sandbox_key"]), range(32)))
        assert collections.Counter(a.status_code for a in answers) == {200: LIMIT, 429: 32 - LIMIT}
