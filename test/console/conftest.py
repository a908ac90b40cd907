"""A running haar and a real browser: Debian's chromium, driven by Playwright, which downloads no browser of its own.

A test opens pages by `open_page("/signin")`; names under localhost lead to 127.0.0.1 in browsers. `look(page, name)` keeps
screenshots, light and dark, 1280 and 390 pixels wide, where HAAR_SCREENSHOTS names a folder: people look at them.
"""
import os
import pathlib
import shutil
import sys
import urllib.parse

import pytest
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from haar_server import ACCOUNT, OTHER_ACCOUNT, OTHER_ROOT_KEY, ROOT_KEY, Haar, new_folder, running  # noqa: E402,F401

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
CONSOLE_HOST = "haar.localhost"
ROOT_EMAIL, ROOT_PASSWORD = "root@example.com", "correct horse battery staple 1A"  # as the seed of haar_server.py says
PAGE_WAIT_MS = 30_000  # for what a page shows in the end, on a busy machine
SHOWN_CHARACTERS_MAX = 2000  # of a page, in the report of a failure
WIDTHS = {"wide": 1280, "narrow": 390}

expect.set_options(timeout=PAGE_WAIT_MS)


@pytest.fixture(scope="module")
def haar():
    """A server of this test file's own."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def browser():
    # Its sandbox needs a user of its own, and tests may run as root.
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield started
        finally:
            started.close()


@pytest.fixture(scope="module")
def url(haar):
    """url("/signin", host="operator.haar.localhost") of this file's server."""
    port = urllib.parse.urlsplit(haar.endpoint).port

    def make(path="/", host=CONSOLE_HOST):
        return f"http://{host}:{port}{path}"

    return make


@pytest.fixture
def new_context(browser):
    """new_context(**options): a browser profile of its own (cookies, downloads), closed after the test."""
    opened = []

    def make(**options):
        context = browser.new_context(**{"viewport": {"width": WIDTHS["wide"], "height": 900}, **options})
        context.set_default_timeout(PAGE_WAIT_MS)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context):
    """A page of a fresh profile. A request that leaves this machine, or an error that no script catches, fails the test."""
    page = new_context().new_page()
    errors, elsewhere = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: elsewhere.append(request.url) if leaves_machine(request.url) else None)
    yield page
    assert not errors, errors
    assert not elsewhere, elsewhere


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that fails says where its page was, and what it showed."""
    made = yield
    page = getattr(item, "funcargs", {}).get("page")
    if call.when == "call" and call.excinfo and page is not None and not page.is_closed():
        shown = page.locator("body").inner_text()[:SHOWN_CHARACTERS_MAX]
        made.get_result().sections.append(("the page", f"{page.url}\n{shown}"))


def leaves_machine(url):
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in ("http", "https", "ws", "wss") and not (
        host == "localhost" or host.endswith(".localhost") or host.startswith("127."))


def look(page, name):
    """Screenshots for a person, where HAAR_SCREENSHOTS names a folder."""
    folder = os.environ.get("HAAR_SCREENSHOTS")
    if not folder:
        return
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for word, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(300)  # until a changed width is laid out
            page.screenshot(path=f"{folder}/{name}-{scheme}-{word}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
