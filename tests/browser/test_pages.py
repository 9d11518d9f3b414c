# SPDX-License-Identifier: Apache-2.0
"""Every page in light, dark and at phone width: no console message, nothing wider than the screen,
one main heading, a name for every control. With WAGATE_SHOTS=folder each is photographed."""
import os
import re

import pytest
import requests
from chromium import DESKTOP, PHONE, open_browser, resize

SHOTS = os.environ.get("WAGATE_SHOTS")
LOOKS = {"light": (DESKTOP, False), "dark": (DESKTOP, True), "phone": (PHONE, False), "phone-dark": (PHONE, True)}
MEANWHILE = ["/", "/login", "/docs", "/docs/quickstart", "/docs/webhooks", "/docs/receive", "/acceptable-use",
             "/no-such-page"]


def addresses(gateway):
    instance = gateway.demo["instance_id"]
    inbound = gateway.get("/api/inbound").json()["items"]
    endpoint = gateway.cli("endpoint", "list")["items"][0]["id"]
    delivery = gateway.cli("delivery", "list")["items"][0]["id"]
    manage = f"/instances/{instance}/manage?tab="
    return {
        "overview": "/overview", "api-keys": "/api-keys", "instances": "/instances", "instance-new": "/instances/new",
        "connection": manage + "connection", "webhook": manage + "webhook", "test": manage + "test",
        "settings": manage + "settings",
        "endpoint-new": f"/webhook-endpoints/new?instance={instance}&preset=recommended",
        "endpoint": f"/webhook-endpoints/{endpoint}?instance={instance}",
        "suppressed-recipients": "/suppressed-recipients",
        "keywords": "/suppressed-recipients/keywords", "keywords-arabic": "/suppressed-recipients/keywords?language=ar",
        "answers": "/suppressed-recipients/answers", "import": "/suppressed-recipients/import", "docs-opt-out": "/docs/opt-out", "inbound-logs": "/inbound-logs",
        "inbound-empty": "/inbound-logs?text=nobody-wrote-this", "inbound": "/inbound-logs/" + inbound[0]["id"],
        "docs-webhooks": "/docs/webhooks", "docs-receive": "/docs/receive",
        "endpoint-meta": f"/webhook-endpoints/new?instance={instance}&preset=meta",
        "inbound-template": f"/inbound-logs/{inbound[0]['id']}?template=order_update/en",
        "deliveries": "/deliveries", "delivery": "/deliveries/" + delivery, "replay": "/deliveries/replay",
        "deliveries-empty": "/deliveries?event=never.seen",
        "account-settings": "/settings", "docs-notices": "/docs/notices",
        "quickstart": "/docs/quickstart", "docs": "/docs", "acceptable-use": "/acceptable-use",
        "missing": "/no-such-page",
    }


def shoot(driver, name):
    if not SHOTS:
        return
    os.makedirs(SHOTS, exist_ok=True)
    height = driver.execute_script("return document.documentElement.scrollHeight")
    width = driver.execute_script("return innerWidth")
    dark = driver.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches")
    resize(driver, width, dark, max(900, min(height, 6000)))
    driver.save_screenshot(os.path.join(SHOTS, name + ".png"))
    resize(driver, width, dark)


def complaints(driver):
    """What the console says beyond the page's own status."""
    return [entry["message"] for entry in driver.get_log("browser") if "status of 404" not in entry["message"]]


def nameless(driver):
    return driver.execute_script("""
        return [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
            .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
                && !e.textContent.trim()).map(e => e.outerHTML)""")


def check(driver, url, name):
    driver.get_log("browser")
    driver.get(url)
    assert complaints(driver) == []
    too_wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
    shoot(driver, name)
    assert too_wide <= 0, f"{url} is {too_wide} px wider than the screen"
    assert len(driver.find_elements("tag name", "h1")) == 1, url
    assert nameless(driver) == [], url


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_clean_in_this_look(gateway, browser, look):
    width, dark = LOOKS[look]
    resize(browser, width, dark)
    for name, path in addresses(gateway).items():
        check(browser, gateway.url + path, f"{name}-{look}")


@pytest.mark.parametrize("look", LOOKS)
def test_every_public_page_is_clean_without_signing_in(gateway, look):
    width, dark = LOOKS[look]
    driver = open_browser(width=width, dark=dark)
    try:
        for path in MEANWHILE:
            check(driver, gateway.url + path, f"public{path.replace('/', '-')}-{look}")
    finally:
        driver.quit()


def test_a_first_visit_weighs_at_most_150_kib(gateway):
    session = gateway.session()
    answer = session.get(gateway.url + "/overview", timeout=10)
    weight = len(answer.content)
    for asset in set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', answer.text)):
        part = requests.get(gateway.url + asset, timeout=10)
        assert part.status_code == 200, asset
        weight += len(part.content)
    assert weight <= 150 * 1024


def test_every_page_forbids_inline_code_frames_and_caches(gateway):
    session = gateway.session()
    for path in addresses(gateway).values():
        headers = session.get(gateway.url + path, timeout=10).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
