#!/usr/bin/env python3
"""Tell a customer that an order is ready: WAGATE_URL and WAGATE_KEY from the environment."""
import json
import os
import sys
import time
import urllib.error
import urllib.request


def send(order):
    """The answer as a dict. The same Idempotency-Key again never sends twice."""
    request = urllib.request.Request(
        os.environ["WAGATE_URL"] + "/api/send-message",
        headers={
            "Authorization": "Bearer " + os.environ["WAGATE_KEY"],
            "Content-Type": "application/json",
            "Idempotency-Key": f"order-{order}-ready",
        },
        data=json.dumps({
            "instance_id": "demo-support-line",
            "phone": "+966500000001",
            "message": f"Your order {order} is ready.",
            "message_purpose": "transactional",
            "client_reference": f"order-{order}",
        }).encode(),
    )
    for wait in (1, 5, 30, None):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or wait is None:
                return json.load(error)
            wait = int(error.headers.get("Retry-After", wait))
        except OSError:
            if wait is None:
                raise
        time.sleep(wait)


answer = send(sys.argv[1] if len(sys.argv) > 1 else "4711")
if not answer["success"]:
    sys.exit(f"refused: {answer['error']}: {answer['message']}")
print(answer["status"], answer["id"])  # "unknown": an event tells the truth later
