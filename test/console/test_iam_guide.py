"""AWS's guide "Prerequisites to use the AWS CLI" by click: an Administrator in a group of administrators, its access key
as a file, and the AWS CLI with what the file says. Then what a person does with the key afterwards."""
import csv
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import ACCOUNT, look
from console_page import sign_in, violations
from playwright.sync_api import expect

PASSWORD = "Correct-Horse-1-Battery"
AWS = pathlib.Path(sys.executable).parent / "aws"


def rows_of(download, folder):
    file = folder / download.suggested_filename
    download.save_as(file)
    return list(csv.reader(file.read_text().splitlines()))


def who_am_i(haar, key, secret):
    env = {**os.environ, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1"}
    env.pop("AWS_SESSION_TOKEN", None)
    return subprocess.run([AWS, "--endpoint-url", haar.endpoint, "sts", "get-caller-identity", "--query", "Arn", "--output", "text"],
                          env=env, capture_output=True, text=True, timeout=120)


def create_group(page):
    page.get_by_role("button", name="Create group").click()
    dialog = page.get_by_role("dialog", name="Create user group")
    dialog.get_by_label("User group name").fill("Administrators")
    dialog.get_by_role("button", name="Filter policies by type").click()
    page.get_by_role("option", name="AWS managed - job function").click()
    expect(dialog.get_by_role("checkbox", name="Select AdministratorAccess", exact=True)).to_be_visible()
    # The filter shows policies for job functions, and nothing else.
    expect(dialog.get_by_role("checkbox", name="Select Billing", exact=True)).to_be_visible()
    expect(dialog.get_by_role("checkbox", name="Select AmazonRDSFullAccess", exact=True)).to_have_count(0)
    dialog.get_by_role("checkbox", name="Select AdministratorAccess", exact=True).check()
    assert violations(page) == []
    look(page, "iam-create-group")
    dialog.get_by_role("button", name="Create user group").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("must_change", [True, False])
def test_an_administrator_and_its_access_key(page, haar, url, tmp_path, must_change):
    name = "Administrator" if must_change else "Administrator2"
    sign_in(page, haar, url)
    page.goto(url("/console/iam"))
    page.get_by_role("link", name="Users", exact=True).click()
    page.get_by_role("button", name="Create user").first.click()

    page.get_by_label("User name").fill(name)
    page.get_by_role("checkbox", name="Provide user access").check()
    page.get_by_role("radio", name="Custom password").check()
    page.get_by_role("textbox", name="Custom password").fill(PASSWORD)
    must = page.get_by_role("checkbox", name="Users must create a new password at next sign-in")
    expect(must).to_be_checked()
    if not must_change:
        must.uncheck()
    look(page, "iam-create-user-details")
    page.get_by_role("button", name="Next", exact=True).click()

    expect(page.get_by_role("radio", name="Add user to group")).to_be_checked()
    if must_change:
        create_group(page)
    page.get_by_role("button", name="Refresh user groups").click()
    chosen = page.get_by_role("checkbox", name="Select Administrators")
    if must_change:
        expect(chosen).to_be_checked()  # the group that was made is chosen already
    else:
        chosen.check()
    look(page, "iam-create-user-permissions")
    page.get_by_role("button", name="Next", exact=True).click()

    expect(page.get_by_role("gridcell", name="Administrators", exact=True).or_(
        page.get_by_role("rowheader", name="Administrators", exact=True))).to_be_visible()
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_label("Key of tag 1").fill("team")
    page.get_by_label("Value of tag 1").fill("platform")
    assert violations(page) == []
    look(page, "iam-create-user-review")
    page.get_by_role("button", name="Create user").click()

    expect(page.get_by_role("heading", name="Retrieve password")).to_be_visible()
    secret = page.get_by_test_id("secret-password")
    expect(secret).not_to_have_text(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    expect(secret).to_have_text(PASSWORD)
    look(page, "iam-retrieve-password")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download .csv file").click()
    header, row = rows_of(download.value, tmp_path)
    assert header == ["User name", "Password", "Console sign-in URL"]
    assert row[:2] == [name, PASSWORD] and f"{ACCOUNT}.signin.localhost" in row[2]

    iam = haar.client("iam")
    assert iam.get_login_profile(UserName=name)["LoginProfile"]["PasswordResetRequired"] is must_change
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName=name)["Groups"]] == ["Administrators"]
    assert iam.list_user_tags(UserName=name)["Tags"] == [{"Key": "team", "Value": "platform"}]
    may_change = [one["PolicyName"] for one in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]]
    assert may_change == (["IAMUserChangePassword"] if must_change else [])

    key, secret = create_key(page, name, tmp_path)
    said = who_am_i(haar, key, secret)
    assert said.stdout.strip() == f"arn:aws:iam::{ACCOUNT}:user/{name}", said.stderr
    deactivate_and_delete(page, haar, name, key, secret)


def create_key(page, name, folder):
    page.get_by_role("button", name="View user").click()
    page.get_by_role("tab", name="Security credentials").click()
    page.get_by_role("button", name="Create access key").click()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("Choose a use case.")).to_be_visible()
    page.get_by_role("radio", name="Command Line Interface (CLI)").check()
    page.get_by_role("checkbox", name="I understand the above recommendation").check()
    look(page, "iam-access-key-use-case")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Description tag value").fill("for the laptop")
    page.get_by_role("button", name="Create access key").click()
    expect(page.get_by_role("heading", name="Retrieve access keys")).to_be_visible()
    hidden = page.get_by_test_id("secret-secret-access-key")
    page.get_by_role("button", name="Show secret access key").click()
    shown = hidden.inner_text()
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download .csv file").click()
    assert download.value.suggested_filename == f"{name}_accessKeys.csv"
    header, row = rows_of(download.value, folder)
    assert header == ["Access key ID", "Secret access key"] and row[1] == shown and len(shown) == 40
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("for the laptop")).to_be_visible()
    assert shown not in page.content()  # it is never shown again
    return row


def deactivate_and_delete(page, haar, name, key, secret):
    page.get_by_role("button", name=f"Actions of {key}").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("row").filter(has_text=key)).to_contain_text("Inactive")
    refused = who_am_i(haar, key, secret)
    assert refused.returncode != 0 and "InvalidClientTokenId" in refused.stderr
    page.get_by_role("button", name=f"Actions of {key}").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    delete = dialog.get_by_role("button", name="Delete", exact=True)
    expect(delete).to_be_disabled()
    dialog.get_by_role("textbox").fill(key)
    delete.click()
    expect(page.get_by_text("No access keys")).to_be_visible()
    assert haar.client("iam").list_access_keys(UserName=name)["AccessKeyMetadata"] == []


def test_a_root_key_needs_to_be_wanted(page, haar, url):
    before = haar.client("iam").list_access_keys()["AccessKeyMetadata"]
    sign_in(page, haar, url)
    page.goto(url("/console/iam/security-credentials"))
    page.get_by_role("button", name="Create access key").click()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("Confirm that you have read it.")).to_be_visible()
    assert haar.client("iam").list_access_keys()["AccessKeyMetadata"] == before
    page.get_by_role("checkbox", name="I understand creating a root access key is not a best practice").check()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Create access key", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download .csv file").click()
    assert download.value.suggested_filename == "rootkey.csv"
    key = page.get_by_text("AKIA").first.inner_text().strip()
    haar.client("iam").delete_access_key(AccessKeyId=key)


def test_half_a_work_is_told_and_gone_on_with(page, haar, url):
    """The user is made, and then a group has gone: the page says what was done, and does the rest without repeating it."""
    iam = haar.client("iam")
    iam.create_group(GroupName="Gone")
    sign_in(page, haar, url)
    page.goto(url("/console/iam/users/create"))
    page.get_by_label("User name").fill("Halfway")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("checkbox", name="Select Gone").check()
    page.get_by_role("button", name="Next", exact=True).click()
    iam.delete_group(GroupName="Gone")
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("Part of it was done")).to_be_visible()
    expect(page.get_by_text("NoSuchEntity").first).to_be_visible()
    iam.create_group(GroupName="Gone")
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_role("heading", name="Halfway", level=1)).to_be_visible()
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="Halfway")["Groups"]] == ["Gone"]
