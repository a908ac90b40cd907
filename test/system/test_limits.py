"""What a client that is slow, huge, many or malicious gets from the whole server: an answer that ends it, or
nothing, and everybody else is served on. (The limits one by one: src/http/limits_test.cc.)"""
import contextlib
import os
import pathlib
import random
import resource
import shutil
import socket
import stat
import subprocess
import urllib.parse

import pytest

from conftest import serving, wait_until
from haar_server import BINARY, ROOT_KEY, new_folder

HEAD_BYTES, BODY_BYTES, HEADERS, CONNECTIONS = 16 * 1024, 1024 * 1024, 100, 4096


def connect(haar):
    at = urllib.parse.urlsplit(haar.endpoint)
    return socket.create_connection((at.hostname, at.port), timeout=60)


def read_all(connection):
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def ask(haar, raw):
    """Everything that comes back, until the server closes; the client has said all it has to say."""
    with connect(haar) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
        except OSError:  # refused and closed while we were still sending
            pass
        return read_all(connection)


def status(answer):
    assert answer.startswith(b"HTTP/1.1 "), answer[:100]
    return int(answer[9:12])


def post(body=b"Action=ListUsers&Version=2010-05-08", headers=b"", length=None):
    return (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n" + headers
            + b"Content-Length: %d\r\n\r\n" % (len(body) if length is None else length) + body)


def is_served(haar):
    return haar.client("sts").get_caller_identity()["Account"] == "111122223333"


def test_health_answers_without_a_credential_and_says_nothing_else(haar):
    for method, body in ((b"GET", b'{"status":"ok"}'), (b"HEAD", b"")):
        answer = ask(haar, method + b" /_haar/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert status(answer) == 200 and answer.partition(b"\r\n\r\n")[2] == body
    assert status(ask(haar, b"POST /_haar/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")) == 405


@pytest.mark.parametrize("target", [
    "/", "/?Action=ListUsers&Version=2010-05-08", "/_haar", "/_haar/", "/_haar/status", "/_haar/reset",
    "/_haar/health/", "/_haar/health/..", "/_haar//health", "/_HAAR/health", "/_haar/%68ealth", "/metrics", "/../../key",
    "/key", "/state/state.db", "/%2e%2e/key", "/latest/meta-data/", "/_localstack/health", "/moto-api/reset", "*",
    "http://localhost/_haar/status", "/federation", "/oauth2/token", "/WhoAmI"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_an_unsigned_request_to_any_path_is_refused(haar, method, target):
    answer = ask(haar, f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
    # 501: a route that AWS serves unsigned; it is reserved, and not built.
    assert status(answer) in (400, 403, 404, 405) or b"NotImplemented" in answer, answer[:300]
    assert b"access-control-allow" not in answer.lower()


def test_the_console_under_another_name_only_says_where_it_is(haar):
    answer = ask(haar, b"GET /console HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status(answer) in (301, 302, 303, 307, 308), answer[:300]
    assert b"\r\nLocation: http://haar.localhost" in answer and b"set-cookie" not in answer.lower()


@pytest.mark.parametrize("credential", [
    b"Authorization: Bearer x\r\n", b"Authorization: Basic dGVzdDp0ZXN0\r\n", b"Authorization: AWS4-HMAC-SHA256\r\n",
    b"Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=\r\n",
    b"Authorization: AWS " + ROOT_KEY[0].encode() + b":x\r\n", b"X-Amz-Security-Token: x\r\n", b"Cookie: session=x\r\n"])
def test_no_credential_is_magic(haar, credential):
    assert status(ask(haar, post(headers=credential))) in (400, 403)


@pytest.mark.parametrize("what, raw, wanted", [
    ("a request line", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("one header", b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * HEAD_BYTES + b"\r\n\r\n", 431),
    ("headers", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * (HEADERS + 1) + b"\r\n", 431),
    ("a body", post(b"a" * (BODY_BYTES + 1)), 413),
    ("an announced body", post(b"", length=1 << 40), 413),
    ("a chunked body", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
     + b"10000\r\n" + b"a" * 65536 + b"\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 17 + b"0\r\n\r\n", 413),
    ("gzip", post(headers=b"Content-Encoding: gzip\r\n"), 415),
    ("deflate", post(headers=b"Content-Encoding: deflate\r\n"), 415),
    ("two lengths", post(headers=b"Content-Length: 3\r\n"), 400),
    ("length and chunks", post(headers=b"Transfer-Encoding: chunked\r\n"), 400),
    ("no host", b"GET /_haar/health HTTP/1.1\r\n\r\n", 400),
    ("an expectation", post(headers=b"Expect: the impossible\r\n"), 417),
    ("NUL in a header", b"GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n", 400),
    ("no HTTP", b"\x17\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100 + b"\r\n\r\n", 400),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400)])
def test_too_much_or_malformed_ends_the_connection(haar, what, raw, wanted):
    answer = ask(haar, raw + b"GET /_haar/health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status(answer) == wanted
    assert answer.count(b"HTTP/1.1 ") == 1, "what follows a refusal is never answered"


def test_a_chunked_request_is_one_like_any_other(haar):
    body = b"Action=ListUsers&Version=2010-05-08"
    answer = ask(haar, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                 % (len(body), body))
    assert status(answer) == 403 and b"MissingAuthenticationToken" in answer


def test_garbage_is_answered_or_dropped_and_nobody_else_notices(haar):
    noise = random.Random(4566)
    start = [b"", b"GET / HTTP/1.1\r\n", post()[:60], b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"]
    for number in range(200):
        answer = ask(haar, start[number % len(start)] + noise.randbytes(noise.randrange(1, 2000)))
        assert answer == b"" or status(answer) >= 400
    assert is_served(haar)


def test_slow_clients_do_not_hold_up_others(haar):
    """More half-sent requests than there are threads; each waits for its own end, nobody else does."""
    slow = [connect(haar) for _ in range(64)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(post(b"Action=ListUsers")[:20 + number] if number % 2 else post(b"Action=", length=100))
        assert is_served(haar)
        for connection in slow:  # a byte now and then does not win more time
            connection.sendall(b"a")
        assert is_served(haar)
        answer = read_all(slow[1])  # the head's ten seconds end it
        assert status(answer) == 408
    finally:
        for connection in slow:
            connection.close()


def is_open(connection):
    """Nothing has come, not even the end."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    finally:
        connection.settimeout(60)


@contextlib.contextmanager
def many_files(count):
    """This process may have that many files open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(count, before[0]), max(count, before[1])))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_more_idle_connections_than_the_limit_lock_nobody_out():
    """The oldest idle ones make room for newcomers; a request that is arriving all the while is not cut."""
    body = b"a" * BODY_BYTES
    with serving() as haar, contextlib.ExitStack() as held, many_files(CONNECTIONS + 2048):
        arriving = held.enter_context(connect(haar))
        arriving.sendall(post(b"", length=len(body)))
        sent, idle = 0, []
        for number in range(CONNECTIONS + 512):
            idle.append(held.enter_context(connect(haar)))
            if number % 16 == 0 and sent < len(body):  # faster than what counts as a stall
                arriving.sendall(body[sent:sent + 4096])
                sent += 4096
            if number % 500 == 0:
                assert is_served(haar)
        assert is_served(haar)
        arriving.sendall(body[sent:])
        answer = arriving.recv(65536)
        assert answer.startswith(b"HTTP/1.1 ") and status(answer) == 403, answer[:200]
        wait_until(lambda: not any(map(is_open, idle[:256])), "the oldest idle connections are closed")
        assert all(map(is_open, idle[-1024:])), "the youngest are not"
        assert is_served(haar)


def resident(haar):
    """MiB of memory that the server holds."""
    status_of_process = pathlib.Path(f"/proc/{haar.process.pid}/status").read_text()
    return int(status_of_process.partition("VmRSS:")[2].split()[0]) / 1024


def test_memory_of_large_requests_is_given_back():
    body = b"Action=ListUsers&Version=2010-05-08&Marker=" + b"a" * (BODY_BYTES - 100)
    with serving() as haar, contextlib.ExitStack() as held:
        assert is_served(haar)
        before = resident(haar)
        connections = [held.enter_context(connect(haar)) for _ in range(150)]
        for connection in connections:  # all but the last byte of each: the server holds them all at once
            connection.sendall(post(body)[:-1])
        wait_until(lambda: resident(haar) > before + 120, "the server has read them")
        most = resident(haar)
        for connection in connections:
            connection.sendall(b"a")
        for connection in connections:
            assert status(connection.recv(65536)) in (400, 403)
        wait_until(lambda: resident(haar) < before + 16, f"{most:.0f} MiB fall to near {before:.0f} MiB")
        for connection in connections:  # though its buffers are gone, each is served on
            connection.sendall(b"GET /_haar/health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert status(connection.recv(65536)) == 200


def test_large_requests_that_never_end_have_a_bound_together():
    with serving() as haar, contextlib.ExitStack() as held:
        assert is_served(haar)
        before, clients = resident(haar), []
        for number in range(600):  # each all but its last byte
            clients.append(held.enter_context(connect(haar)))
            with contextlib.suppress(OSError):  # it has been ended
                clients[-1].sendall(post(b"a" * BODY_BYTES)[:-1])
            if number % 50 == 0:
                assert is_served(haar)
            assert resident(haar) < before + 400
        wait_until(lambda: sum(map(is_open, clients)) < 300, "those that stall are ended")
        wait_until(lambda: status(ask(haar, post(b"a" * BODY_BYTES))) == 403, "a large request has room again")


def test_a_limit_of_open_files_too_low_to_serve_is_named():
    # Root could raise the limit: it may not here.
    drop = ["setpriv", "--bounding-set=-sys_resource"] if os.geteuid() == 0 else []
    folder = new_folder()
    try:
        done = subprocess.run([*drop, "prlimit", "--nofile=100:100", BINARY, "serve", "--port", "0", "--data",
                               folder + "/data"], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and "limit of open files is 100" in done.stdout + done.stderr
    finally:
        shutil.rmtree(folder)


def test_the_operators_socket_is_the_owners_alone(haar):
    socket_path = haar.data / "run" / "operator.sock"
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600
    for private in ("key", "state", "log", "log/haar.log", "state/state.db", "state/state.db-wal"):
        assert stat.S_IMODE((haar.data / private).stat().st_mode) & 0o077 == 0, private


def test_another_user_cannot_ask_the_operator(haar):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", BINARY, "status", "--data",
                           str(haar.data)], capture_output=True, text=True)
    assert done.returncode != 0 and "111122223333" not in done.stdout + done.stderr


def test_the_operators_socket_outlives_nonsense(haar):
    for nonsense in (b"\n", b"{}\n", b"[" * 100_000 + b"\n", b'{"verb":"shell"}\n', b"\xff\xfe\n", b'{"verb":["status"]}\n'):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(haar.data / "run" / "operator.sock"))
            try:
                connection.sendall(nonsense)
                assert b'"ok":false' in read_all(connection)
            except BrokenPipeError:
                pass
    assert haar.command("status").returncode == 0
