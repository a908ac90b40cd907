"""What the tests of organizations share: an organization, its accounts, credentials in them."""
import json
import time

import pytest
from botocore.exceptions import ClientError

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
NOT_YOURS = "You don't have permissions to access this resource."


def refused(call, **arguments):
    """The error of a call that must fail: (code, message)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def reason(call, **arguments):
    """The Reason of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response.get("Reason")


def statement(effect, action, **more):
    return json.dumps({"Version": "2012-10-17",
                       "Statement": [{"Effect": effect, "Action": action, "Resource": "*", **more}]})


class Tree:
    """An organization as its management account's administrator sees it."""

    def __init__(self, client):
        self.client = client
        self.api = client("organizations")
        self.id = self.api.create_organization()["Organization"]["Id"]
        self.root = self.api.list_roots()["Roots"][0]["Id"]

    def finished(self, request):
        """A request to create an account, when it has ended."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            status = self.api.describe_create_account_status(CreateAccountRequestId=request)["CreateAccountStatus"]
            if status["State"] != "IN_PROGRESS":
                return status
            time.sleep(0.02)
        raise AssertionError("the account is still being created")

    def account(self, name, **more):
        asked = self.api.create_account(AccountName=name, Email=f"{name}@example.com", **more)["CreateAccountStatus"]
        done = self.finished(asked["Id"])
        assert done["State"] == "SUCCEEDED", done
        return done["AccountId"]

    def unit(self, name, parent=None):
        made = self.api.create_organizational_unit(ParentId=parent or self.root, Name=name)
        return made["OrganizationalUnit"]["Id"]

    def policy(self, name, content, kind=SCP):
        made = self.api.create_policy(Name=name, Content=content, Type=kind, Description="for a test")
        return made["Policy"]["PolicySummary"]["Id"]

    def enable(self, kind):
        self.api.enable_policy_type(RootId=self.root, PolicyType=kind)

    def inside(self, account, service, role="OrganizationAccountAccessRole"):
        """A client in a member account, through the role that the account was made with."""
        made = self.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="inside")
        key = made["Credentials"]
        return self.client(service, (key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"]))
