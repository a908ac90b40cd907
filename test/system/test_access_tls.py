"""TLS of databases: certificates of haar's CA for the endpoints' names, rds.force_ssl, and names that resolve."""
import contextlib
import os
import re
import shutil
import socket
import struct
import subprocess

import pytest

from access_help import PASSWORD, Cluster, server_certificate, token
from conftest import serving, wait_until
from haar_server import ROOT_KEY

NOBODY = (65534, 65534)  # initdb wants a user with a name


@pytest.fixture(scope="module")
def haar():
    with serving(arguments=["--dns", "0"]) as server:
        yield server


@pytest.fixture(scope="module")
def cluster(haar):
    return Cluster(haar)


def dns_of(haar):
    """(address, port) of its DNS server, as the latest banner says."""
    address, port = re.findall(r"by DNS at (\S+):(\d+)", (haar.folder / "stdout").read_text())[-1]
    return address, int(port)


def dig(haar, name, kind="A", *options):
    """(status, answers) of a query."""
    address, port = dns_of(haar)
    done = subprocess.run(["dig", f"@{address}", "-p", str(port), "+noall", "+comments", "+answer", "+tries=1", "+time=10",
                           *options, name, kind], text=True, timeout=60, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    status = re.search(r"status: (\w+)", done.stdout).group(1)
    return status, [line.split() for line in done.stdout.splitlines() if line and not line.startswith(";")]


# ---- certificates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["writer", "reader", "instance"])
def test_a_client_that_verifies_fully_comes_by_each_name(cluster, kind):
    name = cluster.name_of(kind)
    assert name.endswith(".us-east-1.rds.amazonaws.com")
    ok, said = cluster.psql("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()", **cluster.verified(name))
    assert ok, said
    assert said == "t|TLSv1.3"


def test_a_client_that_verifies_fully_comes_by_the_address_that_describe_shows(cluster):
    ok, said = cluster.psql(host=cluster.describe()["Endpoint"], sslmode="verify-full", sslrootcert=cluster.bundle)
    assert ok, said


def test_another_name_is_not_believed(cluster):
    mine = cluster.verified(cluster.name_of("writer"))
    ok, said = cluster.psql(**{**mine, "host": "other" + mine["host"]})
    assert not ok and "does not match host name" in said


def test_who_does_not_trust_haars_ca_does_not_connect(cluster, tmp_path):
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=other", "-keyout", tmp_path / "key", "-out", other], check=True, capture_output=True)
    ok, said = cluster.psql(**{**cluster.verified(cluster.name_of("writer")), "sslrootcert": other})
    assert not ok and "certificate verify failed" in said


def test_describe_tells_when_the_certificate_ends(cluster):
    details = wait_until(lambda: cluster.describe_instance().get("CertificateDetails"), "the certificate's end is known")
    _, shown = server_certificate(cluster.describe()["Endpoint"], cluster.bundle)
    assert details["CAIdentifier"] == cluster.describe_instance()["CACertificateIdentifier"]
    assert details["ValidTill"].strftime("%b %e %H:%M:%S %Y GMT") == shown["notAfter"]


def test_no_other_user_reads_the_key(cluster):
    [file] = (cluster.haar.data / "rds").rglob("conf/server.pem")
    status = file.stat()
    assert "PRIVATE KEY" in file.read_text()
    assert status.st_mode & 0o007 == 0
    if os.getuid() == 0:
        assert status.st_uid == 0 and status.st_gid != 0  # the group is the engine's own


def test_a_certificate_is_made_anew_without_a_restart(haar, cluster):
    address = cluster.describe()["Endpoint"]
    before, _ = server_certificate(address, cluster.bundle)

    def shown_now():
        with contextlib.suppress(OSError):  # the endpoint opens a moment after haar has answered
            return server_certificate(address, cluster.bundle)[0]

    psql = subprocess.Popen(["psql", "-XtAq", f"host={address} user=ana dbname=app sslmode=require"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD})
    try:
        psql.stdin.write("select 'first';\n")
        psql.stdin.flush()
        assert psql.stdout.readline() == "first\n"
        [file] = (haar.data / "rds").rglob("conf/server.pem")
        file.unlink()
        haar.stop(engines=False)
        haar.start()
        cluster.find_haar()
        wait_until(lambda: shown_now() not in (None, before), "another certificate is shown")
        out, _ = psql.communicate("select 'second';\n", timeout=60)  # the same session, over the same connection
        assert out == "second\n"
    finally:
        psql.kill()
        psql.wait()


# ---- rds.force_ssl -----------------------------------------------------------------------------------


def test_force_ssl_refuses_who_comes_in_the_clear(cluster):
    rds, group = cluster.rds, "forcing"
    address = cluster.describe()["Endpoint"]
    plain = {"host": address, "sslmode": "disable"}
    assert cluster.psql("select 1", **plain) == (True, "1")
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName=group, DBParameterGroupFamily="aurora-postgresql15",
                                          Description="of a test")
    [parameter] = [p for page in rds.get_paginator("describe_db_cluster_parameters").paginate(DBClusterParameterGroupName=group)
                   for p in page["Parameters"] if p["ParameterName"] == "rds.force_ssl"]
    assert parameter["ParameterValue"] == "0" and parameter["ApplyType"] == "dynamic"
    rds.modify_db_cluster(DBClusterIdentifier=cluster.name, DBClusterParameterGroupName=group, ApplyImmediately=True)
    rds.reboot_db_instance(DBInstanceIdentifier=cluster.name + "-1")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=cluster.name + "-1", WaiterConfig={"Delay": 1})

    def force(value):
        rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=group, Parameters=[
            {"ParameterName": "rds.force_ssl", "ParameterValue": value, "ApplyMethod": "immediate"}])

    force("1")
    said = wait_until(lambda: (lambda ok, text: not ok and text)(*cluster.psql(**plain)), "it is refused")
    assert 'no pg_hba.conf entry for host "127.0.0.1", user "ana", database "app", no encryption' in said
    assert cluster.psql("show rds.force_ssl", host=address, sslmode="require") == (True, "1")
    # It holds after a restart of the engine, too.
    rds.reboot_db_instance(DBInstanceIdentifier=cluster.name + "-1")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=cluster.name + "-1", WaiterConfig={"Delay": 1})
    ok, said = cluster.psql(**plain)
    assert not ok and "no encryption" in said
    force("0")
    wait_until(lambda: cluster.psql(**plain)[0], "it is admitted again")


# ---- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("+tcp",)])
def test_the_names_of_endpoints_resolve(haar, cluster, options):
    for name, address in cluster.hosts().items():
        status, answers = dig(haar, name, "A", *options)
        assert status == "NOERROR"
        assert [(a[0], a[3], a[4]) for a in answers] == [(name + ".", "A", address)]
        assert int(answers[0][1]) == 5
        assert dig(haar, name.upper(), "A", *options)[1][0][4] == address
        assert dig(haar, name, "AAAA", *options) == ("NOERROR", [])


@pytest.mark.parametrize("name", ["example.com", "rds.amazonaws.com", "iam.amazonaws.com", "nobody.us-east-1.rds.amazonaws.com", "."])
def test_any_other_name_is_refused(haar, cluster, name):
    assert dig(haar, name) == ("REFUSED", [])


def test_an_endpoint_that_is_gone_resolves_no_more(haar, cluster):
    other = Cluster(haar, "passing")
    name = other.name_of("instance")
    assert dig(haar, name)[0] == "NOERROR"
    other.rds.delete_db_instance(DBInstanceIdentifier="passing-1", SkipFinalSnapshot=True)
    other.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier="passing-1", WaiterConfig={"Delay": 1})
    assert dig(haar, name)[0] == "REFUSED"
    other.rds.delete_db_cluster(DBClusterIdentifier="passing", SkipFinalSnapshot=True)


def test_what_is_no_query_does_not_end_the_dns_server(haar, cluster):
    place = dns_of(haar)
    name = cluster.name_of("writer")
    for bytes_ in (b"", b"\0", b"\0" * 12, b"\xff" * 600, struct.pack("!6H", 7, 0x8000, 1, 0, 0, 0) + b"\0\0\1\0\1",
                   struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\xc0\x0c\0\1\0\1", struct.pack("!6H", 7, 0, 65535, 0, 0, 0)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(bytes_, place)
        with socket.create_connection(place, 10) as tcp:
            tcp.sendall(struct.pack("!H", len(bytes_)) + bytes_)
    silent = [socket.create_connection(place, 10) for _ in range(30)]  # more than it serves at once, and none asks
    assert dig(haar, name)[0] == "NOERROR"
    assert dig(haar, name, "A", "+tcp", "+time=30")[0] == "NOERROR"
    for one in silent:
        one.close()


def test_a_hosts_file_gets_the_names_and_keeps_the_rest(haar, cluster, tmp_path):
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1\tlocalhost\n# mine")
    file.chmod(0o640)
    haar.command("endpoints", "--write-hosts", str(file))
    text = file.read_text()
    assert text.startswith("127.0.0.1\tlocalhost\n# mine\n# haar ")
    assert all(f"{address}\t{name}\n" in text for name, address in cluster.hosts().items())
    assert file.stat().st_mode & 0o777 == 0o640
    haar.command("endpoints", "--write-hosts", str(file))
    assert file.read_text() == text  # once, however often


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("unshare") is None, reason="needs a hosts file of its own")
def test_psql_comes_by_a_name_of_the_hosts_file(haar, cluster, tmp_path):
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1\tlocalhost\n")
    haar.command("endpoints", "--write-hosts", str(file))
    inside = ["unshare", "--mount", "sh", "-c", f'mount --bind {file} /etc/hosts && exec "$@"', "sh"]
    ok, said = cluster.psql("select current_user", prefix=inside, host=cluster.name_of("writer"), sslmode="verify-full",
                            sslrootcert=cluster.bundle)
    assert (ok, said) == (True, "ana")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_it_is_the_same_where_haar_is_an_ordinary_user():
    with serving(user=NOBODY) as haar:
        cluster = Cluster(haar, "plain", EnableIAMDatabaseAuthentication=True)
        [file] = (haar.data / "rds").rglob("conf/server.pem")
        assert file.stat().st_mode & 0o777 == 0o600
        tls = cluster.verified(cluster.name_of("writer"))
        assert cluster.psql("create user app; grant rds_iam to app", **tls)[0]
        made = token(ROOT_KEY, tls["host"], "app")
        assert cluster.psql("select current_user", password=made, **{**tls, "user": "app"}) == (True, "app")


def test_describe_shows_names_where_the_operator_says_so():
    with serving(arguments=["--endpoint-names"]) as haar:
        cluster = Cluster(haar, "named")
        assert cluster.describe()["Endpoint"] == cluster.name_of("writer")
        assert cluster.describe()["ReaderEndpoint"] == cluster.name_of("reader")
        assert cluster.describe_instance()["Endpoint"]["Address"] == cluster.name_of("instance")


def test_caches_are_shown_by_name_too_and_resolve():
    with serving(arguments=["--endpoint-names", "--dns", "0"]) as haar:
        cache = haar.client("elasticache")
        cache.create_replication_group(ReplicationGroupId="sessions", ReplicationGroupDescription="d",
                                       CacheNodeType="cache.t3.micro", NumCacheClusters=2, TransitEncryptionEnabled=True)
        cache.get_waiter("replication_group_available").wait(ReplicationGroupId="sessions", WaiterConfig={"Delay": 1})
        [node_group] = cache.describe_replication_groups()["ReplicationGroups"][0]["NodeGroups"]
        shown = [node_group["PrimaryEndpoint"]["Address"], node_group["ReaderEndpoint"]["Address"]]
        shown += [member["ReadEndpoint"]["Address"] for member in node_group["NodeGroupMembers"]]
        label = shown[0].split(".")[2]
        assert shown == [f"{first}.sessions.{label}.use1.cache.amazonaws.com"
                         for first in ("master", "replica", "sessions-001", "sessions-002")]
        assert all(dig(haar, name)[0] == "NOERROR" for name in shown)
        # Clients with and without TLS go by different names, and by both while either is admitted.
        plain = f"sessions.{label}.ng.0001.use1.cache.amazonaws.com"
        assert dig(haar, plain)[0] != "NOERROR" or not dig(haar, plain)[1]
        cache.modify_replication_group(ReplicationGroupId="sessions", TransitEncryptionMode="preferred", ApplyImmediately=True)
        cache.get_waiter("replication_group_available").wait(ReplicationGroupId="sessions", WaiterConfig={"Delay": 1})
        assert dig(haar, plain)[1][0][-1] == dig(haar, shown[0])[1][0][-1]
