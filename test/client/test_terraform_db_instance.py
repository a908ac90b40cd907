"""A DB instance without a cluster with Terraform's provider hashicorp/aws 5.100, and the data sources that choose it.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it.
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
data "aws_rds_engine_version" "newest" {
  engine       = "postgres"
  default_only = true
}
data "aws_rds_orderable_db_instance" "small" {
  engine                     = "postgres"
  engine_version             = data.aws_rds_engine_version.newest.version_actual
  storage_type               = "gp3"
  preferred_instance_classes = ["db.t9.nano", "db.t4g.micro", "db.m6g.large"]
}
resource "aws_security_group" "db" {
  name   = "ledger-db"
  vpc_id = data.aws_vpc.default.id
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["127.0.0.0/8"]
  }
}
resource "aws_db_parameter_group" "ledger" {
  name   = "ledger"
  family = data.aws_rds_engine_version.newest.parameter_group_family
  parameter {
    name  = "work_mem"
    value = "@work_mem@"
  }
}
resource "aws_db_instance" "ledger" {
  identifier                 = "ledger"
  engine                     = "postgres"
  engine_version             = data.aws_rds_engine_version.newest.version_actual
  instance_class             = "@class@"
  allocated_storage          = @storage@
  storage_type               = "gp3"
  db_name                    = "ledger"
  username                   = "ana"
  password                   = "@password@"
  parameter_group_name       = aws_db_parameter_group.ledger.name
  vpc_security_group_ids     = [aws_security_group.db.id]
  backup_retention_period    = @days@
  backup_window              = "04:00-04:30"
  maintenance_window         = "sun:05:00-sun:05:30"
  auto_minor_version_upgrade = false
  copy_tags_to_snapshot      = true
  publicly_accessible        = true
  deletion_protection        = @protected@
  apply_immediately          = true
  skip_final_snapshot        = true
  tags                       = { team = "@team@" }
}
data "aws_db_instance" "ledger" {
  db_instance_identifier = aws_db_instance.ledger.identifier
}
output "endpoint" {
  value = aws_db_instance.ledger.address
}
"""
BEFORE = {"work_mem": "8192", "class": "db.t4g.micro", "storage": "20", "password": "correct-horse-9", "days": "0",
          "protected": "true", "team": "red"}
AFTER = {"work_mem": "16384", "class": "db.m6g.large", "storage": "40", "password": "another-horse-8", "days": "3",
         "protected": "false", "team": "blue"}


def configuration(values):
    text = MAIN
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


@pytest.fixture
def terraform(person, tmp_path):
    return tmp_path, terraform_program.initialised(tmp_path, configuration(BEFORE), person.environment)


def show(person, endpoint, name, password):
    done = subprocess.run(["psql", "-XtAc", f"show {name}", f"host={endpoint} user=ana dbname=ledger password={password}"],
                          env=person.environment, capture_output=True, text=True, timeout=60)
    return done.stdout.strip() or done.stderr


def empty(run):
    # 0: nothing to change; 2: there is.
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr


def resources(run):
    return {r["address"]: r["values"] for r in json.loads(run("show", "-json").stdout)["values"]["root_module"]["resources"]}


def test_an_instance_from_apply_to_destroy(terraform, person):
    folder, run = terraform
    run("apply", "-auto-approve", "-input=false", "-no-color")
    endpoint = json.loads(run("output", "-json").stdout)["endpoint"]["value"]
    assert show(person, endpoint, "work_mem", BEFORE["password"]) == "8MB"
    made = resources(run)
    assert made["data.aws_rds_orderable_db_instance.small"]["instance_class"] == "db.t4g.micro"
    read = made["data.aws_db_instance.ledger"]
    assert (read["allocated_storage"], read["engine"], read["master_username"], read["storage_type"], read["iops"]) == (
        20, "postgres", "ana", "gp3", 3000)
    empty(run)
    # In place: nothing is made anew.
    (folder / "main.tf").write_text(configuration(AFTER))
    changed = run("apply", "-auto-approve", "-input=false", "-no-color").stdout
    assert "0 added, 2 changed, 0 destroyed" in changed, changed
    empty(run)
    assert show(person, endpoint, "work_mem", AFTER["password"]) == "16MB"
    now = resources(run)["aws_db_instance.ledger"]
    assert (now["allocated_storage"], now["instance_class"], now["backup_retention_period"]) == (40, "db.m6g.large", 3)
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert run("state", "list").stdout.strip() == ""
    left = json.loads(person.aws("rds", "describe-db-instances").stdout)["DBInstances"]
    assert "ledger" not in [instance["DBInstanceIdentifier"] for instance in left]
