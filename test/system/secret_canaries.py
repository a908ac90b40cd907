"""Secrets Manager's part of test_canary.py: values that are made, put and updated, in calls that succeed and that fail, and
what is read back."""
from botocore.exceptions import ClientError


def client(server, key):
    return server.client("secretsmanager", key, parameter_validation=False)


def sent(value, member):
    return {member: value if member == "SecretString" else value.encode()}


def refused(told, call, **arguments):
    try:
        told.texts.append(str(call(**arguments)))
    except ClientError as error:
        told.texts.append(str(error.response))


def made(member):
    def do(server, told, key, name):
        api = client(server, key)
        secret = f"canary/made/{member}"
        api.create_secret(Name=secret, Description="d", **sent(told.new(name), member))
        refused(told, api.create_secret, Name=secret, **sent(told.new(f"{name}, of a name that is taken"), member))
        refused(told, api.create_secret, Name="not a name", **sent(told.new(f"{name}, of a name that is none"), member))
        told.texts.append(str(api.describe_secret(SecretId=secret)))
        assert told.canaries[name] in str(api.get_secret_value(SecretId=secret))

    return do


def changed(operation, member):
    def do(server, told, key, name):
        api = client(server, key)
        secret = f"canary/{operation}/{member}"
        api.create_secret(Name=secret)
        call = getattr(api, operation)
        call(SecretId=secret, **sent(told.new(name), member))
        refused(told, call, SecretId=secret + "-none", **sent(told.new(f"{name}, of no secret"), member))
        refused(told, call, SecretId=secret, ClientRequestToken="short", **sent(told.new(f"{name}, malformed"), member))
        told.texts.append(str(api.list_secrets()) + str(api.list_secret_version_ids(SecretId=secret)))

    return do


def rotation_token(server, told, key, name):
    api = client(server, key)
    api.create_secret(Name="canary/token")
    refused(told, api.put_secret_value, SecretId="canary/token", SecretString="x", RotationToken=told.new(name))


def given(server, told, key):
    """What answers give."""
    api = client(server, key)
    for member in ("SecretString", "SecretBinary"):
        value = told.new(f"secretsmanager GetSecretValue {member}")
        told.given(f"secretsmanager BatchGetSecretValue SecretValues.{member}", value)
        secret = f"canary/given/{member}"
        api.create_secret(Name=secret, **sent(value, member))
        assert value in str(api.get_secret_value(SecretId=secret))
        assert value in str(api.batch_get_secret_value(SecretIdList=[secret, "none"]))
    told.given("secretsmanager GetRandomPassword RandomPassword",
               api.get_random_password(ExcludePunctuation=True)["RandomPassword"])


SENT = {
    **{("secretsmanager", "CreateSecret", member): made(member) for member in ("SecretString", "SecretBinary")},
    **{("secretsmanager", operation, member): changed(call, member)
       for operation, call in (("PutSecretValue", "put_secret_value"), ("UpdateSecret", "update_secret"))
       for member in ("SecretString", "SecretBinary")},
    ("secretsmanager", "PutSecretValue", "RotationToken"): rotation_token,
}
