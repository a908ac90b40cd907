"""Aurora with Terraform's provider hashicorp/aws 5.100: subnet group, both parameter groups, cluster, instance, data sources.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it. Its waiters
sleep thirty seconds before each first look at a cluster or an instance.
"""
import json
import subprocess

import pytest

import terraform_program

pytestmark = terraform_program.needed

MAIN = """
provider "aws" {
  region = "us-west-2"
}
data "aws_vpc" "default" {
  default = true
}
data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}
data "aws_rds_engine_version" "newest" {
  engine       = "aurora-postgresql"
  version      = "15"
  default_only = true
}
data "aws_rds_orderable_db_instance" "small" {
  engine                     = "aurora-postgresql"
  engine_version             = data.aws_rds_engine_version.newest.version_actual
  preferred_instance_classes = ["db.t9.nano", "db.t4g.medium", "db.r6g.large"]
}
data "aws_rds_certificate" "ca" {
  id = "rds-ca-rsa2048-g1"
}
resource "aws_security_group" "db" {
  name   = "shop-db"
  vpc_id = data.aws_vpc.default.id
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["127.0.0.0/8"]
  }
}
resource "aws_db_subnet_group" "shop" {
  name       = "shop"
  subnet_ids = data.aws_subnets.default.ids
  tags       = { team = "red" }
}
resource "aws_rds_cluster_parameter_group" "shop" {
  name        = "shop-cluster"
  family      = "aurora-postgresql15"
  description = "of the shop"
  parameter {
    name  = "log_min_duration_statement"
    value = "@slow@"
  }
  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements,auto_explain"
    apply_method = "pending-reboot"
  }
  tags = { team = "red" }
}
resource "aws_db_parameter_group" "shop" {
  name   = "shop-instance"
  family = "aurora-postgresql15"
  parameter {
    name  = "work_mem"
    value = "@work_mem@"
  }
}
resource "aws_rds_cluster" "shop" {
  cluster_identifier              = "shop"
  engine                          = "aurora-postgresql"
  engine_version                  = data.aws_rds_engine_version.newest.version_actual
  database_name                   = "shop"
  master_username                 = "ana"
  master_password                 = "correct-horse-9"
  db_subnet_group_name            = aws_db_subnet_group.shop.name
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.shop.name
  vpc_security_group_ids          = [aws_security_group.db.id]
  backup_retention_period         = @days@
  preferred_backup_window         = "04:00-04:30"
  preferred_maintenance_window    = "sun:05:00-sun:05:30"
  copy_tags_to_snapshot           = true
  apply_immediately               = true
  skip_final_snapshot             = true
  tags                            = { team = "red" }
}
resource "aws_rds_cluster_instance" "shop" {
  identifier              = "shop-1"
  cluster_identifier      = aws_rds_cluster.shop.id
  engine                  = aws_rds_cluster.shop.engine
  instance_class          = data.aws_rds_orderable_db_instance.small.instance_class
  db_parameter_group_name = aws_db_parameter_group.shop.name
  ca_cert_identifier      = data.aws_rds_certificate.ca.id
  promotion_tier          = @tier@
  publicly_accessible     = true
  apply_immediately       = true
  tags                    = { team = "red" }
}
output "endpoint" {
  value = aws_rds_cluster.shop.endpoint
}
"""
BEFORE = {"slow": "250", "work_mem": "8192", "days": "3", "tier": "1"}
AFTER = {"slow": "500", "work_mem": "16384", "days": "5", "tier": "2"}


def configuration(values):
    text = MAIN
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


@pytest.fixture
def terraform(person, tmp_path):
    return tmp_path, terraform_program.initialised(tmp_path, configuration(BEFORE), person.environment)


def show(person, endpoint, name):
    done = subprocess.run(["psql", "-XtAc", f"show {name}", f"host={endpoint} user=ana dbname=shop password=correct-horse-9"],
                          env=person.environment, capture_output=True, text=True, timeout=60)
    return done.stdout.strip() or done.stderr


def empty(run):
    # 0: nothing to change; 2: there is.
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_a_cluster_from_apply_to_destroy(terraform, person):
    folder, run = terraform
    run("apply", "-auto-approve", "-input=false", "-no-color")
    endpoint = json.loads(run("output", "-json").stdout)["endpoint"]["value"]
    assert [show(person, endpoint, name) for name in ("work_mem", "log_min_duration_statement", "shared_preload_libraries")] == [
        "8MB", "250ms", "pg_stat_statements,auto_explain"]
    made = {r["address"]: r["values"] for r in json.loads(run("show", "-json").stdout)["values"]["root_module"]["resources"]}
    assert made["data.aws_rds_orderable_db_instance.small"]["instance_class"] == "db.t4g.medium"
    assert made["data.aws_rds_certificate.ca"]["certificate_type"] == "CA"
    empty(run)
    # In place: nothing is made anew.
    (folder / "main.tf").write_text(configuration(AFTER))
    changed = run("apply", "-auto-approve", "-input=false", "-no-color").stdout
    assert "0 added, 4 changed, 0 destroyed" in changed, changed
    empty(run)
    assert [show(person, endpoint, name) for name in ("work_mem", "log_min_duration_statement")] == ["16MB", "500ms"]
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert run("state", "list").stdout.strip() == ""
    left = [cluster["DBClusterIdentifier"] for cluster in json.loads(person.aws("rds", "describe-db-clusters").stdout)["DBClusters"]]
    assert "shop" not in left
