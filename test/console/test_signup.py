"""Sign-up as a person does it: a browser for the wizard, another window with the operator's mailbox and telephone.
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-creating.html"""
import re

import pytest

from conftest import look

PASSWORD = "Correct-horse-battery-1"


@pytest.fixture
def operator(haar, new_context):
    """The operator's window, opened by the link that haar console prints."""
    link = re.search(r"http://operator\.haar\.localhost:\d+\S+", haar.command("console").stdout).group(0)
    page = new_context().new_page()
    page.goto(link)
    page.get_by_role("heading", name="Mailbox").wait_for()
    return page


def mailed_code(operator, url, address):
    operator.goto(url("/", host="operator.haar.localhost"))
    operator.get_by_role("row").filter(has_text=address).first.get_by_role("link").click()
    return re.search(r"\b(\d{6})\b", operator.locator("pre.mail").inner_text()).group(1)


def test_from_nothing_to_an_active_account(page, operator, url):
    page.goto(url("/billing/signup"))
    look(page, "signup-1-begin")
    page.get_by_label("Root user email address").fill("ana@example.com")
    page.get_by_label("AWS account name").fill("Ana's company")
    page.get_by_role("button", name="Verify email address").click()
    page.get_by_role("heading", name="Confirm you are you").wait_for()
    look(page, "signup-2-code")
    look(operator, "operator-mailbox-empty")
    page.get_by_label("Verification code").fill("000000")
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("That is not the code").wait_for()
    look(page, "signup-2-wrong-code")
    code = mailed_code(operator, url, "ana@example.com")
    look(operator, "operator-mail")
    page.get_by_label("Verification code").fill(code)
    page.get_by_role("button", name="Verify").click()
    page.get_by_label("Root user password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm root user password").fill(PASSWORD)
    look(page, "signup-3-password")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Full name").fill("Ana Example")
    page.get_by_label("Phone number").fill("+49 30 1234567")
    page.get_by_label("Country or region").select_option("DE")
    page.get_by_label("Address").fill("1 Example Way")
    page.get_by_label("City").fill("Berlin")
    page.get_by_label("State, province or region").fill("Berlin")
    page.get_by_label("Postal code").fill("10115")
    page.get_by_label(re.compile("I have read and agree")).check()
    look(page, "signup-4-contact")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Credit or debit card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiration date").fill("12/2099")
    look(page, "signup-5-billing")
    page.get_by_role("button", name="Verify and continue").click()
    page.get_by_role("heading", name="Confirm your identity").wait_for()
    look(page, "signup-6-identity")
    page.get_by_role("button", name="Continue").click()

    code = page.locator(".code.big").inner_text()
    look(page, "signup-7-call")
    operator.goto(url("/telephone", host="operator.haar.localhost"))
    look(operator, "operator-telephone-rings")
    operator.get_by_role("button", name="Answer").click()
    look(operator, "operator-call")
    for digit in code:
        operator.get_by_role("button", name=digit, exact=True).click()
    operator.get_by_text("The code was right").wait_for()
    look(operator, "operator-call-over")
    page.get_by_role("heading", name="Select a support plan").wait_for()  # by itself
    look(page, "signup-8-plan")
    page.get_by_role("button", name="Complete sign up").click()
    page.get_by_role("heading", name="Congratulations").wait_for(timeout=120_000)  # by itself
    look(page, "signup-9-done")
    operator.goto(url("/", host="operator.haar.localhost"))
    operator.get_by_role("link", name="Your AWS account is ready").wait_for()
    look(operator, "operator-mailbox")

    page.get_by_role("link", name="Go to the console").click()
    page.get_by_label("Root user email address").fill("ana@example.com")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/signin/root" not in address)
    assert any(cookie["name"] == "haar_session" for cookie in page.context.cookies()) or "/signin/" in page.url


def test_the_links_between_sign_up_and_sign_in(page, url):
    """The sign-in page leads to sign-up, and back."""
    page.goto(url("/signin"))
    page.get_by_role("link", name="Create a new AWS account").click()
    page.get_by_role("heading", name="Sign up for AWS").wait_for()
    page.get_by_role("link", name="Sign in to an existing AWS account").click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_ringing_telephone_is_shown_without_reloading(page, operator, url):
    """And its door stays shut to a browser that has no operator's cookie, whoever is signed in there."""
    operator.goto(url("/telephone", host="operator.haar.localhost"))
    page.goto(url("/telephone", host="operator.haar.localhost"))
    page.get_by_text("haar console").first.wait_for()
    look(page, "operator-door")
