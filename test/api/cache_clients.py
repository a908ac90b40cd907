"""Plain sockets to caches: no client library between a test and the wire."""
import socket


def connect(endpoint, source=None):
    """A TCP connection to {"Address", "Port"}, from an address of this host if one is named."""
    return socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=10,
                                    source_address=(source, 0) if source else None)


def is_closed(endpoint, source=None, greeting=b"PING\r\n"):
    """True if nobody speaks there: refused at once, or reset by the front door."""
    try:
        with connect(endpoint, source) as connection:
            connection.sendall(greeting)
            return connection.recv(64) == b""
    except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
        return True


def redis(endpoint, *words, source=None):
    """One command; the reply's first line, or the text of a bulk string, or "-ERR …" as it came."""
    with connect(endpoint, source) as connection:
        return redis_on(connection, *words)


def redis_on(connection, *words):
    parts = b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in (str(word).encode() for word in words))
    connection.sendall(b"*%d\r\n" % len(words) + parts)
    stream = connection.makefile("rb")
    line = stream.readline().rstrip(b"\r\n")
    if not line.startswith(b"$"):
        return line.decode()
    size = int(line[1:])
    return None if size < 0 else stream.read(size + 2)[:-2].decode()


def memcached(endpoint, text, until, source=None):
    """What comes back for `text`, up to and with `until`."""
    with connect(endpoint, source) as connection:
        return memcached_on(connection, text, until)


def memcached_on(connection, text, until):
    connection.sendall(text.encode())
    answer = b""
    while not answer.endswith(until.encode()):
        more = connection.recv(65536)
        if not more:
            return answer.decode() + "<closed>"
        answer += more
    return answer.decode()
