"""A security group is made without a mouse: every control is reached by Tab and worked by keys."""
import pytest
from console_page import sign_in
from data_page import client
from playwright.sync_api import expect

TABS_MAX = 80
OPTIONS_MAX = 20
# What a screen reader would call the control that has the focus, as far as these pages need it.
NAME_OF_FOCUS = """(() => {
  const one = document.activeElement;
  const ids = (one.getAttribute('aria-labelledby') || '').split(' ');
  const by = ids.map((id) => document.getElementById(id)?.innerText ?? '').join(' ');
  const label = one.id ? document.querySelector(`label[for="${one.id}"]`) : null;
  return [one.getAttribute('aria-label'), by, label?.innerText, one.innerText].filter(Boolean).join(' | ');
})()"""
HIGHLIGHTED_OPTION = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText"


def tab_to(page, label):
    """Presses Tab until the control with this accessible name has the focus."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        name = page.evaluate(NAME_OF_FOCUS)
        if label in name:
            return
    pytest.fail(f"{label!r} is not reached by Tab")


def arrow_to(page, option):
    """Presses ArrowDown until this option of the open list is highlighted."""
    for _ in range(OPTIONS_MAX):
        highlighted = page.evaluate(HIGHLIGHTED_OPTION)
        if highlighted and option in highlighted:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{option!r} is not reached by ArrowDown")


def test_a_group_with_a_rule_by_keyboard_alone(page, haar, url):
    sign_in(page, haar, url)
    page.goto(url("/console/vpc/security-groups/create"))
    expect(page.get_by_label("Security group name")).to_be_visible()
    tab_to(page, "Security group name")
    page.keyboard.type("by-keyboard")
    tab_to(page, "Description")
    page.keyboard.type("Made without a mouse")
    tab_to(page, "Add rule")
    page.keyboard.press("Enter")
    back_to(page, "Port range of rule 1")
    page.keyboard.type("5432")
    tab_to(page, "Source of rule 1")
    page.keyboard.press("Enter")
    arrow_to(page, "My IP")
    page.keyboard.press("Enter")
    tab_to(page, "Create security group")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/vpc/security-groups/sg-*")
    named = [{"Name": "group-name", "Values": ["by-keyboard"]}]
    [group] = client(page, haar, url, "ec2").describe_security_groups(Filters=named)["SecurityGroups"]
    assert group["IpPermissions"][0]["IpRanges"][0]["CidrIp"] == "127.0.0.1/32"


def back_to(page, label):
    """The new row lies before the button that made it."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Shift+Tab")
        if label in (page.evaluate("document.activeElement.getAttribute('aria-label')") or ""):
            return
    pytest.fail(f"{label!r} is not reached by Shift+Tab")
