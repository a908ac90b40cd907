"""The policy editor's marks, with their places; versions; who may do this; and refusals that are explained."""
import json

import pytest
from conftest import ACCOUNT, look
from console_page import sign_in, violations
from playwright.sync_api import expect

PASSWORD = "Correct-Horse-1-Battery"
GOOD = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}]}


def write(page, text):
    """Into the editor, as a person would who pastes: everything is replaced."""
    page.locator(".ace_editor").first.evaluate("(place, text) => place.env.editor.setValue(text, -1)", text)


@pytest.mark.parametrize("text, place, said", [
    ('{\n  "Version": "2012-10-17",\n  "Statement": [\n}', "Ln 4, Col 1", "Unexpected"),
    ('{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Alow", "Action": "s3:*", "Resource": "*"}]\n}', "Ln 3, Col 28",
     'Effect is "Allow" or "Deny"'),
    ('{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Allow",\n    "Actions": "s3:*", "Resource": "*"}]\n}', "Ln 4, Col 5",
     'Did you mean "Action"?'),
    ('{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Allow",\n    "Action": "s3", "Resource": "*"}]\n}', "Ln 4, Col 15",
     "is no action"),
])
def test_a_mistake_is_marked_where_it_is(page, haar, url, text, place, said):
    sign_in(page, haar, url)
    page.goto(url("/console/iam/policies/create"))
    expect(page.locator(".ace_editor").first).to_be_visible()
    write(page, text)
    marks = page.get_by_role("list", name="Findings in Policy document")
    expect(marks).to_contain_text(place)
    expect(marks).to_contain_text(said)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_label("Policy name")).to_have_count(0)  # an error keeps a person here
    assert violations(page) == []
    look(page, "iam-policy-marks")


def test_what_the_service_refuses_is_a_mark_too(page, haar, url):
    """The grammar of the page is a helper; the service has the last word."""
    sign_in(page, haar, url)
    page.goto(url("/console/iam/policies/create"))
    expect(page.locator(".ace_editor").first).to_be_visible()
    bad = {**GOOD, "Statement": [{**GOOD["Statement"][0], "Condition": {"NoSuchOperator": {"aws:SourceIp": "203.0.113.7"}}}]}
    write(page, json.dumps(bad, indent=2))
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Policy name").fill("Refused")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("MalformedPolicyDocument").first).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_role("list", name="Findings in Policy document")).to_contain_text("MalformedPolicyDocument")


def test_a_policy_its_versions_and_its_entities(page, haar, url):
    iam = haar.client("iam")
    iam.create_user(UserName="Finn")
    sign_in(page, haar, url)
    page.goto(url("/console/iam/policies/create"))
    expect(page.locator(".ace_editor").first).to_be_visible()
    write(page, json.dumps(GOOD))
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Policy name").fill("Lookers")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("heading", name="Lookers", level=1)).to_be_visible()
    expect(page.get_by_role("gridcell", name="DescribeVpcs")).to_be_visible()
    look(page, "iam-policy")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Lookers"

    page.get_by_role("button", name="Edit").click()
    expect(page.locator(".ace_editor").first).to_be_visible()
    write(page, json.dumps({**GOOD, "Statement": [{**GOOD["Statement"][0], "Action": "ec2:Describe*"}]}))
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("gridcell", name="Describe*")).to_be_visible()
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"

    page.get_by_role("tab", name="Policy versions").click()
    page.get_by_role("radio", name="Select v1").check()
    page.get_by_role("button", name="Set as default").click()
    page.get_by_role("dialog").get_by_role("button", name="Set as default").click()
    expect(page.get_by_text("v1 (Default)")).to_be_visible()
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v1"

    page.get_by_role("tab", name="Entities attached").click()
    page.get_by_role("button", name="Attach", exact=True).click()
    page.get_by_role("checkbox", name="Select User Finn").check()
    page.get_by_role("dialog").get_by_role("button", name="Attach policy").click()
    expect(page.get_by_role("link", name="Finn")).to_be_visible()
    assert [one["PolicyName"] for one in iam.list_attached_user_policies(UserName="Finn")["AttachedPolicies"]] == ["Lookers"]

    page.get_by_role("button", name="Delete", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Lookers")
    page.get_by_role("dialog").get_by_role("button", name="Delete policy").click()
    page.wait_for_url("**/iam/policies")
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_who_may_do_this(page, haar, url):
    iam = haar.client("iam")
    for name, policy in (("Gina", "AmazonVPCReadOnlyAccess"), ("Hugo", "AWSDenyAll"), ("Ines", None)):
        iam.create_user(UserName=name)
        if policy:
            iam.attach_user_policy(UserName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    sign_in(page, haar, url)
    page.goto(url("/console/iam/simulator"))
    page.get_by_text("Who may do this?").click()
    page.get_by_label("Actions").fill("ec2:DescribeVpcs")
    page.get_by_role("button", name="Run simulation").click()
    for name, decision in (("Gina", "Allowed"), ("Hugo", "Denied explicitly"), ("Ines", "Denied: nothing allows it")):
        expect(page.get_by_role("row").filter(has_text=f"User {name}")).to_contain_text(decision)
    expect(page.get_by_role("row").filter(has_text="User Gina")).to_contain_text("AmazonVPCReadOnlyAccess")
    assert violations(page) == []
    look(page, "iam-simulator")


def test_a_refusal_is_explained(page, haar, url):
    iam = haar.client("iam")
    iam.create_user(UserName="Nina")
    iam.create_login_profile(UserName="Nina", Password=PASSWORD)
    sign_in(page, haar, url, account=ACCOUNT, user="Nina", password=PASSWORD)
    page.goto(url("/console/iam/users"))
    expect(page.get_by_text("You are not allowed to do this")).to_be_visible()
    expect(page.get_by_text("is not authorized to perform: iam:ListUsers").first).to_be_visible()
    page.goto(url("/console/iam/users/create"))
    page.get_by_label("User name").fill("Other")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("is not authorized to perform: iam:ListGroups").first).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("is not authorized to perform: iam:CreateUser").first).to_be_visible()
    look(page, "iam-refused")
