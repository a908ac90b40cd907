"""Sign-up by plain HTTP, through the whole wizard with the operator's mailbox and telephone; and what it does with wrong, old,
foreign and used codes, with cookies that are not its own, and with strangers at the operator's host.
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-creating.html"""
import re
import time
import urllib.parse

import pytest

from conftest import serving
from haar_server import ACCOUNT
from signup_person import CONSOLE, OPERATOR, Browser, Newcomer, Operator

PASSWORD = "correct horse battery staple 1A"


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def operator(server):
    return Operator(server)


def wait_active(person):
    deadline = time.monotonic() + 120
    while person.json("/billing/signup/state")["state"] != "active":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return person.get("/billing/signup")


def test_the_whole_wizard_by_phone_call(server, operator):
    """As the guides say: the page shows the code, and the person types it on the telephone. In the end there is an active account
    with its networks and contact, a mail says so, and an event in the account tells when and from where it was made."""
    email = "by-call@example.com"
    person = Newcomer(server)
    assert person.get("/billing/signup").title == "Sign up for AWS"
    assert person.begin(email).title == "Confirm you are you"
    assert person.post("/billing/signup/code", code=operator.code(email)).title == "Create your password"
    assert person.post("/billing/signup/password", password=PASSWORD, again=PASSWORD).title == "Contact information"
    assert person.contact().title == "Billing information"
    assert person.post("/billing/signup/billing", number="4242 4242 4242 4242", expires="12/2099",
                       holder="Ana").title == "Confirm your identity"
    person.post("/billing/signup/identity", method="call", phone="+49 30 1234567")
    assert person.title == "We are calling you"
    code = re.search(r'class="code big">(\d{6})<', person.page).group(1)
    assert person.json("/billing/signup/state") == {"state": "ringing"}
    call = operator.answer()
    assert code not in operator.page
    assert person.json("/billing/signup/state") == {"state": "answered"}
    operator.post("/telephone/keys", id=call, keys=code)
    assert "The code was right" in operator.text
    assert person.json("/billing/signup/state") == {"state": "confirmed"}
    assert person.get("/billing/signup").title == "Select a support plan"
    assert person.post("/billing/signup/plan", plan="basic").title in ("We are activating your account", "Congratulations")
    wait_active(person)
    account = re.search(r"Account ID (\d{12})", person.text).group(1)
    assert [subject for subject, _ in operator.mails(email)] == ["Your AWS account is ready", "AWS email verification code"]
    events = server.command("events", "--account", account, "--name", "SignUp").stdout
    assert '"verifiedBy":"call"' in events and email not in events and "4242" not in events


def test_by_text_message_the_code_is_typed_on_the_page(server, operator):
    person, number = Newcomer(server), "+49 30 5550100"
    person.until_identity(operator, "by-sms@example.com")
    person.post("/billing/signup/identity", method="sms", phone=number)
    assert person.title == "Enter the code of the text message"
    person.post("/billing/signup/text-code", code="000000" if operator.text_message(number) != "000000" else "000001")
    assert person.status == 400 and "That is not the code" in person.text
    assert person.post("/billing/signup/text-code", code=operator.text_message(number)).title == "Select a support plan"
    assert person.post("/billing/signup/plan", plan="none").status == 400
    person.post("/billing/signup/plan", plan="developer")
    wait_active(person)


def test_it_can_be_left_and_gone_on_with(server, operator):
    """Whatever page is asked for, the next step is shown; a form of a step that is over changes nothing, and a restart of haar
    loses nothing."""
    person = Newcomer(server)
    person.until_identity(operator, "resumed@example.com")
    again = Newcomer(server)
    again.cookies = dict(person.cookies)
    assert again.get("/billing/signup").title == "Confirm your identity"
    assert again.post("/billing/signup/password", password=PASSWORD, again=PASSWORD).title == "Confirm your identity"
    assert again.post("/billing/signup/plan", plan="basic").title == "Confirm your identity"
    assert again.post("/billing/signup/restart").title == "Sign up for AWS"
    assert Newcomer(server).get("/billing/signup").title == "Sign up for AWS"


def test_bad_answers_are_told_in_plain_words_and_change_nothing(server, operator):
    person = Newcomer(server)
    for email, name in (("nobody", "x"), ("a@example.com\r\nBcc: b@example.com", "x"), ("a@example.com", ""),
                        ("a@example.com", "<script>")):
        assert person.begin(email, name).status == 400 and person.title == "Sign up for AWS"
    assert operator.mails("a@example.com") == [] and operator.mails("nobody") == []
    person.begin("bad-answers@example.com")
    person.post("/billing/signup/code", code=operator.code("bad-answers@example.com"))
    for password, again in (("short", "short"), (PASSWORD, PASSWORD + "x"), ("bad-answers@example.com", "bad-answers@example.com")):
        assert person.post("/billing/signup/password", password=password, again=again).status == 400
        assert person.title == "Create your password"
    person.post("/billing/signup/password", password=PASSWORD, again=PASSWORD)
    assert person.contact(country="XX").status == 400 and person.contact(agree=None).status == 400
    assert person.contact(phone="030 1").status == 400 and 'value="Ana Example"' in person.page
    person.contact()
    for number, expires in (("4242424242424243", "12/2099"), ("4242424242424242", "12/2001"), ("", "")):
        assert person.post("/billing/signup/billing", number=number, expires=expires, holder="Ana").status == 400
    person.post("/billing/signup/billing", number="4242424242424242", expires="12/2099", holder="Ana")
    assert person.post("/billing/signup/identity", method="call", phone="110").status == 400


def test_codes_cannot_be_guessed(server, operator):
    """The fifth wrong one makes the code void, also the right one after it; and only so many are sent to an address."""
    email = "guessed@example.com"
    person = Newcomer(server)
    person.begin(email)
    right = operator.code(email)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        assert "That is not the code" in person.post("/billing/signup/code", code=wrong).text
    assert person.post("/billing/signup/code", code=right).status == 400
    person.post("/billing/signup/resend")
    assert operator.code(email) != right or len(operator.mails(email)) == 2
    for _ in range(8):
        assert person.post("/billing/signup/resend").status == 200
    assert person.post("/billing/signup/resend").status == 400 and "Too many codes" in person.text
    other = Newcomer(server)
    assert "Too many codes" in other.begin(email).text
    assert other.json("/billing/signup/state") == {"state": "none"}


def test_a_code_of_another_sign_up_or_address_is_of_no_use(server, operator):
    """Nor is one that was used, or a newer one's predecessor."""
    first, second = Newcomer(server), Newcomer(server)
    first.begin("foreign-1@example.com")
    second.begin("foreign-2@example.com")
    mine, theirs = operator.code("foreign-1@example.com"), operator.code("foreign-2@example.com")
    assert first.post("/billing/signup/code", code=theirs).status == 400 or mine == theirs
    first.post("/billing/signup/resend")
    newer = operator.code("foreign-1@example.com")
    assert first.post("/billing/signup/code", code=mine).status == 400 or mine == newer
    assert first.post("/billing/signup/code", code=newer).title == "Create your password"
    twin = Newcomer(server)
    twin.begin("foreign-1@example.com")
    assert twin.post("/billing/signup/code", code=newer).status == 400


def test_a_code_expires():
    with serving() as server:
        operator, person = Operator(server), Newcomer(server)
        person.begin("late@example.com")
        code = operator.code("late@example.com")
        server.command("advance", "11m")
        assert person.post("/billing/signup/code", code=code).status == 400 and "expired" in person.text
        server.command("advance", "25h")
        assert person.get("/billing/signup").title == "Sign up for AWS"


def test_a_call_ends_after_three_wrong_codes(server, operator):
    person = Newcomer(server)
    person.until_identity(operator, "wrong-call@example.com")
    person.post("/billing/signup/identity", method="call", phone="+49 30 5550101")
    code = re.search(r'class="code big">(\d{6})<', person.page).group(1)
    call = operator.answer()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(3):
        operator.post("/telephone/keys", id=call, keys=wrong)
    assert "The call is over" in operator.text
    operator.post("/telephone/keys", id=call, keys=code)
    assert person.get("/billing/signup").title == "The call is over"
    assert person.post("/billing/signup/plan", plan="basic").title == "The call is over"
    assert person.post("/billing/signup/other").title == "Confirm your identity"


def test_whether_an_address_has_an_account_is_told_to_its_reader_alone(server, operator):
    """The page is the same as for any other; the mail says what is so."""
    known, unknown = Newcomer(server), Newcomer(server)
    known.begin("root@example.com")
    unknown.begin("unknown@example.com")
    strip = re.compile(r'value="[0-9a-f]{64}"')
    assert strip.sub("", known.page).replace("root@", "unknown@") == strip.sub("", unknown.page)
    assert operator.mails("root@example.com")[0][0] == "You already have an AWS account"
    assert known.post("/billing/signup/code", code="123456").status == 400


def test_a_tampered_cookie_is_none(server, operator):
    person = Newcomer(server)
    person.begin("tampered@example.com")
    cookie = person.cookies["haar_signup"]
    for other in (cookie[:-1] + ("a" if cookie[-1] != "a" else "b"), "", "x" * 4000, cookie.upper(), "../" + cookie):
        person.cookies["haar_signup"] = other
        assert person.get("/billing/signup").title == "Sign up for AWS"
    person.cookies["haar_signup"] = cookie
    assert person.get("/billing/signup").title == "Confirm you are you"


def test_forms_are_taken_from_their_own_page_alone(server, operator):
    """From another origin, without the secret, or with that of another browser, nothing happens."""
    email = "forged@example.com"
    person = Newcomer(server)
    person.begin(email)
    code = operator.code(email)
    body = urllib.parse.urlencode({"code": code})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    person.send("POST", "/billing/signup/code", body, {**form, "Origin": "http://localhost:9"})
    assert person.status == 403
    person.send("POST", "/billing/signup/code", body, {**form, "Origin": person.origin})
    assert person.status == 403
    stranger = Newcomer(server).get("/billing/signup")
    person.page = stranger.page
    assert person.post("/billing/signup/code", code=code).status == 403
    assert person.get("/billing/signup").title == "Confirm you are you"
    cookie = person.send("GET", "/billing/signup").headers
    assert "frame-ancestors 'none'" in cookie["content-security-policy"]


def test_the_operators_link_opens_once_and_for_nobody_else(server):
    operator = Operator(server)
    stranger = Browser(server, OPERATOR)
    assert stranger.get(operator.link).status == 403 and "used before" in stranger.text
    for path in ("/", "/mail?id=x", "/telephone", "/state"):
        assert "haar console" in stranger.get(path).text and "Mailbox</h1>" not in stranger.page
    assert stranger.post("/telephone/answer", id="x").status in (403, 404)
    stranger.cookies["haar_operator"] = operator.cookies["haar_operator"][::-1]
    assert "haar console" in stranger.get("/").text
    assert operator.get("/").title == "Mailbox"
    operator.post("/leave")
    assert "haar console" in operator.get("/").text


def test_nothing_of_the_operators_is_reached_by_another_name_or_cookie(server, operator):
    """Not under the console's name, not with the operator's cookie there, and not with a sign-up's cookie here."""
    person = Newcomer(server)
    person.begin("nosy@example.com")
    tenant = Browser(server, OPERATOR)
    tenant.cookies = dict(person.cookies)
    assert "haar console" in tenant.get("/telephone").text
    for host in (CONSOLE, "localhost", "127.0.0.1", "evil.example.com"):
        wrong = Browser(server, host)
        wrong.cookies = dict(operator.cookies)
        for path in ("/telephone", "/mail?id=x", "/state"):
            assert "Telephone</h1>" not in wrong.send("GET", path).page and "nosy@example.com" not in wrong.page
    assert operator.send("GET", "/billing/signup").status == 404


def test_the_operators_password_opens_it_and_is_not_guessed(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("operator-password-1\n")
    with serving(arguments=["--operator-password-file", str(secret)]) as server:
        person = Browser(server, OPERATOR)
        person.get("/")
        assert person.post("/open", password="operator-password-1").title == "Mailbox"
        guesser = Browser(server, OPERATOR).get("/")
        for _ in range(5):
            assert guesser.post("/open", password="wrong").status == 403
        assert "too many" in guesser.post("/open", password="operator-password-1").text


def test_no_code_and_no_password_stands_in_a_file_or_the_log(server, operator):
    """What is stored of a code is a digest, and of a mail what only the key file opens."""
    email = "secret-canary@example.com"
    person = Newcomer(server)
    person.begin(email)
    code = operator.code(email)
    person.post("/billing/signup/code", code=code)
    password = "Canary-Password-9-" + code
    person.post("/billing/signup/password", password=password, again=password)
    assert person.title == "Contact information"
    kept = b"".join(path.read_bytes() for path in sorted(server.data.rglob("*")) if path.is_file() and not path.is_socket())
    assert email.encode() in kept and password.encode() not in kept and f"code is {code}".encode() not in kept


def test_a_telephone_is_verified_by_the_account_api(server, operator):
    """SendPhoneNumberVerification's text arrives on the same telephone."""
    api, number = server.client("account"), "+49 30 5550102"
    api.put_contact_information(ContactInformation={
        "FullName": "Ana", "AddressLine1": "1", "City": "Berlin", "StateOrRegion": "Berlin", "PostalCode": "1",
        "CountryCode": "DE", "PhoneNumber": number})
    api.send_phone_number_verification()
    assert api.verify_phone_number(Otp=operator.text_message(number)) ["Status"] == "VERIFIED"
    assert api.get_contact_information()["VerificationStatus"] == "VERIFIED"
    assert api.get_account_information()["AccountId"] == ACCOUNT
