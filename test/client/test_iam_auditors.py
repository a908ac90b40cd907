"""Programs that read an account's policies and tell what is wrong: each finds what was planted, and no more."""
import json
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import pypi_tool  # noqa: E402

# principalmapper 1.1.5 imports two classes by the names that Python 3.10 took away; its own files stay as they are.
START_PMAPPER = """
import collections, collections.abc, sys
collections.Mapping, collections.MutableMapping = collections.abc.Mapping, collections.abc.MutableMapping
from principalmapper.__main__ import main
sys.exit(main())
"""
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture(scope="module")
def pmapper(haar, person):
    tool = pypi_tool.Tool(pypi_tool.environment_of("principalmapper"), person, haar,
                          PMAPPER_STORAGE=str(haar.folder / "pmapper"))
    return lambda *words: tool.run(tool.folder / "bin" / "python", "-c", START_PMAPPER, *words).stdout


@pytest.fixture(scope="module")
def cloudsplaining(haar, person):
    tool = pypi_tool.Tool(pypi_tool.environment_of("cloudsplaining"), person, haar)
    return lambda *words: tool.run("cloudsplaining", *words).stdout


@pytest.fixture
def user(person):
    """user(name, statements…): its ARN."""
    def create(name, *statements):
        arn = json.loads(person.aws("iam", "create-user", "--user-name", name).stdout)["User"]["Arn"]
        if statements:
            person.aws("iam", "put-user-policy", "--user-name", name, "--policy-name", "own", "--policy-document",
                       pypi_tool.policy(*statements))
        return arn
    return create


def test_principal_mapper_finds_the_ways_to_more_rights(pmapper, person, user):
    """By a key of an administrator's, by an administrator's role; a denial closes the way."""
    chief = user("chief")
    person.aws("iam", "attach-user-policy", "--user-name", "chief", "--policy-arn", ADMINISTRATOR)
    user("intern", {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": chief})
    user("denied", {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"},
         {"Effect": "Deny", "Action": "iam:CreateAccessKey", "NotResource": chief.replace("user/chief", "user/denied")})
    clerk = user("clerk", {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    trust = pypi_tool.policy({"Effect": "Allow", "Principal": {"AWS": clerk}, "Action": "sts:AssumeRole"})
    person.aws("iam", "create-role", "--role-name", "keeper", "--assume-role-policy-document", trust)
    person.aws("iam", "attach-role-policy", "--role-name", "keeper", "--policy-arn", ADMINISTRATOR)

    pmapper("graph", "create", "--ignore-orgs", "--include-services", "iam", "sts", "--include-regions", "us-west-2")
    said = pmapper("query", "preset privesc *")
    ways = set(re.findall(r"^(\S+) can escalate privileges by accessing the administrative principal (\S+):$", said, re.M))
    assert ways == {("user/intern", "user/chief"), ("user/clerk", "role/keeper")}, said
    assert "user/intern can create access keys to authenticate as user/chief" in said
    assert "user/clerk can access via sts:AssumeRole role/keeper" in said


def test_cloudsplaining_flags_the_planted_policy(cloudsplaining, person, haar, user):
    """Its findings name the reasons; a narrow policy has none."""
    for name, owner, statement in [
            ("planted", "wide", {"Action": ["iam:PutUserPolicy", "rds:DeleteDBCluster"], "Resource": "*"}),
            ("kept", "narrow", {"Action": "rds:DeleteDBCluster",
                                "Resource": "arn:aws:rds:us-west-2:111122223333:cluster:one"})]:
        user(owner)
        made = person.aws("iam", "create-policy", "--policy-name", name, "--policy-document",
                          pypi_tool.policy({"Effect": "Allow", **statement}))
        person.aws("iam", "attach-user-policy", "--user-name", owner, "--policy-arn",
                   json.loads(made.stdout)["Policy"]["Arn"])

    folder = haar.folder / "cloudsplaining"
    folder.mkdir()
    cloudsplaining("download", "--profile", "haar", "--output", str(folder))
    cloudsplaining("scan", "--skip-open-report", "--input-file", str(folder / "haar.json"), "--output", str(folder))
    results = json.loads((folder / "iam-results-haar.json").read_text())
    found = {policy["PolicyName"]: policy for policy in results["customer_managed_policies"].values()}
    planted, kept = found["planted"], found["kept"]
    assert planted["PrivilegeEscalation"]["findings"] == [{"type": "PutUserPolicy", "actions": ["iam:putuserpolicy"]}]
    assert "rds:DeleteDBCluster" in planted["InfrastructureModification"]["findings"]
    assert kept["PrivilegeEscalation"]["findings"] == []
    assert kept["InfrastructureModification"]["findings"] == []
