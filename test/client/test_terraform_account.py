"""Account management with Terraform's provider hashicorp/aws 5.100: both kinds of contacts, and a region that is opted into.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it.
"""
import json

import pytest

import terraform_program

pytestmark = terraform_program.needed

MAIN = """
provider "aws" {
  region = "us-west-2"
}
resource "aws_account_primary_contact" "own" {
  full_name          = "Ana Example"
  company_name       = "Example"
  address_line_1     = "1 Example Way"
  city               = "Berlin"
  state_or_region    = "Berlin"
  postal_code        = "10115"
  country_code       = "DE"
  phone_number       = "+49 30 1234567"
}
resource "aws_account_alternate_contact" "billing" {
  alternate_contact_type = "BILLING"
  name                   = "Bo"
  title                  = "@title@"
  email_address          = "bo@example.com"
  phone_number           = "+49 30 7654321"
}
resource "aws_account_region" "milan" {
  region_name = "eu-south-1"
  enabled     = @enabled@
}
"""


def configuration(title, enabled):
    return MAIN.replace("@title@", title).replace("@enabled@", enabled)


def test_contacts_and_a_region_from_apply_to_destroy(person, tmp_path):
    run = terraform_program.initialised(tmp_path, configuration("CFO", "true"), person.environment)

    def apply():
        run("apply", "-auto-approve", "-input=false", "-no-color")
        plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
        assert plan.returncode == 0, plan.stdout + plan.stderr  # 0: nothing to change
        said = person.aws("account", "get-region-opt-status", "--region-name", "eu-south-1").stdout
        return json.loads(said)["RegionOptStatus"]

    assert apply() == "ENABLED"
    assert json.loads(person.aws("account", "get-alternate-contact", "--alternate-contact-type", "BILLING").stdout)[
        "AlternateContact"]["Title"] == "CFO"
    assert json.loads(person.aws("ec2", "describe-vpcs", "--region", "eu-south-1").stdout)["Vpcs"]
    (tmp_path / "main.tf").write_text(configuration("Accounting", "false"))
    assert apply() == "DISABLED"
    with pytest.raises(AssertionError, match="AuthFailure"):
        person.aws("ec2", "describe-vpcs", "--region", "eu-south-1")
    run("destroy", "-auto-approve", "-input=false", "-no-color")
