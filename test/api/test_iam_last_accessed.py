"""iam: who used which service, as the last-accessed reports tell it."""
import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


def report(iam, arn, granularity="SERVICE_LEVEL"):
    job = iam.generate_service_last_accessed_details(Arn=arn, Granularity=granularity)["JobId"]
    assert len(job) == 36
    return job, iam.get_service_last_accessed_details(JobId=job)


def by_service(answer):
    return {s["ServiceNamespace"]: s for s in answer["ServicesLastAccessed"]}


def report_with(iam, arn, wanted, granularity="SERVICE_LEVEL"):
    """A report once `wanted(services)` holds: uses are written in batches, so a first report may lack the latest."""
    for _ in range(600):
        job, answer = report(iam, arn, granularity)
        if wanted(by_service(answer)):
            return job, answer
        time.sleep(0.05)
    raise AssertionError(f"the uses were never written: {answer}")


def test_user_report_names_allowed_services_and_their_use(client, new_user, unique, account):
    """The report lists what policies allow, by namespace, with the last use of what was used, and no more."""
    iam = client("iam")
    keys = new_user(allow("iam:GetUser", "s3:*", "sts:AssumeRole", "nosuchservice:Do"), name=unique)
    arn = f"arn:aws:iam::{account}:user/{unique}"
    client("iam", keys, region="eu-west-1").get_user()
    job, answer = report_with(iam, arn, lambda s: s["iam"].get("LastAuthenticated"))
    assert answer["JobStatus"] == "COMPLETED" and answer["JobType"] == "SERVICE_LEVEL" and not answer["IsTruncated"]
    assert answer["JobCompletionDate"] >= answer["JobCreationDate"]
    assert [s["ServiceNamespace"] for s in answer["ServicesLastAccessed"]] == ["iam", "s3", "sts"]
    used, unused, _ = answer["ServicesLastAccessed"]
    assert used["LastAuthenticatedEntity"] == arn and used["LastAuthenticatedRegion"] == "us-east-1"
    assert used["TotalAuthenticatedEntities"] == 1 and "TrackedActionsLastAccessed" not in used
    assert unused == {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "TotalAuthenticatedEntities": 0}
    pages = [iam.get_service_last_accessed_details(JobId=job, MaxItems=2)]
    pages.append(iam.get_service_last_accessed_details(JobId=job, MaxItems=2, Marker=pages[0]["Marker"]))
    assert [s["ServiceNamespace"] for p in pages for s in p["ServicesLastAccessed"]] == ["iam", "s3", "sts"]


def test_action_level_tells_actions_and_denied_attempts(client, new_user, unique, account):
    """ACTION_LEVEL names each action tried, allowed or not: the data are all attempts."""
    iam = client("iam")
    keys = new_user(allow("iam:GetUser"), name=unique)
    tried = client("iam", keys)
    tried.get_user()
    assert refused(tried.list_roles)[0] == "AccessDenied"
    arn = f"arn:aws:iam::{account}:user/{unique}"
    _, answer = report_with(iam, arn, lambda s: len(s["iam"].get("TrackedActionsLastAccessed", [])) == 2, "ACTION_LEVEL")
    assert answer["JobType"] == "ACTION_LEVEL"
    actions = by_service(answer)["iam"]["TrackedActionsLastAccessed"]
    assert [a["ActionName"] for a in actions] == ["GetUser", "ListRoles"]
    assert {(a["LastAccessedEntity"], a["LastAccessedRegion"]) for a in actions} == {(arn, "us-east-1")}
    assert all("LastAccessedTime" in a for a in actions)


def test_group_policy_and_role_reports_tell_who(client, new_user, unique, account):
    """A group's and a policy's report count their users and roles and name the last of them; entities are listed."""
    iam = client("iam")
    iam.create_group(GroupName=unique)
    policy = iam.create_policy(PolicyName=unique, PolicyDocument=json.dumps(allow("sts:*", "iam:GetUser")))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName=unique, PolicyArn=policy)
    names = [f"{unique}-{i}" for i in range(3)]
    keys = [new_user(name=name) for name in names]
    for name in names:
        iam.add_user_to_group(GroupName=unique, UserName=name)
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                                                 "Action": "sts:AssumeRole"}]}))
    iam.attach_role_policy(RoleName=unique, PolicyArn=policy)
    session = client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{unique}", RoleSessionName="ana")["Credentials"]
    client("sts", keys[0]).get_caller_identity()
    client("sts", keys[1]).get_caller_identity()
    client("sts", (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])).get_caller_identity()
    group, role = f"arn:aws:iam::{account}:group/{unique}", f"arn:aws:iam::{account}:role/{unique}"
    users = [f"arn:aws:iam::{account}:user/{name}" for name in names]

    _, answer = report_with(iam, group, lambda s: s["sts"]["TotalAuthenticatedEntities"] == 2)
    assert by_service(answer)["sts"]["LastAuthenticatedEntity"] == users[1]
    job, answer = report_with(iam, policy, lambda s: s["sts"]["TotalAuthenticatedEntities"] == 3)
    assert by_service(answer)["sts"]["LastAuthenticatedEntity"] == role
    listed = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="sts")
    assert listed["JobStatus"] == "COMPLETED"
    entities = listed["EntityDetailsList"]
    assert [e["EntityInfo"]["Arn"] for e in entities] == [role, users[1], users[0], users[2]]
    assert entities[0]["EntityInfo"]["Type"] == "ROLE" and entities[1]["EntityInfo"]["Type"] == "USER"
    assert entities[1]["EntityInfo"]["Name"] == names[1] and entities[1]["EntityInfo"]["Path"] == "/"
    assert ["LastAuthenticated" in e for e in entities] == [True, True, True, False]
    first = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="sts", MaxItems=3)
    rest = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="sts", MaxItems=3,
                                                               Marker=first["Marker"])
    assert first["EntityDetailsList"] + rest["EntityDetailsList"] == entities
    assert iam.get_service_last_accessed_details_with_entities(
        JobId=job, ServiceNamespace="s3")["EntityDetailsList"] == []
    assert iam.get_role(RoleName=unique)["Role"]["RoleLastUsed"]["Region"] == "us-east-1"
    assert "RoleLastUsed" not in [r for r in iam.list_roles()["Roles"] if r["RoleName"] == unique][0]


def test_a_report_does_not_change_and_is_its_makers(client, new_user, unique, account):
    """What a job found stays as it was; only who asked may read it; unknown jobs are not found."""
    iam = client("iam")
    new_user(allow("iam:*"), name=unique)
    arn = f"arn:aws:iam::{account}:user/{unique}"
    job, before = report(iam, arn)
    iam.put_user_policy(UserName=unique, PolicyName="more", PolicyDocument=json.dumps(allow("s3:*")))
    again = iam.get_service_last_accessed_details(JobId=job)
    assert again["ServicesLastAccessed"] == before["ServicesLastAccessed"]
    assert "s3" in by_service(report(iam, arn)[1])
    other = client("iam", new_user(allow("iam:*")))
    for call, more in ((other.get_service_last_accessed_details, {}),
                       (other.get_service_last_accessed_details_with_entities, {"ServiceNamespace": "iam"})):
        assert refused(call, JobId=job, **more)[::2] == ("NoSuchEntity", 404)
    assert refused(iam.get_service_last_accessed_details, JobId=str(uuid.uuid4()))[0] == "NoSuchEntity"
    assert refused(iam.get_organizations_access_report, JobId=job)[0] in ("NoSuchEntity", "AccessDenied")
    assert refused(iam.get_service_last_accessed_details_with_entities, JobId=job, ServiceNamespace="nope")[0] == "InvalidInput"


def test_report_errors(client, new_user, account):
    """What is no entity of the account is refused, and so is who may not ask."""
    iam = client("iam")
    generate = iam.generate_service_last_accessed_details
    assert refused(generate, Arn=f"arn:aws:iam::{account}:user/no-such-user")[::2] == ("NoSuchEntity", 404)
    assert refused(generate, Arn="arn:aws:iam::aws:policy/NoSuchPolicy")[0] == "NoSuchEntity"
    assert refused(generate, Arn=f"arn:aws:iam::{account}:mfa/some-device")[0] == "InvalidInput"
    assert refused(generate, Arn="arn:aws:s3:::some-bucket-name")[0] == "InvalidInput"
    unchecked = client("iam", parameter_validation=False).generate_service_last_accessed_details
    assert refused(unchecked, Arn="short")[0] == "ValidationError"
    assert refused(unchecked, Arn="arn:aws:iam::aws:policy/ReadOnlyAccess", Granularity="OTHER")[0] == "ValidationError"
    nobody = client("iam", new_user())
    code, message, _ = refused(nobody.generate_service_last_accessed_details, Arn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert code == "AccessDenied" and "iam:GenerateServiceLastAccessedDetails" in message
    assert refused(nobody.get_service_last_accessed_details, JobId=str(uuid.uuid4()))[0] == "AccessDenied"


def test_administrators_can_use_every_service(client):
    """AdministratorAccess allows every service there is, in the order of the namespaces, page by page."""
    iam = client("iam")
    job = iam.generate_service_last_accessed_details(Arn="arn:aws:iam::aws:policy/AdministratorAccess")["JobId"]
    found, marker = [], {}
    while True:
        page = iam.get_service_last_accessed_details(JobId=job, **marker)
        found += [s["ServiceNamespace"] for s in page["ServicesLastAccessed"]]
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert found == sorted(set(found)) and len(found) > 400 and {"iam", "s3", "ec2"} <= set(found)


def test_policies_granting_service_access(client, new_user, unique, account):
    """The policies behind a service: managed ones by ARN, inline ones by who carries them, groups' for users."""
    iam = client("iam")
    new_user(allow("iam:*"), name=unique)
    iam.create_group(GroupName=unique)
    iam.add_user_to_group(GroupName=unique, UserName=unique)
    iam.put_group_policy(GroupName=unique, PolicyName="own", PolicyDocument=json.dumps(allow("iam:Get*", "ec2:*")))
    iam.attach_user_policy(UserName=unique, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    user, group = f"arn:aws:iam::{account}:user/{unique}", f"arn:aws:iam::{account}:group/{unique}"
    answer = iam.list_policies_granting_service_access(Arn=user, ServiceNamespaces=["s3", "iam", "sqs"])
    assert not answer["IsTruncated"]
    inline = {"PolicyType": "INLINE", "PolicyName": "own", "EntityType": "GROUP", "EntityName": unique}
    assert answer["PoliciesGrantingServiceAccess"] == [
        {"ServiceNamespace": "s3", "Policies": [
            {"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyType": "MANAGED",
             "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]},
        {"ServiceNamespace": "iam", "Policies": [
            {"PolicyType": "INLINE", "PolicyName": "p0", "EntityType": "USER", "EntityName": unique}, inline]},
        {"ServiceNamespace": "sqs", "Policies": []}]
    answer = iam.list_policies_granting_service_access(Arn=group, ServiceNamespaces=["ec2"])
    assert answer["PoliciesGrantingServiceAccess"] == [{"ServiceNamespace": "ec2", "Policies": [inline]}]
    ask = iam.list_policies_granting_service_access
    assert refused(ask, Arn=user, ServiceNamespaces=["nope"])[0] == "InvalidInput"
    assert refused(ask, Arn="arn:aws:iam::aws:policy/ReadOnlyAccess", ServiceNamespaces=["s3"])[0] == "InvalidInput"
    assert refused(ask, Arn=user + "x", ServiceNamespaces=["s3"])[::2] == ("NoSuchEntity", 404)
    assert refused(client("iam", new_user()).list_policies_granting_service_access, Arn=user,
                   ServiceNamespaces=["s3"])[0] == "AccessDenied"


def test_policies_granting_service_access_by_pages(client, new_user, unique, account):
    """More than a hundred namespaces come in pages, each once and in the order asked for."""
    iam = client("iam")
    new_user(allow("*"), name=unique)
    arn = f"arn:aws:iam::{account}:user/{unique}"
    job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
    names = [s["ServiceNamespace"] for s in iam.get_service_last_accessed_details(JobId=job, MaxItems=150)["ServicesLastAccessed"]]
    names.reverse()
    first = iam.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=names)
    assert first["IsTruncated"] and len(first["PoliciesGrantingServiceAccess"]) == 100
    rest = iam.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=names, Marker=first["Marker"])
    assert [e["ServiceNamespace"] for p in (first, rest) for e in p["PoliciesGrantingServiceAccess"]] == names


def test_access_key_last_used(client, new_user, unique):
    """GetAccessKeyLastUsed says N/A for a key that was never used, then service and region of the last use."""
    iam = client("iam")
    keys = new_user(name=unique)
    unused = iam.get_access_key_last_used(AccessKeyId=keys[0])
    assert unused["UserName"] == unique
    assert unused["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    assert refused(client("ec2", keys, region="eu-central-1").describe_vpcs)[0] == "UnauthorizedOperation"
    for _ in range(600):
        used = iam.get_access_key_last_used(AccessKeyId=keys[0])["AccessKeyLastUsed"]
        if "LastUsedDate" in used:
            break
        time.sleep(0.05)
    assert (used["ServiceName"], used["Region"]) == ("ec2", "eu-central-1")


def test_figures_survive_a_restart_and_go_with_their_user(haar, client, new_user, unique, account):
    """Last uses are durable, and a user of the same name who comes later has none of them."""
    iam = client("iam")
    keys = new_user(allow("iam:*"), name=unique)
    arn = f"arn:aws:iam::{account}:user/{unique}"
    client("iam", keys).get_user()
    _, before = report_with(iam, arn, lambda s: s["iam"]["TotalAuthenticatedEntities"] == 1)
    haar.kill()
    haar.start()
    iam = client("iam")
    _, after = report(iam, arn)
    assert by_service(after)["iam"] == by_service(before)["iam"]
    iam.delete_access_key(UserName=unique, AccessKeyId=keys[0])
    iam.delete_user_policy(UserName=unique, PolicyName="p0")
    iam.delete_user(UserName=unique)
    new_user(allow("iam:*"), name=unique)
    assert by_service(report(iam, arn)[1])["iam"]["TotalAuthenticatedEntities"] == 0


def test_organizations_reports_are_the_management_accounts(client):
    """Outside an organization there is no report to have."""
    iam = client("iam")
    assert refused(iam.generate_organizations_access_report, EntityPath="o-a1b2c3d4e5/r-ab12")[::2] == ("AccessDenied", 403)
    assert refused(iam.get_organizations_access_report, JobId=str(uuid.uuid4()))[::2] == ("AccessDenied", 403)
    assert refused(iam.generate_organizations_access_report, EntityPath="not-a-path-of-anything-at-all")[0] == "ValidationError"
