"""What tests of sign-in do with its pages."""
import base64
import hashlib
import hmac
import http.client
import json
import struct
import time
import urllib.parse

from conftest import ACCOUNT

STEP_SECONDS = 30


def totp(seed, steps=0, at=None):
    """The code that an authenticator app shows for a seed in Base32, `steps` after now."""
    secret = base64.b32decode(seed.replace(" ", ""))
    step = int((time.time() if at is None else at) // STEP_SECONDS) + steps
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06}"


def two_codes(seed, steps=0):
    """Those that the app shows one after the other, `steps` after now: of one moment, or a step may end between the two."""
    now = time.time()
    return totp(seed, steps, now), totp(seed, steps + 1, now)


def make_user(haar, name, password, must_change=False, policy=None):
    iam = haar.client("iam")
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password=password, PasswordResetRequired=must_change)
    if policy:
        iam.attach_user_policy(UserName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return iam


def make_device(iam, user, name):
    """A virtual device of the user; its serial number and seed. Its next code that is good is that of two steps from now."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    seed = made["Base32StringSeed"].decode()
    first, second = two_codes(seed, -1)
    iam.enable_mfa_device(UserName=user, SerialNumber=made["SerialNumber"], AuthenticationCode1=first,
                          AuthenticationCode2=second)
    return made["SerialNumber"], seed


def enter_user(page, url, user, password, account=ACCOUNT, query=""):
    page.goto(url(f"/signin?account={account}{query}"))
    page.get_by_label("IAM user name").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def enter_root(page, url, email, password):
    page.goto(url("/signin"))
    page.get_by_label("Root user", exact=False).first.check()
    page.get_by_label("Root user email address").fill(email)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def session(page, url):
    """What /console/api/session says to this browser; None: it is not signed in."""
    place = urllib.parse.urlsplit(url("/console/api/session"))
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies(url("/")))
    # Only browsers know that names under localhost lead to 127.0.0.1.
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    try:
        connection.request("GET", place.path, headers={"Host": place.netloc, "Cookie": cookies})
        answer = connection.getresponse()
        body = answer.read()
        return json.loads(body) if answer.status == 200 else None
    finally:
        connection.close()
