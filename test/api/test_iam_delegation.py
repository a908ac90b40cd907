"""iam: temporary delegation. A provider asks, a customer lends its permissions, the provider uses them for a while.

What AWS does by hand for providers (registering policy templates, publishing to their SNS topics) is the operator's
part here: `haar delegation-template` and `haar delegation-notices`.
"""
import json
import uuid

import pytest
from botocore.exceptions import ClientError

from haar_server import ACCOUNT, OTHER_ACCOUNT, OTHER_ROOT_KEY

TEMPLATE = f"arn:aws:iam::{OTHER_ACCOUNT}:delegation-template/onboarding"
TOPIC = f"arn:aws:sns:us-east-1:{OTHER_ACCOUNT}:delegation"
TEMPLATE_TEXT = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Users", "Effect": "Allow", "Action": ["iam:CreateUser", "iam:GetUser"],
     "Resource": "arn:aws:iam::*:user/@{prefix}-*"},
    {"Effect": "Allow", "Action": "iam:CreateRole", "Resource": "*",
     "Condition": {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}},
    {"Effect": "Allow", "Action": "s3:*", "Resource": "@{buckets}"}]}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


@pytest.fixture(scope="module")
def provider(haar):
    """The provider's account, with its template registered: a client of iam there, and of sts."""
    file = haar.folder / "template.json"
    file.write_text(json.dumps(TEMPLATE_TEXT))
    haar.command("delegation-template", "--account", OTHER_ACCOUNT, "--arn", TEMPLATE, "--name", "Example Corp", str(file))
    iam = haar.client("iam", OTHER_ROOT_KEY)
    iam.create_user(UserName="integration")
    iam.put_user_policy(UserName="integration", PolicyName="p", PolicyDocument=json.dumps(
        allow("iam:*DelegationRequest*", "sts:GetDelegatedAccessToken", "iam:SendDelegationToken", "iam:GetHumanReadableSummary")))
    key = iam.create_access_key(UserName="integration")["AccessKey"]
    keys = key["AccessKeyId"], key["SecretAccessKey"]
    return haar.client("iam", keys), haar.client("sts", keys), keys


def ask(prefix, **more):
    """A request for users of this prefix and two buckets."""
    arguments = {
        "OwnerAccountId": ACCOUNT, "Description": "Set up monitoring", "NotificationChannel": TOPIC,
        "RequestorWorkflowId": "flow-" + uuid.uuid4().hex, "SessionDuration": 3600,
        "Permissions": {"PolicyTemplateArn": TEMPLATE, "Parameters": [
            {"Name": "prefix", "Values": [prefix], "Type": "string"},
            {"Name": "buckets", "Values": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"], "Type": "stringList"}]}}
    return {**arguments, **more}


def create(provider, prefix, **more):
    return provider[0].create_delegation_request(**ask(prefix, **more))["DelegationRequestId"]


def notices(haar, request):
    lines = haar.command("delegation-notices", "--account", OTHER_ACCOUNT).stdout.splitlines()
    return [n for n in map(json.loads, lines) if n["request"] == request]


def delegated(haar, provider, request):
    """The credentials that the provider gets for the token it was sent."""
    token = notices(haar, request)[-1]["token"]
    return provider[1].get_delegated_access_token(TradeInToken=token)


def state(iam, request):
    return iam.get_delegation_request(DelegationRequestId=request)["DelegationRequest"]["State"]


def test_a_request_from_asking_to_access(haar, client, provider, unique, account):
    """The whole way: asked, taken, accepted, sent, traded in; and the credentials may do what was asked, no more."""
    iam = client("iam")
    request = create(provider, unique, RequestMessage="Again, please", RedirectUrl="https://example.com/done")
    shown = iam.get_delegation_request(DelegationRequestId=request)["DelegationRequest"]
    assert shown["State"] == "UNASSIGNED" and shown["OwnerAccountId"] == account and "OwnerId" not in shown
    assert shown["RequestorId"] == OTHER_ACCOUNT and shown["RequestorName"] == "Example Corp"
    assert shown["Description"] == "Set up monitoring" and shown["RequestMessage"] == "Again, please"
    assert shown["RedirectUrl"] == "https://example.com/done" and shown["SessionDuration"] == 3600
    assert shown["Permissions"]["PolicyTemplateArn"] == TEMPLATE and len(shown["Permissions"]["Parameters"]) == 2
    policy = json.loads(shown["PermissionPolicy"])
    assert policy["Statement"][0]["Resource"] == f"arn:aws:iam::*:user/{unique}-*"
    assert policy["Statement"][2]["Resource"] == ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]
    assert shown["RolePermissionRestrictionArns"] == ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert (shown["ExpirationTime"] - shown["CreateDate"]).total_seconds() == 24 * 3600

    iam.associate_delegation_request(DelegationRequestId=request)
    shown = iam.get_delegation_request(DelegationRequestId=request)["DelegationRequest"]
    assert shown["State"] == "ASSIGNED" and shown["OwnerId"] == f"arn:aws:iam::{account}:user/Administrator"
    assert (shown["ExpirationTime"] - shown["UpdatedTime"]).total_seconds() == 7 * 24 * 3600
    iam.update_delegation_request(DelegationRequestId=request, Notes="Please look at this")
    shown = iam.get_delegation_request(DelegationRequestId=request)["DelegationRequest"]
    assert (shown["State"], shown["Notes"]) == ("PENDING_APPROVAL", "Please look at this")
    iam.accept_delegation_request(DelegationRequestId=request)
    shown = iam.get_delegation_request(DelegationRequestId=request)["DelegationRequest"]
    assert (shown["State"], shown["ApproverId"]) == ("ACCEPTED", f"arn:aws:iam::{account}:user/Administrator")
    iam.send_delegation_token(DelegationRequestId=request)
    assert state(iam, request) == "FINALIZED"
    assert [n["state"] for n in notices(haar, request)] == ["ASSIGNED", "PENDING_APPROVAL", "ACCEPTED", "FINALIZED"]
    assert notices(haar, request)[0]["topic"] == TOPIC and "token" not in notices(haar, request)[2]

    access = delegated(haar, provider, request)
    assert access["AssumedPrincipal"] == f"arn:aws:iam::{account}:user/Administrator" and access["PackedPolicySize"] > 0
    keys = access["Credentials"]
    lent = haar.client("iam", (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]))
    assert lent.create_user(UserName=unique + "-made")["User"]["Arn"] == f"arn:aws:iam::{account}:user/{unique}-made"
    assert refused(lent.create_user, UserName="other-" + unique)[0] == "AccessDenied"
    code, message, _ = refused(lent.list_users)
    assert code == "AccessDenied" and "no session policy allows the iam:ListUsers action" in message
    assert delegated(haar, provider, request)["Credentials"]["Expiration"] == keys["Expiration"]


def test_what_is_lent_is_never_more_than_the_approver_has(haar, client, provider, new_user, unique):
    """The session is the approver's: what the policy asks for and the approver lacks is denied; deletion cuts it."""
    iam, name = client("iam"), unique + "-approver"
    keys = new_user(allow("iam:GetUser", "iam:*DelegationRequest", "iam:SendDelegationToken"), name=name)
    approver = client("iam", keys)
    request = create(provider, unique)
    approver.associate_delegation_request(DelegationRequestId=request)
    approver.accept_delegation_request(DelegationRequestId=request)
    approver.send_delegation_token(DelegationRequestId=request)
    access = delegated(haar, provider, request)["Credentials"]
    lent = haar.client("iam", (access["AccessKeyId"], access["SecretAccessKey"], access["SessionToken"]))
    assert refused(lent.create_user, UserName=unique + "-made")[0] == "AccessDenied"
    assert refused(lent.get_user, UserName=unique + "-made")[0] == "NoSuchEntity"
    iam.delete_access_key(UserName=name, AccessKeyId=keys[0])
    iam.delete_user_policy(UserName=name, PolicyName="p0")
    iam.delete_user(UserName=name)
    assert refused(lent.get_user, UserName=unique + "-made")[0] == "InvalidClientTokenId"


def test_a_role_session_can_lend(haar, client, provider, unique, account):
    """Accepted by a role session, the credentials are the role's, under the session's name."""
    iam = client("iam")
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}))
    iam.attach_role_policy(RoleName=unique, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    made = client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{unique}", RoleSessionName="ana")["Credentials"]
    session = client("iam", (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]))
    request = create(provider, unique)
    session.associate_delegation_request(DelegationRequestId=request)
    session.accept_delegation_request(DelegationRequestId=request)
    session.send_delegation_token(DelegationRequestId=request)
    access = delegated(haar, provider, request)
    assert access["AssumedPrincipal"] == f"arn:aws:sts::{account}:assumed-role/{unique}/ana"
    keys = access["Credentials"]
    lent = haar.client("sts", (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]))
    assert lent.get_caller_identity()["Arn"] == access["AssumedPrincipal"]


def test_creating_is_checked(haar, client, provider, unique):
    """Nothing is created from a template, parameters, channel or workflow id that are not as they should be."""
    iam = provider[0]
    make = iam.create_delegation_request
    unknown = {"PolicyTemplateArn": TEMPLATE + "2"}
    assert refused(make, **ask(unique, Permissions=unknown))[::2] == ("InvalidInput", 400)
    # The template is the provider's: nobody else's requests may use it.
    assert refused(client("iam").create_delegation_request, **ask(unique))[0] == "InvalidInput"
    for channel in (f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:queue", "mail"):
        assert refused(make, **ask(unique, NotificationChannel=channel))[0] == "InvalidInput"
    assert refused(make, **ask(unique, OwnerAccountId="999999999999"))[0] == "InvalidInput"
    unchecked = haar.client("iam", provider[2], parameter_validation=False).create_delegation_request
    assert refused(unchecked, **ask(unique, SessionDuration=299))[0] == "ValidationError"
    assert refused(unchecked, **ask(unique, SessionDuration=43201))[0] == "ValidationError"
    prefix = {"Name": "prefix", "Values": [unique], "Type": "string"}
    buckets = {"Name": "buckets", "Values": ["arn:aws:s3:::a"], "Type": "stringList"}
    for wrong in ([prefix], [prefix, {**buckets, "Values": []}], [{**prefix, "Values": ["a", "b"]}, buckets],
                  [prefix, buckets, {"Name": "other", "Values": ["x"], "Type": "string"}],
                  [prefix, {**buckets, "Values": ["no arn"]}], [{**prefix, "Values": ["x" * 2000]}, buckets]):
        assert refused(make, **ask(unique, Permissions={"PolicyTemplateArn": TEMPLATE, "Parameters": wrong}))[0] == "InvalidInput"
    taken = ask(unique)
    make(**taken)
    assert refused(make, **taken)[::2] == ("EntityAlreadyExists", 409)


def test_states_allow_only_their_transitions(client, provider, unique):
    """A request goes forward, or is rejected before its token is sent; nothing else."""
    iam = client("iam")
    request = create(provider, unique)
    steps = {"accept": iam.accept_delegation_request, "send": iam.send_delegation_token,
             "update": iam.update_delegation_request, "reject": iam.reject_delegation_request,
             "associate": iam.associate_delegation_request}
    allowed = {"UNASSIGNED": {"associate"}, "ASSIGNED": {"accept", "update", "reject"}, "ACCEPTED": {"send", "reject"},
               "FINALIZED": set()}
    for now, step in (("UNASSIGNED", "associate"), ("ASSIGNED", "accept"), ("ACCEPTED", "send"), ("FINALIZED", None)):
        assert state(iam, request) == now
        for name, call in steps.items():
            if name not in allowed[now]:
                assert refused(call, DelegationRequestId=request)[::2] == ("InvalidInput", 400), (now, name)
        if step:
            steps[step](DelegationRequestId=request)
    other = create(provider, unique)
    iam.associate_delegation_request(DelegationRequestId=other)
    iam.reject_delegation_request(DelegationRequestId=other, Notes="Too much")
    shown = iam.get_delegation_request(DelegationRequestId=other)["DelegationRequest"]
    assert (shown["State"], shown["RejectionReason"]) == ("REJECTED", "Too much")
    assert refused(iam.accept_delegation_request, DelegationRequestId=other)[0] == "InvalidInput"


def test_requests_and_tokens_expire(haar, client, provider, unique):
    """A day unassigned, seven days else; a token is good for the session's duration."""
    iam = client("iam")
    forgotten, sent = create(provider, unique), create(provider, unique, SessionDuration=300)
    iam.associate_delegation_request(DelegationRequestId=sent)
    iam.accept_delegation_request(DelegationRequestId=sent)
    iam.send_delegation_token(DelegationRequestId=sent)
    token = notices(haar, sent)[-1]["token"]
    haar.command("advance", "301s")
    assert refused(provider[1].get_delegated_access_token, TradeInToken=token)[::2] == ("ExpiredTradeInTokenException", 400)
    haar.command("advance", "24h")
    assert state(iam, forgotten) == "EXPIRED" and state(iam, sent) == "FINALIZED"
    assert refused(iam.associate_delegation_request, DelegationRequestId=forgotten)[0] == "InvalidInput"
    haar.command("advance", "7d")
    assert state(iam, sent) == "EXPIRED"


def test_tokens_are_the_providers_alone(haar, client, provider, unique):
    """A token that was made up, changed, or taken by another account is worth nothing."""
    iam = client("iam")
    request = create(provider, unique)
    iam.associate_delegation_request(DelegationRequestId=request)
    iam.accept_delegation_request(DelegationRequestId=request)
    iam.send_delegation_token(DelegationRequestId=request)
    token = notices(haar, request)[-1]["token"]
    changed = token[:-1] + ("0" if token[-1] != "0" else "1")
    for wrong in (changed, request + ".", request, "x"):
        assert refused(provider[1].get_delegated_access_token, TradeInToken=wrong)[::2] == ("ValidationError", 400)
    assert refused(client("sts").get_delegated_access_token, TradeInToken=token)[0] == "ValidationError"


def test_who_may_see_and_do_what(haar, client, provider, new_user, unique, account):
    """Requests of another account are not there; the owner needs no policy to read; others do."""
    iam = client("iam")
    request = create(provider, unique)
    # It is meant for one account: the provider itself is not in it.
    assert refused(provider[0].get_delegation_request, DelegationRequestId=request)[::2] == ("NoSuchEntity", 404)
    assert refused(provider[0].associate_delegation_request, DelegationRequestId=request)[0] == "NoSuchEntity"
    anyone = {k: v for k, v in ask(unique).items() if k != "OwnerAccountId"}
    open_to_all = provider[0].create_delegation_request(**anyone)["DelegationRequestId"]
    assert "OwnerAccountId" not in provider[0].get_delegation_request(DelegationRequestId=open_to_all)["DelegationRequest"]
    owner = client("iam", new_user(allow("iam:AssociateDelegationRequest"), name=unique))
    assert refused(owner.get_delegation_request, DelegationRequestId=request)[0] == "AccessDenied"
    owner.associate_delegation_request(DelegationRequestId=open_to_all)
    assert refused(provider[0].get_delegation_request, DelegationRequestId=open_to_all)[0] == "NoSuchEntity"
    shown = owner.get_delegation_request(DelegationRequestId=open_to_all)["DelegationRequest"]
    assert (shown["OwnerAccountId"], shown["OwnerId"]) == (account, f"arn:aws:iam::{account}:user/{unique}")
    owner.update_delegation_request(DelegationRequestId=open_to_all)
    arn = f"arn:aws:iam::{account}:delegation-request/{open_to_all}"
    assert owner.get_human_readable_summary(EntityArn=arn)["SummaryState"] == "AVAILABLE"
    code, message, _ = refused(owner.accept_delegation_request, DelegationRequestId=open_to_all)
    assert code == "AccessDenied" and f"iam:AcceptDelegationRequest on resource: {arn}" in message
    nobody = client("iam", new_user())
    for call in (nobody.get_delegation_request, nobody.accept_delegation_request, nobody.reject_delegation_request,
                 nobody.send_delegation_token, nobody.update_delegation_request):
        assert refused(call, DelegationRequestId=open_to_all)[0] == "AccessDenied"
    assert refused(nobody.list_delegation_requests)[0] == "AccessDenied"
    assert refused(nobody.create_delegation_request, **ask(unique))[0] == "AccessDenied"
    owned = client("iam", new_user(allow("iam:GetDelegationRequest", Condition={
        "ArnEquals": {"iam:DelegationRequestOwner": f"arn:aws:iam::{account}:user/{unique}"}})))
    assert owned.get_delegation_request(DelegationRequestId=open_to_all)["DelegationRequest"]["OwnerId"] == shown["OwnerId"]
    assert refused(owned.get_delegation_request, DelegationRequestId=request)[0] == "AccessDenied"
    assert refused(iam.get_delegation_request, DelegationRequestId=str(uuid.uuid4()))[::2] == ("NoSuchEntity", 404)


def test_only_the_owner_sends_where_the_provider_asks_for_it(haar, client, provider, new_user, unique):
    """OnlySendByOwner: an administrator approves, and the owner, who has to be present, sends."""
    iam = client("iam")
    owner = client("iam", new_user(allow("iam:AssociateDelegationRequest", "iam:SendDelegationToken")))
    request = create(provider, unique, OnlySendByOwner=True)
    owner.associate_delegation_request(DelegationRequestId=request)
    owner.update_delegation_request(DelegationRequestId=request)
    iam.accept_delegation_request(DelegationRequestId=request)
    assert refused(iam.send_delegation_token, DelegationRequestId=request)[0] == "AccessDenied"
    owner.send_delegation_token(DelegationRequestId=request)


def test_permission_check(client, provider, new_user, unique):
    """Whether the caller could do what is asked: yes, no, or it hangs on conditions."""
    request = create(provider, unique)

    def check(*documents):
        asker = client("iam", new_user(allow("iam:GetDelegationRequest"), *documents))
        answer = asker.get_delegation_request(DelegationRequestId=request, DelegationPermissionCheck=True)
        return answer["PermissionCheckStatus"], answer["PermissionCheckResult"]

    assert check(allow("*")) == ("COMPLETE", "ALLOWED")
    assert check(allow("iam:*", "s3:*")) == ("COMPLETE", "ALLOWED")
    assert check(allow("iam:*", "s3:Get*")) == ("COMPLETE", "DENIED")
    assert check() == ("COMPLETE", "DENIED")
    assert check(allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})) == ("COMPLETE", "UNSURE")
    plain = client("iam").get_delegation_request(DelegationRequestId=request)
    assert "PermissionCheckStatus" not in plain and "PermissionCheckResult" not in plain


def test_summary(client, provider, unique, account):
    """The policy in words, the same every time, in English; other languages are said not to be there."""
    iam = client("iam")
    request = create(provider, unique)
    arn = f"arn:aws:iam::{account}:delegation-request/{request}"
    answer = iam.get_human_readable_summary(EntityArn=arn)
    assert (answer["SummaryState"], answer["Locale"]) == ("AVAILABLE", "en")
    assert answer["SummaryContent"].splitlines() == [
        "Allows the actions CreateUser and GetUser of AWS Identity and Access Management (IAM) (iam) on the resource "
        f"arn:aws:iam::*:user/{unique}-*.",
        "Allows the action CreateRole of AWS Identity and Access Management (IAM) (iam) on all resources, only when "
        "iam:PermissionsBoundary StringEquals arn:aws:iam::aws:policy/ReadOnlyAccess.",
        "Allows all actions of Amazon S3 (s3) on the resources arn:aws:s3:::a and arn:aws:s3:::a/*."]
    assert iam.get_human_readable_summary(EntityArn=arn, Locale="en-US")["SummaryContent"] == answer["SummaryContent"]
    german = iam.get_human_readable_summary(EntityArn=arn, Locale="de")
    assert german["SummaryState"] == "NOT_SUPPORTED" and not german.get("SummaryContent")
    assert refused(iam.get_human_readable_summary, EntityArn=f"arn:aws:iam::{account}:user/Administrator")[0] == "InvalidInput"
    missing = f"arn:aws:iam::{account}:delegation-request/{uuid.uuid4()}"
    assert refused(iam.get_human_readable_summary, EntityArn=missing)[0] == "NoSuchEntity"


def test_listing(client, provider, new_user, unique, account):
    """Requests with an owner in the account, each once; those that nobody has taken are not in the list."""
    owner = client("iam", new_user(allow("iam:*DelegationRequest*"), name=unique))
    requests = {create(provider, unique) for _ in range(3)}
    unowned = create(provider, unique)
    for request in requests:
        owner.associate_delegation_request(DelegationRequestId=request)
    arn = f"arn:aws:iam::{account}:user/{unique}"
    found, marker = [], {}
    while True:
        page = owner.list_delegation_requests(OwnerId=arn, MaxItems=2, **marker)
        found += [r["DelegationRequestId"] for r in page["DelegationRequests"]]
        if not page["isTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert len(found) == 3 and set(found) == requests
    everything = [r["DelegationRequestId"] for r in client("iam").list_delegation_requests(MaxItems=1000)["DelegationRequests"]]
    assert requests <= set(everything) and unowned not in everything


def test_the_root_user_cannot_lend_its_permissions(client, provider, unique):
    """No session policy limits haar's root sessions, so such a request is refused by name rather than lent whole."""
    root = client("iam", "root")
    request = create(provider, unique)
    root.associate_delegation_request(DelegationRequestId=request)
    assert refused(root.accept_delegation_request, DelegationRequestId=request)[::2] == ("NotImplemented", 501)
    long = create(provider, unique, SessionDuration=4 * 3600 + 1)
    root.associate_delegation_request(DelegationRequestId=long)
    assert refused(root.accept_delegation_request, DelegationRequestId=long)[0] == "AccessDenied"


def test_templates_are_checked_when_registered(haar):
    """An operator is told at once that a template is no policy, or that the account is not there."""
    file = haar.folder / "bad.json"
    for account, text in ((OTHER_ACCOUNT, "{}"), (OTHER_ACCOUNT, "{"), ("999999999999", json.dumps(TEMPLATE_TEXT))):
        file.write_text(text)
        done = haar.command("delegation-template", "--account", account, "--arn", TEMPLATE + "3", "--name", "X", str(file),
                            check=False)
        assert done.returncode == 1 and done.stderr.startswith("haar: ")
