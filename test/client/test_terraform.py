"""Terraform with the provider hashicorp/aws: apply, an empty plan, destroy."""
import json

import pytest

import terraform_program

pytestmark = terraform_program.needed

CONFIGURATION = """
provider "aws" {
  region = "us-west-2"
}

resource "aws_iam_user" "deployer" {
  name = "deployer"
  path = "/ci/"
  tags = { team = "red" }
}

resource "aws_iam_role" "service" {
  name               = "service"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_user.deployer.arn } }]
  })
}

resource "aws_iam_policy" "look" {
  name   = "look"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["ec2:Describe*", "rds:Describe*"], Resource = "*" }]
  })
}

resource "aws_iam_user_policy_attachment" "deployer" {
  user       = aws_iam_user.deployer.name
  policy_arn = aws_iam_policy.look.arn
}

resource "aws_iam_role_policy_attachment" "service" {
  role       = aws_iam_role.service.name
  policy_arn = aws_iam_policy.look.arn
}

data "aws_vpc" "default" {
  default = true
}

resource "aws_security_group" "database" {
  name        = "database"
  description = "PostgreSQL from this machine"
  vpc_id      = data.aws_vpc.default.id

  ingress {
    description = "this machine"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["127.0.0.1/32"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { team = "red" }
}

output "user" { value = aws_iam_user.deployer.arn }
output "group" { value = aws_security_group.database.id }
"""


@pytest.fixture
def terraform(person, haar):
    """terraform(words…) in a folder with the configuration above, initialised."""
    folder = haar.folder / "terraform"
    folder.mkdir()
    return terraform_program.initialised(folder, CONFIGURATION, person.environment)


def test_users_roles_policies_and_security_groups(terraform, person):
    terraform("apply", "-auto-approve", "-input=false", "-no-color")
    made = {name: value["value"] for name, value in json.loads(terraform("output", "-json").stdout).items()}
    assert made["user"].endswith(":user/ci/deployer")
    group = json.loads(person.aws("ec2", "describe-security-groups", "--group-ids", made["group"]).stdout)["SecurityGroups"][0]
    assert group["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "127.0.0.1/32", "Description": "this machine"}]
    attached = json.loads(person.aws("iam", "list-attached-user-policies", "--user-name", "deployer").stdout)
    assert [policy["PolicyName"] for policy in attached["AttachedPolicies"]] == ["look"]

    # 0: nothing to change; 2: there is.
    plan = terraform("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr

    terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    assert terraform("state", "list").stdout.strip() == ""
    gone = person.aws("iam", "get-user", "--user-name", "deployer", check=False)
    assert "(NoSuchEntity)" in gone.stderr
    gone = person.aws("ec2", "describe-security-groups", "--group-ids", made["group"], check=False)
    assert "(InvalidGroup.NotFound)" in gone.stderr
