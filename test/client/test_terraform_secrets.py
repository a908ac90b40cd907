"""Secrets with Terraform's provider hashicorp/aws 5.100: a secret, its version and policy, data sources, and a cluster whose
master password RDS keeps. Terraform reads back all that it wrote, so an empty plan says that it is answered as AWS answers."""
import json

import pytest

import terraform_program

pytestmark = terraform_program.needed

MAIN = """
provider "aws" {
  region = "us-west-2"
}
data "aws_caller_identity" "me" {}
resource "aws_secretsmanager_secret" "shop" {
  name                    = "shop/mail"
  description             = "@description@"
  recovery_window_in_days = 7
  tags                    = { team = "red" }
}
resource "aws_secretsmanager_secret_version" "shop" {
  secret_id     = aws_secretsmanager_secret.shop.id
  secret_string = jsonencode({ user = "mail", password = "@password@" })
}
resource "aws_secretsmanager_secret_policy" "shop" {
  secret_arn = aws_secretsmanager_secret.shop.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}
data "aws_secretsmanager_secret_version" "read" {
  secret_id  = aws_secretsmanager_secret.shop.id
  depends_on = [aws_secretsmanager_secret_version.shop]
}
data "aws_secretsmanager_random_password" "made" {
  password_length = 24
}
resource "aws_rds_cluster" "kept" {
  cluster_identifier          = "kept"
  engine                      = "aurora-postgresql"
  master_username             = "ana"
  manage_master_user_password = true
  enable_http_endpoint        = true
  skip_final_snapshot         = true
  apply_immediately           = true
}
data "aws_secretsmanager_secret" "kept" {
  arn = aws_rds_cluster.kept.master_user_secret[0].secret_arn
}
data "aws_secretsmanager_secret_version" "kept" {
  secret_id = aws_rds_cluster.kept.master_user_secret[0].secret_arn
}
output "read" {
  value     = data.aws_secretsmanager_secret_version.read.secret_string
  sensitive = true
}
output "kept" {
  value     = jsondecode(data.aws_secretsmanager_secret_version.kept.secret_string)["username"]
  sensitive = true
}
output "status" {
  value = aws_rds_cluster.kept.master_user_secret[0].secret_status
}
"""
BEFORE = {"description": "of the shop", "password": "first-one-1"}
AFTER = {"description": "of the shop's mail", "password": "second-one-2"}


def configuration(values):
    text = MAIN
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


@pytest.fixture
def terraform(person, tmp_path):
    return tmp_path, terraform_program.initialised(tmp_path, configuration(BEFORE), person.environment)


def empty(run):
    # 0: nothing to change; 2: there is.
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr


def outputs(run):
    return {name: one["value"] for name, one in json.loads(run("output", "-json").stdout).items()}


def test_secrets_from_apply_to_destroy(terraform, person):
    folder, run = terraform
    run("apply", "-auto-approve", "-input=false", "-no-color")
    said = outputs(run)
    assert json.loads(said["read"]) == {"user": "mail", "password": "first-one-1"}
    assert (said["kept"], said["status"]) == ("ana", "active")
    empty(run)
    (folder / "main.tf").write_text(configuration(AFTER))
    run("apply", "-auto-approve", "-input=false", "-no-color")
    empty(run)
    assert json.loads(outputs(run)["read"])["password"] == "second-one-2"
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    listed = json.loads(person.aws("secretsmanager", "list-secrets", "--region", "us-west-2").stdout)["SecretList"]
    assert [one["Name"] for one in listed] == []
