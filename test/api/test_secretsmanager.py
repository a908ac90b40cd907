"""Secrets Manager: secrets, their versions and labels, deletion and recovery, policies of secrets and of their callers.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html"""
import datetime
import json
import re
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, OTHER_ACCOUNT

GONE = ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
MARKED = ("InvalidRequestException",
          "You can't perform this operation on the secret because it was marked for deletion.")


def refused(call, **arguments):
    """The error of a call that must fail: (code, message)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == (501 if error["Error"]["Code"] == "NotImplemented" else 400)
    return error["Error"]["Code"], error["Error"]["Message"]


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


@pytest.fixture(scope="module")
def api(client):
    return client("secretsmanager")


@pytest.fixture
def name():
    return "test/" + uuid.uuid4().hex[:10]


def stages(api, name):
    """{label: version} of a secret."""
    versions = api.describe_secret(SecretId=name).get("VersionIdsToStages", {})
    return {label: version for version, labels in versions.items() for label in labels}


def test_a_secret_is_made_read_described_and_found_by_each_of_its_names(api, name):
    made = api.create_secret(Name=name, SecretString="s3cret", Description="what it is", Tags=[{"Key": "a", "Value": "b"}])
    assert re.fullmatch(rf"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{name}-[A-Za-z0-9]{{6}}", made["ARN"])
    assert made["Name"] == name and uuid.UUID(made["VersionId"])
    for known in (name, made["ARN"], made["ARN"][:-7]):
        value = api.get_secret_value(SecretId=known)
        assert (value["ARN"], value["Name"], value["VersionId"]) == (made["ARN"], name, made["VersionId"])
        assert (value["SecretString"], value["VersionStages"]) == ("s3cret", ["AWSCURRENT"])
        assert "SecretBinary" not in value and value["CreatedDate"].tzinfo
    shown = api.describe_secret(SecretId=name)
    assert (shown["Description"], shown["Tags"]) == ("what it is", [{"Key": "a", "Value": "b"}])
    assert shown["VersionIdsToStages"] == {made["VersionId"]: ["AWSCURRENT"]}
    assert "DeletedDate" not in shown and "OwningService" not in shown and "RotationEnabled" not in shown
    assert refused(api.get_secret_value, SecretId=made["ARN"][:-6] + "aaaaaa") == GONE
    assert refused(api.get_secret_value, SecretId=made["ARN"].replace("us-east-1", "eu-west-1")) == GONE
    assert refused(api.get_secret_value, SecretId=name + "x") == GONE


def test_bytes_are_kept_as_they_are(api, name):
    content = bytes(range(256))
    api.create_secret(Name=name, SecretBinary=content)
    value = api.get_secret_value(SecretId=name)
    assert value["SecretBinary"] == content and "SecretString" not in value


def test_a_secret_without_a_value_has_no_version(api, name):
    assert "VersionId" not in api.create_secret(Name=name)
    assert refused(api.get_secret_value, SecretId=name) == (
        "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")
    # Its first version is the current one, whatever is asked for.
    version = api.put_secret_value(SecretId=name, SecretString="x", VersionStages=["mine"])
    assert version["VersionStages"] == ["AWSCURRENT", "mine"]


def test_names_that_are_refused(api, name):
    words = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    for wrong in ("a b", "ü", "a:b", "a*"):
        assert refused(api.create_secret, Name=wrong, SecretString="x") == ("InvalidParameterException", words)
    assert refused(api.create_secret, Name="n" * 513)[0] == "ValidationException"
    # What stands before the mark is the service that keeps the secret: nobody else makes one.
    assert refused(api.create_secret, Name="rds!cluster-1", SecretString="x")[0] == "InvalidParameterException"
    api.create_secret(Name=name)
    assert refused(api.create_secret, Name=name) == (
        "ResourceExistsException", f"The operation failed because the secret {name} already exists.")


def test_what_is_not_built_is_refused_by_name(api, name):
    for more in ({"KmsKeyId": "alias/mine"}, {"AddReplicaRegions": [{"Region": "eu-west-1"}]},
                 {"ForceOverwriteReplicaSecret": True}, {"Type": "partner"}):
        code, message = refused(api.create_secret, Name=name, SecretString="x", **more)
        assert code == "NotImplemented" and next(iter(more)) in message
    assert refused(api.describe_secret, SecretId=name) == GONE
    api.create_secret(Name=name, KmsKeyId="alias/aws/secretsmanager")
    assert api.describe_secret(SecretId=name)["KmsKeyId"] == "alias/aws/secretsmanager"
    assert refused(api.rotate_secret, SecretId=name) == (
        "InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
    assert refused(api.rotate_secret, SecretId=name,
                   RotationLambdaARN="arn:aws:lambda:us-east-1:111122223333:function:f")[0] == "NotImplemented"


def test_a_new_value_makes_the_old_one_previous(api, name):
    first = api.create_secret(Name=name, SecretString="one")["VersionId"]
    second = api.put_secret_value(SecretId=name, SecretString="two")
    assert second["VersionStages"] == ["AWSCURRENT"]
    assert stages(api, name) == {"AWSCURRENT": second["VersionId"], "AWSPREVIOUS": first}
    assert api.get_secret_value(SecretId=name)["SecretString"] == "two"
    assert api.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "one"
    third = api.update_secret(SecretId=name, SecretString="three", Description="new")["VersionId"]
    assert stages(api, name) == {"AWSCURRENT": third, "AWSPREVIOUS": second["VersionId"]}
    assert api.describe_secret(SecretId=name)["Description"] == "new"
    # Without labels a version can still be read by its id, and is listed where deprecated ones are asked for.
    old = api.get_secret_value(SecretId=name, VersionId=first)
    assert old["SecretString"] == "one" and "VersionStages" not in old
    assert {one["VersionId"] for one in api.list_secret_version_ids(SecretId=name)["Versions"]} == {
        third, second["VersionId"]}
    everything = api.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
    assert {one["VersionId"] for one in everything} == {third, second["VersionId"], first}
    assert everything[0]["KmsKeyIds"] == ["DefaultEncryptionKey"]
    assert refused(api.get_secret_value, SecretId=name, VersionId=first, VersionStage="AWSCURRENT") == (
        "InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.")
    none = str(uuid.uuid4())
    assert refused(api.get_secret_value, SecretId=name, VersionId=none) == (
        "ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for VersionId: {none}")


def test_pages_of_versions(api, name):
    api.create_secret(Name=name, SecretString="0")
    for number in range(6):
        api.put_secret_value(SecretId=name, SecretString=str(number + 1))
    found, token, pages = [], {}, 0
    while pages < 10:
        page = api.list_secret_version_ids(SecretId=name, IncludeDeprecated=True, MaxResults=3, **token)
        found += [one["VersionId"] for one in page["Versions"]]
        pages += 1
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert (pages, len(found), len(set(found))) == (3, 7, 7)
    assert refused(api.list_secret_version_ids, SecretId=name, NextToken="x" * 40)[0] == "InvalidNextTokenException"


def test_a_request_that_is_repeated_does_nothing_more(api, name):
    token = str(uuid.uuid4())
    made = api.create_secret(Name=name, SecretString="one", ClientRequestToken=token)
    assert made["VersionId"] == token
    again = api.create_secret(Name=name, SecretString="one", ClientRequestToken=token)
    assert (again["ARN"], again["VersionId"]) == (made["ARN"], token)
    assert refused(api.create_secret, Name=name, SecretString="two", ClientRequestToken=token)[0] == "ResourceExistsException"
    second = str(uuid.uuid4())
    for _ in range(2):
        assert api.put_secret_value(SecretId=name, SecretString="two", ClientRequestToken=second)["VersionId"] == second
    assert stages(api, name) == {"AWSCURRENT": second, "AWSPREVIOUS": token}
    assert refused(api.put_secret_value, SecretId=name, SecretString="other", ClientRequestToken=second) == (
        "ResourceExistsException", f"You can't use ClientRequestToken {second} because that value is already in use for a "
                                   f"version of secret {made['ARN']}.")
    # The same token for another secret is another version.
    api.create_secret(Name=name + "2", SecretString="else", ClientRequestToken=token)
    # A version that has no label any more stays what it is.
    api.put_secret_value(SecretId=name, SecretString="three")
    api.put_secret_value(SecretId=name, SecretString="four")
    before = stages(api, name)
    assert api.put_secret_value(SecretId=name, SecretString="one", ClientRequestToken=token)["VersionId"] == token
    assert stages(api, name) == before


def test_labels_are_moved_by_who_knows_where_they_are(api, name):
    first = api.create_secret(Name=name, SecretString="one")["VersionId"]
    second = api.put_secret_value(SecretId=name, SecretString="two", VersionStages=["AWSPENDING"])["VersionId"]
    assert stages(api, name) == {"AWSCURRENT": first, "AWSPENDING": second}
    move = {"SecretId": name, "VersionStage": "AWSCURRENT"}
    assert refused(api.update_secret_version_stage, MoveToVersionId=second, **move) == (
        "InvalidParameterException",
        f"The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version {first}, "
        "so you must explicitly reference that version in RemoveFromVersionId.")
    assert refused(api.update_secret_version_stage, RemoveFromVersionId=second, MoveToVersionId=first, **move)[0] == (
        "InvalidParameterException")
    assert refused(api.update_secret_version_stage, RemoveFromVersionId=first, **move) == (
        "InvalidParameterException",
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.")
    api.update_secret_version_stage(RemoveFromVersionId=first, MoveToVersionId=second, **move)
    assert stages(api, name) == {"AWSCURRENT": second, "AWSPENDING": second, "AWSPREVIOUS": first}
    api.update_secret_version_stage(SecretId=name, VersionStage="AWSPENDING", RemoveFromVersionId=second)
    api.update_secret_version_stage(SecretId=name, VersionStage="mine", MoveToVersionId=first)
    assert stages(api, name) == {"AWSCURRENT": second, "AWSPREVIOUS": first, "mine": first}
    assert refused(api.put_secret_value, SecretId=name, SecretString="x",
                   VersionStages=[f"l{number}" for number in range(18)])[0] == "LimitExceededException"


def test_values_that_are_refused(api, name):
    assert refused(api.create_secret, Name=name, SecretString="a", SecretBinary=b"b")[0] == "InvalidParameterException"
    assert refused(api.create_secret, Name=name, SecretString="x" * 65537)[0] == "ValidationException"
    # 65,536 bytes are the limit, and not characters.
    assert refused(api.create_secret, Name=name, SecretString="ü" * 40_000)[0] == "InvalidParameterException"
    api.create_secret(Name=name, SecretString="x" * 65536)
    assert refused(api.put_secret_value, SecretId=name) == (
        "InvalidRequestException", "You must provide either SecretString or SecretBinary.")
    assert len(api.get_secret_value(SecretId=name)["SecretString"]) == 65536


def test_a_deleted_secret_can_be_restored(api, name):
    api.create_secret(Name=name, SecretString="one")
    deleted = api.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    days = (deleted["DeletionDate"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400
    assert 6.9 < days < 7.1
    assert api.describe_secret(SecretId=name)["DeletedDate"] <= deleted["DeletionDate"]
    for call, more in ((api.get_secret_value, {}), (api.put_secret_value, {"SecretString": "x"}), (api.update_secret, {}),
                       (api.delete_secret, {}), (api.get_resource_policy, {}), (api.untag_resource, {"TagKeys": ["a"]}),
                       (api.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]})):
        assert refused(call, SecretId=name, **more) == MARKED
    assert refused(api.create_secret, Name=name) == (
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.")
    listed = {"Filters": [{"Key": "name", "Values": [name]}]}
    assert api.list_secrets(**listed)["SecretList"] == []
    assert "DeletedDate" in api.list_secrets(IncludePlannedDeletion=True, **listed)["SecretList"][0]
    api.restore_secret(SecretId=name)
    assert api.get_secret_value(SecretId=name)["SecretString"] == "one"
    assert "DeletedDate" not in api.describe_secret(SecretId=name)


def test_a_secret_is_deleted_at_once_when_asked(api, name):
    first = api.create_secret(Name=name, SecretString="one")
    for days in (6, 31):
        assert refused(api.delete_secret, SecretId=name, RecoveryWindowInDays=days) == (
            "InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
    assert refused(api.delete_secret, SecretId=name, RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True) == (
        "InvalidParameterException", "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
    assert api.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)["ARN"] == first["ARN"]
    assert refused(api.describe_secret, SecretId=name) == GONE
    assert refused(api.delete_secret, SecretId=name) == GONE
    api.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)  # of none that is there: no error
    second = api.create_secret(Name=name, SecretString="two")
    assert second["ARN"] != first["ARN"]
    assert refused(api.get_secret_value, SecretId=first["ARN"]) == GONE
    assert refused(api.get_secret_value, SecretId=name, VersionId=first["VersionId"])[0] == "ResourceNotFoundException"
    api.delete_secret(SecretId=name)
    api.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)  # of one that waits to be deleted
    assert refused(api.describe_secret, SecretId=name) == GONE


def test_after_the_recovery_window_nothing_is_left(haar_with_a_clock):
    """By the clock, which the operator moves."""
    api = haar_with_a_clock.client("secretsmanager")
    api.create_secret(Name="over", SecretString="one")
    api.create_secret(Name="kept", SecretString="two")
    api.delete_secret(SecretId="over", RecoveryWindowInDays=7)
    haar_with_a_clock.command("advance", "6d")
    api.describe_secret(SecretId="over")
    haar_with_a_clock.command("advance", "2d")
    assert refused(api.restore_secret, SecretId="over") == GONE
    assert [one["Name"] for one in api.list_secrets(IncludePlannedDeletion=True)["SecretList"]] == ["kept"]
    api.create_secret(Name="over", SecretString="three")
    assert [one["VersionStages"] for one in api.list_secret_version_ids(SecretId="over", IncludeDeprecated=True)["Versions"]] == [
        ["AWSCURRENT"]]


def test_secrets_are_listed_filtered_and_sorted(api, name):
    for part, description, tag in (("b", "Shop database", "red"), ("a", "Mail relay", "blue"), ("c", "", "red")):
        api.create_secret(Name=f"{name}/{part}", Description=description, Tags=[{"Key": name, "Value": tag}])
    mine = {"Key": "name", "Values": [name]}

    def listed(*filters, **more):
        pages = api.get_paginator("list_secrets").paginate(Filters=[mine, *filters], PaginationConfig={"PageSize": 2}, **more)
        return [one["Name"][-1] for page in pages for one in page["SecretList"]]

    assert listed() == ["c", "a", "b"]  # the newest first
    assert listed(SortOrder="asc") == ["b", "a", "c"]
    assert listed(SortBy="name", SortOrder="asc") == ["a", "b", "c"]
    assert listed({"Key": "tag-value", "Values": ["red"]}, SortBy="name", SortOrder="asc") == ["b", "c"]
    assert listed({"Key": "tag-key", "Values": [name]}, {"Key": "description", "Values": ["shop"]}) == ["b"]
    assert listed({"Key": "description", "Values": ["!mail"]}, SortBy="name", SortOrder="asc") == ["b", "c"]
    assert listed({"Key": "all", "Values": ["relay"]}) == ["a"]
    assert listed({"Key": "owning-service", "Values": ["rds"]}) == []
    assert refused(api.list_secrets, Filters=[{"Values": ["x"]}])[0] == "InvalidParameterException"


def test_several_values_at_once_and_what_hinders_some(api, client, new_user, name):
    arns = [api.create_secret(Name=f"{name}/{n}", SecretString=str(n), Tags=[{"Key": "n", "Value": str(n)}])["ARN"]
            for n in range(3)]
    got = api.batch_get_secret_value(SecretIdList=[f"{name}/0", arns[1], "none"])
    assert [one["SecretString"] for one in got["SecretValues"]] == ["0", "1"]
    assert got["Errors"] == [{"SecretId": "none", "ErrorCode": GONE[0], "Message": GONE[1]}]
    found = api.batch_get_secret_value(Filters=[{"Key": "name", "Values": [name]}], MaxResults=2)
    rest = api.batch_get_secret_value(Filters=[{"Key": "name", "Values": [name]}], MaxResults=2, NextToken=found["NextToken"])
    assert sorted(one["ARN"] for one in found["SecretValues"] + rest["SecretValues"]) == sorted(arns)
    for wrong in ({}, {"SecretIdList": ["a"], "Filters": [{"Key": "name", "Values": ["a"]}]}):
        assert refused(api.batch_get_secret_value, **wrong)[0] == "InvalidParameterException"
    # Each secret needs its own permission; listing by filters that to list.
    reader = client("secretsmanager", new_user(allow("secretsmanager:BatchGetSecretValue"),
                                               allow("secretsmanager:GetSecretValue", resource=arns[2])))
    got = reader.batch_get_secret_value(SecretIdList=arns)
    assert [one["ARN"] for one in got["SecretValues"]] == arns[2:]
    assert {one["ErrorCode"] for one in got["Errors"]} == {"AccessDeniedException"}
    assert "secretsmanager:ListSecrets" in refused(reader.batch_get_secret_value,
                                                   Filters=[{"Key": "name", "Values": [name]}])[1]


def test_tags(api, client, name):
    arn = api.create_secret(Name=name, SecretString="x")["ARN"]
    api.tag_resource(SecretId=name, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    api.untag_resource(SecretId=name, TagKeys=["a", "never"])
    assert api.describe_secret(SecretId=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    for wrong in ([{"Key": "aws:x", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}],
                  [{"Key": f"k{n}", "Value": ""} for n in range(50)]):
        assert refused(api.tag_resource, SecretId=name, Tags=wrong)[0] == "InvalidParameterException"
    tagging = client("resourcegroupstaggingapi")
    assert tagging.tag_resources(ResourceARNList=[arn], Tags={"c": "3"})["FailedResourcesMap"] == {}
    found = tagging.get_resources(ResourceTypeFilters=["secretsmanager:secret"], TagFilters=[{"Key": "c"}])
    assert [one["ResourceARN"] for one in found["ResourceTagMappingList"]] == [arn]


def test_what_policies_may_ask_about(api, client, new_user, name):
    arn = api.create_secret(Name=name, SecretString="one", Tags=[{"Key": "team", "Value": "blue"}])["ARN"]
    api.put_secret_value(SecretId=name, SecretString="two")

    def as_user(**condition):
        return client("secretsmanager", new_user(allow("secretsmanager:*", Condition=condition)))

    current = as_user(StringEquals={"secretsmanager:VersionStage": "AWSCURRENT"})
    assert current.get_secret_value(SecretId=name)["SecretString"] == "two"
    assert refused(current.get_secret_value, SecretId=name, VersionStage="AWSPREVIOUS")[0] == "AccessDeniedException"
    for condition in ({"StringEquals": {"secretsmanager:SecretId": arn}}, {"StringEquals": {"aws:ResourceTag/team": "blue"}},
                      {"StringEquals": {"secretsmanager:ResourceTag/team": "blue"}}):
        assert as_user(**condition).get_secret_value(SecretId=name)["SecretString"] == "two"
    red = as_user(StringEquals={"secretsmanager:ResourceTag/team": "red"})
    assert refused(red.get_secret_value, SecretId=name)[0] == "AccessDeniedException"
    maker = as_user(StringLike={"secretsmanager:Name": "dev/*"})
    assert refused(maker.create_secret, Name=name + "2")[0] == "AccessDeniedException"
    maker.create_secret(Name="dev/" + name)
    weeks = as_user(NumericGreaterThanEquals={"secretsmanager:RecoveryWindowInDays": "14"})
    assert refused(weeks.delete_secret, SecretId=name, RecoveryWindowInDays=7)[0] == "AccessDeniedException"
    assert refused(weeks.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)[0] == "AccessDeniedException"
    weeks.delete_secret(SecretId=name, RecoveryWindowInDays=14)


def test_making_a_secret_with_tags_needs_the_permission_to_tag(client, new_user, name):
    maker = client("secretsmanager", new_user(allow("secretsmanager:CreateSecret", resource=f"arn:aws:secretsmanager:*:*:secret:{name}-??????")))
    code, message = refused(maker.create_secret, Name=name, Tags=[{"Key": "a", "Value": "b"}])
    assert code == "AccessDeniedException" and "secretsmanager:TagResource" in message
    maker.create_secret(Name=name)
    assert refused(maker.create_secret, Name=name + "x")[0] == "AccessDeniedException"


def test_a_refusal_does_not_tell_whether_the_secret_exists(api, client, new_user, name):
    api.create_secret(Name=name, SecretString="x")
    nobody = client("secretsmanager", new_user())
    there, missing = (refused(nobody.get_secret_value, SecretId=one) for one in (name, name + "-none"))
    assert there[0] == missing[0] == "AccessDeniedException"
    assert there[1].replace(name, "NAME") == missing[1].replace(name + "-none", "NAME")


def test_the_policy_of_a_secret(api, client, new_user, account, name):
    user = uuid.uuid4().hex[:8]
    credentials = new_user(name=user)
    arn = api.create_secret(Name=name, SecretString="x")["ARN"]
    assert "ResourcePolicy" not in api.get_resource_policy(SecretId=name)
    reader = client("secretsmanager", credentials)
    assert refused(reader.get_secret_value, SecretId=name)[0] == "AccessDeniedException"
    principal = {"AWS": f"arn:aws:iam::{account}:user/{user}"}
    policy = allow("secretsmanager:GetSecretValue")
    policy["Statement"][0]["Principal"] = principal
    api.put_resource_policy(SecretId=name, ResourcePolicy=json.dumps(policy), BlockPublicPolicy=True)
    assert json.loads(api.get_resource_policy(SecretId=name)["ResourcePolicy"]) == policy
    assert reader.get_secret_value(SecretId=arn)["SecretString"] == "x"
    policy["Statement"][0]["Effect"] = "Deny"
    api.put_resource_policy(SecretId=name, ResourcePolicy=json.dumps(policy))
    code, message = refused(reader.get_secret_value, SecretId=name)
    assert code == "AccessDeniedException" and "explicit deny in a resource-based policy" in message
    assert api.delete_resource_policy(SecretId=name)["ARN"] == arn
    assert refused(reader.get_secret_value, SecretId=name)[0] == "AccessDeniedException"


def test_policies_that_are_refused(api, account, name):
    api.create_secret(Name=name, SecretString="x")
    nobody = allow("secretsmanager:GetSecretValue")
    nobody["Statement"][0]["Principal"] = {"AWS": f"arn:aws:iam::{account}:user/not-there"}
    for wrong in ("{", json.dumps(allow("secretsmanager:GetSecretValue")), json.dumps(nobody)):
        assert refused(api.put_resource_policy, SecretId=name, ResourcePolicy=wrong)[0] == "MalformedPolicyDocumentException"
        answer = api.validate_resource_policy(SecretId=name, ResourcePolicy=wrong)
        assert not answer["PolicyValidationPassed"] and answer["ValidationErrors"]
    public = allow("secretsmanager:GetSecretValue", Principal="*")
    assert refused(api.put_resource_policy, SecretId=name, ResourcePolicy=json.dumps(public),
                   BlockPublicPolicy=True)[0] == "PublicPolicyException"
    limited = allow("secretsmanager:GetSecretValue", Principal="*", Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}})
    assert refused(api.put_resource_policy, SecretId=name, ResourcePolicy=json.dumps(limited),
                   BlockPublicPolicy=True)[0] == "NotImplemented"
    assert "ResourcePolicy" not in api.get_resource_policy(SecretId=name)
    api.put_resource_policy(SecretId=name, ResourcePolicy=json.dumps(limited))
    assert api.validate_resource_policy(ResourcePolicy=json.dumps(limited))["PolicyValidationPassed"]


def test_another_account_needs_both_sides_and_a_key_of_the_customers_own(api, client, name):
    arn = api.create_secret(Name=name, SecretString="x")["ARN"]
    other = client("secretsmanager", "other-root")
    assert refused(other.describe_secret, SecretId=arn)[0] == "AccessDeniedException"
    assert refused(other.describe_secret, SecretId=name) == GONE  # a name is of one's own account
    policy = allow("secretsmanager:*", Principal={"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"})
    api.put_resource_policy(SecretId=name, ResourcePolicy=json.dumps(policy))
    assert other.describe_secret(SecretId=arn)["Name"] == name
    assert refused(other.get_secret_value, SecretId=arn) == (
        "InvalidRequestException",
        "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.")


def test_random_passwords(api):
    assert len(api.get_random_password()["RandomPassword"]) == 32
    password = api.get_random_password(PasswordLength=200, ExcludePunctuation=True, ExcludeCharacters="abcABC123")["RandomPassword"]
    assert len(password) == 200 and password.isalnum() and not set(password) & set("abcABC123")
    assert refused(api.get_random_password, PasswordLength=3)[0] == "InvalidParameterException"


def test_a_restart_keeps_secrets(haar_with_a_clock):
    server = haar_with_a_clock
    made = server.client("secretsmanager").create_secret(Name="kept", SecretString="one")
    server.kill()
    server.start()
    assert server.client("secretsmanager").get_secret_value(SecretId=made["ARN"])["SecretString"] == "one"
