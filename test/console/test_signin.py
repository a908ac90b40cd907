"""Signing in, as a person does: with a password, a device, a passkey; with a new password, and as a role."""
import json

import pytest
from conftest import ACCOUNT, ROOT_EMAIL, ROOT_PASSWORD, look
from playwright.sync_api import expect
from signin_page import enter_root, enter_user, make_device, make_user, session, totp, two_codes

PASSWORD, NEW_PASSWORD = "Correct-Horse-1", "Correct-Horse-2"


def sign_in_events(haar, name):
    lines = haar.command("events", "--limit", "10000").stdout.splitlines()
    return [event for event in map(json.loads, lines)
            if event["eventSource"] == "signin.amazonaws.com" and name in json.dumps(event["userIdentity"])]


def test_root_gives_the_address_and_on_the_next_page_the_password(page, haar, url):
    page.goto(url("/signin"))
    look(page, "signin-choose")
    enter_root(page, url, ROOT_EMAIL, ROOT_PASSWORD)
    expect(page.get_by_role("heading", name="Register MFA")).to_be_visible()
    look(page, "signin-register-mfa")
    assert session(page, url)["kind"] == "root"
    page.get_by_role("link", name="Skip for now").click()
    assert page.url == url("/console/")
    page.goto(url("/signin"))
    expect(page.get_by_text("You are signed in")).to_be_visible()
    look(page, "signin-signed-in")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert session(page, url) is None


def test_a_user_is_remembered_and_can_choose_another_account(page, haar, url):
    make_user(haar, "ana", PASSWORD)
    page.goto(url("/signin"))
    page.get_by_label("IAM user", exact=False).first.check()
    page.get_by_label("Account ID (12 digits) or account alias").fill(ACCOUNT)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("IAM user name").fill("ana")
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("Remember this account").check()
    look(page, "signin-user")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Your authentication information is incorrect. Please try again.")
    look(page, "signin-user-wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["arn"] == f"arn:aws:iam::{ACCOUNT}:user/ana"
    page.goto(url("/signin"))
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_label("IAM user name")).to_have_value("ana")
    page.get_by_role("link", name="Sign in to a different account").click()
    expect(page.get_by_role("link", name="Create a new AWS account")).to_be_visible()
    results = [event["responseElements"]["ConsoleLogin"] for event in sign_in_events(haar, "ana")]
    assert results == ["Failure", "Success"]


def test_an_alias_has_a_sign_in_page_of_its_own(page, haar, url):
    haar.client("iam").create_account_alias(AccountAlias="example-corp")
    page.goto(url("/console", host="example-corp.signin.localhost"))
    assert page.url == url("/signin?account=example-corp")
    expect(page.get_by_label("Account ID (12 digits) or account alias")).to_have_value("example-corp")


def test_a_device_is_asked_for_and_its_code_is_good_once(page, haar, url):
    iam = make_user(haar, "bea", PASSWORD)
    serial, seed = make_device(iam, "bea", "bea-phone")
    other, _ = make_device(iam, "bea", "bea-tablet")
    enter_user(page, url, "bea", PASSWORD)
    expect(page.get_by_role("heading", name="Multi-factor authentication")).to_be_visible()
    look(page, "signin-mfa")
    page.get_by_label("MFA device").select_option(serial)
    page.get_by_label("MFA code").fill("000000")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    page.get_by_label("MFA device").select_option(serial)
    page.get_by_label("MFA code").fill(totp(seed, 1))  # the one of now was used when the device was enabled
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["name"] == "bea"
    names = [(event["eventName"], list(event["responseElements"].values())[0]) for event in sign_in_events(haar, "bea")]
    assert names == [("CheckMfa", "Failure"), ("ConsoleLogin", "Failure"), ("CheckMfa", "Success"), ("ConsoleLogin", "Success")]
    iam.deactivate_mfa_device(UserName="bea", SerialNumber=other)
    assert session(page, url)["name"] == "bea"
    iam.deactivate_mfa_device(UserName="bea", SerialNumber=serial)
    assert session(page, url) is None, "the session ends with the device that it was begun with"


def test_a_device_whose_clock_has_drifted_is_synchronized(page, haar, url):
    iam = make_user(haar, "kim", PASSWORD)
    _, seed = make_device(iam, "kim", "kim-phone")
    enter_user(page, url, "kim", PASSWORD)
    page.get_by_role("link", name="Codes are refused? Synchronize the device").click()
    look(page, "signin-resync")
    first, second = two_codes(seed, 40)
    page.get_by_label("MFA code 1").fill(first)
    page.get_by_label("MFA code 2").fill(second)
    page.get_by_role("button", name="Synchronize and sign in").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["name"] == "kim"


def test_a_new_password_is_chosen_before_anything_else(page, haar, url):
    make_user(haar, "eva", PASSWORD, must_change=True, policy="IAMUserChangePassword")
    enter_user(page, url, "eva", PASSWORD)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    look(page, "signin-new-password")
    assert session(page, url) is None
    for label, text in (("Old password", PASSWORD), ("New password", NEW_PASSWORD), ("Retype new password", NEW_PASSWORD)):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Confirm password change").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["name"] == "eva"
    assert [event["eventName"] for event in sign_in_events(haar, "eva")] == ["PasswordUpdated", "ConsoleLogin"]


@pytest.fixture
def authenticator(page):
    """A security key in the browser, as the DevTools protocol makes one."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})
    return devtools, made["authenticatorId"]


REGISTER = """async ({csrf, name}) => {
  const toBytes = (t) => Uint8Array.from(atob(t.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const post = async (path, body) => {
    const answer = await fetch(path, {method: "POST", body: JSON.stringify(body),
                                      headers: {"Content-Type": "application/json", "x-haar-csrf": csrf}});
    return {status: answer.status, body: await answer.json()};
  };
  const asked = await post("/console/webauthn/options", {name});
  if (asked.status !== 200) return asked;
  const options = asked.body.publicKey;
  const made = await navigator.credentials.create({publicKey: {
    ...options, challenge: toBytes(options.challenge), user: {...options.user, id: toBytes(options.user.id)},
    excludeCredentials: options.excludeCredentials.map((c) => ({...c, id: toBytes(c.id)}))}});
  const answer = {state: asked.body.state, clientDataJSON: toText(made.response.clientDataJSON),
                  authenticatorData: toText(made.response.getAuthenticatorData())};
  const first = await post("/console/webauthn/register", answer);
  return {...first, again: await post("/console/webauthn/register", answer)};
}"""


def test_a_passkey_is_registered_and_signs_in(page, haar, url, authenticator):
    iam = make_user(haar, "pat", PASSWORD, policy="IAMFullAccess")
    enter_user(page, url, "pat", PASSWORD)
    page.wait_for_url("**/console/**")
    page.goto(url("/signin"))
    made = page.evaluate(REGISTER, {"csrf": session(page, url)["csrf"], "name": "laptop"})
    assert made["status"] == 200, made
    serial = made["body"]["serialNumber"]
    assert serial.startswith(f"arn:aws:iam::{ACCOUNT}:u2f/user/pat/laptop-")
    assert made["again"]["body"]["code"] == "EntityAlreadyExists", "the same key again"
    assert [device["SerialNumber"] for device in iam.list_mfa_devices(UserName="pat")["MFADevices"]] == [serial]
    assert iam.get_mfa_device(UserName="pat", SerialNumber=serial)["SerialNumber"] == serial
    page.get_by_role("button", name="Sign out").click()

    enter_user(page, url, "pat", PASSWORD)
    expect(page.get_by_role("button", name="Use a passkey or security key")).to_be_visible()
    look(page, "signin-passkey")
    assert session(page, url) is None
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["name"] == "pat"
    [login] = [event for event in sign_in_events(haar, "pat") if event["additionalEventData"].get("MFAUsed") == "Yes"]
    assert login["additionalEventData"]["MFAIdentifier"] == serial
    iam.deactivate_mfa_device(UserName="pat", SerialNumber=serial)
    assert iam.list_mfa_devices(UserName="pat")["MFADevices"] == []
    assert session(page, url) is None


def test_a_key_that_is_not_registered_signs_nobody_in(page, new_context, haar, url, authenticator):
    make_user(haar, "sam", PASSWORD, policy="IAMFullAccess")
    enter_user(page, url, "sam", PASSWORD)
    page.wait_for_url("**/console/**")
    page.goto(url("/signin"))
    assert page.evaluate(REGISTER, {"csrf": session(page, url)["csrf"], "name": "laptop"})["status"] == 200
    devtools, key = authenticator
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    page.get_by_role("button", name="Sign out").click()
    enter_user(page, url, "sam", PASSWORD)
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.locator("#passkey-problem")).to_be_visible()
    assert session(page, url) is None


def test_switching_to_a_role_and_back(page, haar, url):
    iam = make_user(haar, "rob", PASSWORD, policy="AdministratorAccess")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                     "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}]}
    iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=json.dumps(trust))
    enter_user(page, url, "rob", PASSWORD)
    page.wait_for_url("**/console/**")
    page.goto(url(f"/switchrole?account={ACCOUNT}&roleName=Deploy&displayName=deploy"))
    expect(page.get_by_label("IAM role name")).to_have_value("Deploy")
    look(page, "signin-switch-role")
    page.get_by_role("button", name="Switch role").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/rob"
    assert session(page, url)["switchedRole"]
    assert session(page, url)["roles"][0]["displayName"] == "deploy"
    page.goto(url("/signin"))
    status = page.evaluate("""async (csrf) => (await fetch("/switchrole/exit",
        {method: "POST", headers: {"x-haar-csrf": csrf}, redirect: "manual"})).type""", session(page, url)["csrf"])
    assert status == "opaqueredirect"
    assert session(page, url)["arn"] == f"arn:aws:iam::{ACCOUNT}:user/rob"
    page.goto(url("/switchrole"))
    expect(page.get_by_role("button", name="deploy")).to_be_visible()
    page.goto(url(f"/switchrole?account={ACCOUNT}&roleName=Nobody"))
    page.get_by_role("button", name="Switch role").click()
    expect(page.get_by_role("alert")).to_contain_text("Could not switch roles")
    look(page, "signin-switch-role-refused")
    events = [json.loads(line) for line in haar.command("events", "--limit", "10000").stdout.splitlines()]
    names = [(event["eventName"], list(event["responseElements"].values())[0]) for event in events
             if event["eventName"] in ("SwitchRole", "ExitRole")]
    assert names == [("SwitchRole", "Success"), ("ExitRole", "Success"), ("SwitchRole", "Failure")]


def test_sessions_are_listed_and_ended(page, new_context, haar, url):
    make_user(haar, "lee", PASSWORD)
    other = new_context().new_page()
    for one in (page, other):
        enter_user(one, url, "lee", PASSWORD)
        one.wait_for_url("**/console/**")
    page.goto(url("/signin/sessions"))
    look(page, "signin-sessions")
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("button", name="End")).to_have_count(0)
    assert session(other, url) is None
    assert session(page, url)["name"] == "lee"


def test_root_registers_a_device_from_the_secret_key(page, haar, url):
    enter_root(page, url, ROOT_EMAIL, ROOT_PASSWORD)
    page.get_by_role("button", name="Set up an authenticator app").click()
    seed = page.locator("#secret-key").inner_text()
    look(page, "signin-qr")
    first, second = two_codes(seed, -1)
    page.get_by_label("MFA code 1").fill(first)
    page.get_by_label("MFA code 2").fill(second)
    page.get_by_role("button", name="Add MFA").click()
    page.wait_for_url("**/console/**")
    [device] = haar.client("iam").list_mfa_devices()["MFADevices"]
    page.goto(url("/signin"))
    page.get_by_role("button", name="Sign out").click()
    enter_root(page, url, ROOT_EMAIL, ROOT_PASSWORD)
    expect(page.get_by_role("heading", name="Multi-factor authentication")).to_be_visible()
    page.get_by_label("MFA code").fill(totp(seed, 1))
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/console/**")
    assert session(page, url)["kind"] == "root"
    haar.client("iam").deactivate_mfa_device(SerialNumber=device["SerialNumber"])

