"""What belongs to an Aurora cluster, with Terraform's provider: a global cluster with its primary, a custom endpoint, a role
for a feature; and an option group. An empty plan says that every attribute is answered as AWS answers it."""
import json

import pytest

import terraform_program
from test_terraform_rds import empty

pytestmark = terraform_program.needed

MAIN = """
provider "aws" {
  region = "us-west-2"
}
resource "aws_rds_global_cluster" "world" {
  global_cluster_identifier = "world"
  engine                    = "aurora-postgresql"
  database_name             = "shop"
  deletion_protection       = @protected@
}
resource "aws_iam_role" "import" {
  name               = "import"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "rds.amazonaws.com" } }]
  })
}
resource "aws_rds_cluster" "primary" {
  cluster_identifier        = "primary"
  global_cluster_identifier = aws_rds_global_cluster.world.id
  engine                    = aws_rds_global_cluster.world.engine
  engine_version            = aws_rds_global_cluster.world.engine_version
  database_name             = "shop"
  master_username           = "ana"
  master_password           = "correct-horse-9"
  skip_final_snapshot       = true
}
resource "aws_rds_cluster_instance" "primary" {
  identifier         = "primary-1"
  cluster_identifier = aws_rds_cluster.primary.id
  engine             = aws_rds_cluster.primary.engine
  instance_class     = "db.t4g.medium"
}
resource "aws_rds_cluster_endpoint" "reports" {
  cluster_identifier          = aws_rds_cluster.primary.id
  cluster_endpoint_identifier = "reports"
  custom_endpoint_type        = "@type@"
  static_members              = [aws_rds_cluster_instance.primary.id]
  tags                        = { team = "red" }
}
resource "aws_rds_cluster_role_association" "import" {
  db_cluster_identifier = aws_rds_cluster.primary.id
  feature_name          = "s3Import"
  role_arn              = aws_iam_role.import.arn
}
resource "aws_db_option_group" "plain" {
  name                     = "plain"
  engine_name              = "postgres"
  major_engine_version     = "15"
  option_group_description = "of a test"
  tags                     = { team = "red" }
}
"""
BEFORE = {"protected": "true", "type": "READER"}
AFTER = {"protected": "false", "type": "ANY"}


def configuration(values):
    text = MAIN
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


@pytest.fixture
def terraform(person, tmp_path):
    return tmp_path, terraform_program.initialised(tmp_path, configuration(BEFORE), person.environment)


def test_the_members_of_a_cluster_from_apply_to_destroy(terraform, person):
    folder, run = terraform
    run("apply", "-auto-approve", "-input=false", "-no-color")
    made = {r["address"]: r["values"] for r in json.loads(run("show", "-json").stdout)["values"]["root_module"]["resources"]}
    assert made["aws_rds_cluster_endpoint.reports"]["custom_endpoint_type"] == "READER"
    empty(run)
    (folder / "main.tf").write_text(configuration(AFTER))
    changed = run("apply", "-auto-approve", "-input=false", "-no-color").stdout
    assert "0 added, 2 changed, 0 destroyed" in changed, changed
    empty(run)
    [world] = json.loads(person.aws("rds", "describe-global-clusters", "--region", "us-west-2").stdout)["GlobalClusters"]
    assert [m["IsWriter"] for m in world["GlobalClusterMembers"]] == [True] and world["DeletionProtection"] is False
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert run("state", "list").stdout.strip() == ""
    assert json.loads(person.aws("rds", "describe-global-clusters", "--region", "us-west-2").stdout)["GlobalClusters"] == []
