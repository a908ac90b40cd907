"""Copies of Aurora clusters with Terraform's provider hashicorp/aws 5.100: a snapshot, a cluster of it, one of a point in time.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it. Its waiters
sleep thirty seconds before each first look at a cluster or an instance: by then the first automated backup is made.
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
resource "aws_security_group" "db" {
  name   = "copies-db"
  vpc_id = data.aws_vpc.default.id
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["127.0.0.0/8"]
  }
}
resource "aws_rds_cluster" "origin" {
  cluster_identifier        = "origin"
  engine                    = "aurora-postgresql"
  master_username           = "ana"
  master_password           = "correct-horse-9"
  vpc_security_group_ids    = [aws_security_group.db.id]
  backup_retention_period   = 3
  final_snapshot_identifier = "origin-last"
}
resource "aws_rds_cluster_instance" "origin" {
  identifier         = "origin-1"
  cluster_identifier = aws_rds_cluster.origin.id
  engine             = aws_rds_cluster.origin.engine
  instance_class     = "db.t4g.medium"
}
resource "aws_db_cluster_snapshot" "kept" {
  db_cluster_identifier          = aws_rds_cluster.origin.id
  db_cluster_snapshot_identifier = "kept"
  tags                           = { team = "red" }
  depends_on                     = [aws_rds_cluster_instance.origin]
}
data "aws_db_cluster_snapshot" "newest" {
  db_cluster_identifier = aws_db_cluster_snapshot.kept.db_cluster_identifier
  snapshot_type         = "manual"
  most_recent           = true
}
resource "aws_rds_cluster" "of_snapshot" {
  cluster_identifier     = "of-snapshot"
  engine                 = "aurora-postgresql"
  snapshot_identifier    = data.aws_db_cluster_snapshot.newest.id
  vpc_security_group_ids = [aws_security_group.db.id]
  skip_final_snapshot    = true
}
resource "aws_rds_cluster_instance" "of_snapshot" {
  identifier         = "of-snapshot-1"
  cluster_identifier  = aws_rds_cluster.of_snapshot.id
  engine              = aws_rds_cluster.of_snapshot.engine
  instance_class      = "db.t4g.medium"
  publicly_accessible = true
}
resource "aws_rds_cluster" "of_time" {
  cluster_identifier     = "of-time"
  engine                 = "aurora-postgresql"
  vpc_security_group_ids = [aws_security_group.db.id]
  skip_final_snapshot    = true
  restore_to_point_in_time {
    source_cluster_identifier  = aws_rds_cluster.origin.cluster_identifier
    restore_type               = "copy-on-write"
    use_latest_restorable_time = true
  }
  depends_on = [aws_rds_cluster_instance.origin]
}
output "endpoint" {
  value = aws_rds_cluster.of_snapshot.endpoint
}
"""


@pytest.fixture
def terraform(person, tmp_path):
    return terraform_program.initialised(tmp_path, MAIN, person.environment)


def test_copies_from_apply_to_destroy(terraform, person):
    run = terraform
    run("apply", "-auto-approve", "-input=false", "-no-color")
    endpoint = json.loads(run("output", "-json").stdout)["endpoint"]["value"]
    # The master user and the password are those of the copy.
    done = subprocess.run(["psql", "-XtAc", "select 'yes'", f"host={endpoint} user=ana dbname=postgres password=correct-horse-9"],
                          env=person.environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "yes", done.stderr
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert run("state", "list").stdout.strip() == ""
    snapshots = json.loads(person.aws("rds", "describe-db-cluster-snapshots", "--region", "us-west-2").stdout)["DBClusterSnapshots"]
    assert [one["DBClusterSnapshotIdentifier"] for one in snapshots if one["SnapshotType"] == "manual"] == ["origin-last"]
    # The AWS CLI's own waiters.
    person.aws("rds", "wait", "db-cluster-snapshot-available", "--db-cluster-snapshot-identifier", "origin-last",
               "--region", "us-west-2")
    person.aws("rds", "delete-db-cluster-snapshot", "--db-cluster-snapshot-identifier", "origin-last", "--region", "us-west-2")
    person.aws("rds", "wait", "db-cluster-snapshot-deleted", "--db-cluster-snapshot-identifier", "origin-last",
               "--region", "us-west-2")
