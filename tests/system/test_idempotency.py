# SPDX-License-Identifier: Apache-2.0
"""The same request again, in each dialect: the first answer byte by byte, and one message at the provider."""
import concurrent.futures
import itertools

import pytest

import harness
from harness import graph, guarded, proxy

CALLERS = 64
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def gateway():
    with harness.serving(settings={"send.timeout": 2}) as g:
        yield g


every_dialect = pytest.mark.parametrize("send", [guarded, proxy, graph])


def with_key(key, **more):
    return {"headers": {"Idempotency-Key": key, **more}}


def new_key():
    return f"order-{next(numbers)}"


def taken(gateway, text):
    """How often the provider took a text."""
    return sum(m["payload"].get("text", {}).get("body") == text
               for m in gateway.simulate_get("messages?limit=4000")["items"])


def assert_same(first, again):
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers.get("X-Should-Retry") == first.headers.get("X-Should-Retry")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]


@every_dialect
def test_a_success_is_answered_again(gateway, send):
    key = new_key()
    first = send(gateway, "4915112300001", "once " + key, **with_key(key))
    assert first.status_code == 200, first.text
    assert_same(first, send(gateway, "4915112300001", "once " + key, **with_key(key)))
    assert_same(first, send(gateway, "4915112300001", "once " + key, **with_key(f'"{key}"')))
    assert taken(gateway, "once " + key) == 1


@every_dialect
def test_a_refusal_by_the_provider_is_answered_again(gateway, send):
    key = new_key()
    first = send(gateway, "1555000131026", "refused", **with_key(key))
    assert first.status_code in (400, 502), first.text
    count = gateway.get("/api/messages?limit=200").json()["items"]
    assert_same(first, send(gateway, "1555000131026", "refused", **with_key(key)))
    assert gateway.get("/api/messages?limit=200").json()["items"] == count


def test_what_never_reached_the_provider_leaves_the_key_free(gateway):
    port = harness.free_port()
    with harness.serving(settings={"cloud.graph_url": f"http://127.0.0.1:{port}/_sim"}) as away:
        requests = [(send, f"49158000000{n}", new_key()) for n, send in enumerate((guarded, proxy, graph))]
        for send, to, key in requests:
            assert send(away, to, "hello", **with_key(key)).status_code == 502
        with harness.Bridge(port, gateway.port):
            for send, to, key in requests:
                again = send(away, to, "hello", **with_key(key))
                assert again.status_code == 200 and "Idempotency-Replayed" not in again.headers, again.text
                assert_same(again, send(away, to, "hello", **with_key(key)))
                assert len(gateway.simulate_get(f"messages?to={to}")["items"]) == 1


@every_dialect
def test_a_simulated_send_is_answered_again(gateway, send):
    key, sandbox = new_key(), gateway.demo["sandbox_key"]
    first = send(gateway, "4915112300002", "pretend", key=sandbox, **with_key(key))
    assert first.status_code == 200 and "wamid.FAKE_" in first.text
    assert_same(first, send(gateway, "4915112300002", "pretend", key=sandbox, **with_key(key)))


@every_dialect
def test_an_accepted_send_is_answered_again_also_when_it_is_sent(gateway, send):
    key = new_key()
    first = send(gateway, "4915112300008", "later " + key, **with_key(key, Prefer="respond-async"))
    assert first.status_code == 202 and "queued" in first.text, first.text
    assert_same(first, send(gateway, "4915112300008", "later " + key, **with_key(key, Prefer="respond-async")))
    harness.until(lambda: taken(gateway, "later " + key), what="the worker to send it")
    harness.until(lambda: gateway.get("/api/messages?to=4915112300008&limit=1").json()["items"][0]["message_id"],
                  what="the message to have the provider's id")
    assert_same(first, send(gateway, "4915112300008", "later " + key, **with_key(key, Prefer="respond-async")))
    assert taken(gateway, "later " + key) == 1


@every_dialect
def test_the_same_key_with_another_body_is_refused(gateway, send):
    key = new_key()
    assert send(gateway, "4915112300003", "one", **with_key(key)).status_code == 200
    other = send(gateway, "4915112300003", "two", **with_key(key))
    assert other.status_code == 422, other.text
    assert {"guarded": "idempotency_mismatch", "proxy": "GW_006", "graph": 368}[send.__name__] == code(other)
    assert taken(gateway, "two") == 0


def code(answer):
    """The dialect's word or number of a refusal."""
    body = answer.json()
    if "errors" in body:
        return body["errors"]["code"]
    return body["error"]["code"] if isinstance(body["error"], dict) else body["error"]


def test_the_query_is_part_of_the_request(gateway):
    key = new_key()
    assert proxy(gateway, "4915112300004", "real", **with_key(key)).status_code == 200
    assert proxy(gateway, "4915112300004", "real", params={"is_fake": "true"}, **with_key(key)).status_code == 422


def test_a_refusal_of_our_own_leaves_the_key_free(gateway):
    key = new_key()
    refused = guarded(gateway, "not a phone", "free", **with_key(key))
    assert refused.status_code == 422 and refused.json()["error"] == "validation_error"
    answer = guarded(gateway, "4915112300005", "free", **with_key(key))
    assert answer.status_code == 200 and "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize("key", ['""', "a,b", "x" * 256, "tab\there", '"', "\N{LATIN SMALL LETTER E WITH ACUTE}".encode(), b"\xe9-7"])
def test_a_key_that_is_none_is_refused(gateway, key):
    answer = guarded(gateway, "4915112300006", "never", headers={"Idempotency-Key": key})
    assert answer.status_code in (400, 422), answer.text
    assert taken(gateway, "never") == 0


@every_dialect
def test_an_unknown_outcome_is_told_as_it_turned_out(gateway, send):
    key = new_key()
    first = send(gateway, "15550020001", "lost " + key, **with_key(key))
    assert first.status_code == (202 if send is guarded else 504), first.text

    def resolved():
        again = send(gateway, "15550020001", "lost " + key, **with_key(key))
        assert again.headers["Idempotency-Replayed"] == "true"
        return again.status_code == 200 and again
    again = harness.until(resolved, 15, "the status webhook to resolve the unknown outcome")
    assert "wamid." in again.text
    assert_replays(send(gateway, "15550020001", "lost " + key, **with_key(key)), again)
    assert taken(gateway, "lost " + key) == 1


def assert_replays(one, two):
    assert (one.status_code, one.content) == (two.status_code, two.content)


@every_dialect
def test_the_twin_of_an_unknown_message_is_refused(gateway, send):
    text = "twin " + new_key()
    first = send(gateway, "15550020003", text)
    assert first.status_code == (202 if send is guarded else 504), first.text
    unknown = gateway.get("/api/messages?status=unknown&limit=1").json()["items"][0]
    twin = send(gateway, "15550020003", text)
    assert twin.status_code == 409, twin.text
    assert {"guarded": "outcome_unknown", "proxy": "GW_010", "graph": 368}[send.__name__] == code(twin)
    assert unknown["id"] in twin.text
    assert send(gateway, "15550020003", text + "!").status_code == first.status_code
    anyway = send(gateway, "15550020003", text, headers={"X-Send-Anyway": "true"})
    assert anyway.status_code == first.status_code


@every_dialect
def test_while_the_first_is_under_way_the_second_is_told_so(gateway, send):
    """The provider answers this recipient after a minute; the gateway waits two seconds."""
    key, text = new_key(), "slow " + new_key()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, gateway, "15550020002", text, **with_key(key))
        harness.until(lambda: taken(gateway, text), what="the provider to have the message")
        second = send(gateway, "15550020002", text, **with_key(key))
        assert second.status_code == 409, second.text
        assert {"guarded": "idempotency_in_progress", "proxy": "GW_005", "graph": 368}[send.__name__] == code(second)
        assert first.result().status_code == (202 if send is guarded else 504)
    assert taken(gateway, text) == 1


# ---- many at once ----

def ask_at_once(gateway, send, key, text):
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(lambda _: send(gateway, "4915112300007", text, **with_key(key)), range(CALLERS)))


def assert_one_send(gateway, provider, send, key, text):
    answers = ask_at_once(gateway, send, key, text)
    first = [a for a in answers if a.status_code == 200 and "Idempotency-Replayed" not in a.headers]
    assert len(first) == 1, sorted(a.status_code for a in answers)
    for answer in answers:
        if answer.status_code != 409 and answer is not first[0]:
            assert_same(first[0], answer)
    assert_same(first[0], send(gateway, "4915112300007", text, **with_key(key)))
    assert taken(provider, text) == 1


@every_dialect
def test_64_callers_with_one_key_make_one_send(gateway, send):
    key = new_key()
    assert_one_send(gateway, gateway, send, key, "crowd " + key)


def test_64_callers_with_one_key_make_one_send_in_processes_of_their_own(gateway):
    """Plain CGI: a process per request, each committing by itself."""
    with harness.serving("cgi", settings={"cloud.graph_url": gateway.url + "/_sim"}) as g:
        key = new_key()
        assert_one_send(g, gateway, guarded, key, "processes " + key)
