"""A client of a cache that keeps a ledger: which writes it was told are on a replica, too (WAIT 1)."""
import contextlib
import itertools
import random
import socket
import threading


class Broken(Exception):
    """The connection ended, or the node refused to serve."""


class Connection:
    def __init__(self, endpoint, timeout=5):
        try:
            self.socket = socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=timeout)
        except OSError as error:
            raise Broken(str(error)) from None
        self.stream = self.socket.makefile("rb")

    def close(self):
        with contextlib.suppress(OSError):
            self.stream.close()
            self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def command(self, *words):
        parts = b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in (str(word).encode() for word in words))
        try:
            self.socket.sendall(b"*%d\r\n" % len(words) + parts)
            return self._reply()
        except OSError as error:
            raise Broken(str(error)) from None

    def _reply(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise Broken("it ended")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"-":
            raise Broken(rest)
        if kind == b"$":
            size = int(rest)
            if size < 0:
                return None
            body = self.stream.read(size + 2)
            if len(body) != size + 2:
                raise Broken("it ended")
            return body[:-2].decode()
        return [self._reply() for _ in range(int(rest))]


class Ledger:
    """Writes through the primary endpoint until it is stopped, and connects anew when that fails."""

    def __init__(self, endpoint, name, wait_ms=1000):
        self.endpoint, self.name, self.wait_ms = endpoint, name, wait_ms
        self.acknowledged, self.tried, self.reconnected = [], 0, 0
        self._end, self._thread = threading.Event(), threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _run(self):
        numbers = itertools.count()
        while not self._end.is_set():
            try:
                with Connection(self.endpoint) as connection:
                    self._write(connection, numbers)
            except Broken:
                self.reconnected += 1
                self._end.wait(0.002)

    def _write(self, connection, numbers):
        while not self._end.is_set():
            key = f"{self.name}:{next(numbers)}"
            self.tried += 1
            connection.command("SET", key, "written")
            if connection.command("WAIT", 1, self.wait_ms) >= 1:
                self.acknowledged.append(key)

    def lost(self, endpoint):
        """What was acknowledged and is not there."""
        with Connection(endpoint) as connection:
            return [key for key in self.acknowledged if connection.command("GET", key) != "written"]


def chance(seed):
    return random.Random(seed)
