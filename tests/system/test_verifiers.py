# SPDX-License-Identifier: Apache-2.0
"""Real deliveries, raw as they came, judged by code that others wrote: the library of Standard Webhooks and three
Cloud API SDKs, in both formats, during a rotation, and with one thing changed."""
import base64
import json
import os
import shutil
import subprocess
import time

import pytest

import harness

PACKAGES = os.path.join(harness.BUILD, "npm")
STANDARD = "standardwebhooks"
SDKS = ["whatsapp-api-js", "@great-detail/whatsapp", "@kapso/whatsapp-cloud-api"]
ALL = [STANDARD] + SDKS


def judge(cases):
    """(secret, delivery) -> what each verifier says."""
    shutil.copy(os.path.join(harness.ROOT, "tests/npm/verify.mjs"), PACKAGES)
    asked = [{"secret": secret, "headers": {k.lower(): v for k, v in delivery["headers"].items()},
              "body": base64.b64encode(delivery["body"]).decode()} for secret, delivery in cases]
    done = subprocess.run(["node", os.path.join(PACKAGES, "verify.mjs")], input=json.dumps(asked), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def took(said, names):
    return all(said[name] is True for name in names) and all(said[name] is False for name in said if name not in names
                                                             and said[name] is not None)


@pytest.fixture(scope="module")
def kept():
    """What receivers with each kind of secret and format got, before, during and after a rotation."""
    found = {}
    with harness.serving() as gateway:
        for format, events in (("normalized", "message.received"), ("meta", "messages")):
            for own in (None, "a-secret-of-my-own-0123"):
                receiver = harness.Receiver()
                endpoint = gateway.endpoint(receiver, events, format=format, **({"secret": own} if own else {}))

                def next_one(n, text):
                    gateway.inbound("966500000061", text)
                    harness.until(lambda: len(receiver.events()) == n, what=f"delivery {n}")
                    return receiver.events()[n - 1]

                old = endpoint["secret"]
                before = next_one(1, "Merhaba, ne zaman gelir? \u0130\u2764\ufe0f </script> \\/ \u007f 1e2 37.758056")
                new = gateway.cli("endpoint", "rotate", endpoint["id"])["secret"]
                during = next_one(2, "both sign")
                gateway.cli("endpoint", "switch", endpoint["id"])
                switched = next_one(3, "the new one signs alone where one fits")
                gateway.cli("endpoint", "delete", endpoint["id"])
                receiver.close()
                found[format, bool(own)] = {"old": old, "new": new, "before": before, "during": during, "switched": switched}
    return found


@pytest.mark.parametrize("own", [False, True], ids=["whsec", "own text"])
@pytest.mark.parametrize("format", ["normalized", "meta"])
def test_others_take_what_we_sign_and_nothing_else(kept, format, own):
    k = kept[format, own]
    hub = SDKS if format == "meta" else []
    cases = [
        ("old", "before", [STANDARD] + hub), ("new", "before", []),
        ("old", "during", [STANDARD] + hub), ("new", "during", [STANDARD]),
        ("old", "switched", [STANDARD]), ("new", "switched", [STANDARD] + hub),
    ]
    said = judge([(k[secret], k[which]) for secret, which, _ in cases])
    for (secret, which, names), row in zip(cases, said):
        assert took(row, names), (secret, which, row)
        assert [row[name] for name in SDKS].count(None) == (0 if format == "meta" else 3)


def changed(delivery, body=None, **headers):
    names = {"id": "webhook-id", "timestamp": "webhook-timestamp", "signature": "webhook-signature", "hub": "X-Hub-Signature-256"}
    new = dict(delivery["headers"])
    for name, value in headers.items():
        if value is None:
            new.pop(names[name])
        else:
            new[names[name]] = value
    return {**delivery, "headers": new, "body": delivery["body"] if body is None else body}


@pytest.mark.parametrize("format", ["normalized", "meta"])
def test_one_changed_byte_is_noticed(kept, format):
    k = kept[format, False]
    real, body = k["before"], k["before"]["body"]
    hub = SDKS if format == "meta" else []
    cases = [(changed(real), [STANDARD] + hub)]
    for place in (0, len(body) // 3, len(body) - 2):
        cases.append((changed(real, body[:place] + bytes([body[place] ^ 1]) + body[place + 1:]), []))
    cases += [(changed(real, body + b" "), []), (changed(real, body[:-1]), [])]
    id, stamp, signature = (real["headers"][n] for n in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    cases.append((changed(real, id=id[:-1] + ("x" if id[-1] != "x" else "y")), hub))
    cases.append((changed(real, timestamp=str(int(stamp) + 1)), hub))
    if format == "meta":
        wrong = real["headers"]["X-Hub-Signature-256"]
        cases.append((changed(real, hub=wrong[:-1] + ("0" if wrong[-1] != "0" else "1")), [STANDARD]))
    said = judge([(k["old"], delivery) for delivery, _ in cases])
    for n, ((_, names), row) in enumerate(zip(cases, said)):
        assert took(row, names), (n, row)
    assert signature.startswith("v1,")


def test_the_librarys_own_cases_hold_for_our_headers(kept):
    """What the libraries' suites ask of a verifier, with our deliveries as the good ones."""
    k = kept["normalized", False]
    real = k["before"]
    good = real["headers"]["webhook-signature"]
    stale = str(int(time.time()) - 301)
    cases = [(changed(real, id=None), False), (changed(real, timestamp=None), False), (changed(real, signature=None), False),
             (changed(real, timestamp="yesterday"), False), (changed(real, timestamp=stale), False),
             (changed(real, timestamp=str(int(time.time()) + 302)), False), (changed(real, signature="v1,"), False),
             (changed(real, signature=good[:-3]), False), (changed(real, signature="v1a,xyz " + good), True),
             (changed(real, signature="v1,AAAA " + good + " v2,BBBB"), True), (changed(real, signature="v2," + good[3:]), False)]
    said = judge([(k["old"], delivery) for delivery, _ in cases] + [("whsec_", real), ("", real)])
    assert [row[STANDARD] for row in said] == [good for _, good in cases] + [False, False]
