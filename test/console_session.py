"""A person's browser session by raw HTTP: signed in with a password, asking the console's gateway."""
import base64
import datetime
import http.client
import json
import re
import urllib.parse

HOST = "haar.localhost"
CSRF_FIELD = re.compile(r'name="csrf"[^>]*value="([^"]+)"')


def ask(endpoint, method, path, headers=None, body=b""):
    """(status, headers, body) of one request; headers go out as given, Host too."""
    parts = urllib.parse.urlsplit(endpoint)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": f"{HOST}:{parts.port}", "Content-Length": str(len(body)), **(headers or {})}.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


class ConsoleSession:
    """Signed in as root (email) or as a user (account, user)."""

    def __init__(self, endpoint, password, email=None, account=None, user=None):
        self.endpoint = endpoint
        self.origin = f"http://{HOST}:{urllib.parse.urlsplit(endpoint).port}"
        cookies, page = {}, ""

        def go(method, path, fields=None):
            nonlocal page
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
            body = b""
            if fields is not None:
                found = CSRF_FIELD.search(page)
                body = urllib.parse.urlencode({**fields, "csrf": found.group(1) if found else ""}).encode()
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
            status, got, text = ask(endpoint, method, path, headers, body)
            for cookie in got.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                cookies[name] = value
            page = text.decode(errors="replace")
            return status

        go("GET", "/signin")
        if email:
            status = go("POST", "/signin/root", {"email": email, "password": password})
        else:
            status = go("POST", "/signin/user", {"account": account, "user": user, "password": password})
        assert status == 303 and "haar_session" in cookies, f"no sign-in: {status} {page[:500]}"
        self.cookie = f"haar_session={cookies['haar_session']}"
        status, _, text = ask(endpoint, "GET", "/console/api/session", {"Cookie": self.cookie})
        assert status == 200, text
        self.session = json.loads(text)

    def headers(self, **changed):
        """Those of a call; a header whose value is None is left out."""
        return {"Cookie": self.cookie, "x-haar-csrf": self.session["csrf"], "Origin": self.origin,
                "Content-Type": "application/json", **changed}

    def raw(self, service, operation, body=b"{}", region="us-east-1", headers=None):
        return ask(self.endpoint, "POST", f"/console/api/{service}/{operation}?region={region}",
                   self.headers() if headers is None else headers, body)

    def call(self, service, operation, region="us-east-1", **members):
        """(status, answer) of an operation with these members as its input."""
        status, _, body = self.raw(service, operation, json.dumps(members).encode(), region)
        return status, json.loads(body)


def plain(value):
    """What boto3 says, as JSON says it: times as seconds, bytes as base64, no ResponseMetadata."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if name != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
