# SPDX-License-Identifier: Apache-2.0
"""What people do in the portal, in a real browser, with scripts and without."""
import pytest
from chromium import DESKTOP, PHONE, click, harness, open_browser, resize, sign_in


@pytest.fixture(params=["scripts", "no scripts"])
def driver(request, browser, plain_browser):
    chosen = browser if request.param == "scripts" else plain_browser
    resize(chosen, DESKTOP)
    return chosen


def fill(driver, name, text):
    field = driver.find_element("name", name)
    field.clear()
    field.send_keys(text)


def unfold(driver):
    if driver.find_element("css selector", "details.card").get_attribute("open") is None:
        click(driver, "details.card > summary")


def page_says(driver, text):
    said = "return document.querySelector('main')?.innerText ?? ''"
    harness.until(lambda: text in driver.execute_script(said), what=f"the page to say {text!r}")


def test_a_key_is_created_shown_once_used_and_revoked(gateway, driver):
    name = f"Shop {driver.session_id[:8]}"
    driver.get(gateway.url + "/api-keys")
    unfold(driver)
    fill(driver, "name", name)
    click(driver, "details.card form button[type=submit]")
    page_says(driver, "is ready")
    key = driver.find_element("id", "new-key").get_attribute("value")
    assert key.startswith("pk_wg_")
    assert gateway.get("/api/instances", key=key).status_code == 200

    driver.get(gateway.url + "/api-keys")
    assert key not in driver.page_source and key[-4:] in driver.page_source
    row = driver.find_element("xpath", f"//tr[.//strong[text()='{name}']]")
    click(driver, "button[popovertarget]", row)
    click(driver, "[popover] button[type=submit]", row)
    page_says(driver, "The key is revoked")
    assert gateway.get("/api/instances", key=key).status_code == 401


def test_a_number_is_suppressed_and_lifted_with_a_reason(gateway, driver):
    number = "+4917" + str(abs(hash(driver.session_id)) % 10**8).zfill(8)
    driver.get(gateway.url + "/suppressed-recipients")
    unfold(driver)
    fill(driver, "phone", "nonsense")
    click(driver, "details.card form button[type=submit]")
    page_says(driver, "is no phone number")
    fill(driver, "phone", number)
    click(driver, "details.card form button[type=submit]")
    page_says(driver, f"{number} is suppressed")
    assert gateway.send(to=number).json()["error"] == "recipient_suppressed"

    row = driver.find_element("xpath", f"//tr[td[normalize-space()='{number}']]")
    click(driver, "button[popovertarget]", row)
    row.find_element("name", "why").send_keys("She asked for it on the phone")
    click(driver, "[popover] button[type=submit]", row)
    page_says(driver, "The suppression is lifted")
    assert gateway.send(to=number).status_code == 200


def test_a_test_message_shows_what_became_of_it(gateway, driver):
    driver.get(gateway.url + f"/instances/{gateway.demo['instance_id']}/manage?tab=test")
    fill(driver, "phone", "+4915199999999")
    click(driver, "form[action$='/test'] button[type=submit]")
    harness.until(lambda: "message=msg_" in driver.current_url, what="the outcome's address")

    def delivered():
        driver.refresh()
        return "Read" in driver.find_element("css selector", ".facts .badge").text

    harness.until(delivered, 10, "the test message to be read")


def test_files_are_fetched_where_the_settings_say_so_and_seen_beside_their_message(gateway, driver):
    def fetches():
        return gateway.cli("instance", "show", gateway.demo["instance_id"])["fetch_media"]

    was = fetches()
    for wanted in (not was, True):
        driver.get(gateway.url + f"/instances/{gateway.demo['instance_id']}/manage?tab=settings")
        box = driver.find_element("name", "fetch_media")
        assert box.is_selected() == fetches()
        if box.is_selected() != wanted:
            click(driver, "[name=fetch_media]")
        click(driver, "form[action$='/settings'] button[type=submit]")
        page_says(driver, "Saved.")
        assert fetches() == wanted

    gateway.simulate("inbound", **{"from": "4915155555555", "message": {
        "type": "document", "document": {"id": "1000000000000006", "mime_type": "application/pdf", "filename": "Bill.pdf"}}})

    def newest():
        items = gateway.get("/api/inbound?from=4915155555555").json()["items"]
        return items and items[0]["id"]
    message = harness.until(newest, 10, "the message")

    def kept():
        driver.get(gateway.url + "/inbound-logs/" + message)
        return "4 KB" in driver.page_source
    harness.until(kept, 10, "its file to be here")
    page_says(driver, "Bill.pdf")
    assert driver.find_element("link text", "Save").get_attribute("href") == f"{gateway.url}/media/inbound/{message}"


def test_a_wrong_password_says_so_and_keeps_the_address(gateway):
    driver = open_browser()
    try:
        driver.get(gateway.url + "/login?next=/inbound-logs")
        fill(driver, "email", gateway.demo["email"])
        fill(driver, "password", "not the password")
        click(driver, "main form button[type=submit]")
        harness.until(lambda: driver.find_elements("css selector", "[role=alert]"), what="a message")
        assert driver.find_element("name", "email").get_attribute("value") == gateway.demo["email"]
        fill(driver, "password", gateway.demo["password"])
        click(driver, "main form button[type=submit]")
        harness.until(lambda: driver.current_url.endswith("/inbound-logs"), what="the page asked for")
    finally:
        driver.quit()


def test_the_menu_opens_on_a_phone_without_scripts(gateway, plain_browser):
    resize(plain_browser, PHONE)
    plain_browser.get(gateway.url + "/overview")
    link = plain_browser.find_element("css selector", "#side a[href='/inbound-logs']")
    assert not link.is_displayed()
    click(plain_browser, ".menu-button")
    harness.until(link.is_displayed, what="the menu")
    link.click()
    harness.until(lambda: plain_browser.current_url.endswith("/inbound-logs"), what="the page of the menu")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_chosen_colours_stay_on_the_next_page(gateway, driver, system):
    driver.delete_cookie("theme")
    resize(driver, DESKTOP, dark=system == "dark")
    driver.get(gateway.url + "/overview")
    theme = "return document.documentElement.dataset.theme"
    other = "light" if system == "dark" else "dark"
    assert driver.execute_script(theme) == "auto"
    click(driver, f"[data-theme-form] button[value={other}]")
    harness.until(lambda: driver.execute_script(theme) == other, what="the other colours")
    harness.until(lambda: driver.get_cookie("theme"), what="the choice to be kept")
    driver.get(gateway.url + "/instances")
    assert driver.execute_script(theme) == other
    driver.delete_cookie("theme")


def test_signing_out_ends_the_session(gateway):
    driver = open_browser()
    try:
        sign_in(driver, gateway)
        click(driver, "details.menu > summary")
        click(driver, ".menu-sheet button[type=submit]")
        harness.until(lambda: "/login" in driver.current_url, what="the sign-in page")
        driver.get(gateway.url + "/api-keys")
        assert "/login?next=" in driver.current_url
    finally:
        driver.quit()


def test_copy_buttons_are_there_only_where_they_can_work(gateway, browser, plain_browser):
    for driver, shown in ((browser, True), (plain_browser, False)):
        resize(driver, DESKTOP)
        driver.get(gateway.url + "/docs/quickstart")
        assert driver.find_element("css selector", "[data-copy]").is_displayed() is shown
