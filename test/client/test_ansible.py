"""Ansible's collection amazon.aws: a playbook that changes once, and one that takes everything back."""
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import pypi_tool  # noqa: E402

PLAYBOOKS = pathlib.Path(__file__).resolve().parent / "ansible"
MADE = {"Managed policy", "User", "Group", "Inline policy", "Role", "Instance profile", "Password policy",
        "Security group", "Cluster"}


@pytest.fixture(scope="module")
def play(haar, person):
    """play(playbook): {task: its result}."""
    ansible = pypi_tool.Tool(pypi_tool.environment_of("ansible"), person, haar,
                             ANSIBLE_STDOUT_CALLBACK="ansible.posix.json", ANSIBLE_LOCALHOST_WARNING="false")

    def run(playbook):
        done = ansible.run("ansible-playbook", "--inventory", "localhost,", "--connection", "local", "--extra-vars",
                           f"ansible_python_interpreter={ansible.folder}/bin/python", PLAYBOOKS / playbook, check=False)
        tasks = json.loads(done.stdout)["plays"][0]["tasks"]
        results = {task["task"]["name"]: task["hosts"]["localhost"] for task in tasks}
        assert done.returncode == 0, [(name, said["msg"]) for name, said in results.items() if said.get("failed")]
        return results

    return run


def changed(results):
    return {name for name, result in results.items() if result["changed"]}


def test_a_playbook_changes_once_and_is_taken_back(play, person):
    first = play("present.yml")
    assert changed(first) == MADE
    assert first["Who the role is"]["arn"].endswith(":assumed-role/played/play")
    assert first["Cluster"]["db_cluster_identifier"] == "playbook"
    assert first["Cluster"]["tags"] == {"team": "red"}

    group = json.loads(person.aws("ec2", "describe-security-groups", "--filters", "Name=tag:team,Values=red").stdout)
    rule = group["SecurityGroups"][0]["IpPermissions"][0]
    assert rule["FromPort"] == 5432
    assert rule["IpRanges"] == [{"CidrIp": "127.0.0.1/32", "Description": "this machine"}]
    role = json.loads(person.aws("iam", "get-role", "--role-name", "played").stdout)["Role"]
    assert role["MaxSessionDuration"] == 7200

    assert changed(play("present.yml")) == set()

    assert changed(play("absent.yml")) == MADE
    for words, code in [(("iam", "get-user", "--user-name", "player"), "NoSuchEntity"),
                        (("iam", "get-role", "--role-name", "played"), "NoSuchEntity"),
                        (("iam", "get-instance-profile", "--instance-profile-name", "profiled"), "NoSuchEntity"),
                        (("iam", "get-account-password-policy"), "NoSuchEntity"),
                        (("rds", "describe-db-clusters", "--db-cluster-identifier", "playbook"), "DBClusterNotFoundFault")]:
        gone = person.aws(*words, check=False)
        assert f"({code})" in gone.stderr, gone.stdout + gone.stderr
