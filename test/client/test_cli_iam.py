"""The AWS CLI on the rest of iam, sts and organizations: what a person who sets an account up types."""
import base64
import csv
import io
import json
import subprocess
import time

import pytest


@pytest.fixture
def shown(person):
    """shown(words…): the JSON that the CLI prints."""
    return lambda *words, **environment: json.loads(person.aws(*words, **environment).stdout)


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def codes(seed):
    """Two consecutive codes of a seed, the present one last."""
    now = int(time.time())
    return [subprocess.run(["oathtool", "--totp", "--base32", f"--now=@{at}", seed], check=True, capture_output=True,
                           text=True).stdout.strip() for at in (now - 30, now)]


def credentials(answer):
    """An answer's credentials as the environment of the next command."""
    given = answer["Credentials"]
    return {"AWS_ACCESS_KEY_ID": given["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"]}


def test_a_virtual_device_from_its_picture_to_a_session(shown, person, haar):
    """The picture that --bootstrap-method saves is the seed; its codes make a session with MFA, once each."""
    shown("iam", "create-user", "--user-name", "mfa")
    person.aws("iam", "put-user-policy", "--user-name", "mfa", "--policy-name", "p", "--policy-document", document(
        {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*",
         "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}))
    key = shown("iam", "create-access-key", "--user-name", "mfa")["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    picture = haar.folder / "mfa.png"
    device = shown("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "mfa", "--outfile", str(picture),
                   "--bootstrap-method", "QRCodePNG")["VirtualMFADevice"]
    assert "Base32StringSeed" not in device
    read = subprocess.run(["zbarimg", "--raw", "-q", str(picture)], check=True, capture_output=True, text=True).stdout
    assert read.startswith("otpauth://totp/mfa@")
    seed = read.partition("secret=")[2].split("&")[0].strip()
    first, second = codes(seed)
    person.aws("iam", "enable-mfa-device", "--user-name", "mfa", "--serial-number", device["SerialNumber"],
               "--authentication-code1", first, "--authentication-code2", second)
    used = person.aws("sts", "get-session-token", "--serial-number", device["SerialNumber"], "--token-code", second,
                      check=False, **own)
    assert "(AccessDenied)" in used.stderr and "MultiFactorAuthentication failed" in used.stderr
    haar.command("advance", "60s")  # the next code, without waiting for it
    ahead = subprocess.run(["oathtool", "--totp", "--base32", f"--now=@{int(time.time()) + 60}", seed], check=True,
                           capture_output=True, text=True).stdout.strip()
    session = shown("sts", "get-session-token", "--serial-number", device["SerialNumber"], "--token-code", ahead, **own)
    assert shown("iam", "get-user", **credentials(session))["User"]["UserName"] == "mfa"
    refused = person.aws("iam", "get-user", check=False, **own)
    assert "(AccessDenied)" in refused.stderr


def test_passwords(shown, person):
    """A policy of the account, a password that breaks it, one that does not."""
    person.aws("iam", "update-account-password-policy", "--minimum-password-length", "12", "--require-symbols")
    assert shown("iam", "get-account-password-policy")["PasswordPolicy"]["MinimumPasswordLength"] == 12
    shown("iam", "create-user", "--user-name", "word")
    short = person.aws("iam", "create-login-profile", "--user-name", "word", "--password", "short", check=False)
    assert "(PasswordPolicyViolation)" in short.stderr
    made = shown("iam", "create-login-profile", "--user-name", "word", "--password", "long-Enough-1!",
                 "--password-reset-required")
    assert made["LoginProfile"]["PasswordResetRequired"] is True
    person.aws("iam", "delete-account-password-policy")


def test_the_account_and_its_report(shown, person):
    """The alias, the figures, and the report that `base64 --decode` opens."""
    person.aws("iam", "create-account-alias", "--account-alias", "fog-bank")
    assert shown("iam", "list-account-aliases")["AccountAliases"] == ["fog-bank"]
    summary = shown("iam", "get-account-summary")["SummaryMap"]
    assert summary["Users"] >= 1 and summary["AccountMFAEnabled"] == 0
    deadline = time.monotonic() + 60
    while shown("iam", "generate-credential-report")["State"] != "COMPLETE":
        assert time.monotonic() < deadline
    report = base64.b64decode(shown("iam", "get-credential-report")["Content"]).decode()
    lines = list(csv.DictReader(io.StringIO(report)))
    assert lines[0]["user"] == "<root_account>" and len(lines[0]) == 22
    assert "Administrator" in [line["user"] for line in lines]


def test_what_a_principal_may_do(shown):
    """The simulator says for AdministratorAccess what the pipeline would."""
    arn = shown("iam", "get-user", "--user-name", "Administrator")["User"]["Arn"]
    [result] = shown("iam", "simulate-principal-policy", "--policy-source-arn", arn, "--action-names",
                     "rds:CreateDBCluster")["EvaluationResults"]
    assert result["EvalDecision"] == "allowed" and result["MatchedStatements"]
    [result] = shown("iam", "simulate-custom-policy", "--policy-input-list", document(
        {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*", "Condition": {
            "StringEquals": {"aws:PrincipalTag/team": "red"}}}), "--action-names", "s3:GetObject")["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["aws:PrincipalTag/team"])


def test_a_role_through_a_profile(shown, person, haar):
    """role_arn and source_profile: the CLI assumes the role by itself."""
    arn = shown("iam", "get-user", "--user-name", "Administrator")["User"]["Arn"]
    role = shown("iam", "create-role", "--role-name", "profile", "--assume-role-policy-document", document(
        {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole",
         "Condition": {"StringEquals": {"sts:ExternalId": "42"}}}))["Role"]["Arn"]
    key = shown("iam", "create-access-key", "--user-name", "Administrator")["AccessKey"]
    configuration = haar.folder / "role.cfg"
    configuration.write_text(
        f"[profile base]\naws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
        f"region = us-west-2\nservices = here\n"
        f"[profile role]\nrole_arn = {role}\nsource_profile = base\nexternal_id = 42\nrole_session_name = cli\n"
        f"region = us-west-2\nservices = here\n"
        f"[services here]\nsts =\n  endpoint_url = {haar.endpoint}\niam =\n  endpoint_url = {haar.endpoint}\n")
    said = shown("sts", "get-caller-identity", AWS_CONFIG_FILE=str(configuration), AWS_PROFILE="role")
    assert said["Arn"].endswith(":assumed-role/profile/cli")


def test_a_federated_user(shown, person):
    """A session policy is all that a federated user has."""
    shown("iam", "create-user", "--user-name", "broker")
    person.aws("iam", "attach-user-policy", "--user-name", "broker", "--policy-arn",
               "arn:aws:iam::aws:policy/AdministratorAccess")
    key = shown("iam", "create-access-key", "--user-name", "broker")["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    made = shown("sts", "get-federation-token", "--name", "guest", "--policy", document(
        {"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}), **own)
    assert made["FederatedUser"]["Arn"].endswith(":federated-user/guest")
    assert shown("ec2", "describe-vpcs", **credentials(made))["Vpcs"]
    assert "(UnauthorizedOperation)" in person.aws("ec2", "describe-subnets", check=False, **credentials(made)).stderr


def test_an_organization(shown, person):
    """Accounts, units and a policy over them, in awsJson."""
    made = shown("organizations", "create-organization")["Organization"]
    assert made["Id"].startswith("o-") and made["FeatureSet"] == "ALL"
    [root] = shown("organizations", "list-roots")["Roots"]
    person.aws("organizations", "enable-policy-type", "--root-id", root["Id"], "--policy-type", "SERVICE_CONTROL_POLICY")
    unit = shown("organizations", "create-organizational-unit", "--parent-id", root["Id"], "--name", "dev")
    status = shown("organizations", "create-account", "--email", "dev@example.com", "--account-name",
                   "dev")["CreateAccountStatus"]
    deadline = time.monotonic() + 60
    while status["State"] == "IN_PROGRESS":
        assert time.monotonic() < deadline
        status = shown("organizations", "describe-create-account-status", "--create-account-request-id",
                       status["Id"])["CreateAccountStatus"]
    assert status["State"] == "SUCCEEDED"
    person.aws("organizations", "move-account", "--account-id", status["AccountId"], "--source-parent-id", root["Id"],
               "--destination-parent-id", unit["OrganizationalUnit"]["Id"])
    listed = shown("organizations", "list-accounts-for-parent", "--parent-id",
                   unit["OrganizationalUnit"]["Id"])["Accounts"]
    assert [account["Id"] for account in listed] == [status["AccountId"]]
    bad = person.aws("organizations", "create-policy", "--type", "SERVICE_CONTROL_POLICY", "--name", "bad",
                     "--description", "x", "--content", "{}", check=False)
    assert "(MalformedPolicyDocumentException)" in bad.stderr
