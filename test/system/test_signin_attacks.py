"""Sign-in as an attacker meets it, over raw HTTP: other origins and names, fixed cookies, replays, redirects, guesses."""
import http.client
import json
import re
import urllib.parse

import pytest
from conftest import client, haar, read_events  # noqa: F401

ACCOUNT = "111122223333"
ROOT_EMAIL, ROOT_PASSWORD = "root@example.com", "correct horse battery staple 1A"
PASSWORD = "Correct-Horse-1"


class Browser:
    """Keeps cookies and the secret of the form last seen; says what a browser says of itself."""

    def __init__(self, server, host="haar.localhost"):
        self.port = urllib.parse.urlsplit(server.endpoint).port
        self.host, self.cookies, self.secret = f"{host}:{self.port}", {}, ""

    def ask(self, method, path, fields=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": self.host, "User-Agent": "attacker"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode({"csrf": self.secret, **fields})
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if found := re.search(r'name="csrf" value="([0-9a-f]+)"', answer.text):
            self.secret = found[1]
        return answer

    def sign_in(self, user, password=PASSWORD, **fields):
        self.ask("GET", f"/signin?account={ACCOUNT}")
        return self.ask("POST", "/signin/user", {"account": ACCOUNT, "user": user, "password": password, **fields})

    def who(self):
        answer = self.ask("GET", "/console/api/session")
        return json.loads(answer.text)["arn"] if answer.status == 200 else None


@pytest.fixture(scope="module")
def user(client):  # noqa: F811
    """A user with a password; its name."""
    iam = client("iam")
    iam.create_user(UserName="ana")
    iam.create_login_profile(UserName="ana", Password=PASSWORD)
    return "ana"


def signed_in(server, user):
    browser = Browser(server)
    browser.sign_in(user)
    assert browser.who() == f"arn:aws:iam::{ACCOUNT}:user/{user}"
    return browser


PAGES = ["/signin", "/signin?account=111122223333", "/signin?other=1&kind=user", "/switchrole", "/signin/mfa", "/signin/sessions"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_cannot_be_framed_and_run_no_script_but_ours(haar, path):  # noqa: F811
    answer = Browser(haar).ask("GET", path)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", ["http://evil.example", "http://haar.localhost:1", "http://localhost:{port}",
                                    "http://127.0.0.1:{port}", "http://haar.localhost.evil.example:{port}", "null", None])
def test_a_page_of_another_origin_cannot_act(haar, user, origin):  # noqa: F811
    browser = signed_in(haar, user)
    browser.ask("GET", "/signin")
    origin = origin and origin.format(port=browser.port)
    assert browser.ask("POST", "/signin/out", {}, Origin=origin).status == 403
    assert browser.who() is not None
    stranger = Browser(haar)
    stranger.ask("GET", f"/signin?account={ACCOUNT}")
    fields = {"account": ACCOUNT, "user": user, "password": PASSWORD}
    assert stranger.ask("POST", "/signin/user", fields, Origin=origin).status == 403, "signing in somebody else's browser"
    assert stranger.who() is None


def test_a_name_that_was_made_to_lead_here_is_no_console(haar, user):  # noqa: F811
    """DNS rebinding: the browser says the hostile page's name in Host."""
    browser = signed_in(haar, user)
    for host in ("evil.example", "localhost", "127.0.0.1", "haar.localhost.evil.example", "x.haar.localhost"):
        browser.host = f"{host}:{browser.port}"
        assert browser.ask("GET", "/console/api/session").status != 200, host
        assert "csrf" not in browser.ask("GET", "/signin").text, host


def test_cookies_are_for_this_host_alone_and_not_for_scripts(haar, user):  # noqa: F811
    browser = Browser(haar)
    browser.ask("GET", f"/signin?account={ACCOUNT}")
    answer = browser.ask("POST", "/signin/user", {"account": ACCOUNT, "user": user, "password": PASSWORD})
    cookies = answer.headers.get_all("Set-Cookie")
    assert any(cookie.startswith("haar_session=") for cookie in cookies)
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Domain" not in cookie, cookie


def test_a_cookie_of_another_port_is_none(haar, user):  # noqa: F811
    """Cookies ignore ports: what another server of the host sets comes here too, beside ours or in its place."""
    browser = signed_in(haar, user)
    own = browser.cookies["haar_session"]
    for cookie in (f"haar_session=planted; haar_session={own}", f"haar_session={own}; haar_session=planted", "haar_session=planted",
                   "haar_session=", "haar_session"):
        assert browser.ask("GET", "/console/api/session", Cookie=cookie).status == 401, cookie
    assert browser.ask("GET", "/console/api/session", Cookie=f"haar_session={own}").status == 200


def test_a_session_that_was_fixed_beforehand_is_not_taken_over(haar, user):  # noqa: F811
    attacker = signed_in(haar, user)
    victim = Browser(haar)
    victim.cookies = dict(attacker.cookies)  # planted in the victim's browser
    before = dict(victim.cookies)
    victim.sign_in(user)
    assert victim.cookies["haar_session"] != before["haar_session"]
    assert victim.cookies["haar_visit"] != before["haar_visit"]


def test_forms_of_before_the_sign_in_are_void_after_it(haar, user):  # noqa: F811
    browser = Browser(haar)
    browser.ask("GET", f"/signin?account={ACCOUNT}")
    old = browser.secret
    browser.sign_in(user)
    browser.secret = old
    assert browser.ask("POST", "/signin/out", {}).status == 403
    assert browser.who() is not None


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%0d%0aX: y",
                                "javascript:alert(1)", "/\t/evil.example", "http:evil.example", "/a\r\nSet-Cookie: x=y"])
def test_no_redirect_leads_elsewhere(haar, user, to):  # noqa: F811
    browser = Browser(haar)
    answer = browser.sign_in(user, **{"return": to})
    place = answer.headers["Location"]
    assert place == "/console/" or (place.startswith("/%0d%0a") and "X: y" not in str(answer.headers)), place
    for path in (f"/signin?return={urllib.parse.quote(to)}", f"/switchrole?return={urllib.parse.quote(to)}"):
        shown = browser.ask("GET", path).text
        assert "evil.example" not in shown and "javascript:" not in shown


def test_what_was_typed_is_shown_as_text(haar):  # noqa: F811
    hostile = '"><script>alert(1)</script>'
    browser = Browser(haar)
    browser.ask("GET", "/signin")
    for path, fields in (("/signin", {"kind": "root", "email": f"a@b{hostile}"}),
                         ("/signin/user", {"account": hostile, "user": hostile, "password": "x"})):
        shown = browser.ask("POST", path, fields).text
        assert "<script>alert" not in shown
    assert "<script>alert" not in browser.ask("GET", f"/signin?account={urllib.parse.quote(hostile)}").text
    assert "<script>alert" not in browser.ask("GET", f"/switchrole?displayName={urllib.parse.quote(hostile)}").text


def test_a_session_ends_for_good(haar, user):  # noqa: F811
    browser = signed_in(haar, user)
    cookie = browser.cookies["haar_session"]
    browser.ask("GET", "/signin")
    assert browser.ask("POST", "/signin/out", {}).status == 200
    browser.cookies["haar_session"] = cookie
    assert browser.who() is None


def test_the_secret_of_another_session_is_none(haar, user):  # noqa: F811
    one, two = signed_in(haar, user), signed_in(haar, user)
    secret = json.loads(two.ask("GET", "/console/api/session").text)["csrf"]
    own = json.loads(one.ask("GET", "/console/api/session").text)["csrf"]
    origin = f"http://{one.host}"
    assert one.ask("POST", "/signin/out", Origin=origin, x_haar_csrf=secret).status == 403
    assert one.ask("POST", "/signin/out", Origin=origin).status in (400, 403)
    assert one.ask("POST", "/signin/out", Origin=origin, x_haar_csrf=own).status == 200


def test_sessions_of_others_are_not_ended(haar, user, client):  # noqa: F811
    iam = client("iam")
    iam.create_user(UserName="ben")
    iam.create_login_profile(UserName="ben", Password=PASSWORD)
    victim, attacker = signed_in(haar, user), signed_in(haar, "ben")
    second = signed_in(haar, user)
    ids = re.findall(r'name="id" value="([a-z0-9]+)"', second.ask("GET", "/signin/sessions").text)
    assert ids
    attacker.ask("GET", "/signin/sessions")
    for one in ids:
        attacker.ask("POST", "/signin/sessions", {"id": one})
    assert victim.who() is not None


def test_guesses_are_slowed_down_and_a_restart_forgives_nobody(haar, client):  # noqa: F811
    client("iam").create_user(UserName="tom")
    client("iam").create_login_profile(UserName="tom", Password=PASSWORD)
    browser = Browser(haar)
    for _ in range(5):
        assert "authentication information is incorrect" in browser.sign_in("tom", "wrong").text
    assert "too many failed attempts" in browser.sign_in("tom").text
    haar.stop()
    haar.start()
    again = Browser(haar)
    assert "too many failed attempts" in again.sign_in("tom").text
    assert again.who() is None
    assert "<script" not in again.sign_in("tom").text


def test_who_is_unknown_is_answered_like_who_is_known(haar, user):  # noqa: F811
    pages = []
    for name in (user, "nobody-at-all"):
        text = Browser(haar).sign_in(name, "wrong").text
        pages.append(re.sub(r'value="[0-9a-f]{64}"', "", text).replace(name, "NAME"))
    assert pages[0] == pages[1]
    stranger = Browser(haar)
    stranger.ask("GET", "/signin")
    shown = [stranger.ask("POST", "/signin", {"kind": "root", "email": email}).text.replace(email, "E")
             .replace(urllib.parse.quote(email, safe=""), "E") for email in (ROOT_EMAIL, "nobody@example.com")]
    assert shown[0] == shown[1]


def test_passwords_stand_in_no_event_and_in_no_log(haar):  # noqa: F811
    typed = "Typed-Into-The-Wrong-Field-1"
    Browser(haar).sign_in(typed, "Some-Wrong-Password-77")
    text = json.dumps(read_events(haar))
    assert "HIDDEN_DUE_TO_SECURITY_REASONS" in text and "No username found in supplied account" in text
    log = "".join(path.read_text(errors="replace") for path in haar.data.rglob("*.log"))
    for secret in (typed, "Some-Wrong-Password-77", PASSWORD, ROOT_PASSWORD):
        assert secret not in text and secret not in log


# ---- /federation ---------------------------------------------------------------------------------

def role_session(client):  # noqa: F811
    iam = client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                     "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/broker"}}]}
    iam.create_user(UserName="broker")
    key = iam.create_access_key(UserName="broker")["AccessKey"]
    iam.create_role(RoleName="Desk", AssumeRolePolicyDocument=json.dumps(trust))
    return client("sts", (key["AccessKeyId"], key["SecretAccessKey"])).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Desk", RoleSessionName="guest")["Credentials"]


def test_a_sign_in_token_begins_one_session(haar, client):  # noqa: F811
    made = role_session(client)
    session = {"sessionId": made["AccessKeyId"], "sessionKey": made["SecretAccessKey"], "sessionToken": made["SessionToken"]}

    def token(session, **more):
        query = urllib.parse.urlencode({"Action": "getSigninToken", "Session": json.dumps(session), **more})
        return Browser(haar, "127.0.0.1").ask("GET", "/federation?" + query)

    answer = token(session, SessionDuration="1800")
    assert answer.status == 200
    signin_token = json.loads(answer.text)["SigninToken"]
    for wrong in ({**session, "sessionKey": "x" * 40}, {**session, "sessionToken": made["SessionToken"][:-4] + "AAAA"},
                  {**session, "sessionId": "ASIAAAAAAAAAAAAAAAAA"}, {}, []):
        assert token(wrong).status == 400
    assert token(session, SessionDuration="60").status == 400
    login = "/federation?" + urllib.parse.urlencode({"Action": "login", "Issuer": "https://evil.example/",
                                                     "Destination": "https://evil.example/", "SigninToken": signin_token})
    elsewhere = Browser(haar, "127.0.0.1").ask("GET", login)
    assert elsewhere.headers["Location"].startswith("http://haar.localhost:"), "to the console's own name"
    assert "Set-Cookie" not in elsewhere.headers or "haar_session" not in str(elsewhere.headers)
    browser = Browser(haar)
    assert browser.ask("GET", login).headers["Location"] == "/console/"
    assert browser.who() == f"arn:aws:sts::{ACCOUNT}:assumed-role/Desk/guest"
    again = Browser(haar)
    assert again.ask("GET", login).status == 400, "a token is good once"
    assert again.who() is None
    bent = login.replace(signin_token, signin_token[:-2] + ("AA" if not signin_token.endswith("AA") else "BB"))
    assert Browser(haar).ask("GET", bent).status == 400
    names = [event["eventName"] for event in read_events(haar) if event["eventSource"] == "signin.amazonaws.com"
             and event["userIdentity"].get("type") == "AssumedRole"]
    assert names == ["GetSigninToken", "ConsoleLogin"]


@pytest.mark.parametrize("body", ["", "SAMLResponse=", "SAMLResponse=eA%3D%3D", "SAMLResponse=%3Cx%2F%3E", "x=1&x=2"])
def test_a_saml_response_of_nobody_is_refused(haar, body):  # noqa: F811
    browser = Browser(haar)
    answer = browser.ask("POST", "/saml", Origin="https://idp.example", Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 400
    assert browser.who() is None
