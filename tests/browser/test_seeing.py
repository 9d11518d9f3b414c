# SPDX-License-Identifier: Apache-2.0
"""Seeing and replaying, in a real browser: a failing endpoint recovers, a message appears by itself, an
answer goes out."""
import pytest
from chromium import DESKTOP, click, harness, resize


@pytest.fixture(params=["scripts", "no scripts"])
def driver(request, browser, plain_browser):
    chosen = browser if request.param == "scripts" else plain_browser
    resize(chosen, DESKTOP)
    return chosen


def page_says(driver, text, seconds=10):
    said = "return document.querySelector('main')?.innerText ?? ''"
    harness.until(lambda: text in driver.execute_script(said), seconds, f"the page to say {text!r}")


def refusing():
    receiver = harness.Receiver(status=500)
    receiver.headers = {"webhook-delivery": "abort-message"}
    return receiver


def test_a_failing_endpoint_is_seen_replayed_and_recovers(gateway, driver):
    receiver = refusing()
    endpoint = gateway.endpoint(receiver, "message.received")["id"]
    try:
        for number in range(3):
            gateway.inbound("4915155500001", f"question {number}")
        listed = ["delivery", "list", "--endpoint", endpoint, "--status"]
        harness.until(lambda: len(gateway.cli(*listed, "failed")["items"]) == 3, what="three failed deliveries")
        driver.get(gateway.url + "/deliveries")
        click(driver, f"a[href='/deliveries?endpoint={endpoint}&status=failed']")
        page_says(driver, "500 in")
        click(driver, "tbody a.main")
        page_says(driver, "answered 500")
        receiver.status, receiver.headers = 200, {}
        click(driver, "button[popovertarget=replay]")
        click(driver, "#replay button[type=submit]")
        page_says(driver, "sent again now")
        harness.until(lambda: len(gateway.cli(*listed, "delivered")["items"]) == 1, what="the one to be delivered")

        driver.get(gateway.url + "/deliveries")
        click(driver, f"a[href='/deliveries/replay?endpoint={endpoint}&status=failed']")
        page_says(driver, "Replay 2 failed deliveries to " + receiver.url)
        click(driver, "form[method=post][action='/deliveries/replay'] button[type=submit]")
        page_says(driver, "The replay has begun")
        harness.until(lambda: len(gateway.cli(*listed, "delivered")["items"]) == 3, what="all to be delivered")
        harness.until(lambda: driver.refresh() or "2 were due again" in driver.page_source, what="the end of it")
        assert endpoint + "&amp;status=failed" not in driver.page_source
    finally:
        gateway.run("endpoint", "delete", endpoint)
        receiver.close()


def test_a_message_appears_by_itself_and_what_is_typed_stays(gateway, browser):
    resize(browser, DESKTOP)
    browser.get(gateway.url + "/inbound-logs")
    field = browser.find_element("name", "text")
    field.send_keys("half a wo")
    before = browser.find_elements("css selector", "#messages tr")
    gateway.inbound("4915155500002", "here I am by myself")
    page_says(browser, "here I am by myself")
    first = browser.find_element("css selector", "#messages tr")
    assert "here I am by myself" in first.text and "is-new" in first.get_attribute("class")
    assert field.get_attribute("value") == "half a wo" and browser.switch_to.active_element == field
    assert len(browser.find_elements("css selector", "#messages tr")) == len(before) + 1
    assert "New messages: 1" in browser.find_element("id", "live-news").get_attribute("textContent")


def test_an_answer_goes_out_and_the_next_word_appears(gateway, driver):
    person = "49151555" + str(abs(hash(driver.session_id)) % 10**6).zfill(6)
    gateway.inbound(person, "Do you open on Sunday?")
    found = harness.until(lambda: gateway.get("/api/inbound", params={"from": person}).json()["items"],
                          what="the question")
    driver.get(gateway.url + "/inbound-logs/" + found[0]["id"])
    driver.find_element("id", "reply-text").send_keys("Yes, from ten.")
    click(driver, "form[action$='/reply'] button[type=submit]")
    page_says(driver, "Sent.")
    page_says(driver, "Yes, from ten.")
    assert "Yes, from ten." in str(gateway.simulate_get("messages?to=" + person)["items"])


def test_the_thread_follows_while_an_answer_is_typed(gateway, browser):
    resize(browser, DESKTOP)
    person = "4915155500005"
    gateway.inbound(person, "One")
    found = harness.until(lambda: gateway.get("/api/inbound", params={"from": person}).json()["items"], what="it")
    browser.get(gateway.url + "/inbound-logs/" + found[0]["id"])
    field = browser.find_element("id", "reply-text")
    field.send_keys("I am still wri")
    gateway.inbound(person, "And one thing more")
    page_says(browser, "And one thing more")
    assert field.get_attribute("value") == "I am still wri" and browser.switch_to.active_element == field


def test_a_hidden_page_asks_for_nothing(gateway, browser):
    resize(browser, DESKTOP)
    browser.get(gateway.url + "/inbound-logs")
    browser.execute_script("""
        window.asked = 0, window.planned = new Set();
        const ask = window.fetch, plan = window.setTimeout, drop = window.clearTimeout;
        window.fetch = (...all) => { window.asked++; return ask(...all); };
        window.setTimeout = (run, ...more) => {
            const id = plan(() => { window.planned.delete(id); run(); }, ...more);
            window.planned.add(id);
            return id;
        };
        window.clearTimeout = (id) => { window.planned.delete(id); drop(id); };
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.away ?? false });""")
    planned = "return window.asked > 0 && window.planned.size"
    harness.until(lambda: browser.execute_script(planned) == 1, what="the page to ask and to plan the next time")
    turn = "window.away = arguments[0]; document.dispatchEvent(new Event('visibilitychange'))"
    browser.execute_script(turn, True)
    assert browser.execute_script("return window.planned.size") == 0
    asked = browser.execute_script("return window.asked")
    browser.execute_script(turn, False)
    harness.until(lambda: browser.execute_script("return window.asked") > asked, what="the page to ask again")
