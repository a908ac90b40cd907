"""A running haar for the API tests: a free port, a fresh data folder, one seeded account.

The helpers are few on purpose: a test shows boto3 calls, not ours.
"""
import pathlib
import sys
import uuid

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "idp"))
from haar_server import ACCOUNT, OTHER_ACCOUNT, OTHER_ROOT_KEY, ROOT_KEY, Haar, new_folder, running  # noqa: E402,F401


@pytest.fixture(scope="module")
def haar():
    """A server of this test file's own."""
    with running() as server:
        yield server


@pytest.fixture
def haar_with_a_clock():
    """A server of one test's own, whose clock it may move: the other tests of a file go by the real time."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def account():
    return ACCOUNT


@pytest.fixture(scope="module")
def administrator(haar):
    """Credentials of the user Administrator, in the group Administrators with AdministratorAccess."""
    iam = haar.client("iam")
    iam.create_group(GroupName="Administrators")
    iam.attach_group_policy(GroupName="Administrators", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_user(UserName="Administrator")
    iam.add_user_to_group(GroupName="Administrators", UserName="Administrator")
    key = iam.create_access_key(UserName="Administrator")["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture(scope="module")
def client(haar, administrator):
    """client(service, credentials=None, region=…): as the administrator unless told otherwise; credentials
    may be "root", "other-root" or a key pair."""

    def make(service, credentials=None, region="us-east-1", **config):
        named = {None: administrator, "root": ROOT_KEY, "other-root": OTHER_ROOT_KEY}
        known = credentials if isinstance(credentials, tuple) else named[credentials]
        return haar.client(service, known, region, **config)

    return make


@pytest.fixture(scope="module")
def new_user(client):
    """new_user(policy documents…) -> (key id, secret) of a fresh IAM user with these inline policies."""
    import json

    def make(*documents, name=None):
        iam = client("iam")
        name = name or "u-" + uuid.uuid4().hex[:12]
        iam.create_user(UserName=name)
        for number, document in enumerate(documents):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    return make


@pytest.fixture(scope="module")
def provider():
    """A real identity provider of this test file's own: test/idp."""
    from idp import IdentityProvider

    running = IdentityProvider()
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def unique():
    """A name nobody else uses: tests share their file's server."""
    return "t-" + uuid.uuid4().hex[:12]
