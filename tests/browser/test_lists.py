# SPDX-License-Identifier: Apache-2.0
"""Long lists: pages follow each other without gaps, and filters stay in the address."""
import re

import pytest

NUMBERS = [f"+1555010{n:04}" for n in range(60)]


@pytest.fixture(scope="module")
def session(gateway):
    key = gateway.cli("key", "create", "--name", "Lists", "--environment", "production", "--account",
                      gateway.demo["account"], "--scopes", "read,suppress")["key"]
    for number in NUMBERS:
        assert gateway.post_key("/api/suppressions", {"phone": number, "note": "list"}, key=key).status_code == 201
    return gateway.session()


def numbers_on(page):
    return re.findall(r'class="lead-cell nowrap">(\+\d+)</td>', page)


def test_a_long_list_is_read_page_by_page_with_its_filter(gateway, session):
    seen, path = [], "/suppressed-recipients?reason=manual"
    while path:
        page = session.get(gateway.url + path, timeout=10).text
        seen += numbers_on(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older.group(1).replace("&amp;", "&") if older else None
        assert path is None or "reason=manual" in path
    ours = [n for n in seen if n in NUMBERS]
    assert sorted(ours) == NUMBERS and len(seen) == len(set(seen))
    assert ours[0] > ours[-1], "newest first (rows of the same millisecond have no order)"


def test_one_number_is_found(gateway, session):
    page = session.get(gateway.url + "/suppressed-recipients", params={"number": "+1 555 010 0007"}, timeout=10).text
    assert numbers_on(page) == ["+15550100007"]
    page = session.get(gateway.url + "/suppressed-recipients", params={"number": "+15559999999"}, timeout=10).text
    assert "Nothing fits these filters" in page


@pytest.mark.parametrize("path", ["/suppressed-recipients", "/inbound-logs", "/api-keys", "/instances"])
def test_a_cursor_that_is_none_is_no_crash(gateway, session, path):
    for cursor in ("nonsense", "%00", "' OR 1=1 --", "\u0000", "z" * 4000):
        assert session.get(gateway.url + path, params={"cursor": cursor}, timeout=10).status_code in (200, 400, 422)
