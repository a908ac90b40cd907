"""A unique canary in every secret that the built operations take or give, and none is found anywhere.

Which members are secret the models say (with models/patches), not this file: an operation that is added with a
secret member fails here until it is sent a canary. Looked into: every file of the data folder (as it is, in
base64, in hexadecimal, in URL encoding), the log, standard output and error, the events, the texts of errors,
the arguments and environments of every process of haar's.
"""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse
import uuid

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

import federation_canaries
import secret_canaries
from conftest import processes_naming, read_events, serving
from haar_server import ACCOUNT, ROOT_KEY, SEED

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "codegen"))
from model import Model, load_model  # noqa: E402

SERVICES = ["iam", "sts", "ec2", "secretsmanager", "rds", "rdsdata", "elasticache", "accessanalyzer"]
# Output members that no answer has: nothing is pending at haar, a virtual MFA device is shown whole once, when
# it is made, identities are propagated by an IAM Identity Center only, and Aurora's option groups have no options. An
# engine's log is its tenant's own text, and no secret that haar has made.
NEVER_GIVEN = ("PendingModifiedValues.MasterUserPassword", "VirtualMFADevices.Base32StringSeed",
               "VirtualMFADevices.QRCodePNG", "TrustedIdentityPropagationContext", "OptionSettings.Value", "generatedFields",
               "LogFileData")


def canary(length=40):
    """Letters and digits: a form that every member takes and that no encoding but base64 and hex changes."""
    return ("Canary9" + uuid.uuid4().hex + uuid.uuid4().hex)[:length]


def secret_members(direction):
    """{(service, operation, member path)} of the operations that have a row."""
    found = set()
    for service in SERVICES:
        model = Model(load_model(ROOT, service))

        def walk(operation, shape, path, seen):
            for name, member in [] if shape in seen else model.members(shape):
                here, target = path + [name], member["shape"]
                if model.is_sensitive(member):
                    found.add((service, operation, ".".join(here)))
                    continue
                while "member" in model.shapes[target]:
                    target = model.shapes[target]["member"]["shape"]
                walk(operation, target, here, seen | {shape})

        for file in (ROOT / "src" / "services" / service).rglob("*.cc"):
            for operation in re.findall(r"\b(?:data_)?op<(?:\w+::)?ops::(\w+)", file.read_text()):
                definition = model.operations[operation]
                if direction in definition:
                    walk(operation, definition[direction]["shape"], [], frozenset())
    return found


def raw_call(server, service, key, **parameters):
    """A signed query request of any parameters: SDKs keep some secrets from leaving. (status, body)"""
    versions = {"sts": "2011-06-15", "rds": "2014-10-31", "elasticache": "2015-02-02", "iam": "2010-05-08",
                "ec2": "2016-11-15"}
    body = urllib.parse.urlencode({"Version": versions[service], **parameters})
    request = AWSRequest("POST", server.endpoint + "/", data=body,
                         headers={"Content-Type": "application/x-www-form-urlencoded"})
    SigV4Auth(Credentials(*key), service, "us-east-1").add_auth(request)
    host = urllib.parse.urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=60)
    connection.request("POST", "/", body, dict(request.headers))
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


class Told:
    """The canaries, and every text that a client was told where no secret belongs."""

    def __init__(self):
        self.canaries, self.texts = {}, []

    def new(self, name, length=40):
        value = canary(length)
        self.canaries[name] = value
        return value

    def given(self, name, value):
        assert len(value) >= 16
        self.canaries[name] = value


@pytest.fixture(scope="module")
def run():
    """A server that was sent every canary, in calls that succeed and in calls that fail."""
    told = Told()
    seed = SEED.replace("correct horse battery staple 1A", "Aa1-" + told.new("seed root_password"))
    seed = seed.replace(ROOT_KEY[1], told.new("seed root_secret_access_key"))
    key = (ROOT_KEY[0], told.canaries["seed root_secret_access_key"])
    with serving(seed=seed) as server:
        (server.folder / "seed.toml").unlink()  # a person's own file; nothing of haar's
        send(server, told, key)
        server.log_texts = read_events(server)
        yield server, told
        (server.folder / "seed.toml").write_text("")


def send(server, told, key):
    for path in sorted(SENT):
        service, operation, member = path
        SENT[path](server, told, key, f"{service} {operation} {member}")
    iam, sts = server.client("iam", key), server.client("sts", key)
    # A line of the private exponent: those before it hold the modulus, which the public key shows.
    told.given("ec2 CreateKeyPair KeyMaterial",
               server.client("ec2", key).create_key_pair(KeyName="canary")["KeyMaterial"].splitlines()[12])
    federation_canaries.outbound(server, told, key)
    secret_canaries.given(server, told, key)
    # What AWS shows once, in the answer to the one who asked, and nowhere else.
    iam.create_user(UserName="canary")
    made = iam.create_access_key(UserName="canary")["AccessKey"]
    told.given("iam CreateAccessKey AccessKey.SecretAccessKey", made["SecretAccessKey"])
    for service, member in (("codecommit", "ServicePassword"), ("bedrock", "ServiceCredentialSecret")):
        given = iam.create_service_specific_credential(
            UserName="canary", ServiceName=service + ".amazonaws.com")["ServiceSpecificCredential"]
        told.given(f"iam CreateServiceSpecificCredential ServiceSpecificCredential.{member}", given[member])
        again = iam.reset_service_specific_credential(
            UserName="canary", ServiceSpecificCredentialId=given["ServiceSpecificCredentialId"])
        told.given(f"iam ResetServiceSpecificCredential ServiceSpecificCredential.{member}",
                   again["ServiceSpecificCredential"][member])
    told.texts.append(str(iam.list_service_specific_credentials(UserName="canary")))
    phone = iam.create_virtual_mfa_device(VirtualMFADeviceName="canary")["VirtualMFADevice"]
    for member in ("Base32StringSeed", "QRCodePNG"):
        told.given(f"iam CreateVirtualMFADevice VirtualMFADevice.{member}", phone[member])
    told.texts.append(str(iam.list_virtual_mfa_devices()))
    iam.create_role(RoleName="canary", AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT},
                                                 "Action": "sts:AssumeRole"}]}))
    iam.put_user_policy(UserName="canary", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}))
    user = server.client("sts", (made["AccessKeyId"], made["SecretAccessKey"]))
    session = user.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/canary", RoleSessionName="inside")["Credentials"]
    for action, credentials in (("AssumeRole", session), ("GetSessionToken", user.get_session_token()["Credentials"]),
                                ("GetFederationToken", sts.get_federation_token(Name="bob")["Credentials"])):
        told.given(f"sts {action} Credentials.SecretAccessKey", credentials["SecretAccessKey"])
        told.given(f"sts {action} Credentials.SessionToken", credentials["SessionToken"])
    inside = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert server.client("sts", inside).get_caller_identity()["Arn"].endswith("assumed-role/canary/inside")
    root_session(server, told, key, (made["AccessKeyId"], made["SecretAccessKey"]))
    # A wrong signature is explained, with everything that was signed but the token.
    told.texts.append(raw_call(server, "sts", (inside[0], canary(), inside[2]), Action="GetCallerIdentity")[1])
    told.texts.append(raw_call(server, "iam", (key[0], told.new("a wrong secret")), Action="ListUsers")[1])
    with pytest.raises(ClientError) as denied:
        server.client("iam", inside).list_users()
    told.texts.append(str(denied.value.response))
    told.texts.append(str(iam.list_access_keys(UserName="canary")) + str(sts.get_caller_identity()))


def root_session(server, told, key, user):
    """The root user of another account of the organization, for one task."""
    iam, organizations = server.client("iam", key), server.client("organizations", key)
    organizations.create_organization()
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_credentials_management()
    request = organizations.create_account(AccountName="member", Email="member@example.com")["CreateAccountStatus"]
    deadline = time.monotonic() + 60
    while request["State"] == "IN_PROGRESS" and time.monotonic() < deadline:
        request = organizations.describe_create_account_status(
            CreateAccountRequestId=request["Id"])["CreateAccountStatus"]
    iam.put_user_policy(UserName="canary", PolicyName="root", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": "*"}]}))
    made = server.client("sts", user).assume_root(TargetPrincipal=request["AccountId"], TaskPolicyArn={
        "arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"})["Credentials"]
    told.given("sts AssumeRoot Credentials.SecretAccessKey", made["SecretAccessKey"])
    told.given("sts AssumeRoot Credentials.SessionToken", made["SessionToken"])
    session = (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    assert server.client("sts", session).get_caller_identity()["Arn"].endswith(":root")


def aurora(**parameters):
    return {"Action": "CreateDBCluster", "Engine": "aurora-postgresql", "MasterUsername": "ana", **parameters}


def cluster_password(server, told, key, name):
    """A cluster that comes up, with an instance that runs, and creations that fail at each stage."""
    rds, password = server.client("rds", key), told.new(name)
    rds.create_db_cluster(DBClusterIdentifier="canary", Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=password)
    rds.create_db_instance(DBInstanceIdentifier="canary-1", DBClusterIdentifier="canary", Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="canary-1",
                                                 WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    told.texts.append(str(rds.describe_db_clusters()) + str(rds.describe_db_instances()))
    for number, wrong in enumerate([{"Engine": "nothing"}, {"DatabaseName": "template1"}, {"Port": "80"},
                                    {"MasterUsername": "rdsadmin"}, {"BackupRetentionPeriod": "many"},
                                    {"DBClusterIdentifier": "canary"}, {"Colour": "red"}]):
        again = told.new(f"{name}, refused {number}")
        told.texts.append(raw_call(server, "rds", key, **aurora(
            **{"DBClusterIdentifier": f"c{number}", "MasterUserPassword": again, **wrong}))[1])
    for number, mark in enumerate(["/", "@", '"', " ", "é"]):  # a password that breaks the rules is not quoted
        again = told.new(f"{name}, misshapen {number}", 30)
        status, said = raw_call(server, "rds", key, **aurora(DBClusterIdentifier="c9", MasterUserPassword=again + mark))
        assert status == 400
        told.texts.append(said)
    again = told.new(f"{name}, too long")
    told.texts.append(raw_call(server, "rds", key, **aurora(DBClusterIdentifier="c9", MasterUserPassword=again * 4))[1])


ALONE = {"DBInstanceIdentifier": "canary-alone", "Engine": "postgres", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": "20",
         "MasterUsername": "ana"}


def instance_password(server, told, key, name):
    """A DB instance without a cluster that comes up, and creations that fail, with and without a cluster."""
    rds = server.client("rds", key)
    rds.create_db_instance(**{**ALONE, "AllocatedStorage": 20}, MasterUserPassword=told.new(name))
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="canary-alone", WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    told.texts.append(str(rds.describe_db_instances()))
    for number, wrong in enumerate([{"Engine": "nothing"}, {"DBName": "template1"}, {"AllocatedStorage": "1"}, {}, INSTANCE]):
        again = told.new(f"{name}, refused {number}")
        told.texts.append(raw_call(server, "rds", key, Action="CreateDBInstance",
                                   **{**ALONE, "MasterUserPassword": again, **wrong})[1])


def changed_instance_password(server, told, key, name):
    """One that the engine takes, and one that is refused."""
    for number, instance in enumerate(["canary-alone", "canary-1"]):
        told.texts.append(raw_call(server, "rds", key, Action="ModifyDBInstance", DBInstanceIdentifier=instance,
                                   MasterUserPassword=told.new(f"{name} {number}"), ApplyImmediately="true")[1])


def one_call(service, action, member, **others):
    """The member in one call, whatever comes of it."""

    def do(server, told, key, name):
        value = told.new(name)
        told.texts.append(raw_call(server, service, key, Action=action, **others, **{member: value})[1])

    return do


NO_STATEMENTS = '{"Version": "2012-10-17", "Statement": []}'


def policy_check(operation, member, **others):
    """What is no policy is refused, and nothing of it repeated."""

    def do(server, told, key, name):
        with pytest.raises(ClientError) as error:
            getattr(server.client("accessanalyzer", key), operation)(**others, **{member: told.new(name)})
        assert error.value.response["Error"]["Code"] == "InvalidParameterException"
        told.texts.append(str(error.value.response))

    return do


def token_code(action, **others):
    """Six digits are no canary; a code of another shape has to be refused without being repeated."""

    def do(server, told, key, name):
        value = told.new(name)
        status, said = raw_call(server, "sts", key, Action=action, TokenCode=value, **others)
        assert status in (400, 403)
        told.texts.append(said)

    return do


def password_call(action, member):
    """A user's password, in calls that take it and in calls that refuse it."""

    def do(server, told, key, name):
        iam, user = server.client("iam", key), f"canary-{action}-{member}"
        iam.create_user(UserName=user)
        value, other = "Aa1-" + told.new(name), "Aa1-" + told.new(f"{name}, another")
        if action == "ChangePassword":
            first, second = (value, other) if member == "OldPassword" else (other, value)
            iam.create_login_profile(UserName=user, Password=first)
            iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}))
            made = iam.create_access_key(UserName=user)["AccessKey"]
            told.given(f"{name}, key", made["SecretAccessKey"])
            mine = server.client("iam", (made["AccessKeyId"], made["SecretAccessKey"]))
            mine.change_password(OldPassword=first, NewPassword=second)
            with pytest.raises(ClientError) as refused:
                mine.change_password(OldPassword=first, NewPassword=second)
        else:
            iam.create_login_profile(UserName=user, Password=other if action == "UpdateLoginProfile" else value)
            if action == "UpdateLoginProfile":
                iam.update_login_profile(UserName=user, Password=value)
            with pytest.raises(ClientError) as refused:
                iam.create_login_profile(UserName=user, Password=value)
        told.texts.append(str(refused.value.response))
        for wrong in (told.new(f"{name}, weak", 20), value + "\u20ac", value * 4):
            parameters = {"OldPassword": wrong, "NewPassword": wrong} if action == "ChangePassword" else {"Password": wrong}
            told.texts.append(raw_call(server, "iam", key, Action=action, UserName=user, **parameters)[1])

    return do


def server_certificate_key(server, told, key, name):
    """A private key that is taken, with a canary in the text before it, and texts that are no key."""
    iam, mark = server.client("iam", key), told.new(name)
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "-", "-subj", "/CN=canary"],
                          check=True, text=True, capture_output=True).stdout
    private, body = made[:made.index("-----BEGIN CERTIFICATE")], made[made.index("-----BEGIN CERTIFICATE"):]
    # A line of the private exponent: those before it hold the modulus, which the certificate shows.
    told.given(f"{name}, the key itself", private.splitlines()[9])
    upload = dict(ServerCertificateName="canary", CertificateBody=body)
    iam.upload_server_certificate(**upload, PrivateKey=f"{mark}\n{private}")
    told.texts.append(str(iam.get_server_certificate(ServerCertificateName="canary")))
    for wrong in (told.new(f"{name}, no key"), told.new(f"{name}, misshapen") + "\u20ac", private):
        told.texts.append(raw_call(server, "iam", key, Action="UploadServerCertificate", **upload, PrivateKey=wrong)[1])


def launch(server, key, **parameters):
    ec2 = server.client("ec2", key)
    image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]
    made = ec2.run_instances(ImageId=image["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1, **parameters)
    return ec2, image["ImageId"], made["Instances"][0]["InstanceId"]


def first_user_data(server, told, key, name):
    value = told.new(name)
    ec2, image, instance = launch(server, key, UserData=value)
    shown = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]["Value"]
    assert base64.b64decode(shown).decode() == value
    told.given("ec2 DescribeInstanceAttribute UserData", value)
    told.texts.append(str(ec2.describe_instances(InstanceIds=[instance])))
    for wrong in (told.new(f"{name}, no base64") + "!", base64.b64encode(told.new(f"{name}, too long").encode() * 500).decode()):
        told.texts.append(raw_call(server, "ec2", key, Action="RunInstances", ImageId=image, MinCount=1, MaxCount=1, UserData=wrong)[1])


def changed_user_data(member):
    def do(server, told, key, name):
        ec2, _, instance = launch(server, key)
        quick = {"Delay": 1, "MaxAttempts": 60}
        ec2.get_waiter("instance_running").wait(InstanceIds=[instance], WaiterConfig=quick)
        encoded = {member: base64.b64encode(told.new(f"{name}, while it runs").encode()).decode()}
        if member == "Value":
            encoded["Attribute"] = "userData"
        else:
            encoded = {"UserData.Value": encoded[member]}
        told.texts.append(raw_call(server, "ec2", key, Action="ModifyInstanceAttribute", InstanceId=instance, **encoded)[1])
        ec2.stop_instances(InstanceIds=[instance])
        ec2.get_waiter("instance_stopped").wait(InstanceIds=[instance], WaiterConfig=quick)
        value = told.new(name)
        encoded = {at: base64.b64encode(value.encode()).decode() if text != "userData" else text for at, text in encoded.items()}
        assert raw_call(server, "ec2", key, Action="ModifyInstanceAttribute", InstanceId=instance, **encoded)[0] == 200
        shown = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")["UserData"]["Value"]
        assert base64.b64decode(shown).decode() == value

    return do


def delegated_access(server, told, key, name):
    """A token that a customer sends a product provider, traded in; and one that never was a token."""
    template = f"arn:aws:iam::{ACCOUNT}:delegation-template/canary"
    file = server.folder / "delegation-template.json"
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}]}))
    server.command("delegation-template", "--account", ACCOUNT, "--arn", template, "--name", "Canary", str(file))
    iam = server.client("iam", key)
    iam.create_user(UserName="lender")
    iam.attach_user_policy(UserName="lender", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    made = iam.create_access_key(UserName="lender")["AccessKey"]
    lender = server.client("iam", (made["AccessKeyId"], made["SecretAccessKey"]))
    request = lender.create_delegation_request(
        OwnerAccountId=ACCOUNT, Description="d", NotificationChannel=f"arn:aws:sns:us-east-1:{ACCOUNT}:t", SessionDuration=300,
        RequestorWorkflowId="canary", Permissions={"PolicyTemplateArn": template})["DelegationRequestId"]
    for step in (lender.associate_delegation_request, lender.accept_delegation_request, lender.send_delegation_token):
        step(DelegationRequestId=request)
    told.texts.append(str(lender.get_delegation_request(DelegationRequestId=request)))
    notices = server.command("delegation-notices", "--account", ACCOUNT).stdout.splitlines()
    token = json.loads(notices[-1])["token"]
    told.given(name, token.partition(".")[2])
    user = server.client("sts", (made["AccessKeyId"], made["SecretAccessKey"]))
    lent = user.get_delegated_access_token(TradeInToken=token)["Credentials"]
    told.given("sts GetDelegatedAccessToken Credentials.SecretAccessKey", lent["SecretAccessKey"])
    told.given("sts GetDelegatedAccessToken Credentials.SessionToken", lent["SessionToken"])
    told.texts.append(raw_call(server, "sts", key, Action="GetDelegatedAccessToken",
                               TradeInToken=told.new(f"{name}, made up"))[1])


INSTANCE = {"DBInstanceIdentifier": "canary-2", "DBClusterIdentifier": "canary", "Engine": "aurora-postgresql",
            "DBInstanceClass": "db.t4g.medium"}
SENT = {
    ("rds", "CreateDBCluster", "MasterUserPassword"): cluster_password,
    ("rds", "CreateDBCluster", "PreSignedUrl"): one_call(
        "rds", "CreateDBCluster", "PreSignedUrl", DBClusterIdentifier="c8", Engine="aurora-postgresql",
        MasterUsername="ana", MasterUserPassword="long-enough-1"),
    ("rds", "CopyDBClusterSnapshot", "PreSignedUrl"): one_call(
        "rds", "CopyDBClusterSnapshot", "PreSignedUrl", SourceDBClusterSnapshotIdentifier="canary",
        TargetDBClusterSnapshotIdentifier="c9"),
    ("rds", "ModifyDBCluster", "MasterUserPassword"): one_call(
        "rds", "ModifyDBCluster", "MasterUserPassword", DBClusterIdentifier="canary"),
    ("rds", "CreateDBInstance", "MasterUserPassword"): instance_password,
    ("rds", "ModifyDBInstance", "MasterUserPassword"): changed_instance_password,
    ("rds", "CreateDBInstance", "TdeCredentialPassword"): one_call(
        "rds", "CreateDBInstance", "TdeCredentialPassword", **INSTANCE),
    ("rds", "ModifyDBInstance", "TdeCredentialPassword"): one_call(
        "rds", "ModifyDBInstance", "TdeCredentialPassword", DBInstanceIdentifier="canary-2"),
    ("ec2", "RunInstances", "UserData"): first_user_data,
    **{("ec2", "ModifyInstanceAttribute", member): changed_user_data(member) for member in ("UserData", "Value")},
    ("rds", "ModifyOptionGroup", "OptionsToInclude.OptionSettings.Value"): one_call(
        "rds", "ModifyOptionGroup", "OptionsToInclude.OptionConfiguration.1.OptionSettings.OptionSetting.1.Value",
        OptionGroupName="canary", ApplyImmediately="true",
        **{"OptionsToInclude.OptionConfiguration.1.OptionName": "canary",
           "OptionsToInclude.OptionConfiguration.1.OptionSettings.OptionSetting.1.Name": "canary"}),
    ("elasticache", "CreateReplicationGroup", "AuthToken"): one_call(
        "elasticache", "CreateReplicationGroup", "AuthToken", ReplicationGroupId="canary", ReplicationGroupDescription="d"),
    ("elasticache", "ModifyReplicationGroup", "AuthToken"): one_call(
        "elasticache", "ModifyReplicationGroup", "AuthToken", ReplicationGroupId="canary"),
    ("elasticache", "ModifyCacheCluster", "AuthToken"): one_call(
        "elasticache", "ModifyCacheCluster", "AuthToken", CacheClusterId="canary"),
    ("elasticache", "CreateUser", "Passwords"): one_call(
        "elasticache", "CreateUser", "Passwords.member.1", UserId="canary", UserName="canary", Engine="redis",
        AccessString="on ~* +@all"),
    ("elasticache", "CreateUser", "AuthenticationMode.Passwords"): one_call(
        "elasticache", "CreateUser", "AuthenticationMode.Passwords.member.1", UserId="canary2", UserName="canary2",
        Engine="redis", AccessString="on ~* +@all", **{"AuthenticationMode.Type": "password"}),
    ("elasticache", "ModifyUser", "Passwords"): one_call(
        "elasticache", "ModifyUser", "Passwords.member.1", UserId="canary"),
    ("elasticache", "ModifyUser", "AuthenticationMode.Passwords"): one_call(
        "elasticache", "ModifyUser", "AuthenticationMode.Passwords.member.1", UserId="canary",
        **{"AuthenticationMode.Type": "password"}),
    ("elasticache", "CreateCacheCluster", "AuthToken"): one_call(
        "elasticache", "CreateCacheCluster", "AuthToken", CacheClusterId="canary", Engine="redis",
        CacheNodeType="cache.t4g.micro", NumCacheNodes="1"),
    **{("iam", action, member): one_call("iam", action, member, UserName="canary", SerialNumber="canary-serial")
       for action in ("EnableMFADevice", "ResyncMFADevice")
       for member in ("AuthenticationCode1", "AuthenticationCode2")},
    ("iam", "UploadServerCertificate", "PrivateKey"): server_certificate_key,
    **{("iam", action, member): password_call(action, member) for action, member in (
        ("CreateLoginProfile", "Password"), ("UpdateLoginProfile", "Password"), ("ChangePassword", "OldPassword"),
        ("ChangePassword", "NewPassword"))},
    ("sts", "AssumeRole", "TokenCode"): token_code("AssumeRole", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/none",
                                                   RoleSessionName="session"),
    ("sts", "GetSessionToken", "TokenCode"): token_code("GetSessionToken"),
    **federation_canaries.SENT,
    **secret_canaries.SENT,
    ("sts", "GetDelegatedAccessToken", "TradeInToken"): delegated_access,
    ("accessanalyzer", "CheckNoNewAccess", "newPolicyDocument"): policy_check(
        "check_no_new_access", "newPolicyDocument", existingPolicyDocument="{}", policyType="IDENTITY_POLICY"),
    ("accessanalyzer", "CheckNoNewAccess", "existingPolicyDocument"): policy_check(
        "check_no_new_access", "existingPolicyDocument", newPolicyDocument=NO_STATEMENTS, policyType="IDENTITY_POLICY"),
    ("accessanalyzer", "CheckAccessNotGranted", "policyDocument"): policy_check(
        "check_access_not_granted", "policyDocument", access=[{"actions": ["s3:GetObject"]}], policyType="IDENTITY_POLICY"),
    ("accessanalyzer", "CheckNoPublicAccess", "policyDocument"): policy_check(
        "check_no_public_access", "policyDocument", resourceType="AWS::S3::Bucket"),
}


def forms(value):
    """The ways in which a value could lie there: as it is, or encoded at any offset of a larger text."""
    raw = value if isinstance(value, bytes) else value.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), urllib.parse.quote(value, safe="").encode()}
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\0" * shift + raw)
            found.add(whole[4 if shift else 0:len(whole) - 4])  # the ends depend on what stands beside it
    return found


def search(told, content, where):
    hits = [f"{name} in {where}" for name, value in told.canaries.items()
            if any(form in content for form in forms(value))]
    assert hits == []


def test_every_secret_input_of_a_built_operation_is_sent():
    assert secret_members("input") == set(SENT)


def test_every_secret_output_of_a_built_operation_is_known(run):
    given = {path for path in secret_members("output")
             if not path[2].endswith(NEVER_GIVEN)}
    assert {" ".join(path) for path in given} <= set(run[1].canaries)


def test_the_search_finds_what_it_should():
    told = Told()
    value = told.new("one")
    for hidden in (value, value.encode().hex(), "x" + base64.b64encode(b"ab" + value.encode() + b"cd").decode(),
                   base64.b64encode(b"a" + value.encode() + b"b").decode()):
        with pytest.raises(AssertionError):
            search(told, hidden.encode(), "a test")


def test_no_file_of_the_data_folder_holds_a_secret(run):
    server, told = run
    seen = 0
    for folder, _, names in os.walk(server.data):  # volumes are made and renamed meanwhile: what is gone is no file
        for path in (pathlib.Path(folder, name) for name in names):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    search(told, path.read_bytes(), path)
                    seen += 1
    assert seen > 10 and (server.data / "state" / "state.db-wal").stat().st_size > 0


def test_no_log_and_no_output_holds_a_secret(run):
    server, told = run
    files = [server.folder / "stdout", server.folder / "stderr", server.data / "log" / "haar.log"]
    files += list(server.data.glob("rds/*/*/*/*.log")) + list(server.data.glob("elasticache/**/*.log"))
    for path in files:
        search(told, path.read_bytes(), path)


def test_no_event_holds_a_secret(run):
    server, told = run
    text = "\n".join(json.dumps(e, ensure_ascii=False) for e in read_events(server))
    search(told, text.encode(), "haar events")
    assert '"masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS"' in text
    created = [e for e in read_events(server) if e["eventName"] == "CreateAccessKey"]
    assert created and all("secretAccessKey" in json.dumps(e) for e in created), "masked, not left out"


def test_no_error_and_no_description_repeats_a_secret(run):
    server, told = run
    assert len(told.texts) > 15
    for text in told.texts:
        search(told, text.encode(), text[:200])


def test_no_process_has_a_secret_in_its_arguments_or_environment(run):
    server, told = run
    processes = processes_naming(str(server.folder))
    assert any("postgres" in words for _, words in processes), "an engine runs"
    for pid, words in processes:
        for file in ("cmdline", "environ"):
            search(told, (pathlib.Path("/proc") / str(pid) / file).read_bytes(), f"{file} of {words}")


def test_status_and_endpoints_hold_no_secret(run):
    server, told = run
    for words in (["status"], ["status", "--json"], ["endpoints"]):
        search(told, server.command(*words).stdout.encode(), words)
