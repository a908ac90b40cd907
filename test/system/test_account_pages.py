"""What root does with its account in a browser: a way back in when the password or the device is lost, IAM access to billing, what
was used, closing the account. By plain HTTP.
https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html"""
import base64
import hashlib
import hmac
import json
import re
import struct
import time

import pytest

from conftest import serving
from haar_server import ACCOUNT
from signup_person import Browser, Operator

EMAIL, PASSWORD = "root@example.com", "correct horse battery staple 1A"
CONTACT = {"FullName": "Ana", "AddressLine1": "1", "City": "Berlin", "StateOrRegion": "Berlin", "PostalCode": "1",
           "CountryCode": "DE", "PhoneNumber": "+49 30 5550200"}


class Person(Browser):
    """Somebody who signs in to the console."""

    def root(self, email=EMAIL, password=PASSWORD):
        self.get("/signin?kind=root&other=1")
        self.post("/signin", kind="root", email=email)
        return self.post("/signin/root", follow=False, email=email, password=password)

    def user(self, account, name, password):
        self.get("/signin?account=" + account)
        return self.post("/signin/user", follow=False, account=account, user=name, password=password)

    @property
    def session(self):
        said = self.json("/console/api/session")
        return said if self.status == 200 else None

    def ask(self, path, body=None, csrf=None):
        if body is None:
            self.send("GET", "/console/account-api/" + path)
        else:
            self.send("POST", "/console/account-api/" + path, json.dumps(body),
                      {"Content-Type": "application/json", "Origin": self.origin, "x-haar-csrf": csrf or ""})
        return self.status, json.loads(self.page)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def signed_in(server):
    person = Person(server)
    person.root()
    assert person.session and person.session["kind"] == "root", person.text
    return person


def code_of(seed, at):
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7fffffff) % 1_000_000:06}"


def test_a_forgotten_password_is_replaced_by_the_mailed_code(server):
    """Old sessions end, the old password is none, and wrong codes lead nowhere."""
    before, operator = signed_in(server), Operator(server)
    lost = Person(server)
    lost.get("/signin/recover?email=" + EMAIL)
    lost.post("/signin/recover/begin", email=EMAIL, lost="password")
    assert lost.post("/signin/recover/code", code="000000").status == 400
    lost.post("/signin/recover/code", code=operator.code(EMAIL))
    assert lost.post("/signin/recover/password", password="short", again="short").status == 400
    lost.post("/signin/recover/password", password="Another-password-1", again="Another-password-1")
    assert "The password is changed" in lost.text
    assert before.session is None
    assert Person(server).root().cookies.get("haar_session") is None
    again = Person(server)
    again.root(password="Another-password-1")
    assert again.session["account"] == ACCOUNT
    events = server.command("events", "--account", ACCOUNT, "--source", "signin.amazonaws.com").stdout
    assert "PasswordRecoveryRequested" in events and "PasswordRecoveryCompleted" in events


def test_the_recovery_page_tells_strangers_nothing(server):
    known, unknown, operator = Person(server), Person(server), Operator(server)
    for person, address in ((known, EMAIL), (unknown, "nobody@example.com")):
        person.get("/signin/recover")
        person.post("/signin/recover/begin", email=address, lost="password")
    strip = re.compile(r'value="[0-9a-f]{64}"')
    assert strip.sub("", known.page).replace(EMAIL, "nobody@example.com") == strip.sub("", unknown.page)
    assert "There is none" in operator.mails("nobody@example.com")[0][1]
    assert unknown.post("/signin/recover/code", code=operator.code(EMAIL)).status == 400
    for _ in range(4):
        unknown.post("/signin/recover/code", code="000000")
    assert "too many" in unknown.text


def test_a_lost_device_needs_the_mail_and_the_telephone(server):
    """Without a number on record nobody is called; with one, the code of the page is typed on the telephone."""
    iam, operator = server.client("iam", parameter_validation=False), Operator(server)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="root-account-mfa-device")["VirtualMFADevice"]
    seed, now = device["Base32StringSeed"].decode(), time.time()
    iam.enable_mfa_device(SerialNumber=device["SerialNumber"],
                          AuthenticationCode1=code_of(seed, now - 30), AuthenticationCode2=code_of(seed, now))
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    lost = Person(server)
    lost.get("/signin/recover")
    lost.post("/signin/recover/begin", email=EMAIL, lost="device")
    code = operator.code(EMAIL)
    assert "no telephone number" in lost.post("/signin/recover/code", code=code).text
    server.client("account").put_contact_information(ContactInformation=CONTACT)
    lost.post("/signin/recover/code", code=code)
    shown = re.search(r'class="code big">(\d{6})<', lost.page).group(1)
    assert lost.post("/signin/recover/call").status == 400
    call = operator.answer()
    operator.post("/telephone/keys", id=call, keys=shown)
    assert lost.json("/signin/recover/state") == {"state": "confirmed"}
    lost.get("/signin/recover")
    assert "no MFA device any more" in lost.post("/signin/recover/call").text
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0


def test_iam_access_to_billing_is_roots_to_give(server):
    """Off at first; then policies decide. Nobody but root activates it."""
    iam = server.client("iam")
    for name, policy in (("allowed", "arn:aws:iam::aws:policy/AdministratorAccess"), ("refused", None)):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password=PASSWORD)
        if policy:
            iam.attach_user_policy(UserName=name, PolicyArn=policy)
    root, allowed, refused = signed_in(server), Person(server), Person(server)
    allowed.user(ACCOUNT, "allowed", PASSWORD)
    refused.user(ACCOUNT, "refused", PASSWORD)
    assert root.ask("usage")[0] == 200
    for user in (allowed, refused):
        assert user.ask("usage")[0] == 403
        status, said = user.ask("iam-access", {"active": True}, user.session["csrf"])
        assert (status, said["code"]) == (403, "AccessDenied")
    assert root.ask("iam-access", {"active": True})[0] == 403  # without the session's second secret
    assert root.ask("iam-access", {"active": "yes"}, root.session["csrf"])[0] == 400
    assert root.ask("iam-access", {"active": True}, root.session["csrf"]) == (200, {"iamAccessToBilling": True})
    assert root.ask("account")[1]["iamAccessToBilling"] is True
    assert allowed.ask("usage")[0] == 200 and refused.ask("usage")[0] == 403
    assert "email" not in allowed.ask("account")[1] and root.ask("account")[1]["email"] == EMAIL
    assert Person(server).ask("account")[0] == 401


def test_closing_the_account_ends_everything_in_it(server):
    root = signed_in(server)
    csrf = root.session["csrf"]
    assert root.ask("close", {"account": "444455556666"}, csrf)[0] == 400
    assert root.ask("close", {"account": ACCOUNT}, csrf) == (200, {"state": "SUSPENDED"})
    assert root.session is None
    assert Person(server).root().cookies.get("haar_session") is None
    with pytest.raises(Exception, match="InvalidClientTokenId"):
        server.client("iam").get_user()
    server.client("iam", ("AKIAZZZZZZZZZZZZZZ2B", "otherSecretOtherSecretOtherSecretOtherSe")).get_account_summary()
