"""Terraform's resources for credentials: apply, an empty plan, destroy. Skipped, visibly, where Terraform is not."""
import os
import subprocess

import terraform_program

pytestmark = terraform_program.needed

CONFIGURATION = """
provider "aws" {
  region     = "us-east-1"
  access_key = "%(key)s"
  secret_key = "%(secret)s"
  endpoints {
    iam = "%(endpoint)s"
    sts = "%(endpoint)s"
  }
}
resource "aws_iam_user" "one" {
  name = "tf-credentials"
}
resource "aws_iam_user_login_profile" "one" {
  user                    = aws_iam_user.one.name
  password_length         = 20
  password_reset_required = true
}
resource "aws_iam_account_password_policy" "one" {
  minimum_password_length        = 12
  require_lowercase_characters   = true
  require_numbers                = true
  require_uppercase_characters   = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}
resource "aws_iam_account_alias" "one" {
  account_alias = "haar-terraform"
}
resource "aws_iam_virtual_mfa_device" "one" {
  virtual_mfa_device_name = "tf-device"
  path                    = "/tf/"
  tags                    = { team = "blue" }
}
resource "aws_iam_user_ssh_key" "ssh" {
  username   = aws_iam_user.one.name
  encoding   = "SSH"
  public_key = file("ssh.pub")
}
resource "aws_iam_user_ssh_key" "pem" {
  username   = aws_iam_user.one.name
  encoding   = "PEM"
  public_key = file("other.pub")
}
resource "aws_iam_signing_certificate" "one" {
  user_name        = aws_iam_user.one.name
  certificate_body = file("certificate.pem")
}
resource "aws_iam_server_certificate" "one" {
  name             = "tf-certificate"
  path             = "/tf/"
  certificate_body = file("certificate.pem")
  private_key      = file("key.pem")
  tags             = { team = "blue" }
}
resource "aws_iam_service_specific_credential" "one" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.one.name
}
"""


def make_files(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "certificate.pem", "-subj",
            "/CN=example.com", "-days", "30")
    openssl("genrsa", "-out", "other.pem", "2048")
    openssl("rsa", "-in", "other.pem", "-pubout", "-out", "other.pub")
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-C", "ana@laptop", "-f", "ssh"], cwd=folder,
                   check=True)


def test_apply_plans_nothing_more_and_destroys(haar, administrator, tmp_path):
    """What Terraform reads back must be what it wrote, or every plan would show changes."""
    make_files(tmp_path)
    terraform = terraform_program.initialised(tmp_path, CONFIGURATION % {
        "key": administrator[0], "secret": administrator[1], "endpoint": haar.endpoint}, os.environ)
    terraform("apply", "-no-color", "-auto-approve")
    terraform("plan", "-no-color", "-detailed-exitcode")
    terraform("destroy", "-no-color", "-auto-approve")
    iam = haar.client("iam", administrator)
    assert "tf-credentials" not in [u["UserName"] for u in iam.list_users()["Users"]]
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_a_user_is_destroyed_with_all_its_credentials(haar, administrator, tmp_path):
    """force_destroy asks for every kind of credential and deletes what it finds, made outside of Terraform."""
    make_files(tmp_path)
    head = CONFIGURATION[:CONFIGURATION.index('resource "aws_iam_user"')]
    terraform = terraform_program.initialised(tmp_path, head % {
        "key": administrator[0], "secret": administrator[1], "endpoint": haar.endpoint} + """
resource "aws_iam_user" "one" {
  name          = "tf-forced"
  force_destroy = true
}
""", os.environ)
    terraform("apply", "-no-color", "-auto-approve")
    iam = haar.client("iam", administrator)
    iam.create_login_profile(UserName="tf-forced", Password="Correct-Horse-7")
    iam.create_access_key(UserName="tf-forced")
    iam.upload_ssh_public_key(UserName="tf-forced", SSHPublicKeyBody=(tmp_path / "ssh.pub").read_text())
    iam.upload_signing_certificate(UserName="tf-forced", CertificateBody=(tmp_path / "certificate.pem").read_text())
    iam.create_service_specific_credential(UserName="tf-forced", ServiceName="codecommit.amazonaws.com")
    terraform("destroy", "-no-color", "-auto-approve")
    assert "tf-forced" not in [u["UserName"] for u in iam.list_users()["Users"]]
