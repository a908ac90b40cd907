"""How long after its writer was killed a cluster's writer endpoint takes a write again.

    HAAR_BINARY=build/haar build/venv/bin/python test/bench/failover.py [runs]

The client speaks PostgreSQL's protocol itself: what a new process of psql costs is not haar's. It connects anew, without a
pause, until a write is accepted. Beside it, in the same run: a reboot without a reader to take over.
"""
import base64
import contextlib
import hashlib
import hmac
import os
import pathlib
import signal
import socket
import statistics
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from conftest import default_group_admits, serving, wait_until  # noqa: E402
from database_ledger import PASSWORD, psql  # noqa: E402

USER, PORT = "ana", 5432


class Refused(Exception):
    pass


class Client:
    """One session: SCRAM-SHA-256 and simple queries, no more."""

    def __init__(self, host):
        self.socket = socket.create_connection((host, PORT), timeout=5)
        try:
            self._start()
        except BaseException:
            self.socket.close()
            raise

    def _start(self):
        self.stream = self.socket.makefile("rb")
        body = struct.pack("!i", 196608) + f"user\0{USER}\0database\0postgres\0\0".encode()
        self.socket.sendall(struct.pack("!i", len(body) + 4) + body)
        kind, body = self._message()
        nonce = base64.b64encode(os.urandom(18)).decode()
        first = f"n=,r={nonce}"
        said = b"SCRAM-SHA-256\0" + struct.pack("!i", len(first) + 3) + b"n,," + first.encode()
        self._send(b"p", said)
        _, body = self._message()
        server = body[4:].decode()
        fields = dict(part.split("=", 1) for part in server.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        key = hmac.digest(salted, b"Client Key", "sha256")
        last = f"c=biws,r={fields['r']}"
        signed = hmac.digest(hashlib.sha256(key).digest(), f"{first},{server},{last}".encode(), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signed, strict=True))).decode()
        self._send(b"p", f"{last},p={proof}".encode())
        self._ready()

    def _send(self, kind, body):
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def _message(self):
        head = self.stream.read(5)
        if len(head) != 5:
            raise Refused("it ended")
        body = self.stream.read(struct.unpack("!i", head[1:])[0] - 4)
        if head[:1] == b"E":
            raise Refused(body.decode(errors="replace"))
        return head[:1], body

    def _ready(self):
        while self._message()[0] != b"Z":
            pass

    def run(self, sql):
        self._send(b"Q", sql.encode() + b"\0")
        self._ready()

    def close(self):
        self.stream.close()
        self.socket.close()


def first_write(host, number):
    """Milliseconds until a write is accepted."""
    began = time.perf_counter()
    while True:
        with contextlib.suppress(Refused, OSError):
            client = Client(host)
            with contextlib.closing(client):
                client.run(f"insert into ledger values ({number})")
                return (time.perf_counter() - began) * 1000


def pid_of(server, instance):
    for record in pathlib.Path(server.data).glob("rds/*/*/*/process"):
        if f"application_name={instance}'" in (record.parent / "conf/postgresql.conf").read_text():
            return int(dict(line.partition(" ")[::2] for line in record.read_text().splitlines())["pid"])
    raise RuntimeError(f"{instance} does not run")


def settled(rds, name):
    cluster = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    members = rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": [name]}])["DBInstances"]
    ready = cluster["Status"] == "available" and all(m["DBInstanceStatus"] == "available" for m in members)
    return cluster if ready else None


def in_step(rds, name):
    cluster = wait_until(lambda: settled(rds, name), f"{name} is available", 120)
    count = psql(cluster["Endpoint"], "select count(*) from aurora_replica_status() where server_id like '%-%'")
    return cluster if count == (True, str(len(cluster["DBClusterMembers"]))) else None


def measure(server, name, instances, runs):
    rds = server.client("rds")
    rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername=USER, MasterUserPassword=PASSWORD)
    for number in range(instances):
        rds.create_db_instance(DBInstanceIdentifier=f"{name}-{number}", DBClusterIdentifier=name, Engine="aurora-postgresql",
                               DBInstanceClass="db.t4g.medium")
    cluster = wait_until(lambda: settled(rds, name), f"{name} is available", 120)
    psql(cluster["Endpoint"], "create table ledger (n bigint)")
    times = []
    for number in range(runs):
        cluster = wait_until(lambda: in_step(rds, name), f"all of {name} are in step", 180)
        time.sleep(1)  # between two runs, so that each begins from rest
        writer = next(m["DBInstanceIdentifier"] for m in cluster["DBClusterMembers"] if m["IsClusterWriter"])
        os.kill(pid_of(server, writer), signal.SIGKILL)
        times.append(first_write(cluster["Endpoint"], number))
        print(f"{name} {number}: {times[-1]:.0f} ms", file=sys.stderr)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))], times[0], times[-1]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with serving() as server:
        default_group_admits(server.client("ec2"), PORT)
        print("| killed writer, to the first accepted write | median | p99 | least | most |\n|---|---|---|---|---|")
        for what, name, instances in [("with a reader", "two", 2), ("without one", "one", 1)]:
            print("| {} | {:.0f} ms | {:.0f} ms | {:.0f} ms | {:.0f} ms |".format(what, *measure(server, name, instances, runs)))


if __name__ == "__main__":
    main()
