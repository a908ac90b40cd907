"""Every aws_iam_* resource of Terraform's provider hashicorp/aws 5.100: apply, an empty plan, destroy.

Terraform reads back all that it wrote, so an empty plan says that every attribute is answered as AWS answers it.
"""
import json
import re
import subprocess

import pytest

import terraform_program

pytestmark = terraform_program.needed

HEAD = """
provider "aws" {
  region = "us-west-2"
}
locals {
  read = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:Get*"], Resource = "*" }]
  })
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
"""

# What permissions hang on: users, groups, roles and policies.
ENTITIES = """
resource "aws_iam_user" "ana" {
  name                 = "ana"
  path                 = "/ops/"
  permissions_boundary = aws_iam_policy.read.arn
  tags                 = { team = "red" }
}
resource "aws_iam_user" "bo" {
  name = "bo"
}
resource "aws_iam_user" "cy" {
  name          = "cy"
  force_destroy = true
}
resource "aws_iam_group" "ops" {
  name = "ops"
  path = "/ops/"
}
resource "aws_iam_group" "audit" {
  name = "audit"
}
resource "aws_iam_group_membership" "ops" {
  name  = "ops"
  group = aws_iam_group.ops.name
  users = [aws_iam_user.ana.name, aws_iam_user.bo.name]
}
resource "aws_iam_user_group_membership" "cy" {
  user   = aws_iam_user.cy.name
  groups = [aws_iam_group.audit.name]
}
resource "aws_iam_policy" "read" {
  name        = "read"
  path        = "/ops/"
  description = "reads"
  policy      = local.read
  tags        = { team = "red" }
}
resource "aws_iam_policy" "shared" {
  name   = "shared"
  policy = local.read
}
resource "aws_iam_policy_attachment" "shared" {
  name       = "shared"
  users      = [aws_iam_user.cy.name]
  groups     = [aws_iam_group.audit.name]
  roles      = [aws_iam_role.other.name]
  policy_arn = aws_iam_policy.shared.arn
}
resource "aws_iam_role" "app" {
  name                 = "app"
  path                 = "/app/"
  description          = "of the application"
  assume_role_policy   = local.trust
  max_session_duration = 7200
  permissions_boundary = aws_iam_policy.read.arn
  tags                 = { team = "red" }
}
resource "aws_iam_role" "other" {
  name               = "other"
  assume_role_policy = local.trust
}
resource "aws_iam_user_policy" "ana" {
  name   = "inline"
  user   = aws_iam_user.ana.name
  policy = local.read
}
resource "aws_iam_group_policy" "ops" {
  name   = "inline"
  group  = aws_iam_group.ops.name
  policy = local.read
}
resource "aws_iam_role_policy" "app" {
  name   = "inline"
  role   = aws_iam_role.app.name
  policy = local.read
}
resource "aws_iam_user_policies_exclusive" "ana" {
  user_name    = aws_iam_user.ana.name
  policy_names = [aws_iam_user_policy.ana.name]
}
resource "aws_iam_group_policies_exclusive" "ops" {
  group_name   = aws_iam_group.ops.name
  policy_names = [aws_iam_group_policy.ops.name]
}
resource "aws_iam_role_policies_exclusive" "app" {
  role_name    = aws_iam_role.app.name
  policy_names = [aws_iam_role_policy.app.name]
}
resource "aws_iam_user_policy_attachment" "ana" {
  user       = aws_iam_user.ana.name
  policy_arn = aws_iam_policy.read.arn
}
resource "aws_iam_group_policy_attachment" "ops" {
  group      = aws_iam_group.ops.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.read.arn
}
resource "aws_iam_user_policy_attachments_exclusive" "ana" {
  user_name   = aws_iam_user.ana.name
  policy_arns = [aws_iam_user_policy_attachment.ana.policy_arn]
}
resource "aws_iam_group_policy_attachments_exclusive" "ops" {
  group_name  = aws_iam_group.ops.name
  policy_arns = [aws_iam_group_policy_attachment.ops.policy_arn]
}
resource "aws_iam_role_policy_attachments_exclusive" "app" {
  role_name   = aws_iam_role.app.name
  policy_arns = [aws_iam_role_policy_attachment.app.policy_arn]
}
resource "aws_iam_service_linked_role" "cache" {
  aws_service_name = "backup.amazonaws.com"
}
"""

# How people and programs prove who they are.
CREDENTIALS = """
resource "aws_iam_user" "dee" {
  name          = "dee"
  force_destroy = true
}
resource "aws_iam_access_key" "dee" {
  user   = aws_iam_user.dee.name
  status = "Inactive"
}
resource "aws_iam_user_login_profile" "dee" {
  user                    = aws_iam_user.dee.name
  password_length         = 24
  password_reset_required = true
}
resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = 12
  require_lowercase_characters   = true
  require_numbers                = true
  require_uppercase_characters   = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}
resource "aws_iam_virtual_mfa_device" "dee" {
  virtual_mfa_device_name = "dee"
  path                    = "/ops/"
  tags                    = { team = "red" }
}
"""

KEYS = """
resource "aws_iam_user" "eve" {
  name          = "eve"
  force_destroy = true
}
resource "aws_iam_user_ssh_key" "eve" {
  username   = aws_iam_user.eve.name
  encoding   = "SSH"
  public_key = file("${path.module}/key.pub")
}
resource "aws_iam_signing_certificate" "eve" {
  user_name        = aws_iam_user.eve.name
  certificate_body = file("${path.module}/certificate.pem")
}
resource "aws_iam_service_specific_credential" "eve" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.eve.name
}
resource "aws_iam_server_certificate" "site" {
  name             = "site"
  path             = "/sites/"
  certificate_body = file("${path.module}/certificate.pem")
  private_key      = file("${path.module}/key.pem")
  tags             = { team = "red" }
}
resource "aws_iam_role" "machine" {
  name               = "machine"
  assume_role_policy = local.trust
}
resource "aws_iam_instance_profile" "machine" {
  name = "machine"
  path = "/app/"
  role = aws_iam_role.machine.name
  tags = { team = "red" }
}
"""

# Those who vouch for others.
PROVIDERS_AND_FEATURES = """
resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://token.example.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["cf23df2207d99a74fbe169e3eba035e633b65d94"]
  tags            = { team = "red" }
}
resource "aws_iam_saml_provider" "people" {
  name                   = "people"
  saml_metadata_document = file("${path.module}/metadata.xml")
  tags                   = { team = "red" }
}
resource "aws_iam_account_alias" "here" {
  account_alias = "haar-terraform"
}
resource "aws_iam_security_token_service_preferences" "here" {
  global_endpoint_token_version = "v2Token"
}
resource "aws_iam_organizations_features" "root" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
}
"""

SECTIONS = {"entities": ENTITIES, "credentials": CREDENTIALS, "keys": KEYS, "providers": PROVIDERS_AND_FEATURES}

METADATA = """<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/metadata"
  validUntil="2040-01-01T00:00:00Z">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
<NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
</IDPSSODescriptor></EntityDescriptor>
"""


def make_files(folder):
    """A key, its certificate in PEM and as an identity provider's, and the public key as OpenSSH writes it."""
    def run(*words):
        return subprocess.run(words, check=True, capture_output=True, text=True, cwd=folder).stdout

    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "certificate.pem",
        "-days", "3650", "-subj", "/CN=site.example.com")
    (folder / "key.pem").chmod(0o600)
    (folder / "key.pub").write_text(run("ssh-keygen", "-y", "-f", "key.pem").strip() + " eve\n")
    body = "".join((folder / "certificate.pem").read_text().split("\n")[1:-2])
    (folder / "metadata.xml").write_text(METADATA.format(certificate=body))


@pytest.fixture
def terraform(person, tmp_path_factory):
    """terraform(section) -> run(words…), initialised in a folder with that section."""
    def prepare(section):
        folder = tmp_path_factory.mktemp(section)
        make_files(folder)
        return terraform_program.initialised(folder, HEAD + SECTIONS[section], person.environment)

    return prepare


def test_every_resource_of_iam_is_here():
    """The provider's own list, 5.100."""
    names = set(re.findall(r'^resource "(aws_iam_\w+)"', "".join(SECTIONS.values()), re.MULTILINE))
    assert len(names) == 34, sorted(names)


@pytest.mark.parametrize("section", SECTIONS)
def test_apply_plan_and_destroy(terraform, person, section):
    """Applied once, there is nothing left to do; destroyed, nothing is left."""
    if section == "providers":
        person.aws("organizations", "create-organization")
        person.aws("organizations", "enable-aws-service-access", "--service-principal", "iam.amazonaws.com")
    run = terraform(section)
    run("apply", "-auto-approve", "-input=false", "-no-color")
    made = json.loads(run("show", "-json").stdout)["values"]["root_module"]["resources"]
    assert {r["type"] for r in made} == set(re.findall(r'^resource "(\w+)"', SECTIONS[section], re.MULTILINE))
    # 0: nothing to change; 2: there is.
    plan = run("plan", "-detailed-exitcode", "-input=false", "-no-color", check=False)
    assert plan.returncode == 0, plan.stdout + plan.stderr
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert run("state", "list").stdout.strip() == ""
    left = json.loads(person.aws("iam", "list-users").stdout)["Users"]
    assert [user["UserName"] for user in left if user["UserName"] in ("ana", "bo", "cy", "dee", "eve")] == []
