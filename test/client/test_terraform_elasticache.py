"""Caches by Terraform's provider hashicorp/aws: apply, an empty plan, a change, an empty plan, destroy.

The provider waits 30 seconds before it first looks at a cache, however fast it is made: so there is one configuration.
"""
import json

import terraform_program

pytestmark = terraform_program.needed

HEAD = """
provider "aws" {
  region = "us-east-1"
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
"""

CACHES = """
resource "aws_elasticache_subnet_group" "all" {
  name        = "tf-caches"
  description = "Where caches are"
  subnet_ids  = data.aws_subnets.default.ids
  tags        = { team = "red" }
}
resource "aws_elasticache_parameter_group" "all" {
  name   = "tf-parameters"
  family = "redis7"
  parameter {
    name  = "maxmemory-policy"
    value = "%s"
  }
  parameter {
    name  = "timeout"
    value = "300"
  }
}
resource "aws_elasticache_replication_group" "pair" {
  replication_group_id       = "tf-pair"
  description                = "%s"
  engine                     = "redis"
  node_type                  = "cache.t3.micro"
  num_cache_clusters         = %d
  automatic_failover_enabled = true
  multi_az_enabled           = true
  port                       = 6379
  subnet_group_name          = aws_elasticache_subnet_group.all.name
  maintenance_window         = "sun:05:00-sun:06:00"
  parameter_group_name       = aws_elasticache_parameter_group.all.name
  apply_immediately          = true
  tags                       = { team = "red" }
}
resource "aws_elasticache_cluster" "one" {
  cluster_id        = "tf-one"
  engine            = "redis"
  node_type         = "cache.t3.micro"
  num_cache_nodes   = 1
  subnet_group_name = aws_elasticache_subnet_group.all.name
}
output "primary" {
  value = aws_elasticache_replication_group.pair.primary_endpoint_address
}
output "members" {
  value = sort(aws_elasticache_replication_group.pair.member_clusters)
}
"""


def groups(person):
    return json.loads(person.aws("elasticache", "describe-replication-groups", "--region", "us-east-1").stdout)["ReplicationGroups"]


def test_caches_are_made_changed_and_destroyed(haar, tmp_path, person):
    run = terraform_program.initialised(tmp_path, HEAD + CACHES % ("allkeys-lru", "a pair", 2), person.environment)
    before = [group["ReplicationGroupId"] for group in groups(person)]
    run("apply", "-auto-approve", "-input=false", "-no-color")
    run("plan", "-detailed-exitcode", "-input=false", "-no-color")
    [group] = [group for group in groups(person) if group["ReplicationGroupId"] == "tf-pair"]
    assert run("output", "-raw", "primary").stdout == group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    (tmp_path / "main.tf").write_text(HEAD + CACHES % ("volatile-ttl", "three of them", 3))
    run("apply", "-auto-approve", "-input=false", "-no-color")
    run("plan", "-detailed-exitcode", "-input=false", "-no-color")
    [group] = [group for group in groups(person) if group["ReplicationGroupId"] == "tf-pair"]
    assert (group["Description"], len(group["MemberClusters"])) == ("three of them", 3)
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert [group["ReplicationGroupId"] for group in groups(person)] == before
