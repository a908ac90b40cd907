"""Roles by click: created for the account, switched to by a user in the browser; trust policies; revoked sessions."""
import json

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, OTHER_ACCOUNT, look
from console_page import sign_in, violations
from playwright.sync_api import expect

PASSWORD = "Correct-Horse-1-Battery"


def next_step(page):
    page.get_by_role("button", name="Next", exact=True).click()


def name_and_create(page, name):
    page.get_by_label("Role name").fill(name)
    assert violations(page) == []
    page.get_by_role("button", name="Create role").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_role_for_this_account_and_a_switch_to_it(page, new_context, haar, url):
    iam = haar.client("iam")
    iam.create_user(UserName="Dora")
    iam.create_login_profile(UserName="Dora", Password=PASSWORD)
    iam.put_user_policy(UserName="Dora", PolicyName="switch", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/Auditors"}]}))
    sign_in(page, haar, url)
    page.goto(url("/console/iam/roles"))
    page.get_by_role("button", name="Create role").first.click()
    look(page, "iam-create-role-trust")
    page.get_by_role("radio", name="AWS account", exact=False).first.check()
    next_step(page)
    page.get_by_placeholder("Search policies").fill("SecurityAudit")
    page.get_by_role("checkbox", name="Select SecurityAudit", exact=True).check()
    next_step(page)
    name_and_create(page, "Auditors")
    look(page, "iam-role")
    role = iam.get_role(RoleName="Auditors")["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert [one["PolicyName"] for one in iam.list_attached_role_policies(RoleName="Auditors")["AttachedPolicies"]] == ["SecurityAudit"]

    link = page.get_by_role("link", name="/switchrole").get_attribute("href")
    dora = new_context().new_page()
    sign_in(dora, haar, url, account=ACCOUNT, user="Dora", password=PASSWORD)
    dora.goto(url(link))
    dora.get_by_role("button", name="Switch role").click()
    dora.wait_for_url("**/console/**")
    dora.goto(url("/console/iam/users"))
    expect(dora.get_by_role("link", name="Dora", exact=True)).to_be_visible()  # Dora herself may not list users


def test_a_role_for_another_account_with_external_id_and_mfa(page, haar, url):
    sign_in(page, haar, url)
    page.goto(url("/console/iam/roles/create"))
    page.get_by_role("radio", name="AWS account", exact=False).first.check()
    page.get_by_role("radio", name="Another AWS account").check()
    page.get_by_role("textbox", name="Account ID", exact=True).fill("123")
    next_step(page)
    expect(page.get_by_text("An account ID has twelve digits.")).to_be_visible()
    page.get_by_role("textbox", name="Account ID", exact=True).fill(OTHER_ACCOUNT)
    page.get_by_role("checkbox", name="Require external ID").check()
    page.get_by_role("textbox", name="External ID", exact=True).fill("secret-handshake")
    page.get_by_role("checkbox", name="Require MFA").check()
    next_step(page)
    next_step(page)
    name_and_create(page, "Partner")
    [statement] = haar.client("iam").get_role(RoleName="Partner")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "secret-handshake"},
                                      "Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_a_role_for_instances_has_an_instance_profile(page, haar, url):
    sign_in(page, haar, url)
    page.goto(url("/console/iam/roles/create"))
    next_step(page)
    next_step(page)
    name_and_create(page, "Servers")
    [profile] = haar.client("iam").list_instance_profiles_for_role(RoleName="Servers")["InstanceProfiles"]
    assert profile["InstanceProfileName"] == "Servers"
    page.get_by_role("tab", name="Instance profiles").click()
    expect(page.get_by_role("button", name="Delete Servers")).to_be_visible()
    look(page, "iam-role-profiles")


def test_revoked_sessions_are_refused(page, haar, url):
    iam = haar.client("iam")
    iam.create_role(RoleName="Short", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]}))
    iam.attach_role_policy(RoleName="Short", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.create_user(UserName="Eve")
    iam.attach_user_policy(UserName="Eve", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName="Eve")["AccessKey"]
    given = haar.client("sts", (key["AccessKeyId"], key["SecretAccessKey"])).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Short", RoleSessionName="short")["Credentials"]
    session = haar.client("iam", (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))
    session.list_users()
    sign_in(page, haar, url)
    page.goto(url("/console/iam/roles/Short?tab=revoke"))
    page.get_by_role("button", name="Revoke active sessions").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="I acknowledge").check()
    dialog.get_by_role("button", name="Revoke active sessions").click()
    expect(page.get_by_text("Sessions revoked.")).to_be_visible()
    with pytest.raises(ClientError, match="AccessDenied"):
        session.list_users()
