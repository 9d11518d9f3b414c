# SPDX-License-Identifier: Apache-2.0
"""Files that people send: fetched by the worker, kept once by their content, served to whoever may have them and to
nobody else, gone when their days are over; whoever dies in between."""
import base64
import hashlib
import itertools
import os
import sqlite3
import subprocess
import time

import pytest
import requests

import harness
from harness import until
from stand_in import Meta

MIB = 1 << 20
DAY_MS = 86_400_000
SAMPLE = "1000000000000001"
PLENTY = {"WAGATE_LIMITS_MEDIA_PER_SECOND": "1000", "WAGATE_LIMITS_MEDIA_PER_MINUTE": "60000", "WAGATE_SEND_TIMEOUT": "2",
          "WAGATE_MEDIA_MIN_FREE_MIB": "0"}
numbers = itertools.count(70_000_000)


class Clock:
    def __init__(self, path):
        self.path, self.ahead_ms = str(path), 0
        self.forward(0)

    def forward(self, ms):
        self.ahead_ms += ms
        with open(self.path + ".new", "w") as f:
            f.write(str(self.ahead_ms))
        os.replace(self.path + ".new", self.path)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def has(gateway, media_id, content, type="image/jpeg", **told):
    """Meta has a file."""
    meta, path = gateway.meta, f"/bytes/{media_id}"
    meta.says("GET", f"/v23.0/{media_id}", {"messaging_product": "whatsapp", "url": meta.url + path, "mime_type": type,
                                            "sha256": digest(content), "id": media_id, **told})
    meta.says("GET", path, content, Content_Type=type)
    return media_id


def a_file(gateway, content, type="image/jpeg", **told):
    return has(gateway, str(next(numbers)), content, type, **told)


def asked(gateway, path):
    return sum(r["path"] == path for r in gateway.meta.requests)


def message(gateway, media_id, kind="image", number=None, **media):
    """A person sends it."""
    item = {"from": "4915123456789", "id": f"wamid.{next(numbers)}", "timestamp": str(int(time.time())), "type": kind,
            kind: {"id": media_id, "mime_type": "image/jpeg", **media}}
    value = {"messaging_product": "whatsapp", "contacts": [{"profile": {"name": "Ada"}, "wa_id": "4915123456789"}],
             "metadata": {"display_phone_number": "1", "phone_number_id": number or gateway.demo["phone_number_id"]},
             "messages": [item]}
    answer = gateway.webhook({"object": "whatsapp_business_account", "entry": [
        {"id": gateway.demo["waba_id"], "changes": [{"field": "messages", "value": value}]}]})
    assert answer.status_code == 200, answer.text
    return item["id"]


def rows(gateway, media_id=None):
    with sqlite3.connect(f"file:{gateway.dir}/wagate.db?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        found = db.execute("SELECT * FROM inbound_media WHERE ? IS NULL OR media_id = ? ORDER BY id", (media_id, media_id))
        return [dict(row) for row in found]


def settled(gateway, media_id, state="kept", count=1, seconds=15):
    def ready():
        found = rows(gateway, media_id)
        return len(found) >= count and all(row["state"] == state for row in found) and found
    return until(ready, seconds, f"{media_id} to be {state}; is {rows(gateway, media_id)}")


def files(gateway):
    """hash -> path of what is kept, and what lies about besides."""
    kept, others = {}, []
    for folder, _, names in os.walk(os.path.join(gateway.dir, "media")):
        for name in names:
            if len(name) == 64:
                kept[name] = os.path.join(folder, name)
            else:
                others.append(os.path.join(folder, name))
    return kept, others


def download(gateway, media_id, key=None, query="", **headers):
    return requests.get(f"{gateway.url}/v1/wa/media/{media_id}{query}", timeout=60,
                        headers={"Authorization": "Bearer " + (key or gateway.demo["production_key"]), **headers})


def graph(gateway, method, media_id, key=None):
    return requests.request(method, f"{gateway.url}/v23.0/{media_id}", timeout=60,
                            headers={"Authorization": "Bearer " + (key or gateway.demo["production_key"])})


def inbound_id(gateway, provider_id):
    with sqlite3.connect(f"file:{gateway.dir}/wagate.db?mode=ro", uri=True) as db:
        return db.execute("SELECT id FROM inbound WHERE provider_id = ?", (provider_id,)).fetchone()[0]


def fetch(gateway, on="on"):
    gateway.cli("instance", "set", gateway.demo["instance_id"], "--set", f"fetch_media={on}")


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path / "ahead")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway that fetches, whose Meta the tests play."""
    meta, clock = Meta(), Clock(tmp_path_factory.mktemp("clock") / "ahead")
    environment = {**PLENTY, "WAGATE_CLOUD_GRAPH_URL": meta.url, "WAGATE_CLOCK": clock.path}
    with harness.serving(environment=environment) as g:
        g.meta, g.clock = meta, clock
        fetch(g)
        yield g
    meta.close()


# ---- with the simulator ----------------------------------------------------------------------


def test_a_picture_is_kept_and_served_after_the_provider_has_forgotten_it():
    with harness.serving(environment=PLENTY) as gateway:
        fetch(gateway)
        receiver = harness.Receiver()
        gateway.endpoint(receiver, "message.received")
        content = os.urandom(50_000)
        answer = requests.post(f"{gateway.url}/v1/wa/media", data={"messaging_product": "whatsapp", "type": "image/png"},
                               files={"file": ("a.png", content, "image/png")}, timeout=30,
                               headers={"Authorization": "Bearer " + gateway.demo["production_key"]})
        media_id = answer.json()["data"]["id"]
        gateway.simulate("inbound", **{"from": "4915123456789", "message": {
            "type": "image", "image": {"id": media_id, "mime_type": "image/png", "caption": "look",
                                       "sha256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
                                       "url": "https://lookaside.fbsbx.com/secret"}}})
        settled(gateway, media_id)
        kept, others = files(gateway)
        path = os.path.join(gateway.dir, "media", digest(content)[:2], digest(content)[2:4], digest(content))
        assert kept == {digest(content): path} and others == []
        with open(path, "rb") as f:
            assert f.read() == content
        assert requests.delete(f"{gateway.url}/_sim/v23.0/{media_id}", timeout=30,
                               headers={"Authorization": "Bearer x"}).json() == {"success": True}
        told = receiver.wait("message.received")[0]["json"]["media"]
        assert told["id"] == media_id and told["caption"] == "look" and told["mime_type"] == "image/png"
        assert told["url"].startswith(gateway.url + "/v1/wa/media/") and "fbsbx" not in told["url"]
        assert requests.get(told["url"], timeout=30).status_code == 401
        down = requests.get(told["url"], headers={"Authorization": "Bearer " + gateway.demo["production_key"]}, timeout=30)
        assert down.content == content and down.headers["Content-Type"] == "image/png"
        receiver.close()


# ---- kept and served -------------------------------------------------------------------------


def test_what_is_kept_is_served_as_what_is_passed_on(gateway):
    content = os.urandom(300_000)
    passed_id = a_file(gateway, content, "video/mp4")
    passed = download(gateway, passed_id)
    media_id = a_file(gateway, content, "video/mp4")
    message(gateway, media_id, "video", mime_type="video/mp4")
    settled(gateway, media_id)
    count = len(gateway.meta.requests)
    down = download(gateway, media_id)
    assert down.content == passed.content == content
    for name in ("Content-Type", "Content-Length", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options"):
        assert down.headers[name] == passed.headers[name], name
    assert down.headers["Content-Disposition"] == "attachment"
    told = graph(gateway, "GET", media_id).json()
    assert told["sha256"] == digest(content) and told["file_size"] == len(content) and told["mime_type"] == "video/mp4"
    assert requests.get(told["url"], timeout=30).content == content
    assert len(gateway.meta.requests) == count, "nobody is asked for what is here"


@pytest.mark.parametrize("header, status, start, end", [
    ("bytes=0-99", 206, 0, 100), ("bytes=100-", 206, 100, 1000), ("bytes=-10", 206, 990, 1000), ("bytes=-5000", 206, 0, 1000),
    ("bytes=999-2000", 206, 999, 1000), ("bytes=1000-", 416, 0, 0), ("bytes=-0", 416, 0, 0), ("items=0-1", 200, 0, 1000)])
def test_parts_of_a_kept_file(gateway, header, status, start, end):
    content = os.urandom(1000)
    media_id = a_file(gateway, content, "audio/ogg")
    message(gateway, media_id, "audio")
    settled(gateway, media_id)
    answer = download(gateway, media_id, Range=header)
    assert answer.status_code == status and answer.content == content[start:end]
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1000"
    if status == 416:
        assert answer.headers["Content-Range"] == "bytes */1000"


def test_the_same_content_is_kept_once(gateway):
    content = os.urandom(10_000)
    before = len(files(gateway)[0])
    ids = [a_file(gateway, content) for _ in range(3)]
    for media_id in ids:
        message(gateway, media_id)
    for media_id in ids:
        assert settled(gateway, media_id)[0]["hash"] == digest(content)
    kept, others = files(gateway)
    assert len(kept) == before + 1 and others == []
    assert all(download(gateway, media_id).content == content for media_id in ids)


def test_nothing_is_fetched_where_nobody_asks_for_it(gateway):
    media_id = a_file(gateway, b"unwanted")
    fetch(gateway, "off")
    try:
        message(gateway, media_id)
        again = a_file(gateway, b"wanted")
    finally:
        fetch(gateway)
    message(gateway, again)
    settled(gateway, again)
    assert rows(gateway, media_id) == [] and asked(gateway, f"/v23.0/{media_id}") == 0
    assert download(gateway, media_id).content == b"unwanted", "it is still passed on"


def test_what_is_sent_from_the_phone_is_kept_too(gateway):
    media_id = a_file(gateway, b"from the phone")
    value = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "1",
                                                           "phone_number_id": gateway.demo["phone_number_id"]},
             "message_echoes": [{"from": "15550123456", "to": "4915123456789", "id": f"wamid.{media_id}", "type": "image",
                                 "timestamp": str(int(time.time())), "image": {"id": media_id, "mime_type": "image/jpeg"}}]}
    document = {"object": "whatsapp_business_account", "entry": [
        {"id": gateway.demo["waba_id"], "changes": [{"field": "smb_message_echoes", "value": value}]}]}
    assert gateway.webhook(document).status_code == 200
    settled(gateway, media_id)
    assert gateway.webhook(document).status_code == 200
    after = a_file(gateway, b"after")
    message(gateway, after)
    settled(gateway, after)
    assert len(rows(gateway, media_id)) == 1, "told again it changes nothing"


def test_a_deleted_file_is_gone_here_too(gateway):
    content, other = os.urandom(5000), os.urandom(5000)
    shared, alone = a_file(gateway, content), a_file(gateway, other)
    twin = a_file(gateway, content)
    for media_id in (shared, twin, alone):
        message(gateway, media_id)
        settled(gateway, media_id)
    gateway.meta.says("DELETE", f"/v23.0/{alone}", {"success": True})
    assert graph(gateway, "DELETE", alone).json() == {"success": True}
    gateway.meta.says("GET", f"/v23.0/{shared}", {"error": {"code": 100, "error_subcode": 33, "message": "x"}}, 400)
    assert graph(gateway, "DELETE", shared).json() == {"success": True}, "Meta has it no longer, we had"
    for media_id in (shared, alone):
        gateway.meta.says("GET", f"/v23.0/{media_id}", {"error": {"code": 100, "error_subcode": 33, "message": "x"}}, 400)
        assert download(gateway, media_id).status_code == 502
    until(lambda: digest(other) not in files(gateway)[0], 30, "the file to go")
    until(lambda: rows(gateway, alone) == [], 30, "its row to go")
    until(lambda: rows(gateway, shared) == [], 30, "its row to go")
    assert download(gateway, twin).content == content, "another message still has it"


# ---- who may have it -------------------------------------------------------------------------


def test_another_account_gets_nothing(gateway):
    content = os.urandom(4000)
    media_id = a_file(gateway, content)
    provider_id = message(gateway, media_id)
    settled(gateway, media_id)
    account = gateway.cli("account", "create", "--name", "Corner Shop")["id"]
    number = str(next(numbers))
    gateway.cli("instance", "create", "--account", account, "--name", "Theirs", "--access-token", "EAAother",
                "--set", f"phone_number_id={number}", "--set", "waba_id=1")
    key = gateway.cli("key", "create", "--account", account, "--name", "k", "--environment", "production")["key"]
    gateway.meta.says("GET", f"/v23.0/{media_id}", {"error": {"code": 100, "error_subcode": 33, "message": "x"}}, 400)
    count = asked(gateway, f"/v23.0/{media_id}")
    for query in ("", f"?phone_number_id={number}", f"?phone_number_id={gateway.demo['phone_number_id']}"):
        answer = download(gateway, media_id, key=key, query=query)
        assert answer.status_code in (401, 404, 502) and content not in answer.content, query
    assert graph(gateway, "GET", media_id, key=key).status_code in (400, 404)
    assert asked(gateway, f"/v23.0/{media_id}") > count, "of what is not theirs they hear what Meta says to their token"
    assert download(gateway, media_id, key=gateway.demo["sandbox_key"]).status_code == 404
    # The portal: nobody without a session, and nobody of another account.
    path = f"{gateway.url}/media/inbound/{inbound_id(gateway, provider_id)}"
    assert requests.get(path, allow_redirects=False, timeout=30).status_code in (303, 401)
    gateway.cli("user", "create", "--account", account, "--email", "corner@example.com", "--role", "owner",
                "--password-stdin", stdin="a long enough password 4711\n")
    theirs = gateway.session("corner@example.com", "a long enough password 4711")
    assert theirs.get(path, timeout=30).status_code == 404
    assert gateway.session().get(path, timeout=30).content == content
    # A key of the same account that is bound to another number.
    other = gateway.cli("instance", "create", "--account", gateway.demo["account"], "--name", "Second",
                        "--set", f"phone_number_id={next(numbers)}", "--set", "waba_id=2", "--access-token", "EAAsecond")
    bound = gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "b", "--environment", "production",
                        "--instance", other["id"])["key"]
    answer = download(gateway, media_id, key=bound)
    assert answer.status_code != 200 and content not in answer.content
    gateway.cli("instance", "delete", other["id"])


@pytest.mark.parametrize("type, shown", [("image/jpeg", True), ("image/svg+xml", False), ("text/html", False),
                                         ("image/png; charset=x", True), ("application/pdf", False), ("audio/ogg; codecs=opus", True),
                                         ("application/xhtml+xml", False), ("image/jpegx", False)])
def test_what_a_browser_might_run_is_only_ever_saved(gateway, type, shown):
    content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>" + os.urandom(4)
    media_id = a_file(gateway, content, type)
    name = 'a"b\r\nSet-Cookie: x=1; ../../\u202egnp.html'
    provider_id = message(gateway, media_id, "document", mime_type=type, filename=name)
    settled(gateway, media_id)
    answer = gateway.session().get(f"{gateway.url}/media/inbound/{inbound_id(gateway, provider_id)}", timeout=30)
    assert answer.status_code == 200 and answer.content == content
    said = answer.headers["Content-Disposition"]
    assert said.startswith("inline;" if shown else "attachment;") and "Set-Cookie" not in answer.headers
    assert 'filename="a_b__Set-Cookie_ x_1_ .._.._' in said and "filename*=UTF-8''a%22b%0D%0ASet-Cookie" in said
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert download(gateway, media_id).headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("type", ["text/html\x80", "nonsense", "a/b\x01", ""])
def test_a_type_that_is_none_is_not_told(gateway, type):
    content = os.urandom(100)
    media_id = a_file(gateway, content, type)
    message(gateway, media_id, "document", mime_type=type)
    settled(gateway, media_id)
    assert download(gateway, media_id).headers["Content-Type"] == "application/octet-stream"


# ---- what goes wrong -------------------------------------------------------------------------


def test_what_is_not_what_was_announced_is_refused(gateway):
    media_id = a_file(gateway, b"something else")
    message(gateway, media_id, sha256=base64.b64encode(hashlib.sha256(b"as announced").digest()).decode())
    for tries in (1, 2, 3):
        until(lambda: rows(gateway, media_id) and rows(gateway, media_id)[0]["tries"] == tries, 10, f"try {tries}")
        gateway.clock.forward(120_000)
    row = settled(gateway, media_id, "failed")[0]
    assert row["tries"] == 3 and "SHA-256" in row["last_error"] and row["hash"] is None
    kept, others = files(gateway)
    assert digest(b"something else") not in kept and others == []
    # By Meta's own word for it.
    wrong = a_file(gateway, b"something else", sha256=digest(b"other"))
    message(gateway, wrong)
    until(lambda: rows(gateway, wrong) and rows(gateway, wrong)[0]["tries"] == 1, 10, "the first try")
    assert "SHA-256" in rows(gateway, wrong)[0]["last_error"]


def test_what_is_gone_is_not_asked_for_again(gateway):
    media_id = str(next(numbers))
    gateway.meta.says("GET", f"/v23.0/{media_id}", {"error": {"code": 100, "error_subcode": 33, "message": "gone"}}, 400)
    message(gateway, media_id)
    assert "gone" in settled(gateway, media_id, "gone")[0]["last_error"]
    gateway.clock.forward(DAY_MS)
    after = a_file(gateway, b"after")
    message(gateway, after)
    settled(gateway, after)
    assert asked(gateway, f"/v23.0/{media_id}") == 1


def test_a_transfer_that_breaks_off_is_tried_again(gateway):
    content = os.urandom(2 * MIB)
    media_id = a_file(gateway, content, "video/mp4")

    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:MIB])
        handler.wfile.flush()
        handler.connection.close()

    whole = gateway.meta.answers["GET", f"/bytes/{media_id}"]
    gateway.meta.answers["GET", f"/bytes/{media_id}"] = half
    message(gateway, media_id, "video", mime_type="video/mp4")
    until(lambda: rows(gateway, media_id) and rows(gateway, media_id)[0]["tries"] == 1, 15, "the first try")
    assert files(gateway)[1] == []
    gateway.meta.answers["GET", f"/bytes/{media_id}"] = whole
    gateway.clock.forward(60_000)
    settled(gateway, media_id)
    assert download(gateway, media_id).content == content


def test_a_refused_token_waits_and_costs_no_try(gateway):
    media_id = str(next(numbers))
    gateway.meta.says("GET", f"/v23.0/{media_id}", {"error": {"code": 190, "message": "token", "type": "OAuthException"}}, 401)
    message(gateway, media_id)
    row = until(lambda: asked(gateway, f"/v23.0/{media_id}") and settled(gateway, media_id, "waiting")[0], 10, "the first try")
    until(lambda: rows(gateway, media_id)[0]["last_error"], 10, "its outcome")
    # The whole number is left alone meanwhile.
    other = a_file(gateway, b"patient")
    message(gateway, other)
    settled(gateway, other, "waiting")
    assert row["tries"] == 0
    has(gateway, media_id, b"at last")
    gateway.clock.forward(11 * 60_000)
    settled(gateway, media_id)
    settled(gateway, other)
    assert asked(gateway, f"/v23.0/{other}") == 1


@pytest.mark.parametrize("stated", [True, False])
def test_what_is_too_large_is_left(gateway, stated):
    content = os.urandom(6 * MIB)
    media_id = a_file(gateway, content)

    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for at in range(0, len(content), MIB):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(content[at:at + MIB]), content[at:at + MIB]))
        handler.wfile.write(b"0\r\n\r\n")

    if not stated:
        gateway.meta.answers["GET", f"/bytes/{media_id}"] = chunked
    message(gateway, media_id)
    assert "larger than 5242880" in settled(gateway, media_id, "failed")[0]["last_error"]
    kept, others = files(gateway)
    assert digest(content) not in kept and others == []


def test_one_accounts_many_files_delay_nobody_elses(gateway):
    """Sixty files that do not come, and then somebody else's picture."""
    account = gateway.cli("account", "create", "--name", "Next Door")["id"]
    number = str(next(numbers))
    theirs = gateway.cli("instance", "create", "--account", account, "--name", "Next", "--access-token", "EAAother",
                         "--app-secret", gateway.demo["app_secret"], "--set", f"phone_number_id={number}", "--set", "waba_id=7",
                         "--set", "fetch_media=on")
    slow = [str(next(numbers)) for _ in range(60)]
    for media_id in slow:
        has(gateway, media_id, b"slow")
        gateway.meta.answers["GET", f"/v23.0/{media_id}"] = lambda handler: time.sleep(30)
        message(gateway, media_id)
    until(lambda: sum(row["state"] == "fetching" for row in rows(gateway)) == 4, 10, "half of the slots to be taken")
    media_id = a_file(gateway, b"quick")
    began = time.monotonic()
    document = {"object": "whatsapp_business_account", "entry": [{"id": "7", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": number},
        "messages": [{"from": "4915123456789", "id": f"wamid.{media_id}", "timestamp": "1700000000", "type": "image",
                      "image": {"id": media_id}}]}}]}]}
    assert gateway.webhook(document, path="/webhooks/meta/" + theirs["id"]).status_code == 200
    settled(gateway, media_id)
    assert time.monotonic() - began < 5 * harness.SLOW
    assert sum(row["state"] == "fetching" for row in rows(gateway)) <= 4
    for one in slow:
        has(gateway, one, b"slow")
    gateway.kill("worker")
    gateway.kill("wagate-worker")
    for one in slow:
        settled(gateway, one, seconds=60)


# ---- whoever dies ----------------------------------------------------------------------------


def test_a_worker_killed_amid_a_file_loses_nothing_and_leaves_no_half(gateway):
    content = os.urandom(3 * MIB)
    media_id = a_file(gateway, content, "video/mp4")
    whole = gateway.meta.answers["GET", f"/bytes/{media_id}"]

    def stuck(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:MIB])
        handler.wfile.flush()
        time.sleep(20)

    gateway.meta.answers["GET", f"/bytes/{media_id}"] = stuck
    before = gateway.children()["wagate-worker"]
    message(gateway, media_id, "video", mime_type="video/mp4")
    until(lambda: any(os.path.getsize(path) > 0 for path in files(gateway)[1]), 10, "a half file")
    gateway.meta.answers["GET", f"/bytes/{media_id}"] = whole
    gateway.kill("wagate-worker")
    until(lambda: gateway.children().get("wagate-worker") not in (None, before), 10, "another worker")
    assert settled(gateway, media_id)[0]["tries"] == 0
    kept, others = files(gateway)
    assert others == [] and digest(content) in kept
    assert download(gateway, media_id).content == content


def test_kills_while_many_come(gateway):
    """Whatever the moment: every file is kept, whole, and nothing lies about."""
    contents = {a_file(gateway, content, "application/pdf"): content for content in (os.urandom(200_000) for _ in range(40))}
    for media_id in contents:
        message(gateway, media_id, "document", mime_type="application/pdf")
    for _ in range(5):
        done = sum(row["state"] == "kept" for row in rows(gateway) if row["media_id"] in contents)
        before = gateway.kill("wagate-worker")
        until(lambda: gateway.children().get("wagate-worker") not in (None, before), 10, "another worker")
        until(lambda: sum(r["state"] == "kept" for r in rows(gateway) if r["media_id"] in contents) > done or
              all(r["state"] == "kept" for r in rows(gateway) if r["media_id"] in contents), 20, "it to go on")
    for media_id, content in contents.items():
        settled(gateway, media_id)
    kept, others = files(gateway)
    assert others == []
    for content in contents.values():
        with open(kept[digest(content)], "rb") as f:
            assert f.read() == content


# ---- days and room ---------------------------------------------------------------------------


def test_files_go_when_their_days_are_over(clock):
    meta = Meta()
    environment = {**PLENTY, "WAGATE_CLOUD_GRAPH_URL": meta.url, "WAGATE_CLOCK": clock.path, "WAGATE_RETENTION_MEDIA_DAYS": "3"}
    with harness.serving(environment=environment) as gateway:
        gateway.meta = meta
        fetch(gateway)
        shared, old = os.urandom(1000), os.urandom(1000)
        first, second, third = a_file(gateway, shared), a_file(gateway, old), a_file(gateway, shared)
        for media_id in (first, second):
            message(gateway, media_id)
            settled(gateway, media_id)
        clock.forward(2 * DAY_MS)
        message(gateway, third)
        settled(gateway, third)
        assert len(files(gateway)[0]) == 2
        clock.forward(DAY_MS + 60_000)
        until(lambda: [row["media_id"] for row in rows(gateway)] == [third], 30, "the old rows to go")
        assert list(files(gateway)[0]) == [digest(shared)]
        assert download(gateway, third).content == shared
        clock.forward(3 * DAY_MS)
        until(lambda: rows(gateway) == [], 30, "the last row to go")
        assert files(gateway) == ({}, [])
    meta.close()


def test_a_disk_that_is_nearly_full_stops_fetching_and_says_so():
    meta = Meta()
    environment = {**PLENTY, "WAGATE_CLOUD_GRAPH_URL": meta.url, "WAGATE_MEDIA_MIN_FREE_MIB": "900000000"}
    with harness.serving(environment=environment) as gateway:
        gateway.meta = meta
        fetch(gateway)
        media_id = a_file(gateway, b"patience")
        message(gateway, media_id)

        def check():
            checks = requests.get(gateway.url + "/readyz", timeout=10).json()["checks"]
            return next(c for c in checks if c["name"] == "media")
        until(lambda: not check()["ok"], 10, "readyz to say so")
        assert "900000000 MiB" in check()["sentence"]
        assert requests.get(gateway.url + "/readyz", timeout=10).status_code == 200, "messages still go in and out"
        assert rows(gateway, media_id)[0]["state"] == "waiting" and asked(gateway, f"/v23.0/{media_id}") == 0
        gateway.stop()
        gateway.environment["WAGATE_MEDIA_MIN_FREE_MIB"] = "0"
        gateway.start()
        settled(gateway, media_id)
        assert check()["ok"]
    meta.close()


def test_a_full_disk_costs_no_try_and_leaves_nothing(clock):
    meta = Meta()
    environment = {**PLENTY, "WAGATE_CLOUD_GRAPH_URL": meta.url, "WAGATE_CLOCK": clock.path}
    with harness.serving(environment=environment) as gateway:
        gateway.meta = meta
        fetch(gateway)
        place = os.path.join(gateway.dir, "media")
        os.makedirs(place, exist_ok=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "wagate", place], capture_output=True).returncode != 0:
            pytest.skip("a small file system cannot be mounted: that needs root")
        try:
            large = a_file(gateway, os.urandom(4 * MIB))
            message(gateway, large)
            row = until(lambda: rows(gateway, large) and rows(gateway, large)[0]["last_error"] and rows(gateway, large)[0], 10,
                        "the disk to be full")
            assert row["state"] == "waiting" and row["tries"] == 0 and "No space" in row["last_error"]
            assert files(gateway) == ({}, [])
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)
        clock.forward(60_000)
        settled(gateway, large)
    meta.close()


def test_cron_keeps_files_too():
    meta = Meta()
    environment = {**PLENTY, "WAGATE_CLOUD_GRAPH_URL": meta.url, "WAGATE_WORKER_MODE": "cron"}
    with harness.serving(environment=environment) as gateway:
        gateway.meta = meta
        fetch(gateway)
        media_id = a_file(gateway, b"by cron")
        message(gateway, media_id)
        gateway.run("worker", "--once")
        assert rows(gateway, media_id)[0]["state"] == "kept"
        assert download(gateway, media_id).content == b"by cron"
    meta.close()
