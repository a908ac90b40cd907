"""sts: multi-factor codes in GetSessionToken and AssumeRole, each good once, and what they open."""
import base64
import hashlib
import hmac
import json
import struct
import time

import pytest
from botocore.exceptions import ClientError

from conftest import Haar, new_folder

SPENT = ("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403)
NOT_MINE = ("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA "
            "serial number is valid and associated with this user.", 403)
INCOMPLETE = ("AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass "
              "code.", 403)


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def keys_of(answer):
    c = answer["Credentials"]
    return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]


def totp(seed, step):
    """RFC 6238's code of the step, of six digits."""
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Device:
    """A user's device. Its clock runs ahead of the server's by a step with every code that is used, as the server
    takes it for a device of which the clock is off; so no test waits for the next half minute."""

    def __init__(self, iam, user, name):
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        self.serial, self.seed = made["SerialNumber"], made["Base32StringSeed"]
        self.step = int(time.time()) // 30
        iam.enable_mfa_device(UserName=user, SerialNumber=self.serial, AuthenticationCode1=self.next(),
                              AuthenticationCode2=self.next())

    def next(self):
        self.step += 1
        return totp(self.seed, self.step)

    def parameters(self):
        return {"SerialNumber": self.serial, "TokenCode": self.next()}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, **more):
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}


@pytest.fixture
def user(new_user, client, unique):
    """(keys, device) of a user who may do everything."""
    keys = new_user(document(allow("*")), name=unique)
    return keys, Device(client("iam"), unique, unique)


@pytest.fixture
def guarded_role(client, account, unique):
    """A role that is given to those with a device only, and that may list users only with one."""
    trust = document({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole",
                      "Condition": WITH_MFA})
    iam = client("iam")
    arn = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=json.dumps(
        document(allow("iam:ListUsers", Condition=WITH_MFA), allow("sts:AssumeRole"))))
    return arn


def test_session_token_with_a_code(client, user):
    """The session was made with the device: iam takes it, and policies that ask for the device are met."""
    keys, device = user
    with_code = keys_of(client("sts", keys).get_session_token(**device.parameters()))
    client("iam", with_code).list_users()
    without = keys_of(client("sts", keys).get_session_token())
    assert refused(client("iam", without).list_users)[0] == "InvalidClientTokenId"


def test_conditions_of_a_session(client, new_user, unique):
    """aws:MultiFactorAuthPresent and Age: of a session with a code, of one without, and of a long-term key."""
    keys = new_user(document(allow("ec2:DescribeVpcs", Condition=WITH_MFA),
                             allow("ec2:DescribeSubnets", Condition={"BoolIfExists": {
                                 "aws:MultiFactorAuthPresent": "false"}}),
                             allow("ec2:DescribeRouteTables", Condition={"Null": {"aws:MultiFactorAuthAge": "true"}})),
                    name=unique)
    sts, device = client("sts", keys), Device(client("iam"), unique, unique)

    def may(credentials):
        ec2, answers = client("ec2", credentials), []
        for call in (ec2.describe_vpcs, ec2.describe_subnets, ec2.describe_route_tables):
            try:
                call()
                answers.append(True)
            except ClientError as error:
                assert error.response["Error"]["Code"] == "UnauthorizedOperation"
                answers.append(False)
        return answers

    assert may(keys) == [False, True, True]
    assert may(keys_of(sts.get_session_token())) == [False, True, True]
    assert may(keys_of(sts.get_session_token(**device.parameters()))) == [True, False, False]


def test_a_code_is_good_once(client, user):
    """Whoever sees a code over somebody's shoulder is too late; so is who sees an older one."""
    keys, device = user
    sts = client("sts", keys)
    parameters = device.parameters()
    sts.get_session_token(**parameters)
    assert refused(sts.get_session_token, **parameters) == SPENT
    sts.get_session_token(**device.parameters())
    older = {"SerialNumber": device.serial, "TokenCode": totp(device.seed, device.step - 1)}
    assert refused(sts.get_session_token, **older) == SPENT


def test_wrong_codes_and_devices(client, user, new_user, unique):
    """Each with AWS's text; none of them spends anything."""
    keys, device = user
    sts = client("sts", keys)
    right = device.parameters()
    wrong = f"{(int(right['TokenCode']) + 1) % 1_000_000:06}"
    assert refused(sts.get_session_token, SerialNumber=device.serial, TokenCode=wrong) == SPENT
    assert refused(sts.get_session_token, SerialNumber=device.serial + "x", TokenCode=right["TokenCode"]) == NOT_MINE
    assert refused(sts.get_session_token, SerialNumber=device.serial) == INCOMPLETE
    assert refused(sts.get_session_token, TokenCode=right["TokenCode"]) == INCOMPLETE
    assert refused(client("sts", new_user()).get_session_token, **right) == NOT_MINE
    assert refused(client("sts", "root").get_session_token, **right) == NOT_MINE
    loose = client("sts", keys, parameter_validation=False)
    assert refused(loose.get_session_token, SerialNumber=device.serial, TokenCode="12345")[0] == "ValidationError"
    sts.get_session_token(**right)


def test_a_spent_code_stays_spent(tmp_path):
    """A code that was used is on disk before the answer: not even a crash brings it back."""
    folder = new_folder()
    server = Haar(folder)
    try:
        server.start()
        iam = server.client("iam")
        iam.create_user(UserName="ana")
        key = iam.create_access_key(UserName="ana")["AccessKey"]
        keys, device = (key["AccessKeyId"], key["SecretAccessKey"]), Device(iam, "ana", "phone")
        parameters = device.parameters()
        server.client("sts", keys).get_session_token(**parameters)
        server.kill()
        server.start()
        assert refused(server.client("sts", keys).get_session_token, **parameters) == SPENT
        server.client("sts", keys).get_session_token(**device.parameters())
    finally:
        server.stop()


def test_assume_role_with_a_code(client, user, guarded_role):
    """The trust policy sees the code, and so does the role's own policy in the session."""
    keys, device = user
    sts = client("sts", keys)
    assert refused(sts.assume_role, RoleArn=guarded_role, RoleSessionName="me")[0] == "AccessDenied"
    parameters = device.parameters()
    session = keys_of(sts.assume_role(RoleArn=guarded_role, RoleSessionName="me", **parameters))
    client("iam", session).list_users()
    assert refused(sts.assume_role, RoleArn=guarded_role, RoleSessionName="me", **parameters) == SPENT
    # The new session has no device of its own to show to the next role.
    assert refused(client("sts", session).assume_role, RoleArn=guarded_role, RoleSessionName="me",
                   **device.parameters()) == NOT_MINE


def test_assume_role_by_a_session_with_a_code(client, user, guarded_role):
    """GetSessionToken's code counts for the roles that are assumed with the session."""
    keys, device = user
    session = keys_of(client("sts", keys).get_session_token(**device.parameters()))
    role = keys_of(client("sts", session).assume_role(RoleArn=guarded_role, RoleSessionName="me"))
    client("iam", role).list_users()
    # A code of the user's own device is taken from the session as well.
    plain = keys_of(client("sts", keys).get_session_token())
    assert refused(client("sts", plain).assume_role, RoleArn=guarded_role, RoleSessionName="me")[0] == "AccessDenied"
    client("sts", plain).assume_role(RoleArn=guarded_role, RoleSessionName="me", **device.parameters())


def test_a_chain_carries_no_code_on(client, user, guarded_role, account, unique):
    """The second role of a chain sees no device, as the first one's credentials are nobody's device."""
    keys, device = user
    session = keys_of(client("sts", keys).assume_role(RoleArn=guarded_role, RoleSessionName="me", **device.parameters()))
    trust = document({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    iam = client("iam")
    second = iam.create_role(RoleName=unique + "-2", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=unique + "-2", PolicyName="p", PolicyDocument=json.dumps(
        document(allow("iam:ListUsers", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))))
    chained = keys_of(client("sts", session).assume_role(RoleArn=second, RoleSessionName="me"))
    assert refused(client("iam", chained).list_users)[0] == "AccessDenied"


def test_codes_cannot_be_guessed(client, unique):
    """Five wrong ones, and the right one is not looked at either, for this access key."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    device = Device(iam, unique, unique)
    keys = [iam.create_access_key(UserName=unique)["AccessKey"] for _ in range(2)]
    guesser, owner = (client("sts", (key["AccessKeyId"], key["SecretAccessKey"])) for key in keys)
    right = device.next()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert refused(guesser.get_session_token, SerialNumber=device.serial, TokenCode=wrong) == SPENT
    assert refused(guesser.get_session_token, SerialNumber=device.serial, TokenCode=right) == (
        "Throttling", "Rate exceeded", 400)
    owner.get_session_token(SerialNumber=device.serial, TokenCode=right)
