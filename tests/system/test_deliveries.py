# SPDX-License-Identifier: Apache-2.0
"""Webhook deliveries as their account sees them: listed, looked at, sent again, one or many."""
import csv
import io
import json

import pytest

import harness


class Story:
    """An endpoint whose receiver refuses until it is mended."""

    def __init__(self, gateway):
        self.gateway, self.broken = gateway, True
        self.receiver = harness.Receiver(status=lambda *_: 500 if self.broken else 200)
        self.endpoint = gateway.endpoint(self.receiver, "message.received")["id"]
        self.key = gateway.cli("key", "create", "--name", "Operations", "--environment", "production",
                               "--scopes", "read,configure")["key"]

    def get(self, path, **params):
        answer = self.gateway.get(path, key=self.key, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def deliveries(self, **filters):
        return self.get("/api/deliveries", endpoint=self.endpoint, **filters)["items"]

    def waiting(self, count):
        """Deliveries that were tried once and have failed so far."""
        return harness.until(lambda: len(tried := [d for d in self.deliveries(status="pending") if d["attempts"] > 0])
                             >= count and tried, what=f"{count} deliveries that were tried")

    def give_up(self):
        """The receiver says that it never wants them: they have failed for good."""
        self.receiver.headers = {"webhook-delivery": "abort-message"}

    def mend(self):
        self.broken, self.receiver.headers = False, {}
        self.receiver.requests.clear()

    def close(self):
        self.receiver.close()
        self.gateway.run("endpoint", "delete", self.endpoint)


@pytest.fixture
def story(gateway):
    s = Story(gateway)
    yield s
    s.close()


def token_of(page):
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_failing_delivery_is_seen_replayed_and_recovers(gateway, story):
    gateway.inbound("4915199990001", "Is anybody there?")
    one = story.waiting(1)[0]
    page = gateway.session()
    seen = page.get(f"{gateway.url}/deliveries/{one['id']}").text
    assert "answered 500" in seen and one["event_id"] in seen and "Is anybody there?" in seen
    assert story.receiver.url in page.get(gateway.url + "/deliveries").text

    story.broken = False
    before = len(story.receiver.events())
    answer = page.post(f"{gateway.url}/deliveries/{one['id']}/replay", data={"csrf_token": token_of(seen)})
    assert answer.status_code == 200 and "same event id" in answer.text
    again = story.receiver.wait(count=before + 1)[-1]
    assert again["headers"]["webhook-id"] == one["event_id"]
    now = harness.until(lambda: (d := story.get("/api/deliveries/" + one["id"]))["status"] == "delivered" and d)
    assert [a["status"] for a in now["attempt_log"]] == [500, 200]
    assert now["instance_id"] == gateway.demo["instance_id"] and now["inbound_id"].startswith("in_")


def test_all_failed_ones_of_an_endpoint_go_out_again_in_order(gateway, story):
    story.give_up()
    for number in range(5):
        gateway.inbound("4915199990002", f"line {number}")
    harness.until(lambda: len(story.deliveries(status="failed")) == 5, what="five failed deliveries")
    story.mend()
    session = gateway.session()
    plan = session.get(gateway.url + "/deliveries/replay", params={"endpoint": story.endpoint}).text
    assert "Replay 5 failed deliveries to " + story.receiver.url in plan
    answer = session.post(gateway.url + "/deliveries/replay", data={"csrf_token": token_of(plan),
                                                                     "endpoint": story.endpoint, "status": "failed"})
    assert "The replay has begun" in answer.text
    came = story.receiver.wait(count=5, seconds=20)
    assert [c["json"]["message_text"] for c in came] == [f"line {n}" for n in range(5)]
    assert {c["headers"]["webhook-id"] for c in came} == {d["event_id"] for d in story.deliveries()}
    harness.until(lambda: not story.deliveries(status="failed") and not story.deliveries(status="pending"))
    assert "5 were due again" in session.get(gateway.url + "/deliveries").text


def test_a_stretch_of_time_is_replayed_by_the_api_and_told_how_far_it_came(gateway, story):
    story.broken = False
    for number in range(3):
        gateway.inbound("4915199990003", f"number {number}")
    harness.until(lambda: len(story.deliveries(status="delivered")) == 3)
    oldest = story.deliveries()[-1]
    story.receiver.requests.clear()
    answer = gateway.post_key("/api/deliveries/replay", {"endpoint": story.endpoint, "status": "delivered",
                                                         "since": story.deliveries()[0]["created_at"]}, key=story.key)
    assert answer.status_code == 202, answer.text
    replay = answer.json()
    assert replay["id"].startswith("rpl_") and replay["status"] == "delivered" and replay["found"] < 3
    done = harness.until(lambda: (r := story.get("/api/replays/" + replay["id"]))["state"] == "done" and r)
    assert done["replayed"] == replay["found"]
    story.receiver.wait(count=done["replayed"])
    assert oldest["event_id"] not in {r["headers"]["webhook-id"] for r in story.receiver.events()}


def test_who_may_read_may_not_replay(gateway, story):
    gateway.inbound("4915199990004", "hello")
    one = story.waiting(1)[0]
    reader = gateway.cli("key", "create", "--name", "Reader", "--environment", "production", "--scopes", "read")["key"]
    assert gateway.get("/api/deliveries/" + one["id"], key=reader).status_code == 200
    for path in (f"/api/deliveries/{one['id']}/replay", "/api/deliveries/replay"):
        assert gateway.post_key(path, {}, key=reader).status_code == 403
    gateway.run("user", "create", "--email", "viewer@example.com", "--role", "viewer", "--password-stdin",
                stdin="a long enough password\n")
    viewer = gateway.session("viewer@example.com", "a long enough password")
    page = viewer.get(f"{gateway.url}/deliveries/{one['id']}")
    assert page.status_code == 200 and "/replay" not in page.text
    assert viewer.post(f"{gateway.url}/deliveries/{one['id']}/replay",
                       data={"csrf_token": token_of(page.text)}).status_code == 403
    assert viewer.get(gateway.url + "/deliveries/replay").status_code == 403


def test_a_bound_key_and_a_sandbox_key_see_their_own(gateway, story):
    gateway.inbound("4915199990005", "hello")
    one = story.waiting(1)[0]
    other = gateway.cli("instance", "create", "--name", "Other Line", "--provider", "cloud")["id"]
    bound = gateway.cli("key", "create", "--name", "Bound", "--environment", "production", "--instance", other,
                        "--scopes", "read,configure")["key"]
    sandbox = gateway.demo["sandbox_key"]
    for key in (bound, sandbox):
        assert gateway.get("/api/deliveries?endpoint=" + story.endpoint, key=key).json()["items"] == []
        assert gateway.get("/api/deliveries/" + one["id"], key=key).status_code == 404
    plan = gateway.post_key("/api/deliveries/replay", {"endpoint": story.endpoint, "status": "all"}, key=bound).json()
    assert plan["found"] == 0 and plan["instance_id"] == other


def test_the_list_is_filtered_paged_and_exported(gateway, story):
    story.broken = False
    for number in range(4):
        gateway.inbound("4915199990006", f"export {number}")
    harness.until(lambda: len(story.deliveries(status="delivered")) == 4)
    first = story.get("/api/deliveries", endpoint=story.endpoint, limit=3)
    rest = story.get("/api/deliveries", endpoint=story.endpoint, limit=3, cursor=first["next_cursor"])
    assert [len(first["items"]), len(rest["items"])] == [3, 1] and rest["next_cursor"] is None
    assert story.deliveries(event="message.sent") == [] and story.deliveries(status="failed") == []
    newest = first["items"][0]["created_at"]
    assert len(story.deliveries(until=newest)) < 4
    answer = gateway.session().get(gateway.url + "/deliveries/export.csv", params={"endpoint": story.endpoint})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [r["id"] for r in rows] == [d["id"] for d in story.deliveries()]
    assert {r["status"] for r in rows} == {"delivered"} and {r["http_status"] for r in rows} == {"200"}
    for wrong in ("status=lost", "cursor=x", "since=yesterday", "limit=0"):
        assert gateway.get("/api/deliveries?" + wrong, key=story.key).status_code in (400, 422), wrong


def test_the_command_line_lists_and_replays(gateway, story):
    gateway.inbound("4915199990007", "by hand")
    one = story.waiting(1)[0]
    listed = gateway.cli("delivery", "list", "--endpoint", story.endpoint, "--status", "pending", "--since", "1h")
    row = next(item for item in listed["items"] if item["id"] == one["id"])
    assert {"id", "event_id", "event", "endpoint_id", "status", "attempts", "next_attempt_at"} <= set(row)
    story.broken = False
    gateway.run("delivery", "replay", one["id"])
    harness.until(lambda: story.deliveries(status="delivered"), what="the replayed delivery")
    story.receiver.requests.clear()
    many = gateway.cli("delivery", "replay", "--endpoint", story.endpoint, "--since", "1h", "--status", "all")
    assert many["found"] == 1 and many["id"].startswith("rpl_")
    assert json.loads(story.receiver.wait(count=1)[0]["body"])["message_text"] == "by hand"
    assert gateway.run("delivery", "replay", check=False).returncode == 2
    assert gateway.run("delivery", "replay", one["id"], "--failed", check=False).returncode == 2
    assert gateway.run("delivery", "replay", "--failed", "--status", "all", check=False).returncode == 2


def test_a_killed_worker_goes_on_with_the_replay(gateway, story):
    story.broken = False
    for number in range(20):
        gateway.inbound(f"49151999910{number:02}", "again")
    harness.until(lambda: len(story.deliveries(status="delivered", limit=200)) == 20)
    story.receiver.requests.clear()
    gateway.kill("wagate-worker")
    replay = gateway.cli("delivery", "replay", "--endpoint", story.endpoint, "--status", "delivered")
    gateway.kill("wagate-worker")
    harness.until(lambda: story.get("/api/replays/" + replay["id"])["state"] == "done", 20, "the end of the replay")
    story.receiver.wait(count=20, seconds=20)
    assert story.get("/api/replays/" + replay["id"])["replayed"] == 20
