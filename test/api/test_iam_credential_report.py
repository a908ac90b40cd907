"""iam: the credential report, read as the CSV that it is."""
import csv
import io
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from haar_server import ROOT_KEY, Haar, new_folder

COLUMNS = [
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
    "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region",
    "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"]


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def moment(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def read(answer):
    assert answer["ReportFormat"] == "text/csv"
    rows = list(csv.reader(io.StringIO(answer["Content"].decode())))
    assert rows[0] == COLUMNS and all(len(row) == 22 for row in rows)
    return {row[0]: dict(zip(COLUMNS, row)) for row in rows[1:]}


def totp(seed, steps=0):
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + 30 * steps))
    return subprocess.run(["oathtool", "--totp", "--base32", f"--now={now}", seed], check=True, text=True,
                          capture_output=True).stdout.strip()


def certificate(tmp_path):
    return subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(tmp_path / "key"),
                           "-subj", "/CN=x", "-days", "3"], check=True, text=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def own():
    """A server of this file's own, whose clock may be moved."""
    folder = new_folder()
    server = Haar(folder)
    try:
        yield server.start()
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_the_life_of_a_report(own, tmp_path):
    """None at first; made once in four hours; the facts of the moment when it was made; then expired."""
    iam = own.client("iam")
    assert refused(iam.get_credential_report)[::2] == ("ReportNotPresent", 410)

    iam.update_account_password_policy(MaxPasswordAge=90)
    iam.create_user(UserName="ana", Path="/dev/")
    user = iam.get_user(UserName="ana")["User"]
    profile = iam.create_login_profile(UserName="ana", Password="Correct-Horse-7")["LoginProfile"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ana")["VirtualMFADevice"]
    seed = device["Base32StringSeed"].decode()
    iam.enable_mfa_device(UserName="ana", SerialNumber=device["SerialNumber"], AuthenticationCode1=totp(seed),
                          AuthenticationCode2=totp(seed, 1))
    keys = [iam.create_access_key(UserName="ana")["AccessKey"] for _ in range(2)]
    iam.update_access_key(UserName="ana", AccessKeyId=keys[1]["AccessKeyId"], Status="Inactive")
    body = iam.upload_signing_certificate(UserName="ana", CertificateBody=certificate(tmp_path))["Certificate"]
    iam.create_user(UserName="with,comma")

    started = iam.generate_credential_report()
    assert started["State"] == "STARTED" and started["Description"]
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    report = iam.get_credential_report()
    rows = read(report)
    assert list(rows) == ["<root_account>", "ana", "with,comma"]

    ana = rows["ana"]
    assert ana["arn"] == user["Arn"] and ana["user_creation_time"] == moment(user["CreateDate"])
    assert (ana["password_enabled"], ana["password_last_used"]) == ("true", "no_information")
    assert ana["password_last_changed"] == moment(profile["CreateDate"])
    assert ana["password_next_rotation"][:10] == time.strftime(
        "%Y-%m-%d", time.gmtime(profile["CreateDate"].timestamp() + 90 * 86400))
    assert ana["mfa_active"] == "true"
    assert sorted(ana[f"access_key_{n}_active"] for n in (1, 2)) == ["false", "true"]
    assert {ana[f"access_key_{n}_last_rotated"] for n in (1, 2)} == {moment(k["CreateDate"]) for k in keys}
    for column in ("date", "region", "service"):
        assert ana[f"access_key_1_last_used_{column}"] == ana[f"access_key_2_last_used_{column}"] == "N/A"
    assert (ana["cert_1_active"], ana["cert_1_last_rotated"]) == ("true", moment(body["UploadDate"]))
    assert (ana["cert_2_active"], ana["cert_2_last_rotated"]) == ("false", "N/A")

    bare = rows["with,comma"]
    assert bare["arn"].endswith(":user/with,comma")
    assert (bare["password_enabled"], bare["password_last_used"], bare["password_last_changed"],
            bare["password_next_rotation"]) == ("false", "N/A", "N/A", "N/A")
    assert (bare["mfa_active"], bare["access_key_1_active"], bare["access_key_1_last_rotated"]) == ("false", "false", "N/A")

    root = rows["<root_account>"]
    assert root["arn"].endswith(":root")
    assert (root["password_enabled"], root["password_last_changed"], root["password_next_rotation"]) == (
        "true", "not_supported", "not_supported")
    assert root["access_key_1_active"] == "true" and root["mfa_active"] == "false"

    iam.delete_user(UserName="with,comma")
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    assert iam.get_credential_report()["Content"] == report["Content"], "four hours long it is the same report"

    own.command("advance", "4h")
    assert refused(iam.get_credential_report)[::2] == ("ReportExpired", 410)
    deadline = time.monotonic() + 60  # uses are written down every half second
    while iam.get_access_key_last_used(AccessKeyId=ROOT_KEY[0])["AccessKeyLastUsed"]["ServiceName"] == "N/A":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert iam.generate_credential_report()["State"] == "STARTED"
    rows = read(iam.get_credential_report())
    assert list(rows) == ["<root_account>", "ana"]
    assert rows["<root_account>"]["access_key_1_last_used_service"] == "iam", "last used, from what was recorded"


def test_a_report_outlives_a_restart(own):
    """It was acknowledged, so it is stored."""
    iam = own.client("iam")
    iam.generate_credential_report()
    before = iam.get_credential_report()["Content"]
    own.kill()
    own.start()
    assert own.client("iam").get_credential_report()["Content"] == before


def test_others_may_not(client, new_user, unique):
    """A user without permissions is refused, and makes no report by asking."""
    nobody = client("iam", new_user(name=unique))
    for call in (nobody.generate_credential_report, nobody.get_credential_report):
        assert refused(call)[::2] == ("AccessDenied", 403)
    assert refused(client("iam").get_credential_report)[0] == "ReportNotPresent"
