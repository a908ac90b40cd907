"""A person acts as an instance: connections come from its address, and its metadata service gives its role's
credentials, to programs that know nothing of haar."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

import terraform_program
from conftest import read_events, serving, wait_until
from haar_server import ACCOUNT, ROOT_KEY

REGION = "us-east-1"
PASSWORD = "correct-horse-1"
QUICK = {"Delay": 1, "MaxAttempts": 120}
TRUSTS_EC2 = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
CREDENTIALS = "latest/meta-data/iam/security-credentials/"
# The folder of this Python, where its AWS CLI is too.
PROGRAMS = pathlib.Path(sys.prefix) / "bin"


class World:
    """A server with two instances of different groups and roles, and a DB cluster that admits neither."""

    def __init__(self, haar, home):
        self.haar, self.home = haar, home
        self.ec2, self.iam, self.rds = (haar.client(name, region=REGION) for name in ("ec2", "iam", "rds"))
        [vpc] = self.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        self.vpc = vpc["VpcId"]
        self.image = self.ec2.describe_images(
            Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
        self.groups = {}
        self.new_group("database")
        self.web = self.launch("web")
        self.batch = self.launch("batch")
        self.endpoint = None

    def new_group(self, name):
        self.groups[name] = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]

    def launch(self, name):
        """An instance with a group and a role of this name."""
        self.new_group(name)
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUSTS_EC2)
        self.iam.create_instance_profile(InstanceProfileName=name)
        self.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
        [instance] = self.ec2.run_instances(ImageId=self.image, InstanceType="t3.micro", MinCount=1, MaxCount=1,
                                            SecurityGroupIds=[self.groups[name]],
                                            IamInstanceProfile={"Name": name})["Instances"]
        self.ec2.get_waiter("instance_running").wait(InstanceIds=[instance["InstanceId"]], WaiterConfig=QUICK)
        return instance["InstanceId"]

    def database(self):
        """The writer's address of the cluster "db", in the group "database" alone."""
        if self.endpoint is None:
            self.rds.create_db_cluster(DBClusterIdentifier="db", Engine="aurora-postgresql", MasterUsername="ana",
                                       MasterUserPassword=PASSWORD, VpcSecurityGroupIds=[self.groups["database"]])
            self.rds.create_db_instance(DBInstanceIdentifier="db-1", DBClusterIdentifier="db", Engine="aurora-postgresql",
                                        DBInstanceClass="db.t4g.medium")
            self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="db-1", WaiterConfig=QUICK)
            self.endpoint = self.rds.describe_db_clusters(DBClusterIdentifier="db")["DBClusters"][0]["Endpoint"]
        return self.endpoint

    def environment(self, **more):
        return {"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(self.home), "HAAR_DATA": str(self.haar.data), **more}

    def run(self, instance, *program, **more):
        """`haar run --instance …`, with an empty home folder and nothing in the environment."""
        return subprocess.run([*self.haar.become, self.haar.binary, "run", "--instance", instance, "--", *program], text=True,
                              timeout=120, capture_output=True, stdin=subprocess.DEVNULL, env=self.environment(**more))

    def ask(self, instance, path, *options, token=True):
        """(status, body) of the metadata service, by curl."""
        script = 'TOKEN=$(curl -s -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token); '
        with_token = '-H "X-aws-ec2-metadata-token: $TOKEN"' if token else ""
        done = self.run(instance, "sh", "-c", (script if token else "") +
                        f"exec curl -s -w '\\n%{{http_code}}' {with_token} {' '.join(options)} http://169.254.169.254/{path}")
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def role_credentials(self, instance, role):
        return json.loads(self.ask(instance, CREDENTIALS + role)[1])

    def psql(self, address, instance=None, statement="select inet_client_addr()"):
        words = ["psql", "-XtAq", "-h", address, "-U", "ana", "-d", "postgres", "-c", statement]
        more = {"PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"}
        if instance is not None:
            done = self.run(instance, *words, **more)
        else:
            done = subprocess.run(words, text=True, timeout=60, capture_output=True, env=self.environment(**more))
        return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with serving() as server:
        yield World(server, tmp_path_factory.mktemp("home"))


# ---- whose connections ---------------------------------------------------------------------------------


def test_a_rule_that_names_the_instances_group_admits_it(world):
    address = world.database()
    assert not world.psql(address, world.web)[0]
    rule = {"GroupId": world.groups["database"], "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": world.groups["web"]}]}]}
    world.ec2.authorize_security_group_ingress(**rule)
    try:
        ok, client = world.psql(address, world.web)
        assert ok, client
        assert client.startswith("127.") and client != "127.0.0.1"  # the address that stands for the instance
        assert not world.psql(address, world.batch)[0]
        assert not world.psql(address)[0]  # this machine is no instance
    finally:
        world.ec2.revoke_security_group_ingress(**rule)
    assert not world.psql(address, world.web)[0]


def test_the_private_address_leads_to_the_database(world):
    world.database()
    [interface] = [one for one in world.ec2.describe_network_interfaces(
        Filters=[{"Name": "group-id", "Values": [world.groups["database"]]}])["NetworkInterfaces"]]
    rule = {"GroupId": world.groups["database"], "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": world.groups["batch"]}]}]}
    world.ec2.authorize_security_group_ingress(**rule)
    try:
        ok, said = world.psql(interface["PrivateIpAddress"], world.batch, "select 42")
        assert (ok, said) == (True, "42")
        assert not world.psql(interface["PrivateIpAddress"], world.web, "select 42")[0]
    finally:
        world.ec2.revoke_security_group_ingress(**rule)


# ---- credentials, for programs as they are -------------------------------------------------------------


def identity_of(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["Arn"]


def test_the_aws_cli_is_the_instances_role(world):
    done = world.run(world.web, "aws", "sts", "get-caller-identity", "--output", "json")
    assert identity_of(done) == f"arn:aws:sts::{ACCOUNT}:assumed-role/web/{world.web}"


def test_boto3_is_the_instances_role(world):
    program = "import boto3, json; print(json.dumps(boto3.client('sts').get_caller_identity()))"
    python = str(PROGRAMS / "python")
    assert identity_of(world.run(world.batch, python, "-c", program)) == (
        f"arn:aws:sts::{ACCOUNT}:assumed-role/batch/{world.batch}")


@terraform_program.needed
def test_terraform_a_static_program_is_the_instances_role(world, tmp_path):
    run = terraform_program.initialised(tmp_path, """
provider "aws" {}
data "aws_caller_identity" "me" {}
output "arn" { value = data.aws_caller_identity.me.arn }
""", world.environment())
    done = world.run(world.web, "terraform", f"-chdir={tmp_path}", "apply", "-auto-approve", "-input=false", "-no-color",
                     TF_CLI_CONFIG_FILE=str(tmp_path / "cli.tfrc"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("output", "-raw", "arn").stdout == f"arn:aws:sts::{ACCOUNT}:assumed-role/web/{world.web}"


def test_a_persons_own_credentials_stay_outside(world):
    done = world.run(world.web, "aws", "sts", "get-caller-identity", AWS_ACCESS_KEY_ID=ROOT_KEY[0],
                     AWS_SECRET_ACCESS_KEY=ROOT_KEY[1])
    assert identity_of(done).endswith(world.web)
    names = world.run(world.web, "env", AWS_ACCESS_KEY_ID=ROOT_KEY[0], AWS_SECRET_ACCESS_KEY=ROOT_KEY[1]).stdout
    assert ROOT_KEY[0] not in names and ROOT_KEY[1] not in names


def test_conditions_know_which_instance_it_is(world):
    [address] = [one["PrivateIpAddress"] for one in
                 world.ec2.describe_instances(InstanceIds=[world.web])["Reservations"][0]["Instances"]]
    condition = {"StringEquals": {"aws:Ec2InstanceSourceVpc": world.vpc, "aws:Ec2InstanceSourcePrivateIPv4": address},
                 "NumericEquals": {"ec2:RoleDelivery": "2.0"},
                 "ArnEquals": {"ec2:SourceInstanceARN": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{world.web}"},
                 "StringLike": {"aws:userid": f"*:{world.web}"}}

    def may():
        made = world.role_credentials(world.web, "web")
        rds = world.haar.client("rds", (made["AccessKeyId"], made["SecretAccessKey"], made["Token"]), REGION)
        try:
            rds.describe_db_clusters()
            return True
        except rds.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"
            return False

    def allow(**changed):
        world.iam.put_role_policy(RoleName="web", PolicyName="p", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rds:DescribeDBClusters", "Resource": "*",
                                                    "Condition": {**condition, **changed}}]}))

    assert not may()
    allow()
    assert may()
    for operator, values in {"StringEquals": {"aws:Ec2InstanceSourceVpc": "vpc-0123456789abcdef0"},
                             "NumericEquals": {"ec2:RoleDelivery": "1.0"},
                             "ArnEquals": {"ec2:SourceInstanceARN": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{world.batch}"},
                             "StringLike": {"aws:userid": f"*:{world.batch}"}}.items():
        allow(**{operator: values})
        assert not may(), operator
    world.iam.delete_role_policy(RoleName="web", PolicyName="p")


def test_an_endpoint_and_its_policy_are_known_to_who_comes_through_it(world):
    """aws:SourceVpce and its kin, and the endpoint's own policy, for the instance's processes and for nobody else."""
    def allow(condition):
        world.iam.put_role_policy(RoleName="web", PolicyName="through", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "rds:DescribeDBClusters", "Resource": "*",
                                                    "Condition": {"StringEquals": condition}}]}))

    def said():
        program = f"import boto3; boto3.client('rds', region_name='{REGION}').describe_db_clusters()"
        done = world.run(world.web, str(PROGRAMS / "python"), "-c", program)
        return "" if done.returncode == 0 else done.stderr

    def policy(effect):
        return json.dumps({"Statement": [{"Effect": effect, "Principal": "*", "Action": "rds:*", "Resource": "*"}]})

    [address] = [one["PrivateIpAddress"] for one in
                 world.ec2.describe_instances(InstanceIds=[world.web])["Reservations"][0]["Instances"]]
    allow({"aws:SourceVpc": world.vpc, "aws:VpcSourceIp": address})
    assert "AccessDenied" in said()  # over the internet
    subnet = world.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    endpoint = world.ec2.create_vpc_endpoint(VpcId=world.vpc, ServiceName=f"com.amazonaws.{REGION}.rds", SubnetIds=[subnet],
                                             VpcEndpointType="Interface")["VpcEndpoint"]["VpcEndpointId"]
    try:
        assert said() == ""
        allow({"aws:SourceVpce": endpoint})
        assert said() == ""
        made = world.role_credentials(world.web, "web")
        outside = world.haar.client("rds", (made["AccessKeyId"], made["SecretAccessKey"], made["Token"]), REGION)
        with pytest.raises(outside.exceptions.ClientError) as raised:
            outside.describe_db_clusters()
        assert raised.value.response["Error"]["Code"] == "AccessDenied"
        world.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy("Deny"))
        assert "explicit deny in a VPC endpoint policy" in said()
        world.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy("Allow"))
        assert said() == ""
    finally:
        world.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        world.iam.delete_role_policy(RoleName="web", PolicyName="through")


def test_assuming_the_role_is_recorded(world):
    made = world.role_credentials(world.batch, "batch")
    [event] = [one for one in read_events(world.haar) if one["eventName"] == "AssumeRole"
               and (one["responseElements"] or {}).get("credentials", {}).get("accessKeyId") == made["AccessKeyId"]]
    assert event["userIdentity"] == {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
    assert event["requestParameters"]["roleSessionName"] == world.batch
    assert made["SecretAccessKey"] not in json.dumps(event) and made["Token"] not in json.dumps(event)


# ---- the metadata service ------------------------------------------------------------------------------


def test_without_a_token_nothing_is_said(world):
    assert world.ask(world.web, "latest/meta-data/", token=False)[0] == 401
    assert world.ask(world.web, CREDENTIALS + "web", "-H", "'X-aws-ec2-metadata-token: wrong'", token=False)[0] == 401
    forwarded = world.run(world.web, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "PUT", "-H",
                          "X-aws-ec2-metadata-token-ttl-seconds: 60", "-H", "X-Forwarded-For: 192.0.2.1",
                          "http://169.254.169.254/latest/api/token")
    assert forwarded.stdout == "403"


def test_an_instance_is_shown_itself(world):
    assert world.ask(world.web, "latest/meta-data/instance-id") == (200, world.web)
    assert world.ask(world.web, "latest/meta-data/security-groups") == (200, "web")
    assert world.ask(world.web, "2021-07-15/meta-data/placement/region") == (200, REGION)
    assert world.ask(world.web, "latest/meta-data/nothing")[0] == 404
    document = json.loads(world.ask(world.web, "latest/dynamic/instance-identity/document")[1])
    assert (document["instanceId"], document["accountId"], document["imageId"]) == (world.web, ACCOUNT, world.image)


def test_options_of_the_metadata_service_hold_at_once(world):
    def change(**options):
        world.ec2.modify_instance_metadata_options(InstanceId=world.batch, **options)

    def ask(host):
        return world.run(world.batch, "curl", "-gs", "-o", "/dev/null", "-w", "%{http_code}", f"http://{host}/latest/").stdout

    try:
        change(HttpTokens="optional")
        assert ask("169.254.169.254") == "200"
        assert ask("[fd00:ec2::254]") == "000"
        change(HttpProtocolIpv6="enabled")
        assert ask("[fd00:ec2::254]") == "200"
        change(HttpEndpoint="disabled")
        assert ask("169.254.169.254") == "403"
    finally:
        change(HttpTokens="required", HttpProtocolIpv6="disabled", HttpEndpoint="enabled")
    assert ask("169.254.169.254") == "401"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_user_of_the_machine_is_no_instance(world):
    words = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://169.254.169.254/latest/"]
    assert world.run(world.web, "setpriv", "--reuid=4711", "--regid=4711", "--clear-groups", *words).stdout == "403"


def test_an_instance_is_not_shown_another(world):
    assert world.ask(world.batch, CREDENTIALS) == (200, "batch")
    assert world.ask(world.batch, CREDENTIALS + "web")[0] == 404
    token = world.run(world.web, "curl", "-s", "-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60",
                      "http://169.254.169.254/latest/api/token").stdout
    assert len(token) == 56
    stolen = f"'X-aws-ec2-metadata-token: {token}'"
    assert world.ask(world.web, CREDENTIALS, "-H", stolen, token=False) == (200, "web")
    assert world.ask(world.batch, CREDENTIALS, "-H", stolen, token=False)[0] == 401
    # Nor can a program be the other by binding its address.
    address = world.run(world.batch, str(PROGRAMS / "python"), "-c", """
import socket
one = socket.create_connection(("169.254.169.254", 80))
print(one.getsockname()[0], *one.getpeername())
""").stdout.split()
    other = world.run(world.web, str(PROGRAMS / "python"), "-c", f"""
import socket
one = socket.socket()
one.bind(("{address[0]}", 0))
try:
    one.connect(("169.254.169.254", 80))
except OSError as error:
    print(error.strerror)
""").stdout.strip()
    assert other == "Cannot assign requested address"
    # And who is no instance gets nothing where the service listens.
    outside = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://{address[1]}:{address[2]}/latest/"],
                             capture_output=True, text=True, timeout=30)
    assert outside.stdout == "403"


# ---- the program ---------------------------------------------------------------------------------------


def test_the_programs_status_is_haar_runs(world):
    assert world.run(world.web, "sh", "-c", "exit 7").returncode == 7
    assert world.run(world.web, "sh", "-c", "kill -KILL $$").returncode == 128 + signal.SIGKILL
    missing = world.run(world.web, "no-such-program")
    assert missing.returncode == 127 and "no-such-program" in missing.stderr
    assert world.run(world.web, "/etc/passwd").returncode == 126


def test_signals_reach_the_program(world, tmp_path):
    ready = tmp_path / "ready"
    running = subprocess.Popen(
        [world.haar.binary, "run", "--instance", world.web, "--", "sh", "-c",
         f"trap 'exit 5' TERM; touch {ready}; while :; do sleep 0.05; done"], env=world.environment())
    wait_until(ready.exists, "the program runs")
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 5


def test_only_a_running_instance_is_acted_as(world):
    unknown = world.run("i-0123456789abcdef0", "true")
    assert unknown.returncode == 125 and "The instance ID 'i-0123456789abcdef0' does not exist" in unknown.stderr
    [instance] = world.ec2.run_instances(ImageId=world.image, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"]
    name = instance["InstanceId"]
    world.ec2.get_waiter("instance_running").wait(InstanceIds=[name], WaiterConfig=QUICK)
    assert world.run(name, "true").returncode == 0
    # A program that runs on while its instance stops connects no more.
    program = subprocess.Popen(
        [world.haar.binary, "run", "--instance", name, "--", "sh", "-c",
         "echo ready; read line; exec curl -sv -o /dev/null http://169.254.169.254/latest/"], env=world.environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout.readline() == "ready\n"
    world.ec2.stop_instances(InstanceIds=[name])
    world.ec2.get_waiter("instance_stopped").wait(InstanceIds=[name], WaiterConfig=QUICK)
    said = program.communicate("go\n", timeout=60)[1]
    assert program.returncode == 7, said  # curl's "could not connect"
    stopped = world.run(name, "true")
    assert stopped.returncode == 125 and "stopped" in stopped.stderr
    world.ec2.terminate_instances(InstanceIds=[name])


def test_what_was_begun_before_a_reboot_is_over(world, tmp_path):
    """On a machine it would have ended; here it connects no more, and what is begun afterwards does."""
    ready = tmp_path / "ready"
    program = subprocess.Popen(
        [world.haar.binary, "run", "--instance", world.batch, "--", "sh", "-c",
         f"touch {ready}; read line; exec curl -sv -o /dev/null http://169.254.169.254/latest/"], env=world.environment(),
        text=True, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(ready.exists, "the program runs")
    world.ec2.reboot_instances(InstanceIds=[world.batch])
    said = program.communicate("go\n", timeout=60)[1]
    assert program.returncode == 7, said  # curl's "could not connect"
    assert world.ask(world.batch, "latest/meta-data/instance-id") == (200, world.batch)


# ---- automatic connectivity ----------------------------------------------------------------------------


def connect(world, instance, *to, key=ROOT_KEY):
    return subprocess.run([world.haar.binary, "connect", "--instance", instance, "--region", REGION, *to], text=True, timeout=120,
                          capture_output=True, env=world.environment(AWS_ACCESS_KEY_ID=key[0], AWS_SECRET_ACCESS_KEY=key[1]))


def groups_named(world, *names):
    found = world.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": list(names)}])["SecurityGroups"]
    return {group["GroupName"]: group for group in found}


def of_instance(world, instance):
    [one] = world.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"]
    return {group["GroupName"] for group in one["SecurityGroups"]}


@contextlib.contextmanager
def launched(world, *names):
    """Instances of this test's own; at its end they are gone, and the pairs of groups that it made."""
    instances = [world.launch(name) for name in names]
    try:
        yield instances
    finally:
        world.ec2.terminate_instances(InstanceIds=instances)
        world.ec2.get_waiter("instance_terminated").wait(InstanceIds=instances, WaiterConfig=QUICK)
        world.rds.modify_db_cluster(DBClusterIdentifier="db", VpcSecurityGroupIds=[world.groups["database"]])
        pairs = groups_named(world, "rds-ec2-*", "ec2-rds-*").values()
        for group in pairs:
            if group["IpPermissions"]:
                world.ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
            if group["IpPermissionsEgress"]:
                world.ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
        for group in pairs:
            world.ec2.delete_security_group(GroupId=group["GroupId"])


def test_an_instance_and_a_cluster_are_connected(world):
    address = world.database()
    with launched(world, "shop", "mail") as (shop, mail):
        assert not world.psql(address, shop)[0]
        done = connect(world, shop, "--cluster", "db")
        assert done.returncode == 0, done.stderr
        pair = groups_named(world, "rds-ec2-*", "ec2-rds-*")
        assert set(pair) == {"rds-ec2-1", "ec2-rds-1"}
        mine, its = pair["ec2-rds-1"], pair["rds-ec2-1"]
        [rule] = its["IpPermissions"]
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 5432, 5432)
        assert rule["UserIdGroupPairs"] == [{
            "GroupId": mine["GroupId"], "UserId": ACCOUNT,
            "Description": f"Rule to allow connections from EC2 instances with {mine['GroupId']} attached"}]
        [out] = mine["IpPermissionsEgress"]
        assert out["UserIdGroupPairs"][0]["GroupId"] == its["GroupId"] and out["FromPort"] == 5432
        assert its["IpPermissionsEgress"] == [] and mine["IpPermissions"] == []
        assert of_instance(world, shop) == {"shop", "ec2-rds-1"}
        assert world.psql(address, shop)[0]
        assert not world.psql(address, mail)[0]

        again = connect(world, shop, "--cluster", "db")
        assert again.returncode == 0 and "already" in again.stdout
        # Another instance gets the instances' half of the same pair.
        assert connect(world, mail, "--cluster", "db").returncode == 0
        assert set(groups_named(world, "rds-ec2-*", "ec2-rds-*")) == {"rds-ec2-1", "ec2-rds-1"}
        assert world.psql(address, mail)[0]

        # Who modifies a pair gets another one.
        world.ec2.authorize_security_group_ingress(GroupId=its["GroupId"], IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 5433, "ToPort": 5433, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
        assert connect(world, shop, "--cluster", "db").returncode == 0
        assert set(groups_named(world, "rds-ec2-*", "ec2-rds-*")) == {"rds-ec2-1", "ec2-rds-1", "rds-ec2-2", "ec2-rds-2"}
        assert of_instance(world, shop) == {"shop", "ec2-rds-1", "ec2-rds-2"}


def test_an_instance_and_a_cache_are_connected(world):
    cache = world.haar.client("elasticache", region=REGION)
    cache.create_cache_cluster(CacheClusterId="c", Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1,
                               SecurityGroupIds=[world.groups["database"]])
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId="c", WaiterConfig=QUICK)
    [node] = cache.describe_cache_clusters(CacheClusterId="c", ShowCacheNodeInfo=True)["CacheClusters"][0]["CacheNodes"]
    ping = ["redis-cli", "-h", node["Endpoint"]["Address"], "PING"]
    assert "PONG" not in world.run(world.batch, *ping).stdout
    done = connect(world, world.batch, "--cache", "c")
    assert done.returncode == 0, done.stderr
    assert world.run(world.batch, *ping).stdout == "PONG\n"
    assert "PONG" not in world.run(world.web, *ping).stdout
    assert set(groups_named(world, "elasticache-ec2-*", "ec2-elasticache-*")) == {"elasticache-ec2-1", "ec2-elasticache-1"}


def test_what_cannot_be_connected_leaves_nothing_behind(world):
    world.database()
    world.iam.create_user(UserName="half")
    world.iam.put_user_policy(UserName="half", PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ec2:*", "rds:Describe*"], "Resource": "*"}]}))
    key = world.iam.create_access_key(UserName="half")["AccessKey"]
    with launched(world, "alone") as (alone,):
        before = set(groups_named(world, "*"))
        unknown = connect(world, alone, "--cluster", "no-such")
        assert unknown.returncode == 1 and "no-such" in unknown.stderr
        assert connect(world, "i-0123456789abcdef0", "--cluster", "db").returncode == 1
        half = connect(world, alone, "--cluster", "db", key=(key["AccessKeyId"], key["SecretAccessKey"]))
        assert half.returncode == 1 and "rds:ModifyDBCluster" in half.stderr
        assert set(groups_named(world, "*")) == before
        assert of_instance(world, alone) == {"alone"}


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever is not root shows it with every other test")
def test_no_privilege_is_needed(tmp_path):
    with serving(user=(4711, 4711)) as server:
        world = World(server, tmp_path)
        assert world.ask(world.web, CREDENTIALS) == (200, "web")
        done = world.run(world.web, "sh", "-c", "grep -E '^(CapEff|NoNewPrivs)' /proc/self/status")
        assert dict(line.split() for line in done.stdout.splitlines()) == {"CapEff:": "0000000000000000", "NoNewPrivs:": "1"}


# What runs while haar is away connects to nothing, and again when it is back.
def test_haar_may_be_started_anew_meanwhile(tmp_path):
    with serving() as server:
        world = World(server, tmp_path)
        program = subprocess.Popen(
            [server.binary, "run", "--instance", world.web, "--", "sh", "-c",
             "while read line; do curl -s -o /dev/null http://169.254.169.254/latest/; echo $?; done"],
            env=world.environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

        def ask():
            program.stdin.write("go\n")
            program.stdin.flush()
            return program.stdout.readline().strip()

        try:
            assert ask() == "0"
            server.stop(engines=False)
            assert ask() == "7"  # curl's "could not connect"
            server.start()
            wait_until(lambda: ask() == "0", "the instance connects again")
        finally:
            program.stdin.close()
            assert program.wait(30) == 0
