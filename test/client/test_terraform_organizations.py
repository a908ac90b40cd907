"""Terraform's aws_organizations_* resources: apply, an empty plan, destroy."""
import json

import pytest

import terraform_program

pytestmark = terraform_program.needed

CONFIGURATION = """
provider "aws" {
  region = "us-west-2"
}

resource "aws_organizations_organization" "all" {
  feature_set                   = "ALL"
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
  aws_service_access_principals = ["config.amazonaws.com"]
}

resource "aws_organizations_organizational_unit" "outer" {
  name      = "outer"
  parent_id = aws_organizations_organization.all.roots[0].id
  tags      = { team = "red" }
}

resource "aws_organizations_organizational_unit" "inner" {
  name      = "inner"
  parent_id = aws_organizations_organizational_unit.outer.id
}

resource "aws_organizations_account" "sandbox" {
  name      = "sandbox"
  email     = "sandbox@example.com"
  role_name = "Boss"
  parent_id = aws_organizations_organizational_unit.inner.id
  tags      = { team = "blue" }

  # AWS gives no answer about it afterwards.
  lifecycle { ignore_changes = [role_name] }
}

resource "aws_organizations_policy" "guard" {
  name        = "guard"
  description = "nobody leaves"
  type        = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "organizations:LeaveOrganization", Resource = "*" }]
  })
  tags       = { team = "red" }
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy" "perimeter" {
  name = "perimeter"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "sts:AssumeRole", Resource = "*",
      Condition = { StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.all.id } } }]
  })
}

resource "aws_organizations_policy_attachment" "guard" {
  policy_id = aws_organizations_policy.guard.id
  target_id = aws_organizations_organizational_unit.outer.id
}

resource "aws_organizations_policy_attachment" "perimeter" {
  policy_id = aws_organizations_policy.perimeter.id
  target_id = aws_organizations_account.sandbox.id
}

resource "aws_organizations_delegated_administrator" "config" {
  account_id        = aws_organizations_account.sandbox.id
  service_principal = "config.amazonaws.com"
}

resource "aws_organizations_resource_policy" "delegation" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Sid = "Policies", Effect = "Allow", Resource = "*",
      Principal = { AWS = "arn:aws:iam::${aws_organizations_account.sandbox.id}:root" },
      Action    = ["organizations:DescribePolicy", "organizations:ListPolicies"] }]
  })
}

output "organization" { value = aws_organizations_organization.all.id }
output "account" { value = aws_organizations_account.sandbox.id }
output "unit" { value = aws_organizations_organizational_unit.inner.id }
"""


@pytest.fixture
def terraform(person, haar):
    """terraform(words…) in a folder with the configuration above, initialised."""
    folder = haar.folder / "terraform"
    folder.mkdir()
    return terraform_program.initialised(folder, CONFIGURATION, person.environment)


def test_an_organization_with_everything(terraform, person):
    """What Terraform makes is there, it plans no change afterwards, and destroy leaves no organization."""
    terraform("apply", "-auto-approve", "-input=false", "-no-color")
    made = {name: value["value"] for name, value in json.loads(terraform("output", "-json").stdout).items()}
    parents = json.loads(person.aws("organizations", "list-parents", "--child-id", made["account"]).stdout)["Parents"]
    assert parents == [{"Id": made["unit"], "Type": "ORGANIZATIONAL_UNIT"}]
    attached = json.loads(person.aws("organizations", "list-policies-for-target", "--target-id", made["account"],
                                     "--filter", "RESOURCE_CONTROL_POLICY").stdout)["Policies"]
    assert {policy["Name"] for policy in attached} == {"RCPFullAWSAccess", "perimeter"}

    # 0: nothing to change; 2: there is.
    plan = terraform("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr

    terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    assert terraform("state", "list").stdout.strip() == ""
    gone = person.aws("organizations", "describe-organization", check=False)
    assert "(AWSOrganizationsNotInUseException)" in gone.stderr
