"""The policy simulators and the context keys of policies, against AWS's documentation and recorded answers."""
import json

import pytest
from botocore.exceptions import ClientError


def refused(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        dict({"Effect": "Allow", "Resource": "*"}, **statement) for statement in statements]})


def one(answer):
    assert len(answer["EvaluationResults"]) == 1
    return answer["EvaluationResults"][0]


def test_a_custom_policy_as_in_the_examples_of_the_cli(client):
    """Decision, matched statement and its place, as the AWS CLI's reference shows them."""
    iam = client("iam")
    document = ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
                '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}')

    def at(moment):
        return one(iam.simulate_custom_policy(PolicyInputList=[document], ActionNames=["dynamodb:CreateBackup"],
                                              ContextEntries=[{"ContextKeyName": "aws:CurrentTime",
                                                               "ContextKeyValues": [moment],
                                                               "ContextKeyType": "date"}]))

    assert at("2019-04-25T11:00:00Z") == {
        "EvalActionName": "dynamodb:CreateBackup", "EvalResourceName": "*", "EvalDecision": "allowed",
        "MatchedStatements": [{"SourcePolicyId": "PolicyInputList.1", "SourcePolicyType": "IAM Policy",
                               "StartPosition": {"Line": 1, "Column": 38}, "EndPosition": {"Line": 1, "Column": 167}}],
        "MissingContextValues": []}
    early = at("2014-04-25T11:00:00Z")
    assert (early["EvalDecision"], early["MatchedStatements"]) == ("implicitDeny", [])


def test_an_explicit_deny_is_the_only_statement_shown(client):
    """AWS: if only one statement denies, the deny statement is the only entry included."""
    answer = one(client("iam").simulate_custom_policy(
        PolicyInputList=[policy({"Action": "s3:*"}), policy({"Action": "s3:Get*", "Effect": "Deny"})],
        ActionNames=["s3:GetObject"]))
    assert answer["EvalDecision"] == "explicitDeny"
    assert [s["SourcePolicyId"] for s in answer["MatchedStatements"]] == ["PolicyInputList.2"]


def test_a_resource_gets_a_result_of_its_own(client):
    """With ResourceArns there are ResourceSpecificResults, and the missing keys stand there."""
    iam = client("iam")
    documents = [policy({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*",
                         "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "blue"}}},
                        {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b/${aws:username}"})]
    missing = ["aws:PrincipalTag/Team", "aws:username"]
    everything = one(iam.simulate_custom_policy(PolicyInputList=documents, ActionNames=["s3:GetObject"]))
    assert everything["MissingContextValues"] == missing
    assert "ResourceSpecificResults" not in everything and "EvalDecisionDetails" not in everything
    tagged = [{"ContextKeyName": "AWS:principaltag/team", "ContextKeyValues": ["blue"], "ContextKeyType": "string"}]
    answer = one(iam.simulate_custom_policy(PolicyInputList=documents, ActionNames=["s3:GetObject"],
                                            ResourceArns=["arn:aws:s3:::b/k"], ContextEntries=tagged))
    assert (answer["EvalResourceName"], answer["EvalDecision"]) == ("arn:aws:s3:::b/k", "allowed")
    assert (answer["MissingContextValues"], answer["EvalDecisionDetails"]) == ([], {})
    specific = answer["ResourceSpecificResults"]
    assert [(r["EvalResourceName"], r["EvalResourceDecision"], r["MissingContextValues"]) for r in specific] == [
        ("arn:aws:s3:::b/k", "allowed", ["aws:username"])]
    assert specific[0]["MatchedStatements"] == answer["MatchedStatements"]


def test_several_resources_are_decided_one_by_one(client):
    """One EvaluationResult for each action, with a result for each resource; a denial anywhere is a denial."""
    iam = client("iam")
    document = policy({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/open/*"},
                      {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/shut/*", "Effect": "Deny"})

    def decide(*resources):
        answer = one(iam.simulate_custom_policy(PolicyInputList=[document], ActionNames=["s3:GetObject"],
                                                ResourceArns=[f"arn:aws:s3:::b/{r}" for r in resources]))
        return answer["EvalDecision"], [r["EvalResourceDecision"] for r in answer["ResourceSpecificResults"]]

    assert decide("open/k", "shut/k") == ("explicitDeny", ["allowed", "explicitDeny"])
    assert decide("open/k", "other/k") == ("allowed", ["allowed", "implicitDeny"])
    assert decide("other/k", "else/k") == ("implicitDeny", ["implicitDeny", "implicitDeny"])


def test_a_boundary_limits_and_is_reported(client):
    """PermissionsBoundaryDecisionDetail is there when a boundary is, and one boundary is all that may be given."""
    iam = client("iam")
    boundary = policy({"Action": "s3:*"})

    def decide(action, **more):
        answer = one(iam.simulate_custom_policy(PolicyInputList=[policy({"Action": "*"})], ActionNames=[action], **more))
        return answer["EvalDecision"], answer.get("PermissionsBoundaryDecisionDetail")

    assert decide("ec2:RunInstances") == ("allowed", None)
    assert decide("s3:GetObject", PermissionsBoundaryPolicyInputList=[boundary]) == (
        "allowed", {"AllowedByPermissionsBoundary": True})
    assert decide("ec2:RunInstances", PermissionsBoundaryPolicyInputList=[boundary]) == (
        "implicitDeny", {"AllowedByPermissionsBoundary": False})
    assert refused(iam.simulate_custom_policy, PolicyInputList=[boundary], ActionNames=["s3:GetObject"],
                   PermissionsBoundaryPolicyInputList=[boundary, boundary])[0] == "InvalidInput"


def test_a_resource_policy_needs_a_user_who_calls(client, account):
    """CallerArn gives the Principal element a value; across accounts both sides decide, and say so."""
    iam = client("iam")
    user = f"arn:aws:iam::{account}:user/ana"
    bucket = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::b/*"}]})

    def simulate(action, own, **more):
        return one(iam.simulate_custom_policy(PolicyInputList=[own], ActionNames=[action], ResourcePolicy=bucket,
                                              ResourceArns=["arn:aws:s3:::b/k"], **dict({"CallerArn": user}, **more)))

    nothing = policy({"Action": "ec2:*"})
    granted = simulate("s3:GetObject", nothing)
    assert granted["EvalDecision"] == "allowed"
    assert [(s["SourcePolicyId"], s["SourcePolicyType"]) for s in granted["MatchedStatements"]] == [
        ("ResourcePolicy", "Resource Policy")]
    assert granted["EvalDecisionDetails"] == {}
    assert simulate("s3:DeleteObject", policy({"Action": "s3:*"}))["EvalDecision"] == "explicitDeny"

    other = {"ResourceOwner": "arn:aws:iam::444455556666:root"}
    across = simulate("s3:GetObject", nothing, **other)
    assert across["EvalDecision"] == "implicitDeny"
    assert across["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    assert across["ResourceSpecificResults"][0]["EvalDecisionDetails"] == across["EvalDecisionDetails"]
    assert simulate("s3:GetObject", policy({"Action": "s3:*"}), **other)["EvalDecision"] == "allowed"

    arguments = {"PolicyInputList": [nothing], "ActionNames": ["s3:GetObject"], "ResourcePolicy": bucket}
    caller = "Invalid caller - Caller must be an IAM user in this context."
    assert refused(iam.simulate_custom_policy, **arguments) == ("InvalidInput", caller, 400)
    assert refused(iam.simulate_custom_policy, CallerArn=f"arn:aws:iam::{account}:role/r", **arguments)[1] == caller
    assert refused(iam.simulate_custom_policy, CallerArn=user, ResourceOwner="123456789012", **arguments) == (
        "InvalidInput", "'123456789012' is not a valid as a Resource Owner.", 400)


def test_an_ec2_scenario_wants_all_its_resources(client, account):
    """ResourceHandlingOption names what has to be given, and one call needs all of it allowed."""
    iam = client("iam")
    names = {"instance": "*", "image": "ami-1", "security-group": "sg-1", "network-interface": "*"}
    arns = [f"arn:aws:ec2:us-east-1:{account}:{kind}/{name}" for kind, name in names.items()]
    arguments = {"ActionNames": ["ec2:RunInstances"], "ResourceHandlingOption": "EC2-VPC-InstanceStore"}
    everything = one(iam.simulate_custom_policy(PolicyInputList=[policy({"Action": "ec2:*"})], ResourceArns=arns,
                                                **arguments))
    assert everything["EvalDecision"] == "allowed"
    partly = policy({"Action": "ec2:*", "Resource": arns[:3]})
    assert one(iam.simulate_custom_policy(PolicyInputList=[partly], ResourceArns=arns,
                                          **arguments))["EvalDecision"] == "implicitDeny"
    code, message, _ = refused(iam.simulate_custom_policy, PolicyInputList=[partly], ResourceArns=arns[:3], **arguments)
    assert code == "InvalidInput" and "network-interface" in message
    arguments["ResourceHandlingOption"] = "EC2-Moon"
    assert refused(iam.simulate_custom_policy, PolicyInputList=[partly], **arguments)[0] == "InvalidInput"


def test_bad_input_is_named(client):
    """Every argument is checked, with AWS's words where they are known."""
    iam = client("iam")
    good = {"PolicyInputList": [policy({"Action": "s3:*"})], "ActionNames": ["s3:GetObject"]}

    def message(**changed):
        code, text, status = refused(iam.simulate_custom_policy, **dict(good, **changed))
        assert (code, status) == ("InvalidInput", 400)
        return text

    assert message(ResourceArns=["14a050d4-021e-4efe-84bb-0871bf6d0fda"]) == (
        "ResourceNames are not in a valid ARN format: 14a050d4-021e-4efe-84bb-0871bf6d0fda.")
    for action in ("GetObject", "s3:Get*", "s3:", "a:b:c"):
        assert action in message(ActionNames=[action])
    assert "Syntax errors in policy." in message(PolicyInputList=["{"])
    assert "x:y" in message(ContextEntries=[
        {"ContextKeyName": "x:y:z", "ContextKeyValues": ["no"], "ContextKeyType": "numeric"}])
    assert refused(iam.simulate_custom_policy, **dict(good, ContextEntries=[
        {"ContextKeyName": "aws:x", "ContextKeyValues": ["a"], "ContextKeyType": "colour"}]))[0] == "ValidationError"


def test_a_user_with_all_that_it_has(client, new_user, unique, account):
    """Inline, attached and group policies count, each under the name that AWS gives it."""
    iam = client("iam")
    new_user({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}},
             name=unique)
    iam.create_group(GroupName=unique)
    iam.put_group_policy(GroupName=unique, PolicyName="inline", PolicyDocument=policy({"Action": "s3:PutObject"}))
    iam.add_user_to_group(GroupName=unique, UserName=unique)
    iam.attach_user_policy(UserName=unique, PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    arn = f"arn:aws:iam::{account}:user/{unique}"

    def source(action, **more):
        answer = one(iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=[action], **more))
        return answer["EvalDecision"], [s["SourcePolicyId"] for s in answer["MatchedStatements"]]

    assert source("s3:GetObject") == ("allowed", [f"user_{unique}_p0"])
    assert source("s3:PutObject") == ("allowed", [f"group_{unique}_inline"])
    assert source("iam:ListUsers") == ("allowed", ["IAMReadOnlyAccess"])
    assert source("s3:DeleteObject") == ("implicitDeny", [])
    assert source("s3:DeleteObject", PolicyInputList=[policy({"Action": "s3:DeleteObject"})]) == (
        "allowed", ["PolicyInputList.1"])
    group = one(iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{account}:group/{unique}",
                                              ActionNames=["s3:PutObject"]))
    assert group["EvalDecision"] == "allowed"

    boundary = iam.create_policy(PolicyName=unique, PolicyDocument=policy({"Action": "iam:*"}))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=unique, PermissionsBoundary=boundary)
    assert source("s3:GetObject") == ("implicitDeny", [])
    assert source("s3:GetObject", PermissionsBoundaryPolicyInputList=[policy({"Action": "s3:*"})])[0] == "allowed"


def test_a_role_and_what_it_carries(client, unique, account):
    """A role is simulated by its ARN, path and all."""
    iam = client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}})
    arn = iam.create_role(RoleName=unique, Path="/app/", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=unique, PolicyName="tasks",
                        PolicyDocument='{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n'
                                       '      "Effect": "Deny",\n      "Action": "ssm:*",\n      "Resource": "*"\n'
                                       '    }\n  ]\n}')
    answer = one(iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["ssm:GetParameters"]))
    assert answer["EvalDecision"] == "explicitDeny"
    assert answer["MatchedStatements"] == [
        {"SourcePolicyId": f"role_{unique}_tasks", "SourcePolicyType": "IAM Policy",
         "StartPosition": {"Line": 3, "Column": 17}, "EndPosition": {"Line": 8, "Column": 6}}]
    assert refused(iam.simulate_principal_policy, PolicySourceArn=arn.replace("/app/", "/"),
                   ActionNames=["ssm:GetParameters"])[0] == "NoSuchEntity"


def test_whose_policies_can_be_simulated(client, account):
    """Users, groups and roles of the account; AWS's words for everything else."""
    iam = client("iam")

    def error(arn):
        return refused(iam.simulate_principal_policy, PolicySourceArn=arn, ActionNames=["s3:GetObject"])[:2]

    session = f"arn:aws:sts::{account}:assumed-role/r/s"
    for arn in (session, f"arn:aws:iam::{account}:root", "arn:aws:s3:::bucket-of-mine"):
        code, message = error(arn)
        assert code in ("InvalidInput", "AccessDenied"), arn
    assert error(session) == (
        "InvalidInput", f"Invalid Entity Arn: {session} does not clearly define entity type and name.")
    assert error(f"arn:aws:iam::{account}:user/nobody-here") == (
        "NoSuchEntity", "The user with name nobody-here cannot be found.")
    assert error(f"arn:aws:iam::{account}:group/nobody-here")[0] == "NoSuchEntity"
    assert error("arn:aws:iam::444455556666:user/ana")[0] == "AccessDenied"


def test_who_may_simulate(client, new_user, unique, account):
    """SimulatePrincipalPolicy is asked for on the principal's ARN, SimulateCustomPolicy on *."""
    me = f"arn:aws:iam::{account}:user/{unique}"
    keys = new_user({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": ["iam:SimulatePrincipalPolicy", "iam:GetContextKeysForPrincipalPolicy"],
        "Resource": me}}, name=unique)
    mine = client("iam", keys)
    mine.simulate_principal_policy(PolicySourceArn=me, ActionNames=["s3:GetObject"])
    mine.get_context_keys_for_principal_policy(PolicySourceArn=me)
    other = f"arn:aws:iam::{account}:user/Administrator"
    assert refused(mine.simulate_principal_policy, PolicySourceArn=other, ActionNames=["s3:GetObject"])[:2] == (
        "AccessDenied", f"User: {me} is not authorized to perform: iam:SimulatePrincipalPolicy on resource: {other} "
        "because no identity-based policy allows the iam:SimulatePrincipalPolicy action")
    assert refused(mine.get_context_keys_for_principal_policy, PolicySourceArn=other)[0] == "AccessDenied"
    assert refused(mine.simulate_custom_policy, PolicyInputList=[policy({"Action": "*"})],
                   ActionNames=["s3:GetObject"])[1].startswith(
        f"User: {me} is not authorized to perform: iam:SimulateCustomPolicy on resource: *")
    assert refused(mine.get_context_keys_for_custom_policy, PolicyInputList=[policy({"Action": "*"})])[0] == "AccessDenied"


def test_pages_hold_every_action_once(client):
    """MaxItems counts actions, and a marker is good for its own request only."""
    iam = client("iam")
    actions = [f"s3:Action{i}" for i in range(7)]
    arguments = {"PolicyInputList": [policy({"Action": "s3:*"})], "ActionNames": actions}
    pages = list(iam.get_paginator("simulate_custom_policy").paginate(PaginationConfig={"PageSize": 3}, **arguments))
    assert [p["IsTruncated"] for p in pages] == [True, True, False]
    assert [r["EvalActionName"] for p in pages for r in p["EvaluationResults"]] == actions
    marker = iam.simulate_custom_policy(MaxItems=1, **arguments)["Marker"]
    arguments["ActionNames"] = actions[:3]
    assert refused(iam.simulate_custom_policy, Marker=marker, **arguments)[0] == "ValidationError"


def test_the_context_keys_of_policies(client, new_user, unique, account):
    """Every key in conditions and variables, once, as it was written, in order of appearance."""
    iam = client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}",
         "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2015-08-16T12:00:00Z"}}},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
         "Condition": {"StringNotEquals": {"AWS:currenttime": "x", "s3:prefix": "${aws:PrincipalTag/Team}"}}}]})
    expected = ["aws:username", "aws:CurrentTime", "s3:prefix", "aws:PrincipalTag/Team"]
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[document])["ContextKeyNames"] == expected
    new_user(json.loads(document), name=unique)
    arn = f"arn:aws:iam::{account}:user/{unique}"
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)["ContextKeyNames"] == expected
    more = policy({"Action": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}})
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=arn, PolicyInputList=[more])["ContextKeyNames"] == (
        expected + ["aws:SecureTransport"])
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[policy({"Action": "*"})])["ContextKeyNames"] == []
    assert refused(iam.get_context_keys_for_custom_policy, PolicyInputList=["[]"])[0] == "InvalidInput"
    assert refused(iam.get_context_keys_for_principal_policy,
                   PolicySourceArn=f"arn:aws:iam::{account}:role/none")[0] == "NoSuchEntity"


def scp(effect, action):
    return policy({"Effect": effect, "Action": action})


def test_service_control_policies_of_the_request(client):
    """Every level from the root to the account has to allow, and a denial at any of them denies."""
    def ask(*levels, action="s3:GetObject"):
        answer = one(client("iam").simulate_custom_policy(
            PolicyInputList=[policy({"Action": "*"})], ActionNames=[action],
            OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": list(level)} for level in levels]))
        return answer["EvalDecision"], answer["OrganizationsDecisionDetail"]["AllowedByOrganizations"]

    full, s3, deny = scp("Allow", "*"), scp("Allow", "s3:*"), scp("Deny", "s3:GetObject")
    assert ask([full]) == ask([full], [full, s3], [s3]) == ("allowed", True)
    for levels in ([deny, full],), ([full, deny], [full]), ([full], [full], [full, deny]), ([deny], [], []):
        assert ask(*levels) == ("explicitDeny", False)
    for levels in ([s3], [full], [full]), ([full], [s3], [full]), ([full], [full], [s3]):
        assert ask(*levels, action="ec2:RunInstances") == ("implicitDeny", False)
    assert ask([full], [], [full]) == ("implicitDeny", False)  # a level without a policy allows nothing


def test_service_control_policies_have_conditions_and_resources(client):
    """Their conditions read the request's context, their resources limit, and what they ask for in vain is told."""
    iam = client("iam")
    guarded = policy({"Action": "*", "Resource": "arn:aws:s3:::mine/*",
                      "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}})

    def ask(resource, **more):
        return one(iam.simulate_custom_policy(
            PolicyInputList=[policy({"Action": "*"})], ActionNames=["s3:GetObject"], ResourceArns=[resource],
            OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [guarded]}], **more))

    region = {"ContextEntries": [{"ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string",
                                  "ContextKeyValues": ["eu-west-1"]}]}
    assert ask("arn:aws:s3:::mine/key", **region)["EvalDecision"] == "allowed"
    assert ask("arn:aws:s3:::other/key", **region)["EvalDecision"] == "implicitDeny"
    without = ask("arn:aws:s3:::mine/key")
    assert without["EvalDecision"] == "implicitDeny"
    assert without["ResourceSpecificResults"][0]["MissingContextValues"] == ["aws:RequestedRegion"]


def test_wrong_organizations_are_named(client):
    """A policy that is no service control policy, and more levels than an organization has."""
    loose = client("iam", parameter_validation=False)
    def ask(levels):
        return refused(loose.simulate_custom_policy, PolicyInputList=[policy({"Action": "*"})], ActionNames=["s3:GetObject"],
                       OrderedOrganizationPolicyInputList=levels)[0]

    assert ask([{"ServiceControlPolicyInputList": ["{}"]}]) == "InvalidInput"
    assert ask([{"ServiceControlPolicyInputList": [scp("Allow", "*")]}] * 8) == "ValidationError"


def test_policies_that_are_left_out(client, new_user, unique, account):
    """PolicyExclusionList: by type, by ARN, and inline ones by name, each with wildcards where AWS takes them."""
    iam = client("iam")
    new_user({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}},
             name=unique)
    iam.create_group(GroupName=unique + "-g")
    iam.put_group_policy(GroupName=unique + "-g", PolicyName="inline", PolicyDocument=policy({"Action": "s3:PutObject"}))
    iam.add_user_to_group(GroupName=unique + "-g", UserName=unique)
    iam.attach_user_policy(UserName=unique, PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    own = iam.create_policy(PolicyName=unique, PolicyDocument=policy({"Action": "sqs:*"}))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=unique, PolicyArn=own)
    actions = ["s3:GetObject", "s3:PutObject", "iam:ListUsers", "sqs:SendMessage"]
    client_call = client("iam", parameter_validation=False).simulate_principal_policy

    def left(*identifiers):
        answer = client_call(PolicySourceArn=f"arn:aws:iam::{account}:user/{unique}", ActionNames=actions,
                             PolicyExclusionList=list(identifiers))
        return [r["EvalActionName"] for r in answer["EvaluationResults"] if r["EvalDecision"] == "allowed"]

    def inline(name, kind, holder):
        return {"InlinePolicyIdentifier": {"PolicyName": name, "AttachmentType": kind, "AttachmentName": holder}}

    assert left() == left({"PolicyType": "rcp"}) == left({"PolicyArn": f"arn:aws:iam::{account}:policy/none"}) == actions
    assert left({"PolicyType": "inline"}) == actions[2:]
    assert left({"PolicyType": "aws-managed"}) == actions[:2] + actions[3:]
    assert left({"PolicyType": "user-managed"}) == actions[:3]
    assert left({"PolicyArn": own}) == left({"PolicyArn": f"arn:aws:iam::{account}:policy/{unique[:-1]}?"}) == actions[:3]
    assert left({"PolicyArn": "arn:aws:iam::aws:policy/IAM*Access"}) == actions[:2] + actions[3:]
    assert left(inline("p0", "user", unique)) == left(inline("p0", "user", unique[:-1] + "*")) == actions[1:]
    assert left(inline("p0", "group", unique)) == left(inline("other", "user", unique)) == actions
    assert left(inline("inline", "group", unique + "??"), {"PolicyType": "user-managed"}) == [actions[0], actions[2]]

    boundary = iam.create_policy(PolicyName=unique + "-b", PolicyDocument=policy({"Action": "iam:*"}))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=unique, PermissionsBoundary=boundary)
    assert left() == left({"PolicyArn": boundary}) == ["iam:ListUsers"]
    assert left({"PolicyType": "permission-boundary"}) == actions


@pytest.mark.parametrize("identifier", [
    {"PolicyType": "inline", "PolicyArn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"},
    {"PolicyArn": "no-arn-but-long-enough"}, {"PolicyArn": "arn:aws:iam::*:policy/IAMReadOnlyAccess"},
    {"PolicyArn": "arn:aws:iam::aws:policy/*Read*"},
    {"InlinePolicyIdentifier": {"PolicyName": "p", "AttachmentType": "user", "AttachmentName": "*a*"}},
], ids=["two", "no ARN", "wildcard in the account", "two stars", "two stars in a name"])
def test_identifiers_of_policies_that_are_wrong(client, new_user, unique, account, identifier):
    """Malformed identifiers fail, whatever they would match."""
    new_user(name=unique)
    code = refused(client("iam", parameter_validation=False).simulate_principal_policy,
                   PolicySourceArn=f"arn:aws:iam::{account}:user/{unique}", ActionNames=["s3:GetObject"],
                   PolicyExclusionList=[identifier])[0]
    assert code == "InvalidInput"
