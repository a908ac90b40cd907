"""MFA devices by click: the QR code is read from the page's picture, as a phone would."""
import base64
import subprocess
import time
import urllib.parse

import pytest
from conftest import ACCOUNT, look
from console_page import sign_in, violations
from playwright.sync_api import expect

STEP_SECONDS = 30


def code(seed, moment):
    return subprocess.run(["oathtool", "--totp", "--base32", f"--now=@{moment}", seed], check=True, text=True,
                          capture_output=True).stdout.strip()


def consecutive(seed):
    now = int(time.time())
    return code(seed, now), code(seed, now + STEP_SECONDS)


def read_qr(page, folder):
    page.get_by_role("button", name="Show QR code").click()
    source = page.get_by_test_id("mfa-qr").get_attribute("src")
    file = folder / "code.png"
    file.write_bytes(base64.b64decode(source.removeprefix("data:image/png;base64,")))
    text = subprocess.run(["zbarimg", "--quiet", "--raw", str(file)], check=True, text=True, capture_output=True).stdout.strip()
    parts = urllib.parse.urlsplit(text)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    return urllib.parse.parse_qs(parts.query)["secret"][0]


def assign(page, name, folder):
    page.get_by_role("button", name="Assign MFA device").click()
    page.get_by_label("Device name").fill(name)
    page.get_by_role("button", name="Next", exact=True).click()
    seed = read_qr(page, folder)
    page.get_by_role("button", name="Show secret key").click()
    expect(page.get_by_test_id("secret-secret-key")).to_have_text(seed)
    # The picture is drawn: the content security policy lets it.
    assert page.get_by_test_id("mfa-qr").evaluate("image => image.naturalWidth") > 0
    assert violations(page) == []
    look(page, "iam-mfa-set-up")
    return seed


def enter(page, first, second):
    page.get_by_label("MFA code 1").fill(first)
    page.get_by_label("MFA code 2").fill(second)
    page.get_by_role("button", name="Add MFA").click()


def test_a_users_device(page, haar, url, tmp_path):
    iam = haar.client("iam")
    iam.create_user(UserName="Ann")
    sign_in(page, haar, url)
    page.goto(url("/console/iam/users/Ann?tab=credentials"))
    seed = assign(page, "ann-phone", tmp_path)
    enter(page, "000000", "000001")
    expect(page.get_by_text("InvalidAuthenticationCode").first).to_be_visible()
    enter(page, *consecutive(seed))
    expect(page.get_by_text("MFA device assigned.")).to_be_visible()
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/ann-phone"
    assert [one["SerialNumber"] for one in iam.list_mfa_devices(UserName="Ann")["MFADevices"]] == [serial]
    page.get_by_role("button", name=f"Actions of {serial}").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No MFA devices")).to_be_visible()
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []


def test_a_device_that_is_given_up_leaves_nothing(page, haar, url, tmp_path):
    iam = haar.client("iam")
    iam.create_user(UserName="Bob")
    sign_in(page, haar, url)
    page.goto(url("/console/iam/users/Bob?tab=credentials"))
    assign(page, "bob-phone", tmp_path)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("No MFA devices")).to_be_visible()
    assert not any("bob-phone" in one["SerialNumber"] for one in iam.list_virtual_mfa_devices()["VirtualMFADevices"])


def test_the_root_users_device(page, haar, url, tmp_path):
    sign_in(page, haar, url)
    page.goto(url("/console/iam"))
    page.get_by_role("link", name="Add MFA").click()
    page.get_by_role("button", name="Cancel").click()
    seed = assign(page, "root-phone", tmp_path)
    enter(page, *consecutive(seed))
    expect(page.get_by_text("MFA device assigned.")).to_be_visible()
    iam = haar.client("iam")
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    page.goto(url("/console/iam"))
    expect(page.get_by_text("Root user has MFA")).to_be_visible()
    # Other tests of this file sign in without a code.
    [device] = iam.list_mfa_devices()["MFADevices"]
    iam.deactivate_mfa_device(SerialNumber=device["SerialNumber"])
    iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])


@pytest.mark.parametrize("who", ["user", "root"])
def test_a_passkey(page, haar, url, who):
    iam = haar.client("iam")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})
    sign_in(page, haar, url)
    if who == "user":
        iam.create_user(UserName="Cleo")
    page.goto(url("/console/iam/users/Cleo?tab=credentials" if who == "user" else "/console/iam/security-credentials"))
    page.get_by_role("button", name="Assign MFA device").click()
    page.get_by_label("Device name").fill(f"{who}-laptop")
    page.get_by_role("radio", name="Passkey or security key").check()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Add MFA").click()
    expect(page.get_by_text("MFA device assigned.")).to_be_visible()
    asked = {"UserName": "Cleo"} if who == "user" else {}
    [device] = iam.list_mfa_devices(**asked)["MFADevices"]
    assert ":u2f/" in device["SerialNumber"]
    expect(page.get_by_role("rowheader", name="Passkey or security key").or_(
        page.get_by_role("gridcell", name="Passkey or security key"))).to_be_visible()
    iam.deactivate_mfa_device(SerialNumber=device["SerialNumber"], **asked)
