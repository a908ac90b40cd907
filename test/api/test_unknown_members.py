"""Members that haar's models do not have, as a client with a newer model sends them: refused by name, never left out."""
import json

import pytest
from botocore.exceptions import ClientError


def newer(made, **members):
    """The client, which sends these members with every call beside what it is told to."""
    def add(params, **_):
        if isinstance(params["body"], dict):
            params["body"].update(members)
        else:
            params["body"] = json.dumps(json.loads(params["body"]) | members).encode()

    made.meta.events.register("before-call", add)
    return made


def refusal(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response


@pytest.mark.parametrize("service, method, parameters, member, named", [
    ("iam", "create_user", {"UserName": "newer"}, "NewerMember", "NewerMember"),
    ("iam", "create_user", {"UserName": "newer", "Tags": [{"Key": "k", "Value": "v"}]}, "Tags.member.1.Newer",
     "Tags.member.1.Newer"),
    ("iam", "simulate_custom_policy", {"PolicyInputList": ["{}"], "ActionNames": ["s3:GetObject"]}, "NewerList.member.1",
     "NewerList"),
    ("sts", "get_caller_identity", {}, "NewerMember", "NewerMember"),
    ("rds", "create_db_cluster", {"DBClusterIdentifier": "newer", "Engine": "aurora-postgresql"}, "NewerRoles.member.1.Arn",
     "NewerRoles"),
    ("elasticache", "describe_cache_clusters", {}, "NewerMember", "NewerMember"),
    ("ec2", "describe_vpcs", {"Filters": [{"Name": "n", "Values": ["v"]}]}, "Filter.1.Newer", "Filter.1.Newer"),
    ("organizations", "list_accounts", {"MaxResults": 1}, "NewerMember", "NewerMember"),
])
def test_is_refused_by_name(client, service, method, parameters, member, named):
    """In each protocol; the message says whose model haar has and does not hold the value."""
    response = refusal(getattr(newer(client(service), **{member: "canary-value"}), method), **parameters)
    message = response["Error"]["Message"]
    assert response["Error"]["Code"] == "NotImplemented" and response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert message.startswith(f"The member '{named}' is not implemented by haar: its model of {service}, that of botocore ")
    assert "canary" not in message


def test_nothing_was_done(client):
    """The user of the refused call is not there."""
    refusal(newer(client("iam"), NewerMember="x").create_user, UserName="not-made")
    assert refusal(client("iam").get_user, UserName="not-made")["Error"]["Code"] == "NoSuchEntity"


def test_a_powerless_caller_learns_the_requests_form_alone(client, new_user):
    """The same words for what is there and what is not; without the member, the decision."""
    key = new_user()
    client("iam").create_user(UserName="is-there")
    told = [refusal(newer(client("iam", key), NewerMember="x").delete_user, UserName=name)["Error"]
            for name in ("is-there", "is-not-there")]
    assert told[0] == told[1] and told[0]["Code"] == "NotImplemented"
    assert refusal(client("iam", key).delete_user, UserName="is-there")["Error"]["Code"] == "AccessDenied"
    stranger = ("AKIAAAAAAAAAAAAAAAAA", "x" * 40)
    assert refusal(newer(client("iam", stranger), NewerMember="x").delete_user, UserName="is-there")["Error"]["Code"] == (
        "InvalidClientTokenId")


def test_the_refusal_is_in_the_log(haar, client):
    """Who asked, and the member's name."""
    refusal(newer(client("iam"), LoggedMember="canary-logged").create_user, UserName="logged")
    lines = haar.command("events", "--limit", "50").stdout.splitlines()
    mine = [e for e in map(json.loads, lines) if "LoggedMember" in (e.get("errorMessage") or "")]
    assert len(mine) == 1 and mine[0]["eventName"] == "CreateUser" and mine[0]["errorCode"] == "NotImplemented"
    assert "canary-logged" not in "".join(lines)
