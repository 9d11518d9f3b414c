# SPDX-License-Identifier: Apache-2.0
"""What the benchmark sends: scripts for wrk, signed webhooks, and a steady pace of them."""
import hashlib
import hmac
import http.client
import json
import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor


REGULARS = 10000  # people who get messages again and again; every tenth message goes to somebody new


def send_script(folder, gateway):
    path = os.path.join(folder, "send.lua")
    body = {"instance_id": gateway.demo["instance_id"], "phone": "+4915112345678", "message": "Your order is ready.",
            "message_purpose": "transactional"}
    with open(path, "w") as f:
        f.write(f"""
local threads, n = 0, 0
function setup(thread) thread:set("own", threads * 10000000); threads = threads + 1 end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {gateway.demo['production_key']}"
local body = [[{json.dumps(body)}]]
request = function()
  n = n + 1
  local to = n % 10 == 0 and own + 50000000 + n or n % {REGULARS}
  return wrk.format(nil, "/api/send-message", nil, (body:gsub("4915112345678", string.format("49151%08d", to))))
end
""")
    return path


def signed(gateway, raw):
    return "sha256=" + hmac.new(gateway.demo["app_secret"].encode(), raw, hashlib.sha256).hexdigest()


def inbound(gateway, items):
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": gateway.demo["waba_id"], "changes": [
        {"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550100", "phone_number_id": gateway.demo["phone_number_id"]},
            "contacts": [{"profile": {"name": "Ada"}, "wa_id": f"49161{i % 5000:07d}"}],
            "messages": [{"from": f"49161{i % 5000:07d}", "id": f"wamid.bench.{i}", "timestamp": "1772173497",
                          "type": "text", "text": {"body": f"Hello, this is message {i}."}}]}} for i in items]}]}).encode()


def webhook_script(folder, gateway, count):
    path, data = os.path.join(folder, "webhook.lua"), os.path.join(folder, "webhooks.txt")
    with open(data, "wb") as f:
        for i in range(count):
            raw = inbound(gateway, [i])
            f.write(signed(gateway, raw).encode() + b"\t" + raw + b"\n")
    with open(path, "w") as f:
        f.write(f"""
local lines, n = {{}}, 0
for line in io.lines("{data}") do lines[#lines + 1] = {{line:match("([^\\t]+)\\t(.*)")}} end
wrk.method = "POST"
request = function()
  n = n + 1
  local l = lines[(n - 1) % #lines + 1]
  return wrk.format(nil, "/webhooks/meta/{gateway.demo['instance_id']}",
    {{["Content-Type"] = "application/json", ["X-Hub-Signature-256"] = l[1]}}, l[2])
end
""")
    return path


def paced(gateway, numbers, per_second):
    """Webhook POSTs with these numbers that start at a steady pace, over kept connections.
    number -> (start, seconds it took), on the monotonic clock."""
    local, times = threading.local(), {}

    def one(i):
        if not hasattr(local, "c"):
            local.c = http.client.HTTPConnection("127.0.0.1", gateway.port)
        raw = inbound(gateway, [i])
        start = time.monotonic()
        local.c.request("POST", f"/webhooks/meta/{gateway.demo['instance_id']}", raw,
                        {"Content-Type": "application/json", "X-Hub-Signature-256": signed(gateway, raw)})
        answer = local.c.getresponse()
        answer.read()
        times[i] = (start, time.monotonic() - start)
        return answer.status

    with ThreadPoolExecutor(8) as pool:
        begin, futures = time.monotonic(), []
        for n, i in enumerate(numbers):
            wait = begin + n / per_second - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            futures.append(pool.submit(one, i))
        assert all(f.result() == 200 for f in futures)
    return times


def paced_by_many(gateway, numbers, per_second, processes=3):
    """The same by several processes: one of Python alone does not keep up."""
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()

    def one(share):
        results.put(paced(gateway, share, per_second / processes))

    children = [context.Process(target=one, args=(numbers[k::processes],)) for k in range(processes)]
    for child in children:
        child.start()
    times = {}
    for _ in children:
        times.update(results.get())
    for child in children:
        child.join()
    starts = sorted(start for start, _ in times.values())
    assert len(starts) / (starts[-1] - starts[0]) > 0.97 * per_second, "the pace was not kept"
    return times
