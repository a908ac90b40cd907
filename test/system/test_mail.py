"""Mail to a real mail server (aiosmtpd): with STARTTLS and a password, tried again when it was refused, never without TLS where
TLS is asked for; and a webhook. https://www.rfc-editor.org/rfc/rfc5321"""
import base64
import email
import email.policy
import http.server
import json
import queue
import ssl
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from conftest import serving, wait_until
from signup_person import Newcomer, Operator

PASSWORD = "mail-password-1"


class Inbox:
    """Keeps what arrives; refuses the first `refuse` mails for the time being."""

    def __init__(self, refuse=0):
        self.mails, self.refuse, self.users = queue.Queue(), refuse, []

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            self.refuse -= 1
            return "451 later"
        self.mails.put((envelope.mail_from, envelope.rcpt_tos, bool(session.ssl), envelope.content))
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and data.login == b"haar" and data.password == PASSWORD.encode()
        self.users.append((data.login, right))
        return AuthResult(success=right)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "cert"],
                   check=True, capture_output=True)
    return folder / "cert", folder / "key"


def server_of(inbox, certificate=None):
    more = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        more = {"tls_context": context, "require_starttls": True, "authenticator": inbox.authenticate, "auth_required": True}
    return Controller(inbox, hostname="127.0.0.1", port=0, **more)


class Running:
    def __init__(self, controller):
        self.controller = controller

    def __enter__(self):
        # A free port: the controller connects to the one that it was told, so it is told a real one.
        import socket
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.controller.port = probe.getsockname()[1]
        self.controller.start()
        return self.controller.port

    def __exit__(self, *_):
        self.controller.stop()


def begin(server, address):
    person = Newcomer(server)
    person.begin(address)
    assert person.title == "Confirm you are you"


def text_of(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return mail, mail.get_content()


def test_a_code_arrives_by_starttls_with_the_password(certificate, tmp_path):
    """And the same one stands in the mailbox. A second try follows when the server says 451."""
    (tmp_path / "password").write_text(PASSWORD + "\n")
    inbox = Inbox(refuse=1)
    with Running(server_of(inbox, certificate)) as port:
        arguments = ["--mail-server", f"smtp://localhost:{port}", "--mail-user", "haar", "--mail-password-file",
                     str(tmp_path / "password"), "--mail-from", "haar@example.com", "--mail-ca-file", str(certificate[0])]
        with serving(arguments=arguments) as server:
            begin(server, "ana@example.com")
            operator = Operator(server)
            wait_until(lambda: "is tried again" in operator.get("/").text, "the first attempt is refused")
            server.command("advance", "1m")
            sender, to, tls, raw = inbox.mails.get(timeout=60)
            assert (sender, to, tls) == ("haar@example.com", ["ana@example.com"], True)
            mail, text = text_of(raw)
            assert mail["Subject"] == "AWS email verification code" and operator.code("ana@example.com") in text
            wait_until(lambda: "sent on" in operator.get("/").text, "the mailbox tells")
            assert (b"haar", True) in inbox.users
            assert PASSWORD not in server.log() and base64.b64encode(PASSWORD.encode()).decode() not in server.log()


def test_without_tls_nothing_is_sent_where_it_is_asked_for(tmp_path):
    """A server that offers no STARTTLS gets neither mail nor password; the mailbox says what is wrong."""
    inbox = Inbox()
    with Running(server_of(inbox)) as port, serving(arguments=["--mail-server", f"smtp://127.0.0.1:{port}"]) as server:
        begin(server, "ana@example.com")
        operator = Operator(server)
        wait_until(lambda: "is tried again" in operator.get("/").text, "the attempt fails")
        assert inbox.mails.empty()

        def given_up():
            server.command("advance", "3h")  # which also ends the operator's session in the end
            return "could not be sent on" in Operator(server).get("/").text

        wait_until(given_up, "it is given up", 120)
        assert "is given up" in server.log()


def test_a_server_with_another_certificate_gets_nothing(certificate):
    inbox = Inbox()
    with Running(server_of(inbox, certificate)) as port, serving(
            arguments=["--mail-server", f"smtp://127.0.0.1:{port}"]) as server:
        begin(server, "ana@example.com")
        operator = Operator(server)
        wait_until(lambda: "is tried again" in operator.get("/").text, "the attempt fails")
        assert inbox.mails.empty() and inbox.users == []


def test_a_webhook_gets_every_message():
    got = queue.Queue()

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=hook.serve_forever)
    thread.start()
    try:
        with serving(arguments=["--message-webhook", f"http://127.0.0.1:{hook.server_port}/"]) as server:
            begin(server, "ana@example.com")
            told = got.get(timeout=60)
            assert (told["kind"], told["to"]) == ("mail", "ana@example.com") and "verification code" in told["text"]
    finally:
        hook.shutdown()
        hook.server_close()
        thread.join()
