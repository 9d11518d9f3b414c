# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium: how it is started, sized and signed in."""
import atexit
import os
import shutil
import sys
import tempfile

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "system"))
import harness  # noqa: E402

PHONE = 390
DESKTOP = 1280
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
         "--disable-dev-shm-usage"]


def open_browser(scripts=True, width=DESKTOP, dark=False):
    profile = tempfile.mkdtemp(prefix="wg-chromium-")
    atexit.register(shutil.rmtree, profile, ignore_errors=True)
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    options.add_argument(f"--window-size={width},900")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.binary_location = "/usr/bin/chromium"
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    resize(driver, width, dark)
    return driver


def resize(driver, width, dark=False, height=900):
    """The window of headless Chromium has a least width: the metrics do not."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                           {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})


def sign_in(driver, gateway):
    driver.get(gateway.url + "/login")
    driver.find_element("name", "email").send_keys(gateway.demo["email"])
    driver.find_element("name", "password").send_keys(gateway.demo["password"])
    click(driver, "main form button[type=submit]")
    harness.until(lambda: driver.current_url.endswith("/overview"), what="the overview after signing in")


def submit(driver, selector):
    """Click, and wait until the page that is shown has made room for the next."""
    page = driver.find_element("tag name", "html")
    click(driver, selector)

    def is_gone():
        try:
            page.is_enabled()
        except StaleElementReferenceException:
            return True
        return False
    harness.until(is_gone, what="the next page")


def click(driver, selector, inside=None):
    element = (inside or driver).find_element("css selector", selector)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
