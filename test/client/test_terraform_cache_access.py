"""Ways into caches by Terraform's provider hashicorp/aws: users, user groups, TLS and AUTH tokens, made, changed and destroyed.

The provider waits 30 seconds before it first looks at a cache, however fast it is made: so there is one configuration.
"""
import json

import terraform_program

pytestmark = terraform_program.needed

HEAD = """
provider "aws" {
  region = "us-east-1"
}
"""

ACCESS = """
resource "aws_elasticache_user" "nobody" {
  user_id       = "tf-nobody"
  user_name     = "default"
  engine        = "redis"
  access_string = "off ~* -@all"
  # By its authentication_mode the provider would see "no-password", as AWS answers, and want it changed for ever.
  no_password_required = true
}
resource "aws_elasticache_user" "app" {
  user_id       = "tf-app"
  user_name     = "app"
  engine        = "redis"
  access_string = "on ~%(prefix)s:* -@all +@read +@write"
  passwords     = %(passwords)s
  tags          = { team = "red" }
}
resource "aws_elasticache_user" "reader" {
  user_id       = "tf-reader"
  user_name     = "reader"
  engine        = "redis"
  access_string = "on ~* -@all +@read"
  passwords     = ["correct-horse-battery-3"]
}
resource "aws_elasticache_user_group" "staff" {
  user_group_id = "tf-staff"
  engine        = "redis"
  user_ids      = [aws_elasticache_user.nobody.user_id, aws_elasticache_user.app.user_id]
  lifecycle {
    ignore_changes = [user_ids]
  }
}
resource "aws_elasticache_user_group_association" "reader" {
  user_group_id = aws_elasticache_user_group.staff.user_group_id
  user_id       = aws_elasticache_user.reader.user_id
}
resource "aws_elasticache_replication_group" "users" {
  replication_group_id       = "tf-users"
  description                = "with users"
  engine                     = "redis"
  node_type                  = "cache.t3.micro"
  num_cache_clusters         = 1
  transit_encryption_enabled = true
  user_group_ids             = [aws_elasticache_user_group.staff.user_group_id]
  apply_immediately          = true
}
resource "aws_elasticache_replication_group" "token" {
  replication_group_id       = "tf-token"
  description                = "with a token"
  engine                     = "redis"
  node_type                  = "cache.t3.micro"
  num_cache_clusters         = 1
  transit_encryption_enabled = true
  auth_token                 = "%(token)s"
  auth_token_update_strategy = "ROTATE"
  apply_immediately          = true
}
resource "aws_elasticache_replication_group" "both" {
  replication_group_id       = "tf-both"
  description                = "encrypted step by step"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t3.micro"
  num_cache_clusters         = 1
  transit_encryption_enabled = true
  transit_encryption_mode    = "%(mode)s"
  apply_immediately          = true
}
"""

FIRST = {"prefix": "app", "passwords": '["correct-horse-battery-1"]', "token": "a-token-of-sixteen-1", "mode": "preferred"}
THEN = {"prefix": "shop", "passwords": '["correct-horse-battery-1", "correct-horse-battery-2"]', "token": "a-token-of-sixteen-2",
        "mode": "required"}


def listed(person, what, member):
    return json.loads(person.aws("elasticache", what, "--region", "us-east-1").stdout)[member]


def test_ways_into_caches_are_made_changed_and_destroyed(haar, tmp_path, person):
    run = terraform_program.initialised(tmp_path, HEAD + ACCESS % FIRST, person.environment)

    def apply():
        run("apply", "-auto-approve", "-input=false", "-no-color")
        run("plan", "-detailed-exitcode", "-input=false", "-no-color")

    def groups():
        return {g["ReplicationGroupId"]: g for g in listed(person, "describe-replication-groups", "ReplicationGroups")}

    def users():
        return {u["UserId"]: u for u in listed(person, "describe-users", "Users")}

    apply()
    assert groups()["tf-users"]["UserGroupIds"] == ["tf-staff"] and groups()["tf-token"]["AuthTokenEnabled"]
    assert groups()["tf-both"]["TransitEncryptionMode"] == "preferred"
    [staff] = [g for g in listed(person, "describe-user-groups", "UserGroups") if g["UserGroupId"] == "tf-staff"]
    assert sorted(staff["UserIds"]) == ["tf-app", "tf-nobody", "tf-reader"]
    changed_at = groups()["tf-token"]["AuthTokenLastModifiedDate"]
    (tmp_path / "main.tf").write_text(HEAD + ACCESS % THEN)
    apply()
    assert users()["tf-app"]["AccessString"] == "on ~shop:* -@all +@read +@write"
    assert users()["tf-app"]["Authentication"] == {"Type": "password", "PasswordCount": 2}
    assert groups()["tf-token"]["AuthTokenLastModifiedDate"] != changed_at
    assert groups()["tf-both"]["TransitEncryptionMode"] == "required"
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert not [name for name in [*groups(), *users()] if name.startswith("tf-")]
