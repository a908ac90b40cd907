"""Trails with Terraform's provider hashicorp/aws 5.100: Terraform reads back all that it wrote, so an empty plan says that it
is answered as AWS answers."""
import json

import pytest

import terraform_program
from conftest import seeded_haar

pytestmark = terraform_program.needed

MAIN = """
provider "aws" {
  region = "us-west-2"
}
resource "aws_cloudtrail" "plain" {
  name                          = "plain"
  s3_bucket_name                = "example-logs"
  s3_key_prefix                 = "@prefix@"
  include_global_service_events = false
  enable_log_file_validation    = true
  tags                          = { team = "@team@" }
}
resource "aws_cloudtrail" "everywhere" {
  name                  = "everywhere"
  s3_bucket_name        = "example-logs"
  is_multi_region_trail = true
  enable_logging        = @logging@
  event_selector {
    read_write_type           = "@kind@"
    include_management_events = true
  }
}
resource "aws_cloudtrail" "advanced" {
  name           = "advanced"
  s3_bucket_name = "example-logs"
  advanced_event_selector {
    name = "writes"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["@reads@"]
    }
  }
}
"""
BEFORE = {"prefix": "one", "team": "red", "logging": "true", "kind": "WriteOnly", "reads": "false"}
AFTER = {"prefix": "two", "team": "blue", "logging": "false", "kind": "ReadOnly", "reads": "true"}


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    root = tmp_path_factory.mktemp("buckets")
    (root / "example-logs").mkdir()
    with seeded_haar("--trail-buckets", str(root)) as (_, somebody):
        yield somebody


def configuration(values):
    text = MAIN
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def empty(run):
    # 0: nothing to change; 2: there is.
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_trails_from_apply_to_destroy(person, tmp_path):
    run = terraform_program.initialised(tmp_path, configuration(BEFORE), person.environment)
    run("apply", "-auto-approve", "-input=false", "-no-color")
    empty(run)

    def status(name):
        return json.loads(person.aws("cloudtrail", "get-trail-status", "--name", name, "--region", "us-west-2").stdout)

    assert status("everywhere")["IsLogging"] is True
    (tmp_path / "main.tf").write_text(configuration(AFTER))
    run("apply", "-auto-approve", "-input=false", "-no-color")
    empty(run)
    assert status("everywhere")["IsLogging"] is False and status("plain")["IsLogging"] is True
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert json.loads(person.aws("cloudtrail", "list-trails", "--region", "us-west-2").stdout)["Trails"] == []
