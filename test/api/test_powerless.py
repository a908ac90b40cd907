"""Every operation that haar has, asked by a user who may do nothing, with input that is well formed: the answer is the
refusal, in the words of the service. Whatever else were said first would be work done, or told, to strangers."""
import pathlib
import re

import botocore.session
import pytest
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ["iam", "sts", "organizations", "ec2", "secretsmanager", "rds", "rdsdata", "elasticache", "resourcegroupstaggingapi",
            "cloudwatch", "cloudtrail", "account"]
REFUSALS = {"query": ("AccessDenied", 403), "ec2": ("UnauthorizedOperation", 403), "json": ("AccessDeniedException", 400),
            "rest-json": ("AccessDeniedException", 403)}
# What boto3 calls a service, where that is not its name on the compatibility page.
CLIENTS = {"rdsdata": "rds-data"}

# Operations that answer something else, and why that is right. "" is success.
EXCEPTIONS = {
    ("sts", "GetCallerIdentity"): ("", "needs no permission"),
    ("sts", "GetSessionToken"): ("", "needs no permission"),
    ("sts", "AssumeRoleWithSAML"): ("InvalidIdentityToken", "unsigned: the assertion says who asks, and this one nobody"),
    ("sts", "AssumeRoleWithWebIdentity"): ("InvalidIdentityToken", "unsigned: the token says who asks, and this one nobody"),
}

# Members that are credentials: of somebody who has no device, no code is right, and that is said first.
LEFT_OUT = {"sts": ["SerialNumber", "TokenCode"]}

EMPTY_POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}'
TRUST = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
         '"Action":"sts:AssumeRole"}]}')
# Texts by the name of their member or of their list, where any text of the right form would be less than well formed.
TEXTS = {
    "AssumeRolePolicyDocument": TRUST, "PolicyDocument": EMPTY_POLICY, "Policy": EMPTY_POLICY, "Content": EMPTY_POLICY,
    "PolicyInputList": EMPTY_POLICY, "RoleArn": "arn:aws:iam::111122223333:role/example",
    "PrincipalArn": "arn:aws:iam::111122223333:saml-provider/example",
    "SAMLProviderArn": "arn:aws:iam::111122223333:saml-provider/example",
    "OpenIDConnectProviderArn": "arn:aws:iam::111122223333:oidc-provider/idp.example.com",
    "Url": "https://idp.example.com", "PolicyArn": "arn:aws:iam::111122223333:policy/example",
    "arn": "arn:aws:iam::111122223333:policy/example", "PermissionsBoundary": "arn:aws:iam::111122223333:policy/example",
    "AWSServiceName": "rds.amazonaws.com", "Password": "Sufficiently-1-Long", "NewPassword": "Sufficiently-1-Long",
    "MasterUserPassword": "Sufficiently-1-Long", "Path": "/example/", "NewPath": "/example/",
    "SerialNumber": "arn:aws:iam::111122223333:mfa/example", "Email": "a@example.com",
}
# The first that has the form that the model asks for is taken.
CANDIDATES = [
    "example", "/", "123456", "0001", "111122223333", "us-east-1", "arn:aws:iam::111122223333:user/example", "o-a1b2c3d4e5",
    "r-ab12", "ou-ab12-abcdefgh", "p-abcdefgh", "h-abcdefgh", "car-abcdefgh", "a@example.com", "example.com", "rds.amazonaws.com",
    "AKIAIOSFODNN7EXAMPLE", "https://idp.example.com", "111122223333", "rp-abcdefgh12345678",
    "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5", "o-a1b2c3d4e5/r-ab12", "10.0.0.0/16", "a" * 32, "a" * 64,
    "arn:aws:iam::111122223333:saml-provider/example", "ACCA1234567890ABCDEF", "ab12cd34-ab12-cd34-ef56-abcdef123456",
    "arn:aws:iam::111122223333:delegation-request/ab12cd34-ab12-cd34-ef56-abcdef123456", "a" * 40, "v1", "RS256", "+1 555 0100",
    "arn:aws:backup:us-east-1:111122223333:recovery-point:example", "x" * 512, "3h",
]


def built():
    """{service: [operation]}, as docs/compatibility.md has them, which is tested to be what the program has."""
    page = (ROOT / "docs" / "compatibility.md").read_text()
    return {service: re.search(rf"^## {service}\n\n(.+)$", page, re.M).group(1).split(", ") for service in SERVICES}


def text(shape, name):
    if shape.enum:
        return shape.enum[0]
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1 << 30)
    # \p{…} of the model's dialect, in the ASCII that is sent here.
    pattern = shape.metadata.get("pattern", "(?s).*")
    for java, here in ((r"\p{L}", "a-zA-Z"), (r"\p{M}", ""), (r"\p{Z}", " "), (r"\p{S}", "+=<>|~^$`"), (r"\p{N}", "0-9"),
                       (r"\p{P}", r"!-/:-@\[-`{-~")):
        pattern = pattern.replace(java, here)
    for candidate in ([TEXTS[name]] if name in TEXTS else []) + CANDIDATES:
        if len(candidate) < low:
            candidate = candidate * (low // len(candidate) + 1)
        if len(candidate) <= high and re.fullmatch(pattern, candidate):
            return candidate
    raise AssertionError(f"no text for {name}: {shape.metadata}")


def value(shape, name, everything, depth=0):
    """A value that the model allows: with required members only, or with all of them."""
    kind = shape.type_name
    if kind == "structure":
        wanted = [member for member in shape.members if member in shape.required_members or (everything and depth < 4)]
        # The query protocol has no way to say that a structure is there and empty.
        wanted = wanted or (list(shape.members)[:1] if depth > 0 else [])
        if getattr(shape, "is_tagged_union", False):
            wanted = wanted[:1]
        return {member: value(shape.members[member], member, everything, depth + 1) for member in wanted}
    if kind == "list":
        return [value(shape.member, name, everything, depth + 1)] * max(1, shape.metadata.get("min", 0))
    if kind == "map":
        return {text(shape.key, name): value(shape.value, name, everything, depth + 1)}
    if kind in ("integer", "long", "float", "double"):
        return max(1, shape.metadata.get("min", 0))
    return {"string": lambda: text(shape, name), "boolean": lambda: True, "blob": lambda: b"example",
            "timestamp": lambda: 1_800_000_000}[kind]()


@pytest.fixture(scope="module")
def powerless(new_user):
    return new_user(name="powerless")


def ask(client, operation, arguments):
    """(code, HTTP status, message); the code is "" for a success."""
    try:
        client._make_api_call(operation, arguments)
        return "", 200, ""
    except ClientError as error:
        answer = error.response
        return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


@pytest.mark.parametrize("everything", [False, True], ids=["required", "all"])
@pytest.mark.parametrize("service", SERVICES)
def test_who_may_do_nothing_is_told_so_first(client, powerless, service, everything):
    """With the members that have to be there, and with all that the model knows."""
    asking = client(CLIENTS.get(service, service), powerless)
    model = asking.meta.service_model
    protocol = model.resolved_protocol  # the one that boto3 speaks, of those that the service takes
    wrong = []
    for operation in built()[service]:
        shape = model.operation_model(operation).input_shape
        arguments = value(shape, operation, everything) if shape else {}
        arguments = {name: sent for name, sent in arguments.items() if name not in LEFT_OUT.get(service, [])}
        code, status, message = ask(asking, operation, arguments)
        if (service, operation) in EXCEPTIONS:
            wanted = EXCEPTIONS[service, operation][0]
            if code != wanted:
                wrong.append((operation, code, status, message))
        elif (code, status) != REFUSALS[protocol] or "not authorized to perform" not in message:
            wrong.append((operation, code, status, message))
    assert wrong == []


def test_every_exception_is_of_an_operation_that_is_built_and_needs_it():
    """One that is no longer needed has to go: what it answers is what the refusal is not."""
    operations = built()
    for (service, operation), (code, reason) in EXCEPTIONS.items():
        assert operation in operations[service] and reason
        protocol = botocore.session.get_session().get_service_model(service).metadata["protocol"]
        assert code != REFUSALS[protocol][0]
