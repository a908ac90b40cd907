"""Prowler finds the user without MFA, the open port, the unprotected database and the cache in public subnets.

It clears the rest. Its packages are those of every cloud that it knows: 1.4 GB, and two minutes to install them.
HAAR_TEST_PROWLER=0 leaves it out.
"""
import csv
import json
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import pypi_tool  # noqa: E402

pytestmark = pytest.mark.skipif(os.environ.get("HAAR_TEST_PROWLER") == "0",
                                reason="HAAR_TEST_PROWLER=0 was asked for")
MFA = "iam_user_mfa_enabled_console_access"
PORT = "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432"
PROTECTION = "rds_cluster_deletion_protection"
SUBNET = "elasticache_cluster_uses_public_subnet"
MEMBER = "organizations_account_part_of_organizations"
FINDINGS_EXIT = 3  # prowler's status where something failed


@pytest.fixture(scope="module")
def prowler(haar, person):
    """prowler(checks…): {(check, resource): status}."""
    tool = pypi_tool.Tool(pypi_tool.environment_of("prowler"), person, haar)
    folder = haar.folder / "prowler"

    def run(*checks):
        done = tool.run("prowler", "aws", "--no-banner", "--no-color", "--region", "us-west-2", "--scan-unused-services",
                        "--checks", *checks, "--output-formats", "csv", "--output-directory", folder,
                        "--output-filename", "found", check=False)
        assert done.returncode in (0, FINDINGS_EXIT), done.stdout + done.stderr
        with open(folder / "found.csv", newline="") as file:
            return {(row["CHECK_ID"], row["RESOURCE_NAME"]): row["STATUS"] for row in csv.DictReader(file, delimiter=";")}

    return run


def test_what_was_left_open_is_found(prowler, person, set_up):
    for name in ["careless", "keyless"]:
        person.aws("iam", "create-user", "--user-name", name)
    person.aws("iam", "create-login-profile", "--user-name", "careless", "--password", "long-Enough-1!")
    made = person.aws("ec2", "create-security-group", "--group-name", "open", "--description", "open")
    opened = json.loads(made.stdout)["GroupId"]
    person.aws("ec2", "authorize-security-group-ingress", "--group-id", opened, "--protocol", "tcp", "--port", "5432",
               "--cidr", "0.0.0.0/0")
    groups = json.loads(person.aws("ec2", "describe-security-groups").stdout)["SecurityGroups"]
    person.aws("organizations", "create-organization")

    found = prowler(MFA, PORT, PROTECTION, SUBNET, MEMBER)
    failed = {name for name, status in found.items() if status == "FAIL"}
    assert failed == {(MFA, "careless"), (PORT, opened), (PROTECTION, "haar-demo"), (SUBNET, "haar-cache")}, found
    passed = {name for name, status in found.items() if status == "PASS" and name[0] != MEMBER}
    assert passed == {(MFA, "keyless"), (MFA, "Administrator")} | {
        (PORT, group["GroupId"]) for group in groups if group["GroupId"] != opened}, found
    assert [status for name, status in found.items() if name[0] == MEMBER] == ["PASS"], found
