# SPDX-License-Identifier: Apache-2.0
"""Client libraries for Meta's Cloud API that other people wrote, unchanged: an address and a key of ours is
all that differs. What they sent is read back from the simulator."""
import json
import os
import shutil
import subprocess

import pytest

import harness

HERE = os.path.join(harness.ROOT, "tests/npm")
PACKAGES = os.path.join(harness.BUILD, "npm")


@pytest.fixture(scope="module")
def gateway():
    with harness.serving() as g:
        yield g


def run(gateway, script, to):
    """The script beside its packages, as its own user would have it."""
    shutil.copy(os.path.join(HERE, script), PACKAGES)
    facts = {name: gateway.demo[name] for name in ("phone_number_id", "waba_id")}
    facts.update(url=gateway.url, key=gateway.demo["production_key"], to=to, user_id="TR.13491208655302741918")
    done = subprocess.run(["node", os.path.join(PACKAGES, script), json.dumps(facts)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


def taken(gateway, to):
    """type -> the message objects the simulator took for that number."""
    kinds = {}
    for message in gateway.simulate_get(f"messages?to={to}")["items"]:
        kinds.setdefault(message["payload"]["type"], []).append(message)
    return kinds


def assert_sent(answer):
    assert answer["messages"][0]["id"].startswith("wamid.")


def test_one_sdk_sends_every_kind_and_moves_media(gateway):
    told = run(gateway, "kapso.mjs", "15551230001")
    for name in ("text", "user_id", "template", "image", "document", "buttons", "cta_url", "location", "reaction"):
        assert_sent(told[name])
    assert told["read"]["success"] is True and told["deleted"]["success"] is True
    assert told["bytes"] is True
    assert len(told["templates"]["data"]) == 2 and told["templates"]["paging"]["cursors"]["after"]
    assert told["refused"]["code"] == 131026
    kinds = taken(gateway, "15551230001")
    assert {kind: len(messages) for kind, messages in kinds.items()} == {
        "text": 1, "template": 1, "image": 1, "document": 1, "interactive": 2, "location": 1, "reaction": 1}


def test_a_second_sdk_sends(gateway):
    told = run(gateway, "great_detail.mjs", "15551230002")
    for answer in told.values():
        assert_sent(answer)
    assert sorted(taken(gateway, "15551230002")) == ["image", "interactive", "template", "text"]


def test_a_third_sdk_sends(gateway):
    told = run(gateway, "whatsapp_api_js.mjs", "15551230003")
    for answer in told.values():
        assert_sent(answer)
    assert sorted(taken(gateway, "15551230003")) == ["interactive", "template", "text"]
