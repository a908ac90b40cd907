"""A person with a browser, without one: pages of haar's own hosts by plain HTTP, with cookies and the secrets of forms."""
import html
import http.client
import json
import re
import urllib.parse

CONSOLE, OPERATOR = "haar.localhost", "operator.haar.localhost"


class Browser:
    """Cookies by host, and the page that is shown."""

    def __init__(self, server, host=CONSOLE):
        parts = urllib.parse.urlsplit(server.endpoint)
        self.address, self.port = parts.hostname, parts.port
        self.host = host
        self.cookies, self.page, self.status, self.headers = {}, "", 0, {}

    @property
    def origin(self):
        return f"http://{self.host}:{self.port}"

    def send(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.address, self.port, timeout=60)
        try:
            sent = {"Host": f"{self.host}:{self.port}", **(headers or {})}
            if self.cookies:
                sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            self.status, self.page = answer.status, answer.read().decode()
            self.headers = {name.lower(): value for name, value in answer.getheaders()}
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, text = value.split(";")[0].partition("=")
                    self.cookies[key] = text
                    if "max-age=0" in value.lower():
                        del self.cookies[key]
        finally:
            connection.close()
        return self

    def get(self, path):
        """Follows redirects, as browsers do."""
        self.send("GET", path)
        for _ in range(5):
            if self.status not in (302, 303):
                break
            self.send("GET", self.headers["location"])
        return self

    @property
    def secret(self):
        return re.search(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"', self.page)

    def post(self, path, follow=True, **fields):
        """A form of the page that is shown, with its secret."""
        found = self.secret
        secret = (found.group(1) or found.group(2)) if found else ""
        body = urllib.parse.urlencode({"csrf": secret, **{name.replace("_", "-"): value for name, value in fields.items()}})
        self.send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin})
        if follow and self.status == 303:
            return self.get(self.headers["location"])
        return self

    @property
    def text(self):
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page)))

    @property
    def title(self):
        return re.search(r"<h1[^>]*>(.*?)</h1>", self.page).group(1)

    def json(self, path):
        return json.loads(self.send("GET", path).page)


class Operator(Browser):
    """Who has the mailbox and the telephone."""

    def __init__(self, server):
        super().__init__(server, OPERATOR)
        link = re.search(r"http://operator\.haar\.localhost:\d+(\S+)", server.command("console").stdout).group(1)
        self.link = link
        self.get(link)
        assert self.status == 200 and self.title == "Mailbox", self.text

    def mails(self, to):
        """Newest first: (subject, text)."""
        self.get("/")
        rows = re.findall(r'<tr>(.*?)</tr>', self.page, re.S)
        found = []
        for row in rows:
            match = re.search(r'href="(/mail\?id=[^"]+)"', row)
            if match and f">{to}<" in row:
                found.append(html.unescape(match.group(1)))
        shown = []
        for path in found:
            self.get(path)
            shown.append((html.unescape(self.title), html.unescape(re.search(r"<pre[^>]*>(.*?)</pre>", self.page, re.S).group(1))))
        return shown

    def code(self, to):
        """Of the newest mail."""
        return re.search(r"\b(\d{6})\b", self.mails(to)[0][1]).group(1)

    def text_message(self, to):
        self.get("/telephone")
        return re.search(rf"Text message to {re.escape(to)} , .*? code is (\d{{6}})", self.text).group(1)

    def answer(self):
        """The call that rings."""
        self.get("/telephone")
        identity = re.search(r'name="id"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="id"', self.page)
        call = identity.group(1) or identity.group(2)
        self.post("/telephone/answer", id=call)
        return call


class Newcomer(Browser):
    """Somebody who signs up."""

    def begin(self, email, name="New company"):
        self.get("/billing/signup")
        return self.post("/billing/signup/begin", email=email, name=name)

    def contact(self, **change):
        fields = {"use": "business", "full_name": "Ana Example", "phone": "+49 30 1234567", "country": "DE",
                  "address": "1 Example Way", "city": "Berlin", "state": "Berlin", "postal_code": "10115", "agree": "1", **change}
        return self.post("/billing/signup/contact", **{k: v for k, v in fields.items() if v is not None})

    def until_identity(self, operator, email, password="correct horse battery staple 1A"):
        self.begin(email)
        self.post("/billing/signup/code", code=operator.code(email))
        self.post("/billing/signup/password", password=password, again=password)
        self.contact()
        return self.post("/billing/signup/billing", number="4242 4242 4242 4242", expires="12/2099", holder="Ana Example")
