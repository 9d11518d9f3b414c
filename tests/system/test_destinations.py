# SPDX-License-Identifier: Apache-2.0
"""Where deliveries may go: hostile destinations in every spelling are refused, logged as blocked, and never contacted.

The programs run with a resolver that the test writes and a record of every connection they ask for (shim/names.c)."""
import ipaddress
import os
import sqlite3
import subprocess

import pytest

import harness

# A range each, in its plain spelling; what a name resolves to is taken from here too.
RANGES = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.2", "127.255.255.254",
    "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::2", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1", "2001:10::1", "2002:a00:1::1",
    "2002:7f00:1::", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "100::1", "3fff::1", "5f00::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.2", "::ffff:169.254.169.254", "::10.0.0.1", "1::1",
]
SPELLINGS = [
    "https://2130706434/", "https://0x7f000002/", "https://017700000002/", "https://127.2/", "https://0x7f.2/", "https://0177.0.0.02/",
    "https://10.1/", "https://0xa000001/", "https://012.0.0.1/", "https://169.254.43518/", "https://0xa9fea9fe/", "https://2852039166/",
    "https://[::ffff:a00:1]/", "https://[0:0:0:0:0:ffff:7f00:2]/", "https://[::ffff:0:10.0.0.1]/", "https://10.0.0.1./",
    "https://①⓪.0.0.1/", "https://127。0。0。2/",
]
NAMES = {f"private-{i}.example": [address] for i, address in enumerate(RANGES)} | {
    "mixed-last.example": ["93.184.215.14 10.0.0.1"], "mixed-first.example": ["10.0.0.1 93.184.215.14"],
    "mixed-families.example": ["2606:2800:21f::1 fd00::1"], "metadata.google.internal": ["169.254.169.254"],
    "rebound.example": ["10.0.0.7"],
}
OTHERS = [
    "https://user:secret@93.184.215.14/", "https://user@private-2.example/", "https://93.184.215.14:22/", "https://93.184.215.14:25/",
    "https://93.184.215.14:1023/", "https://93.184.215.14:0/", "http://93.184.215.14/", "ftp://93.184.215.14/", "file:///etc/passwd",
    "gopher://93.184.215.14/", "https://[fe80::1%25eth0]/", "https://[::1]:8443/", "https://0/", "https://0x0/", "https://[::]:443/",
]


def in_brackets(address):
    return f"[{address}]" if ":" in address else address


HOSTILE = ([f"https://{in_brackets(a)}/hook" for a in RANGES] + SPELLINGS + [f"https://{name}/hook" for name in NAMES] + OTHERS)


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    """The preloaded library and its folder."""
    folder = tmp_path_factory.mktemp("shim")
    library = str(folder / "names.so")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, os.path.join(os.path.dirname(__file__), "shim", "names.c"), "-ldl"],
                   check=True)
    (folder / "names").mkdir()
    for name, answers in NAMES.items():
        (folder / "names" / name).write_text("\n".join(answers))
    return folder


def environment(folder):
    return {"LD_PRELOAD": str(folder / "names.so"), "SHIM_NAMES": str(folder / "names"), "SHIM_CONNECTS": str(folder / "connects"),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}


@pytest.fixture(scope="module")
def gateway(shim):
    """One that may call this machine under a single address."""
    with harness.serving(settings={"destinations.allow": "127.0.0.1/32"}, environment=environment(shim)) as g:
        yield g


def contacted(shim):
    """Who was called beyond the one address that is allowed."""
    path = shim / "connects"
    lines = path.read_text().split() if path.exists() else []
    return {line for line in lines if line not in ("127.0.0.1", "::ffff:127.0.0.1")}


def put_urls(gateway, urls):
    """As a customer would have saved them before the guard knew better: behind the gateway's back."""
    ids = [gateway.cli("endpoint", "create", "--instance", gateway.demo["instance_id"], "--url", f"https://public.example/{i}",
                       "--events", "message.received")["id"] for i in range(len(urls))]
    gateway.stop()
    with sqlite3.connect(os.path.join(gateway.dir, "wagate.db")) as db:
        db.executemany("UPDATE endpoint SET url = ? WHERE id = ?", zip(urls, ids))
    gateway.start()
    return ids


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 60 and len(set(HOSTILE)) == len(HOSTILE)
    assert all(not ipaddress.ip_address(a).is_global or a in ("168.63.129.16",) or ":" in a or a.startswith("192.88.99") or a.startswith("224.")
               or a.startswith("239.") for a in RANGES)


def test_what_can_be_seen_in_the_address_is_refused_when_it_is_saved(gateway):
    for url in [u for u in HOSTILE if not any(f"//{name}" in u for name in NAMES)]:
        refused = gateway.run("endpoint", "create", "--instance", gateway.demo["instance_id"], "--url", url,
                              "--events", "message.received", check=False)
        assert refused.returncode == 1, f"{url}: {refused.stdout}"


def test_every_hostile_destination_is_blocked_and_none_is_contacted(gateway, shim):
    ids = put_urls(gateway, HOSTILE)
    (shim / "connects").unlink(missing_ok=True)
    gateway.inbound("491700000001", "hello")

    def deliveries():
        found = {}
        for status in ("pending", "sending", "delivered", "failed", "blocked"):
            for row in gateway.cli("delivery", "list", "--status", status, "--limit", "200")["items"]:
                found[row["endpoint_id"]] = row
        return found
    harness.until(lambda: all(d["attempts"] > 0 for d in deliveries().values()) and len(deliveries()) >= len(HOSTILE), 30,
                  f"an attempt at each of {len(HOSTILE)}")
    rows = deliveries()
    wrong = [(url, rows[id]["status"], rows[id]["last_error"]) for url, id in zip(HOSTILE, ids) if rows[id]["status"] != "blocked"]
    assert not wrong
    assert all(rows[id]["last_error"] for id in ids)
    assert contacted(shim) == set()
    for id in ids:
        gateway.run("endpoint", "delete", id)


def test_a_name_that_changes_its_mind_reaches_only_what_was_checked(gateway, shim, receiver):
    """Good when it is looked up first, private afterwards: the checked address is the one that is called."""
    (shim / "names" / "flip.example").write_text("127.0.0.1\n10.0.0.9")
    port = receiver.url.rsplit(":", 1)[1]
    endpoint = gateway.cli("endpoint", "create", "--instance", gateway.demo["instance_id"], "--url", f"http://flip.example:{port}/hook",
                           "--events", "message.received")["id"]
    gateway.inbound("491700000002", "first")
    receiver.wait("message.received")
    gateway.stop()
    gateway.start()
    gateway.inbound("491700000002", "second")
    harness.until(lambda: gateway.cli("delivery", "list", "--endpoint", endpoint, "--status", "blocked")["items"], what="the second one blocked")
    assert len(receiver.events("message.received")) == 1
    assert contacted(shim) == set()
    gateway.run("endpoint", "delete", endpoint)


def test_a_redirect_is_not_followed(gateway, shim):
    class Redirecting(harness.Receiver):
        location = "http://169.254.169.254/latest/meta-data/"

    receiver = Redirecting(status=302)
    try:
        endpoint = gateway.cli("endpoint", "create", "--instance", gateway.demo["instance_id"], "--url", receiver.url + "/hook",
                               "--events", "message.received")["id"]
        gateway.inbound("491700000003", "hello")
        receiver.wait("message.received")
        row = harness.until(lambda: [d for d in gateway.cli("delivery", "list", "--endpoint", endpoint)["items"] if d["attempts"]])[0]
        assert row["last_status"] == 302 and "redirect" in row["last_error"]
        assert contacted(shim) == set()
        gateway.run("endpoint", "delete", endpoint)
    finally:
        receiver.close()


def test_a_test_of_a_hostile_destination_is_blocked_too(gateway, shim):
    (shim / "names" / "later.example").write_text("10.0.0.1")
    endpoint = gateway.cli("endpoint", "create", "--instance", gateway.demo["instance_id"], "--url", "https://later.example/hook",
                           "--events", "message.received")["id"]
    answer = gateway.run("endpoint", "test", endpoint, json_out=True, check=False)
    assert "private address" in (answer.stdout + answer.stderr if hasattr(answer, "stdout") else str(answer))
    assert contacted(shim) == set()
    gateway.run("endpoint", "delete", endpoint)
