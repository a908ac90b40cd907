"""Every page of IAM and Organizations: shown without an error, with a title and one heading, clean by axe, not wider than
the window, light and dark, 1280 and 390 pixels wide."""
import json
import urllib.parse

import pytest
from conftest import ACCOUNT, WIDTHS, look
from console_page import see_policy_violations, sign_in, violations
from playwright.sync_api import expect

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
     "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}


def encoded(arn):
    return urllib.parse.quote(arn, safe="")


POLICY_ARN = encoded(f"arn:aws:iam::{ACCOUNT}:policy/ReadReports")
PROVIDER_ARN = encoded(f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com")

# (path, words that the page shows when it is there)
PAGES = [
    ("/iam", "Security recommendations"), ("/iam/users", "Jane"), ("/iam/users/create", "User details"), ("/iam/users/Jane", "inline1"),
    ("/iam/users/Jane?tab=groups", "Developers"), ("/iam/users/Jane?tab=tags", "platform"), ("/iam/users/Jane?tab=credentials", "AKIA"),
    ("/iam/users/Jane?tab=accessed", "AWS App2Container"), ("/iam/users/Jane/add-permissions", "Permissions options"),
    ("/iam/users/Jane/access-key", "Use case"), ("/iam/users/Jane/mfa", "MFA device name"), ("/iam/groups", "Developers"),
    ("/iam/groups/create", "AWS managed"), ("/iam/groups/Developers", "Jane"), ("/iam/groups/Developers?tab=permissions", "PowerUserAccess"),
    ("/iam/roles", "Application"), ("/iam/roles/create", "Trusted entity type"), ("/iam/roles/Application", "ReadReports"),
    ("/iam/roles/Application?tab=trust", "ec2.amazonaws.com"), ("/iam/roles/Application?tab=profiles", "Instance profiles"),
    ("/iam/roles/Application?tab=revoke", "AWSRevokeOlderSessions"), ("/iam/policies", "ReadReports"), ("/iam/policies/create", "Policy editor"),
    (f"/iam/policies/details/{POLICY_ARN}", "GetObject"), (f"/iam/policies/details/{POLICY_ARN}?tab=entities", "Application"),
    (f"/iam/policies/details/{POLICY_ARN}?tab=versions", "v1 (Default)"), (f"/iam/policies/edit/{POLICY_ARN}", "Explicit deny"),
    ("/iam/simulator", "Question"), ("/iam/providers", "token.example.com"), ("/iam/providers/create", "Provider type"),
    (f"/iam/providers/details/{PROVIDER_ARN}", "sts.amazonaws.com"), ("/iam/account-settings", "Passwords never expire"),
    ("/iam/credential-report", "<root_account>"), ("/iam/security-credentials", "You are signed in as the root user"),
    ("/iam/security-credentials/access-key", "Root user access keys are not recommended"), ("/iam/security-credentials/mfa", "MFA device name"),
    ("/organizations", "Workloads"), ("/organizations/invitations", "There are no invitations."), ("/organizations/policies", "FullAWSAccess"),
    ("/organizations/policies/p-FullAWSAccess", "Targets"), ("/organizations/services", "iam.amazonaws.com"),
    ("/organizations/settings", "All features"), (f"/organizations/accounts/{ACCOUNT}", "Account details"),
]


@pytest.fixture(scope="module")
def world(haar):
    iam, organizations = haar.client("iam"), haar.client("organizations")
    iam.create_user(UserName="Jane", Tags=[{"Key": "team", "Value": "platform"}])
    iam.put_user_policy(UserName="Jane", PolicyName="inline1", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}))
    iam.create_access_key(UserName="Jane")
    iam.create_group(GroupName="Developers")
    iam.attach_group_policy(GroupName="Developers", PolicyArn="arn:aws:iam::aws:policy/PowerUserAccess")
    iam.add_user_to_group(GroupName="Developers", UserName="Jane")
    iam.create_policy(PolicyName="ReadReports", PolicyDocument=json.dumps(POLICY))
    iam.create_role(RoleName="Application", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="Application", PolicyArn=urllib.parse.unquote(POLICY_ARN))
    iam.create_open_id_connect_provider(Url="https://token.example.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40])
    organizations.create_organization(FeatureSet="ALL")
    [root] = organizations.list_roots()["Roots"]
    organizations.create_organizational_unit(ParentId=root["Id"], Name="Workloads")
    organizations.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    return haar


@pytest.fixture(scope="module")
def shown(world, url, browser):
    """One signed-in page for the whole sweep."""
    context = browser.new_context(viewport={"width": WIDTHS["wide"], "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    sign_in(page, world, url)
    yield page
    context.close()


@pytest.mark.parametrize("path, words", PAGES, ids=[path for path, _ in PAGES])
def test_a_page(shown, url, path, words):
    page = shown
    page.errors.clear()
    forbidden = see_policy_violations(page)
    page.goto(url("/console" + path))
    expect(page.get_by_text(words).first).to_be_attached(timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title().count(" | ") == 2, page.title()
    assert page.get_by_text("could not be loaded").count() == 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(200)  # until a changed width is laid out
            assert violations(page) == [], (scheme, width)
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, width
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    look(page, path.strip("/").replace("/", "-").replace("?", "-").replace("%", "")[:60])
    assert page.errors == [] and forbidden == []


def test_by_keyboard_alone(shown, url):
    """From the list of users to a new group's form, and through it, without a mouse."""
    page = shown
    page.goto(url("/console/iam/groups/create"))
    expect(page.get_by_label("User group name")).to_be_visible()
    page.get_by_label("User group name").focus()
    page.keyboard.type("Typed")
    submit = page.get_by_role("button", name="Create user group")
    for _ in range(200):
        page.keyboard.press("Tab")
        if submit.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Typed", level=1)).to_be_visible()


def test_a_page_of_users_is_a_bounded_number_of_calls(shown, world, url):
    """However many users there are: a page of them, and what its columns need, a few at a time."""
    iam = world.client("iam")
    for number in range(120):
        iam.create_user(UserName=f"many{number:03}")
    page = shown
    calls, running, most = [], set(), [0]

    def begin(request):
        if "/console/api/" in request.url:
            calls.append(request.url.split("/")[-1].split("?")[0])
            running.add(request)
            most[0] = max(most[0], len(running))

    page.on("request", begin)
    page.on("requestfinished", lambda request: running.discard(request))
    page.on("requestfailed", lambda request: running.discard(request))
    page.goto(url("/console/iam/users"))
    expect(page.get_by_role("link", name="many000")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert calls.count("ListUsers") == 1
    rows = page.get_by_role("row").count() - 1
    assert len(calls) <= 3 * rows + 5, len(calls)
    assert most[0] <= 8, most
    page.get_by_placeholder("Search users").fill("many119")
    expect(page.get_by_role("link", name="many119")).to_be_visible()
    expect(page.get_by_role("link", name="many000")).to_have_count(0)
