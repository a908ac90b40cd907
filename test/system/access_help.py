"""A cluster that this machine may reach, and how clients of PostgreSQL come to it."""
import datetime
import hashlib
import hmac
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import urllib.parse

REGION = "us-east-1"
PASSWORD = "correct-horse-7"
QUICK = {"Delay": 1, "MaxAttempts": 120}
PROGRAMS = pathlib.Path(sys.prefix) / "bin"


class Cluster:
    """An Aurora cluster with one instance; its group admits this machine."""

    def __init__(self, haar, name="shop", **more):
        self.haar, self.name = haar, name
        self.find_haar()
        [vpc] = self.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        group = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc["VpcId"])["GroupId"]
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        self.rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana", DatabaseName="app",
                                   MasterUserPassword=PASSWORD, VpcSecurityGroupIds=[group], **more)
        self.rds.create_db_instance(DBInstanceIdentifier=name + "-1", DBClusterIdentifier=name, Engine="aurora-postgresql",
                                    DBInstanceClass="db.t4g.medium")
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name + "-1", WaiterConfig=QUICK)
        self.bundle = haar.folder / "bundle.pem"
        self.bundle.write_text(haar.command("ca").stdout)

    def find_haar(self):
        """Where it answers now: another start, another port."""
        self.rds, self.ec2 = (self.haar.client(service, region=REGION) for service in ("rds", "ec2"))

    def describe(self):
        return self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"][0]

    def describe_instance(self):
        return self.rds.describe_db_instances(DBInstanceIdentifier=self.name + "-1")["DBInstances"][0]

    def hosts(self):
        """{name: address} of its endpoints, as haar prints them for a hosts file."""
        lines = [line.split() for line in self.haar.command("endpoints", "--hosts").stdout.splitlines()]
        return {name: address for address, name in lines if name.startswith((self.name + ".", self.name + "-1."))}

    def name_of(self, kind):
        """"cluster-", "cluster-ro-" or "" for the instance's."""
        start = {"writer": f"{self.name}.cluster-", "reader": f"{self.name}.cluster-ro-", "instance": f"{self.name}-1."}
        found = [n for n in self.hosts() if n.startswith(start[kind]) and (kind != "writer" or not n.startswith(start["reader"]))]
        assert len(found) == 1, (kind, found)
        return found[0]

    def psql(self, statement="select 1", password=PASSWORD, prefix=(), **parameters):
        """(True, output) or (False, what the client says)."""
        given = {"user": "ana", "dbname": "app", "connect_timeout": "20", **parameters}
        conninfo = " ".join(f"{name}='{value}'" for name, value in given.items())
        done = subprocess.run([*prefix, "psql", "-XtAq", conninfo, "-c", statement], text=True, timeout=120, capture_output=True,
                              stdin=subprocess.DEVNULL,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.haar.folder), "PGPASSWORD": password})
        return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()

    def verified(self, name, **more):
        """The parameters of a client that comes by this name and believes nobody else."""
        return {"host": name, "hostaddr": self.hosts()[name], "sslmode": "verify-full", "sslrootcert": self.bundle, **more}


def server_certificate(address, bundle, port=5432):
    """The certificate (DER) that PostgreSQL shows, checked against the bundle."""
    context = ssl.create_default_context(cafile=str(bundle))
    with socket.create_connection((address, port), 20) as plain:
        plain.sendall(struct.pack("!ii", 8, 80877103))  # SSLRequest
        assert plain.recv(1) == b"S"
        with context.wrap_socket(plain, server_hostname=address) as tls:
            return tls.getpeercert(binary_form=True), tls.getpeercert()


def token(key, host, user, port=5432, region=REGION, service="rds-db", at=None, expires=900, action="connect"):
    """What `aws rds generate-db-auth-token` makes, at any time and with anything in it. `key`: (id, secret[, session token])."""
    at = at or datetime.datetime.now(datetime.timezone.utc)
    date, stamp = at.strftime("%Y%m%d"), at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date}/{region}/{service}/aws4_request"
    query = {"Action": action, "DBUser": user, "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{key[0]}/{scope}",
             "X-Amz-Date": stamp, "X-Amz-Expires": str(expires), "X-Amz-SignedHeaders": "host"}
    if len(key) > 2:
        query["X-Amz-Security-Token"] = key[2]
    text = "&".join(f"{urllib.parse.quote(name, safe='')}={urllib.parse.quote(value, safe='')}"
                    for name, value in sorted(query.items()))
    canonical = f"GET\n/\n{text}\nhost:{host}:{port}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = ("AWS4" + key[1]).encode()
    for part in (date, region, service, "aws4_request"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    return f"{host}:{port}/?{text}&X-Amz-Signature={hmac.new(signing, to_sign.encode(), hashlib.sha256).hexdigest()}"


def cli_token(haar, key, host, user, port=5432):
    """The AWS CLI's own."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(haar.folder), "AWS_ACCESS_KEY_ID": key[0],
                   "AWS_SECRET_ACCESS_KEY": key[1]}
    if len(key) > 2:
        environment["AWS_SESSION_TOKEN"] = key[2]
    done = subprocess.run([str(PROGRAMS / "aws"), "rds", "generate-db-auth-token", "--hostname", host, "--port", str(port),
                           "--username", user, "--region", REGION], text=True, timeout=120, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
