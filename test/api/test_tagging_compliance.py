"""resourcegroupstaggingapi: what asks about tag policies, which an organization of haar's cannot have."""
import pytest
from organization_help import Tree, refused

TAG_POLICIES = "tagpolicies.tag.amazonaws.com"


@pytest.fixture(scope="module")
def tree(client):
    return Tree(client)


@pytest.fixture
def trusted(tree):
    """The organization lets the tag policies' service in, for the time of a test."""
    tree.api.enable_aws_service_access(ServicePrincipal=TAG_POLICIES)
    yield
    tree.api.disable_aws_service_access(ServicePrincipal=TAG_POLICIES)


def operations(api):
    return ((api.get_compliance_summary, {}), (api.start_report_creation, {"S3Bucket": "a-bucket"}),
            (api.describe_report_creation, {}))


def assert_violated(api, words):
    for call, arguments in operations(api):
        code, message = refused(call, **arguments)
        assert code == "ConstraintViolationException" and words in message, call


def test_only_the_management_account_asks_and_only_in_one_region(tree, trusted, client, unique):
    """A member, an account without an organization and another Region are refused alike."""
    name = "resourcegroupstaggingapi"
    for api in (tree.inside(tree.account(unique), name), client(name, "other-root"), client(name, region="eu-central-1")):
        assert_violated(api, "can be called only from the management account")


def test_trusted_access_comes_first(tree, client):
    assert_violated(client("resourcegroupstaggingapi"), f"Trusted access of {TAG_POLICIES}")


def test_without_a_tag_policy_there_is_nothing_to_report(tree, trusted, client):
    """No summary, no report to begin; and there has been none."""
    api = client("resourcegroupstaggingapi")
    for call, arguments in operations(api)[:2]:
        assert refused(call, **arguments) == (
            "ConstraintViolationException", "A tag policy must be attached to the organization's root, an OU or an account.")
    answer = api.describe_report_creation()
    assert answer["Status"] == "NO REPORT" and "S3Location" not in answer and "ErrorMessage" not in answer


def test_inputs_are_checked_and_callers_too(tree, trusted, client, new_user):
    api = client("resourcegroupstaggingapi", parameter_validation=False)
    for call, arguments in ((api.start_report_creation, {"S3Bucket": "no"}), (api.start_report_creation, {"S3Bucket": "Not_A_Bucket"}),
                            (api.start_report_creation, {}), (api.get_compliance_summary, {"MaxResults": 0}),
                            (api.get_compliance_summary, {"GroupBy": ["COLOUR"]})):
        assert refused(call, **arguments)[0] == "InvalidParameterException", arguments
    for call, arguments in operations(client("resourcegroupstaggingapi", new_user())):
        assert refused(call, **arguments)[0] == "AccessDeniedException", call
