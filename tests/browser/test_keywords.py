# SPDX-License-Identifier: Apache-2.0
"""The words of opt-out and the answers to them, as an admin changes them, with scripts and without."""
import requests
from chromium import click, submit
from test_work import driver, fill, page_says, unfold  # noqa: F401 (driver is a fixture)

PAGE = "/suppressed-recipients/keywords?language="


def own(gateway):
    return [(k["language"], k["text"], k["off"]) for k in gateway.cli("keyword", "list", "--own")["items"]]


def test_a_word_is_added_and_removed(gateway, driver):  # noqa: F811
    driver.get(gateway.url + PAGE + "de")
    unfold(driver)
    fill(driver, "text", "genug")
    driver.find_element("css selector", "#rule option[value=phrase]").click()
    click(driver, "details.card form button[type=submit]")
    page_says(driver, "A phrase has two words at least")
    assert driver.find_element("name", "text").get_attribute("value") == "genug"
    fill(driver, "text", "Jetzt <b>reicht's</b>!")
    click(driver, "details.card form button[type=submit]")
    page_says(driver, "counts from now on")
    assert own(gateway) == [("de", "Jetzt <b>reicht's</b>!", False)]
    row = driver.find_element("xpath", "//section[.//h2[text()='Added by you']]//tbody/tr")
    assert "Anywhere" in row.text and "<b>reicht's</b>" in row.text
    click(driver, "button[type=submit]", row)
    page_says(driver, "is removed")
    assert own(gateway) == []


def test_an_ordinary_answer_is_switched_off_and_on(gateway, driver):  # noqa: F811
    for label, state, after in (("Switch off", "does not count any more", [("tr", "iptal", True)]),
                                ("Switch on", "counts again", [])):
        driver.get(gateway.url + PAGE + "tr")
        click(driver, f"button[aria-label='{label} “iptal”']")
        page_says(driver, state)
        assert own(gateway) == after


def test_an_answer_is_written_and_given_back(gateway, driver):  # noqa: F811
    driver.get(gateway.url + "/suppressed-recipients/answers?language=es")
    fill(driver, "stop", "Hasta luego. ALTA para volver.")
    click(driver, "input[name=answering]")
    submit(driver, "form[method=post][action$=answers] button[type=submit]")
    page_says(driver, "Saved.")
    assert not driver.find_element("name", "answering").is_selected()
    assert driver.find_element("name", "stop").get_attribute("value") == "Hasta luego. ALTA para volver."
    fill(driver, "stop", "")
    click(driver, "input[name=answering]")
    submit(driver, "form[method=post][action$=answers] button[type=submit]")
    page_says(driver, "Saved.")
    assert driver.find_element("name", "answering").is_selected()
    assert "Su baja está confirmada" in driver.find_element("name", "stop").get_attribute("value")


def test_words_are_changed_by_admins_alone(gateway):
    gateway.run("user", "create", "--account", gateway.demo["account"], "--email", "dev@example.com", "--role",
                "developer", "--password-stdin", stdin="a long enough password\n")
    session = gateway.session("dev@example.com", "a long enough password")
    page = session.get(gateway.url + PAGE + "en", timeout=10)
    assert page.status_code == 200 and "Add a word or phrase" not in page.text and 'value="no"' not in page.text
    token = session.get(gateway.url + "/suppressed-recipients", timeout=10).text
    token = token.split('name="csrf_token" value="')[1].split('"')[0]
    answer = session.post(gateway.url + "/suppressed-recipients/keywords", timeout=10, allow_redirects=False, data={
        "csrf_token": token, "language": "en", "kind": "stop", "rule": "word", "text": "enough"})
    assert answer.status_code == 403
    assert requests.get(gateway.url + PAGE + "en", timeout=10, allow_redirects=False).status_code == 303
    assert own(gateway) == []
