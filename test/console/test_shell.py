"""The console's frame in a real browser: header, search, region, account menu, dark mode, home, and what a page weighs."""
import pytest
from conftest import ACCOUNT, WIDTHS, look
from console_page import see_policy_violations, sign_in, violations
from playwright.sync_api import expect

FIRST_PAGE_BYTES_MAX = 300_000  # on the wire: what is fetched before the home page stands, fonts too


@pytest.fixture
def home(page, haar, url):
    sign_in(page, haar, url)
    forbidden = see_policy_violations(page)
    page.goto(url("/console/"))
    expect(page.get_by_role("heading", name="Console Home")).to_be_visible()
    yield page
    assert forbidden == []


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(page, haar, url):
    page.goto(url("/console/iam/users?region=eu-west-1"))
    page.wait_for_url("**/signin?return=**")
    assert "return=%2Fconsole%2Fiam%2Fusers%3Fregion%3Deu-west-1" in page.url


def test_home_says_what_is_done(home, haar):
    steps = home.locator("[data-step]")
    expect(steps).to_have_count(6)
    expect(home.locator('[data-step="administrator"]')).to_have_attribute("data-state", "open")
    iam = haar.client("iam")
    iam.create_group(GroupName="Administrators")
    iam.attach_group_policy(GroupName="Administrators", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    home.get_by_role("button", name="Refresh the checklist").click()
    expect(home.locator('[data-step="administrator"]')).to_have_attribute("data-state", "done")
    expect(home.locator('[data-step="mfa"]')).to_have_attribute("data-state", "open")
    look(home, "home")


def test_who_may_not_see_something_is_told_so(page, haar, url):
    iam = haar.client("iam")
    iam.create_user(UserName="nobody")
    iam.create_login_profile(UserName="nobody", Password="Correct-Horse-1-Battery")
    sign_in(page, haar, url, account=ACCOUNT, user="nobody", password="Correct-Horse-1-Battery")
    page.goto(url("/console/"))
    expect(page.locator('[data-state="unknown"]')).to_have_count(6)
    expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    page.get_by_role("button", name="What decided").click()
    expect(page.get_by_text("that takes sts:DecodeAuthorizationMessage")).to_be_visible()
    look(page, "refused")


def test_the_account_menu_has_what_awss_has(home):
    home.get_by_role("button", name="Account menu").click()
    for item in ("Account", "Billing", "Security credentials", "Switch role", "Sign out"):
        expect(home.get_by_role("menuitem", name=item, exact=True)).to_be_visible()
    expect(home.get_by_text("Account ID: 1111-2222-3333").locator("visible=true")).to_have_count(1)
    look(home, "account-menu")


def test_signing_out_ends_the_session(home, url):
    home.get_by_role("button", name="Account menu").click()
    home.get_by_role("menuitem", name="Sign out").click()
    home.wait_for_url(lambda where: "/console/" not in where)
    home.goto(url("/console/"))
    home.wait_for_url("**/signin?return=**")


def test_search_by_keyboard_alone(home):
    home.keyboard.press("Alt+s")
    home.keyboard.type("firewall")
    expect(home.get_by_role("option").filter(has_text="VPC")).to_be_visible()
    home.keyboard.press("ArrowDown")
    home.keyboard.press("Enter")
    home.wait_for_url("**/console/vpc")
    home.goto(home.url.removesuffix("vpc"))
    expect(home.get_by_role("heading", name="Recently visited")).to_be_visible()


def test_the_region_is_chosen_top_right_and_kept(home, url):
    chosen = []
    home.on("request", lambda request: chosen.append(request.url) if "/api/ec2/" in request.url else None)
    home.get_by_role("button", name="Region:").click()
    home.get_by_role("menuitem", name="Europe (Frankfurt)").click()
    expect(home.locator("[data-step='rule'][data-state='open']")).to_be_visible()
    home.reload()
    expect(home.locator("[data-step='rule'][data-state='open']")).to_be_visible()
    assert [one for one in chosen if "region=eu-central-1" in one], chosen
    assert "region=eu-central-1" in chosen[-1]


def test_dark_mode_is_kept_and_there_before_the_first_paint(home):
    home.get_by_role("button", name="Settings").click()
    home.get_by_role("menuitem", name="Dark").click()
    expect(home.locator("body")).to_have_class("awsui-dark-mode")
    home.add_init_script("""addEventListener('DOMContentLoaded', () =>
      { window.darkAtOnce = document.body.classList.contains('awsui-dark-mode'); })""")
    home.reload()
    assert home.evaluate("window.darkAtOnce") is True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values())
def test_axe_finds_nothing(page, haar, url, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, haar, url)
    page.goto(url("/console/"))
    expect(page.locator('[data-state="loading"]')).to_have_count(0)
    assert violations(page) == []
    # Nothing is wider than the window.
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_that_is_not_there_says_so(home, url):
    home.goto(url("/console/nothing/here"))
    expect(home.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_every_service_that_is_listed_opens(home, url):
    services = [link.get_attribute("href") for link in home.get_by_role("list", name="Services").get_by_role("link").all()]
    assert services
    for path in services:
        home.goto(url(path))
        expect(home.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()
        expect(home.locator("h1").first).to_be_visible()
        expect(home.get_by_role("heading", name="There is no such page")).to_have_count(0)


def test_the_first_page_is_light(home):
    expect(home.locator('[data-state="loading"]')).to_have_count(0)
    sizes = home.evaluate("""[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({name}) => !name.includes('/console/api/')).map(({name, encodedBodySize}) => [name, encodedBodySize])""")
    total = sum(size for _, size in sizes)
    print(f"the first page: {total} bytes in {len(sizes)} files", sizes)
    assert 0 < total <= FIRST_PAGE_BYTES_MAX, sizes
