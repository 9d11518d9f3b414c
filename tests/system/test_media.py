# SPDX-License-Identifier: Apache-2.0
"""Files to and from WhatsApp: what comes out is what went in, whoever serves and whatever breaks, and no program of
ours holds more of it than a buffer."""
import contextlib
import hashlib
import http.client
import os
import re
import socket
import subprocess
import threading
import time

import pytest
import requests

import harness
from harness import until
from stand_in import Meta

MIB = 1 << 20
ROOM = 2 * MIB  # of memory beyond what a program has before the transfer
SAMPLES = {"1000000000000001": "image/jpeg", "1000000000000002": "image/png", "1000000000000003": "image/webp",
           "1000000000000004": "audio/ogg", "1000000000000005": "video/mp4", "1000000000000006": "application/pdf"}


PLENTY = {"WAGATE_LIMITS_MEDIA_PER_SECOND": "1000", "WAGATE_LIMITS_MEDIA_PER_MINUTE": "60000"}


@pytest.fixture(scope="module")
def gateway():
    with harness.serving(environment=PLENTY) as g:
        yield g


def noise(n):
    """Bytes of which no piece equals another, made quickly."""
    block = os.urandom(1 << 16)
    return b"".join(i.to_bytes(4, "big") + block[4:] for i in range(n // len(block) + 1))[:n]


def bearer(gateway, key=None):
    return {"Authorization": "Bearer " + (key or gateway.demo["production_key"])}


def upload(gateway, content, type="application/pdf", path="/v1/wa/media", key=None, name="a file.pdf", **fields):
    form = {"messaging_product": "whatsapp", "type": type, **fields}
    return requests.post(gateway.url + path, headers=bearer(gateway, key),
                         data={k: v for k, v in form.items() if v is not None},
                         files={"file": (name, content, type)} if content is not None else {"none": ""}, timeout=120)


def uploaded(gateway, content, type="application/pdf", **more):
    answer = upload(gateway, content, type, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["id"]


def download(gateway, media_id, key=None, **headers):
    return requests.get(f"{gateway.url}/v1/wa/media/{media_id}", headers={**bearer(gateway, key), **headers}, timeout=120)


def graph(gateway, method, path, key=None):
    return requests.request(method, f"{gateway.url}/v23.0/{path}", headers=bearer(gateway, key), timeout=60)


def memory(pid):
    """The most a process ever had, in bytes."""
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) << 10


def code_of(answer):
    return answer.json()["errors"]["code"]


# ---- through everything ----------------------------------------------------------------------


def test_a_hundred_megabytes_go_up_and_down_in_two_of_memory(gateway):
    small = uploaded(gateway, b"warm up")
    assert download(gateway, small).content == b"warm up"
    pids = {name: gateway.children()[name] for name in ("media", "graph-sim", "lighttpd")}
    before = {name: memory(pid) for name, pid in pids.items()}
    content = noise(100 * MIB)
    media_id = uploaded(gateway, content)
    down = download(gateway, media_id)
    assert down.status_code == 200 and down.headers["Content-Length"] == str(len(content))
    assert hashlib.sha256(down.content).digest() == hashlib.sha256(content).digest()
    if not os.environ.get("WAGATE_SANITIZE"):
        for name, pid in pids.items():
            assert memory(pid) - before[name] <= ROOM, f"{name} took {memory(pid) - before[name]} bytes more"
    assert graph(gateway, "DELETE", media_id).json() == {"success": True}


def test_it_works_behind_apache():
    with harness.serving("apache") as gateway:
        content = noise(60 * MIB)
        media_id = uploaded(gateway, content)
        assert download(gateway, media_id).content == content
        answer = graph(gateway, "GET", media_id)
        assert requests.get(answer.json()["url"], timeout=60).content == content
        assert upload(gateway, noise(6 * MIB), "image/png").status_code == 413


@pytest.mark.parametrize("kind, content", [("text/plain", b""), ("text/plain", b"x"), ("image/png", bytes(range(256))),
                                           ("audio/ogg; codecs=opus", b"\r\n--x\r\n" * 1000), ("image/webp", b"--"),
                                           ("application/vnd.example", b"\r\n\r\n"), ("video/mp4", noise(3 * MIB))])
def test_types_and_bytes_come_back_as_they_went(gateway, kind, content):
    answer = upload(gateway, content, kind)
    if not content:
        assert answer.status_code == 400 and answer.json()["errors"]["params"]["field"] == "file"
        return
    down = download(gateway, answer.json()["data"]["id"])
    assert down.content == content
    assert down.headers["Content-Type"] == kind
    # A file is somebody else's: never a page of this address.
    assert down.headers["Content-Disposition"] == "attachment"
    assert down.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in down.headers["Content-Security-Policy"]


def test_a_part_of_a_file_can_be_asked_for(gateway):
    content = noise(MIB)
    media_id = uploaded(gateway, content)
    part = download(gateway, media_id, Range="bytes=1000-1999")
    assert part.status_code == 206 and part.content == content[1000:2000]
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{MIB}"
    assert download(gateway, media_id, Range="bytes=abc").content == content


def test_inbound_media_of_the_simulator_can_be_downloaded(gateway):
    for media_id, kind in SAMPLES.items():
        down = download(gateway, media_id)
        assert down.status_code == 200 and down.headers["Content-Type"] == kind and len(down.content) == 4096


def test_a_chunked_upload_is_taken_too(gateway):
    head = (b'--B\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n'
            b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n')
    answer = requests.post(gateway.url + "/v1/wa/media", data=iter([head, b"he", b"llo", b"\r\n--B--\r\n"]), timeout=30,
                           headers={**bearer(gateway), "Content-Type": "multipart/form-data; boundary=B"})
    assert answer.status_code == 200, answer.text
    assert download(gateway, answer.json()["data"]["id"]).content == b"hello"


# ---- the Graph dialect -----------------------------------------------------------------------


def test_the_graph_dialect_speaks_as_meta_but_for_the_url(gateway):
    content = noise(70000)
    number = gateway.demo["phone_number_id"]
    answer = upload(gateway, content, "image/png", f"/v23.0/{number}/media")
    assert answer.status_code == 200 and list(answer.json()) == ["id"]
    media_id = answer.json()["id"]
    told = graph(gateway, "GET", media_id).json()
    assert told["id"] == media_id and told["mime_type"] == "image/png" and told["file_size"] == len(content)
    assert told["sha256"] == hashlib.sha256(content).hexdigest() and told["messaging_product"] == "whatsapp"
    assert told["url"].startswith(gateway.url + "/media/")
    # A Cloud API client sends its token along; nobody asks for it.
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Host": "lookaside.fbsbx.com"}):
        down = requests.get(told["url"], headers=headers, timeout=30)
        assert down.content == content and down.headers["Content-Type"] == "image/png"
    assert graph(gateway, "DELETE", media_id).json() == {"success": True}
    gone = graph(gateway, "GET", media_id)
    assert gone.status_code == 400 and gone.json()["error"]["error_subcode"] == 33
    assert requests.get(told["url"], timeout=30).status_code == 404


def test_other_objects_share_the_address(gateway):
    number = gateway.demo["phone_number_id"]
    assert graph(gateway, "GET", number).json()["id"] == number
    assert graph(gateway, "DELETE", number).json()["error"]["error_subcode"] == 33
    key = gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "configures", "--environment",
                      "production", "--scopes", "configure,read,send")["key"]
    answer = graph(gateway, "POST", "1000000000000001", key)
    assert answer.status_code == 400 and answer.json()["error"]["error_subcode"] == 33


def test_an_address_of_ours_is_good_for_five_minutes_and_cannot_be_forged(tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    with harness.serving(environment={"WAGATE_CLOCK": str(clock)}) as gateway:
        url = graph(gateway, "GET", "1000000000000002").json()["url"]
        assert requests.get(url, timeout=30).status_code == 200
        other = url.replace(".1000000000000002.", ".1000000000000001.")
        later = re.sub(r"\.(\d{10})\.", lambda m: f".{int(m.group(1)) + 9}.", url)
        for bad in (other, later, url[:-1], url[:-1] + ("0" if url[-1] != "0" else "1"), url.rsplit(".", 1)[0], url + ".x",
                    gateway.url + "/media/x"):
            answer = requests.get(bad, timeout=30)
            assert answer.status_code == 404 and answer.json()["error"] == "not_found", bad
        clock.write_text(str(299 * 1000))
        assert requests.get(url, timeout=30).status_code == 200
        clock.write_text(str(302 * 1000))
        assert requests.get(url, timeout=30).status_code == 404


# ---- refusals --------------------------------------------------------------------------------


def test_what_is_too_large_is_refused_before_it_is_here(gateway):
    limits = {"image/jpeg": 5 * MIB, "audio/mpeg": 16 * MIB, "video/mp4": 16 * MIB, "image/webp": 500 << 10}
    for kind, limit in limits.items():
        assert upload(gateway, noise(limit), kind).status_code == 200, kind
        answer = upload(gateway, noise(limit + 1), kind)
        assert answer.status_code == 413 and code_of(answer) == "GW_008", kind
    answer = upload(gateway, noise(100 * MIB + 1))
    assert answer.status_code == 413 and code_of(answer) == "GW_008"
    answer = upload(gateway, noise(6 * MIB), "image/png", f"/v23.0/{gateway.demo['phone_number_id']}/media")
    assert answer.status_code == 413 and answer.json()["error"]["code"] == 100


def test_the_answer_to_a_large_body_does_not_wait_for_it(gateway):
    """Only its head and its first part are sent."""
    part = (b'--B\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n'
            b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n')
    for length in (90 * MIB, 200 * MIB):
        with socket.create_connection(("127.0.0.1", gateway.port), 20) as s:
            s.sendall((f"POST /v1/wa/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.demo['production_key']}\r\n"
                       f"Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {length}\r\n\r\n").encode() + part)
            answer = http.client.HTTPResponse(s)
            answer.begin()
            assert answer.status == 413, length


def test_forms_that_lack_something_are_refused_by_name(gateway):
    cases = [
        ({"content": b"x", "messaging_product": "sms"}, "messaging_product"),
        ({"content": b"x", "messaging_product": None}, "messaging_product"),
        ({"content": None}, "file"),
        ({"content": b"x", "type": "image/gif"}, "type"),
        ({"content": b"x", "type": "nonsense"}, "type"),
        ({"content": b"x", "extra": "y" * 2000}, "extra"),
    ]
    for more, field in cases:
        answer = upload(gateway, **more)
        assert answer.status_code == 400 and code_of(answer) == "GW_002", more
        assert answer.json()["errors"]["params"]["field"] == field, answer.text
    headers = {**bearer(gateway), "Content-Type": "application/json"}
    answer = requests.post(gateway.url + "/v1/wa/media", data="{}", headers=headers, timeout=30)
    assert answer.status_code == 415 and code_of(answer) == "GW_415"
    headers["Content-Type"] = "multipart/form-data; boundary=B"
    for body in (b"", b"--B\r\n", b"--B--", b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'):
        answer = requests.post(gateway.url + "/v1/wa/media", data=body, headers=headers, timeout=30)
        assert answer.status_code == 400 and code_of(answer) == "GW_002", answer.text


def test_what_is_no_file_is_not_removed_as_one(odd):
    """The token may reach what is not media, here or of others: a flow, a template not yet known."""
    odd.meta.says("GET", "/v23.0/888", {"id": "888", "name": "a flow"})
    odd.meta.says("DELETE", "/v23.0/888", {"success": True})
    assert graph(odd, "DELETE", "888").status_code == 404
    assert [r["method"] for r in odd.meta.requests if r["path"] == "/v23.0/888"] == ["GET"]
    odd.meta.says("GET", "/v23.0/889", {"id": "889", "url": odd.meta.url + "/file", "mime_type": "image/png"})
    odd.meta.says("DELETE", "/v23.0/889", {"success": True})
    assert graph(odd, "DELETE", "889").json() == {"success": True}
    assert [r["method"] for r in odd.meta.requests if r["path"] == "/v23.0/889"] == ["GET", "DELETE"]


def test_an_address_ends_with_its_key(gateway):
    made = gateway.cli("key", "create", "--account", gateway.demo["account"], "--name", "lent", "--environment", "production")
    url = graph(gateway, "GET", "1000000000000001", key=made["key"]).json()["url"]
    assert requests.get(url, timeout=30).status_code == 200
    gateway.run("key", "revoke", "lent", "--account", gateway.demo["account"])
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 404 and answer.json()["error"] == "not_found", answer.text


def test_a_change_whose_answer_was_lost_is_told_as_unknown(odd):
    key = odd.cli("key", "create", "--account", odd.demo["account"], "--name", "changes", "--environment", "production",
                  "--scopes", "configure")["key"]
    path = f"/v23.0/{odd.demo['waba_id']}/message_templates"
    odd.meta.answers["POST", path] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    count = len(odd.meta.requests)
    for ours in ("/v1/wa/templates", path):
        answer = odd.post_key(ours, {"name": "lost", "language": "en_US", "category": "UTILITY"}, key=key)
        assert answer.status_code == 504 and answer.headers["X-Should-Retry"] == "false", answer.text
    assert len(odd.meta.requests) == count + 2
    params = odd.post_key("/v1/wa/templates", {"name": "lost"}, key=key).json()["errors"]["params"]
    assert params == {"outcome": "unknown", "retryable": False}


def test_a_part_that_is_not_there_is_told_as_such(odd):
    odd.meta.says("GET", "/v23.0/4716", {"id": "4716", "url": odd.meta.url + "/file", "mime_type": "image/png"})
    odd.meta.says("GET", "/file", b"", 416, Content_Range="bytes */1000")
    url = graph(odd, "GET", "4716").json()["url"]
    for beyond in (download(odd, "4716", Range="bytes=1000-"), requests.get(url, headers={"Range": "bytes=1000-"}, timeout=30)):
        assert beyond.status_code == 416 and beyond.headers["Content-Range"] == "bytes */1000", beyond.text


def test_an_instance_without_a_token_asks_nobody(odd):
    odd.cli("account", "create", "--name", "Drafts")
    odd.cli("instance", "create", "--account", "Drafts", "--name", "Draft", "--set", "phone_number_id=777000111")
    key = odd.cli("key", "create", "--account", "Drafts", "--name", "draft", "--environment", "production")["key"]
    odd.meta.says("GET", "/v23.0/890", {"error": {"message": "no token", "code": 2500}}, 401)
    answer = download(odd, "890", key)
    assert answer.status_code == 401 and code_of(answer) == "WABA_001", answer.text
    for method in ("GET", "DELETE"):
        answer = graph(odd, method, "890", key)
        assert answer.status_code == 400 and answer.json()["error"]["code"] == 133010, answer.text
    assert not [r for r in odd.meta.requests if r["path"] == "/v23.0/890"]


def test_keys_numbers_and_pauses_are_asked_as_for_sends(gateway):
    assert code_of(requests.post(gateway.url + "/v1/wa/media", timeout=30)) == "AUTH_002"
    answer = upload(gateway, b"x", path="/v1/wa/media?phone_number_id=999")
    assert answer.status_code == 401 and code_of(answer) == "WABA_001"
    assert upload(gateway, b"x", path="/v23.0/999/media").json()["error"]["code"] == 100
    assert uploaded(gateway, b"x", path="/v1/wa/media?phone_number_id=" + gateway.demo["phone_number_id"])
    account = gateway.demo["account"]
    for scopes, other in (("read", lambda key: upload(gateway, b"x", key=key)), ("send", lambda key: download(gateway, "1", key))):
        key = gateway.cli("key", "create", "--account", account, "--name", "only " + scopes, "--environment", "production",
                          "--scopes", scopes)["key"]
        answer = other(key)
        assert answer.status_code == 403 and code_of(answer) == "GW_009"
    gateway.run("account", "pause", account)
    try:
        answer = upload(gateway, b"x")
        assert answer.status_code == 403 and code_of(answer) == "GW_007"
        # What people have sent stays readable.
        assert download(gateway, "1000000000000001").status_code == 200
    finally:
        gateway.run("account", "resume", account)
    assert upload(gateway, b"x").status_code == 200


def test_a_sandbox_key_never_reaches_meta(gateway):
    key = gateway.demo["sandbox_key"]
    media_id = uploaded(gateway, b"x" * 1000, key=key)
    assert media_id.isdigit() and len(media_id) == 19
    assert upload(gateway, noise(6 * MIB), "image/png", key=key).status_code == 413
    assert download(gateway, media_id, key=key).status_code == 404
    # Not even what is there.
    assert download(gateway, "1000000000000001", key=key).status_code == 404
    assert graph(gateway, "GET", media_id, key=key).status_code == 404
    assert graph(gateway, "DELETE", media_id, key=key).json() == {"success": True}
    assert graph(gateway, "DELETE", "1000000000000001", key=key).status_code == 404
    assert download(gateway, media_id).status_code == 502


def test_media_have_a_quota_of_their_own():
    with harness.serving(environment={"WAGATE_LIMITS_MEDIA_PER_MINUTE": "10", "WAGATE_LIMITS_MEDIA_PER_SECOND": "99"}) as gateway:
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(download(gateway, "1000000000000001"))) for _ in range(32)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert sorted(a.status_code for a in answers) == [200] * 10 + [429] * 22
        refused = upload(gateway, b"x")
        assert refused.status_code == 429 and code_of(refused) == "RATE_001"
        params = refused.json()["errors"]["params"]
        assert params["limit_type"] == "min" and params["retry_after"] == refused.headers["Retry-After"] + "s"
        assert refused.headers["X-RateLimit-min-Limit"] == "10" and refused.headers["X-RateLimit-min-Remaining"] == "0"
        assert graph(gateway, "GET", "1000000000000001").json()["error"]["code"] == 130429
        # Sends are counted apart, and so is a sandbox key.
        assert gateway.send().status_code == 200
        assert upload(gateway, b"x", key=gateway.demo["sandbox_key"]).status_code == 200


# ---- a Meta that misbehaves ------------------------------------------------------------------


@pytest.fixture(scope="module")
def odd():
    """A gateway whose Meta the tests play."""
    meta = Meta()
    environment = {**PLENTY, "WAGATE_CLOUD_GRAPH_URL": meta.url, "WAGATE_SEND_TIMEOUT": "2"}
    with harness.serving(environment=environment) as gateway:
        gateway.meta = meta
        gateway.upload_path = f"/v23.0/{gateway.demo['phone_number_id']}/media"
        yield gateway
    meta.close()


def test_the_form_reaches_meta_whole(odd):
    odd.meta.says("POST", odd.upload_path, {"id": "4711"})
    content = noise(300000)
    assert uploaded(odd, content, "image/png", name='a "b".png', further="field") == "4711"
    sent = odd.meta.requests[-1]
    assert sent["headers"]["Authorization"].startswith("Bearer ") and sent["headers"]["User-Agent"].startswith("wagate/")
    boundary = sent["headers"]["Content-Type"].split("boundary=")[1].encode()
    parts = sent["body"].split(b"--" + boundary)
    assert parts[0] == b"" and parts[-1] == b"--\r\n"
    assert b'name="messaging_product"\r\n\r\nwhatsapp\r\n' in parts[1] and b'name="type"\r\n\r\nimage/png\r\n' in parts[2]
    assert b'name="further"\r\n\r\nfield\r\n' in parts[3]
    assert parts[4] == (b'\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22.png"\r\n'
                        b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")


def test_it_works_as_plain_cgi():
    """The simulator forgets between two processes, so the tests play Meta."""
    meta, content = Meta(), noise(20 * MIB)
    with harness.serving("cgi", environment={"WAGATE_CLOUD_GRAPH_URL": meta.url}) as gateway:
        meta.says("POST", f"/v23.0/{gateway.demo['phone_number_id']}/media", {"id": "4711"})
        assert uploaded(gateway, content) == "4711"
        assert content in meta.requests[-1]["body"]
        meta.says("GET", "/v23.0/4711", {"url": meta.url + "/file", "mime_type": "application/pdf", "id": "4711"})
        meta.says("GET", "/file", content, Content_Type="application/pdf")
        assert download(gateway, "4711").content == content
        url = graph(gateway, "GET", "4711").json()["url"]
        assert requests.get(url, timeout=60).content == content
        assert upload(gateway, noise(6 * MIB), "image/png").status_code == 413
    meta.close()


def test_refusals_and_silence_of_meta_are_told_as_for_sends(odd):
    error = {"error": {"message": "(#131053) Media upload error", "type": "OAuthException", "code": 131053,
                       "error_data": {"details": "bad"}, "fbtrace_id": "A1"}}
    odd.meta.says("POST", odd.upload_path, error, 400)
    answer = upload(odd, b"x")
    assert answer.status_code == 502 and code_of(answer) == "META_001"
    assert answer.json()["errors"]["params"]["code"] == 131053 and answer.headers["X-Should-Retry"] == "false"
    answer = upload(odd, b"x", path=odd.upload_path)
    assert answer.status_code == 400 and answer.json() == error
    odd.meta.says("POST", odd.upload_path, b"<html>oops</html>", 500)
    answer = upload(odd, b"x")
    assert answer.status_code == 504 and code_of(answer) == "META_002"
    assert answer.json()["errors"]["params"]["outcome"] == "unknown" and answer.headers["X-Should-Retry"] == "false"
    count = len(odd.meta.requests)
    odd.meta.answers["POST", odd.upload_path] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    answer = upload(odd, b"x" * 100000)
    assert answer.status_code == 504 and code_of(answer) == "META_002"
    assert len(odd.meta.requests) == count + 1
    odd.meta.answers["POST", odd.upload_path] = lambda handler: time.sleep(20)
    answer = upload(odd, b"x", path=odd.upload_path)
    assert answer.status_code == 504 and "error" in answer.json()


def test_the_token_goes_to_nobody_else(odd):
    foreign = Meta()
    foreign.says("GET", "/file", b"stolen")
    for url in (foreign.url + "/file", "https://fbsbx.com.example.org/x", "http://lookaside.fbsbx.com/x",
                "https://lookaside.fbsbx.com:8443/x", odd.meta.url.replace("http:", "https:") + "/file", "nonsense"):
        odd.meta.says("GET", "/v23.0/77", {"url": url, "mime_type": "image/png", "id": "77"})
        answer = download(odd, "77")
        assert answer.status_code == 502 and code_of(answer) == "META_001", url
    assert foreign.requests == []
    foreign.close()


def test_what_is_no_media_is_not_told(odd):
    """The token would open more than the files of the number."""
    odd.meta.says("GET", "/v23.0/78", {"id": "78", "name": "Somebody else's business"})
    assert graph(odd, "GET", "78").status_code == 404
    count = len(odd.meta.requests)
    for bad in ("a/b", "a.b"):
        odd.meta.says("GET", "/v23.0/" + bad, {"url": odd.meta.url, "id": "1"})
    for bad in ("a%2Fb", "..%2Fme", "a.b", "%20"):
        assert requests.get(f"{odd.url}/v1/wa/media/{bad}", headers=bearer(odd), timeout=30).status_code in (400, 404)
    assert len(odd.meta.requests) == count


def test_a_download_that_breaks_off_does_not_look_whole(odd):
    content = noise(3 * MIB)

    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "video/mp4")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:MIB])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    odd.meta.says("GET", "/v23.0/79", {"url": odd.meta.url + "/half", "mime_type": "video/mp4", "id": "79"})
    odd.meta.answers["GET", "/half"] = half
    raw = http.client.HTTPConnection("127.0.0.1", odd.port, timeout=20)
    raw.request("GET", "/v1/wa/media/79", headers=bearer(odd))
    answer = raw.getresponse()
    assert answer.status == 200 and answer.headers["Content-Length"] == str(len(content))
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    # Without a length the end of the answer must not be one either.
    def half_chunked(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "video/mp4")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"100000\r\n" + content[:MIB] + b"\r\n")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    odd.meta.answers["GET", "/half"] = half_chunked
    with pytest.raises(requests.exceptions.RequestException):
        assert download(odd, "79").content == b"whole"


def test_a_file_of_unknown_length_comes_whole(odd):
    content = noise(2 * MIB)

    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html\x80")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for at in range(0, len(content), 100000):
            piece = content[at:at + 100000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    odd.meta.says("GET", "/v23.0/80", {"url": odd.meta.url + "/chunked", "mime_type": "video/mp4", "id": "80"})
    odd.meta.answers["GET", "/chunked"] = chunked
    down = download(odd, "80")
    assert down.content == content and down.headers["Content-Type"] == "video/mp4"


def test_refusals_of_the_file_itself_are_told(odd):
    odd.meta.says("GET", "/v23.0/81", {"url": odd.meta.url + "/gone", "mime_type": "image/png", "id": "81"})
    odd.meta.says("GET", "/gone", b"gone", 404)
    answer = download(odd, "81")
    assert answer.status_code == 502 and code_of(answer) == "META_001"
    url = graph(odd, "GET", "81").json()["url"]
    assert requests.get(url, timeout=30).status_code == 404
    odd.meta.says("GET", "/gone", {"error": {"message": "x", "code": 190, "type": "OAuthException"}}, 401)
    answer = download(odd, "81")
    assert answer.status_code == 502 and answer.json()["errors"]["params"]["code"] == 190
    odd.meta.answers["GET", "/gone"] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    answer = download(odd, "81")
    assert answer.status_code == 502 and answer.json()["errors"]["params"]["retryable"] is True


@pytest.fixture
def small_media_disk():
    """A gateway whose folder for media has two megabytes."""
    with harness.serving(environment=PLENTY) as g:
        place = os.path.join(g.dir, "media")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "wagate", place], capture_output=True).returncode != 0:
            pytest.skip("a small file system cannot be mounted: that needs root")
        try:
            yield g
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)


def test_a_full_disk_is_told_as_such_and_leaves_nothing(small_media_disk):
    gateway = small_media_disk
    for _ in range(3):
        answer = upload(gateway, noise(3 * MIB))
        assert answer.status_code == 503 and code_of(answer) == "GW_503" and answer.headers["Retry-After"]
    # What came of the last one goes with its request, which may outlive its answer by a moment.
    until(lambda: upload(gateway, noise(MIB // 2)).status_code == 200, 5, "room for a small one")


# ---- callers that go away --------------------------------------------------------------------


def descriptors(gateway):
    return len(os.listdir(f"/proc/{gateway.children()['media']}/fd"))


def begin_upload(gateway):
    """A connection with two megabytes of a file of fifty."""
    head = (f"POST /v1/wa/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.demo['production_key']}\r\n"
            f"Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {50 * MIB}\r\n\r\n"
            '--B\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n')
    connection = socket.create_connection(("127.0.0.1", gateway.port), 20)
    connection.sendall(head.encode() + noise(2 * MIB))
    return connection


def test_a_caller_who_goes_away_leaves_nothing_behind(gateway):
    uploaded(gateway, b"x")
    used = descriptors(gateway)
    for _ in range(10):
        begin_upload(gateway).close()
    media_id = uploaded(gateway, noise(60 * MIB))
    for _ in range(10):
        with contextlib.closing(requests.get(f"{gateway.url}/v1/wa/media/{media_id}", headers=bearer(gateway), stream=True,
                                             timeout=30)) as answer:
            assert len(answer.raw.read(100000)) == 100000
    until(lambda: descriptors(gateway) <= used + 2, 30, "the files of callers who left to be closed")
    assert os.listdir(os.path.join(gateway.dir, "media")) == []
    assert uploaded(gateway, b"x")


def test_a_program_that_is_killed_leaves_nothing_behind(gateway):
    before = gateway.children()["media"]
    used = descriptors(gateway)
    with begin_upload(gateway):
        until(lambda: descriptors(gateway) > used, 10, "the upload to be under way")
        gateway.kill("media")
        until(lambda: gateway.children().get("media") not in (None, before), 10, "the program to be started again")
        assert os.listdir(os.path.join(gateway.dir, "media")) == []
    assert uploaded(gateway, b"x")


def test_many_transfers_at_once_are_all_right(gateway):
    content = [noise(4 * MIB) for _ in range(12)]
    got = [None] * len(content)

    def there_and_back(i):
        got[i] = download(gateway, uploaded(gateway, content[i])).content

    threads = [threading.Thread(target=there_and_back, args=(i,)) for i in range(len(content))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert got == content
