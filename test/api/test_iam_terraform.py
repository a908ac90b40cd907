"""Terraform's aws_iam_* resources: apply, an empty plan, destroy. Skipped, visibly, where Terraform is not."""
import os

import terraform_program

pytestmark = terraform_program.needed

CONFIGURATION = """
provider "aws" {
  region     = "us-east-1"
  access_key = "%(key)s"
  secret_key = "%(secret)s"
  endpoints {
    iam = "%(endpoint)s"
    sts = "%(endpoint)s"
  }
}
locals {
  list = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:ListBucket"], Resource = "*" }] })
}
resource "aws_iam_user" "one" {
  name          = "tf-user"
  path          = "/tf/"
  tags          = { team = "blue" }
  force_destroy = true
}
resource "aws_iam_access_key" "one" {
  user = aws_iam_user.one.name
}
resource "aws_iam_policy" "one" {
  name        = "tf-policy"
  description = "for a test"
  policy      = local.list
  tags        = { team = "blue" }
}
resource "aws_iam_role" "one" {
  name                 = "tf-role"
  description          = "for a test"
  max_session_duration = 7200
  permissions_boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  tags                 = { team = "blue" }
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { AWS = aws_iam_user.one.arn }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "one" {
  role   = aws_iam_role.one.id
  policy = local.list
}
resource "aws_iam_role_policy_attachment" "one" {
  role       = aws_iam_role.one.name
  policy_arn = aws_iam_policy.one.arn
}
resource "aws_iam_user_policy_attachment" "one" {
  user       = aws_iam_user.one.name
  policy_arn = aws_iam_policy.one.arn
}
resource "aws_iam_user_policy" "one" {
  user   = aws_iam_user.one.name
  policy = local.list
}
resource "aws_iam_group" "one" {
  name = "tf-group"
}
resource "aws_iam_group_membership" "one" {
  name  = "tf-members"
  users = [aws_iam_user.one.name]
  group = aws_iam_group.one.name
}
resource "aws_iam_group_policy_attachment" "one" {
  group      = aws_iam_group.one.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_service_linked_role" "one" {
  aws_service_name = "memorydb.amazonaws.com"
}
"""


def test_apply_plans_nothing_more_and_destroys(haar, administrator, tmp_path):
    """What Terraform reads back must be what it wrote, or every plan would show changes."""
    terraform = terraform_program.initialised(tmp_path, CONFIGURATION % {
        "key": administrator[0], "secret": administrator[1], "endpoint": haar.endpoint}, os.environ)
    terraform("apply", "-no-color", "-auto-approve")
    terraform("plan", "-no-color", "-detailed-exitcode")
    terraform("destroy", "-no-color", "-auto-approve")
    iam = haar.client("iam", administrator)
    assert iam.list_users(PathPrefix="/tf/")["Users"] == []
    assert "tf-role" not in [r["RoleName"] for r in iam.list_roles()["Roles"]]
