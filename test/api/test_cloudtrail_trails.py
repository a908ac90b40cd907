"""Trails: made, changed and deleted; their log files and digests in a bucket that is a folder."""
import gzip
import hashlib
import json
import pathlib
import time
import uuid

import pytest
from botocore.exceptions import ClientError

import s3_folder
from conftest import ACCOUNT, new_folder, running

WAIT_SECONDS = 60
BUCKET = "example-logs"


@pytest.fixture(scope="module")
def haar():
    """A server whose buckets are folders, and whose clock the tests may move."""
    folder = new_folder()
    bucket = pathlib.Path(folder) / "buckets" / BUCKET
    bucket.mkdir(parents=True)
    with running(["--trail-buckets", str(bucket.parent)], folder) as server:
        yield server


@pytest.fixture(scope="module")
def bucket(haar):
    return haar.folder / "buckets" / BUCKET


@pytest.fixture
def cloudtrail(client):
    return client("cloudtrail")


@pytest.fixture
def make_trail(cloudtrail):
    made = []

    def make(**wanted):
        answer = cloudtrail.create_trail(**{"Name": "t-" + uuid.uuid4().hex[:8], "S3BucketName": BUCKET, **wanted})
        made.append(answer["TrailARN"])
        return answer

    yield make
    for arn in made:
        try:
            cloudtrail.delete_trail(Name=arn)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "TrailNotFoundException"


def refused(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def wait_until(find):
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := find()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return found


def log_files(bucket, prefix):
    return sorted(path for path in (bucket / prefix).rglob("*.json.gz") if "CloudTrail-Digest" not in path.name)


def records(bucket, prefix):
    return [record for path in log_files(bucket, prefix) for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]]


def deliver(haar, cloudtrail, arn):
    """Moves the clock on until the trail's next delivery, which has files, is over."""
    def delivered():
        return cloudtrail.get_trail_status(Name=arn)["LatestDeliveryAttemptSucceeded"]

    before = delivered()
    haar.command("advance", "6m")
    wait_until(lambda: delivered() != before)


def test_a_trail_is_made_described_changed_and_deleted(cloudtrail, make_trail):
    made = make_trail(Name="whole.life-1", S3KeyPrefix="some/where", EnableLogFileValidation=True,
                      TagsList=[{"Key": "team", "Value": "blue"}])
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/whole.life-1"
    del made["ResponseMetadata"]
    assert made == {"Name": "whole.life-1", "S3BucketName": BUCKET, "S3KeyPrefix": "some/where", "TrailARN": arn,
                    "IncludeGlobalServiceEvents": True, "IsMultiRegionTrail": False, "LogFileValidationEnabled": True,
                    "IsOrganizationTrail": False}
    [shown] = cloudtrail.describe_trails(trailNameList=["whole.life-1"])["trailList"]
    assert shown == {**made, "HomeRegion": "us-east-1", "HasCustomEventSelectors": False, "HasInsightSelectors": False}
    assert cloudtrail.get_trail(Name=arn)["Trail"] == shown
    assert {"TrailARN": arn, "Name": "whole.life-1", "HomeRegion": "us-east-1"} in cloudtrail.list_trails()["Trails"]
    changed = cloudtrail.update_trail(Name=arn, S3KeyPrefix="else/where", IsMultiRegionTrail=True)
    assert (changed["S3KeyPrefix"], changed["IsMultiRegionTrail"]) == ("else/where", True)
    cloudtrail.delete_trail(Name="whole.life-1")
    assert cloudtrail.describe_trails(trailNameList=[arn])["trailList"] == []
    assert refused(cloudtrail.get_trail, Name="whole.life-1") == (
        "TrailNotFoundException", f"Unknown trail: {arn} for the user: {ACCOUNT}")


def test_what_is_wrong_is_told_in_cloudtrails_words(cloudtrail, make_trail):
    make = cloudtrail.create_trail
    for name in ("ab", "a" * 129, "-abc", "abc-", "a b c", "a--b", "a.-b", "192.168.5.4"):
        assert refused(make, Name=name, S3BucketName=BUCKET)[0] == "InvalidTrailNameException", name
    assert refused(make, Name="good", S3BucketName="no-such-bucket") == (
        "S3BucketDoesNotExistException", "S3 bucket no-such-bucket does not exist!")
    for bucket in ("Upper", "a", "a..b", "../etc", "192.168.5.4"):
        assert refused(make, Name="good", S3BucketName=bucket)[0] == "InvalidS3BucketNameException", bucket
    for prefix in ("x" * 201, "../../etc", "a//b", "."):
        assert refused(make, Name="good", S3BucketName=BUCKET, S3KeyPrefix=prefix)[0] == "InvalidS3PrefixException", prefix
    assert refused(make, Name="good", S3BucketName=BUCKET, IsMultiRegionTrail=True, IncludeGlobalServiceEvents=False) == (
        "InvalidParameterCombinationException", "Multi-Region trail must include global service events.")
    assert refused(make, Name="good", S3BucketName=BUCKET, SnsTopicName="topic")[0] == "NotImplemented"
    assert refused(make, Name="good", S3BucketName=BUCKET, IsOrganizationTrail=True)[0] == "OrganizationsNotInUseException"
    name = make_trail()["Name"]
    assert refused(make, Name=name, S3BucketName=BUCKET) == (
        "TrailAlreadyExistsException", f"Trail {name} already exists for customer: {ACCOUNT}")
    assert refused(cloudtrail.get_trail, Name="arn:aws:sns:us-east-1:1:x")[0] == "CloudTrailARNInvalidException"
    for _ in range(4):
        make_trail()
    assert refused(make, Name="one-too-many", S3BucketName=BUCKET) == (
        "MaximumNumberOfTrailsExceededException", f"User: {ACCOUNT} already has 5 trails in us-east-1.")


def test_a_trail_of_all_regions_is_seen_in_each_and_changed_at_home(cloudtrail, client, make_trail):
    arn = make_trail(Name="everywhere", IsMultiRegionTrail=True)["TrailARN"]
    ireland = client("cloudtrail", region="eu-west-1")
    [shadow] = ireland.describe_trails()["trailList"]
    assert (shadow["TrailARN"], shadow["HomeRegion"]) == (arn, "us-east-1")
    assert ireland.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert ireland.get_trail(Name="everywhere")["Trail"]["TrailARN"] == arn
    assert refused(ireland.update_trail, Name=arn, S3KeyPrefix="x")[0] == "InvalidHomeRegionException"
    assert refused(ireland.start_logging, Name="everywhere")[0] == "InvalidHomeRegionException"
    assert refused(client("cloudtrail", "other-root").get_trail, Name=arn)[0] == "AccessDeniedException"


def test_tags(cloudtrail, client, make_trail):
    arn = make_trail(TagsList=[{"Key": "a", "Value": "1"}])["TrailARN"]
    cloudtrail.add_tags(ResourceId=arn, TagsList=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "3"}])

    def tags():
        [listed] = cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
        assert listed["ResourceId"] == arn
        return {tag["Key"]: tag["Value"] for tag in listed["TagsList"]}

    assert tags() == {"a": "3", "b": "2"}
    tagging = client("resourcegroupstaggingapi")
    [found] = tagging.get_resources(ResourceTypeFilters=["cloudtrail:trail"])["ResourceTagMappingList"]
    assert found["ResourceARN"] == arn
    cloudtrail.remove_tags(ResourceId=arn, TagsList=[{"Key": "a"}])
    assert tags() == {"b": "2"}
    many = [{"Key": str(number), "Value": "x"} for number in range(50)]
    assert refused(cloudtrail.add_tags, ResourceId=arn, TagsList=many)[0] == "TagsLimitExceededException"
    assert refused(cloudtrail.add_tags, ResourceId=arn, TagsList=[{"Key": "aws:x"}])[0] == "InvalidTagParameterException"
    assert refused(cloudtrail.list_tags, ResourceIdList=["no-arn"])[0] == "CloudTrailARNInvalidException"


def test_event_selectors(cloudtrail, make_trail):
    arn = make_trail()["TrailARN"]
    default = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [],
                "ExcludeManagementEventSources": []}]
    assert cloudtrail.get_event_selectors(TrailName=arn)["EventSelectors"] == default
    writes = [{**default[0], "ReadWriteType": "WriteOnly"}]
    assert cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=writes)["EventSelectors"] == writes
    assert cloudtrail.get_trail(Name=arn)["Trail"]["HasCustomEventSelectors"] is True
    advanced = [{"Name": "reads", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]},
                                                     {"Field": "readOnly", "Equals": ["true"]}]}]
    cloudtrail.put_event_selectors(TrailName=arn, AdvancedEventSelectors=advanced)
    shown = cloudtrail.get_event_selectors(TrailName=arn)
    assert shown["AdvancedEventSelectors"] == advanced and "EventSelectors" not in shown and shown["TrailARN"] == arn
    assert refused(cloudtrail.put_event_selectors, TrailName=arn)[0] == "InvalidEventSelectorsException"
    assert refused(cloudtrail.put_event_selectors, TrailName=arn, EventSelectors=writes,
                   AdvancedEventSelectors=advanced)[0] == "InvalidEventSelectorsException"
    assert refused(cloudtrail.get_insight_selectors, TrailName=arn)[0] == "InsightNotEnabledException"
    assert refused(cloudtrail.put_insight_selectors, TrailName=arn,
                   InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])[0] == "NotImplemented"


def users_made(found):
    return sorted(r["requestParameters"]["userName"] for r in found if r["eventName"] == "CreateUser")


def test_log_files_hold_what_was_asked_for_while_the_trail_logged(haar, cloudtrail, client, make_trail, bucket):
    made = make_trail(S3KeyPrefix="life", IsMultiRegionTrail=True)
    arn, iam = made["TrailARN"], client("iam")
    cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    iam.create_user(UserName="before")
    cloudtrail.start_logging(Name=arn)
    status = cloudtrail.get_trail_status(Name=arn)
    assert status["IsLogging"] is True and "LatestDeliveryTime" not in status and status["TimeLoggingStarted"]
    iam.create_user(UserName="during")
    iam.get_user(UserName="during")
    client("ec2", region="eu-west-1").create_key_pair(KeyName="elsewhere")
    deliver(haar, cloudtrail, arn)
    found = records(bucket, "life")
    assert users_made(found) == ["during"]
    assert {r["awsRegion"] for r in found} == {"us-east-1", "eu-west-1"} and not any(r["readOnly"] for r in found)
    for path in log_files(bucket, "life"):
        parts = path.relative_to(bucket).parts
        account, region = parts[2], parts[4]
        assert (parts[1], account, parts[3]) == ("AWSLogs", ACCOUNT, "CloudTrail")
        assert path.name.startswith(f"{ACCOUNT}_CloudTrail_{region}_")
    assert cloudtrail.get_trail_status(Name=arn)["LatestDeliveryTime"]
    iam.create_user(UserName="more")
    cloudtrail.stop_logging(Name=arn)
    iam.create_user(UserName="stopped")
    deliver(haar, cloudtrail, arn)
    found = records(bucket, "life")
    assert users_made(found) == ["during", "more"]
    ids = [r["eventID"] for r in found]
    assert len(ids) == len(set(ids)), "each once"


def test_what_was_not_delivered_is_delivered_after_a_kill(bucket):
    """A server of its own, whose clock begins anew with it."""
    with running(["--trail-buckets", str(bucket.parent)]) as server:
        arn = server.client("cloudtrail").create_trail(Name="killed", S3BucketName=BUCKET, S3KeyPrefix="killed")["TrailARN"]
        server.client("cloudtrail").start_logging(Name=arn)
        server.client("iam").create_user(UserName="before")
        server.kill()
        server.start()
        server.client("iam").create_user(UserName="after")
        deliver(server, server.client("cloudtrail"), arn)
        found = records(bucket, "killed")
        assert users_made(found) == ["after", "before"]
        assert len({r["eventID"] for r in found}) == len(found)


def test_a_bucket_that_is_gone_is_told(haar, client, bucket):
    cloudtrail = client("cloudtrail")
    gone = bucket.parent / "soon-gone"
    gone.mkdir()
    arn = cloudtrail.create_trail(Name="gone", S3BucketName="soon-gone")["TrailARN"]
    cloudtrail.start_logging(Name=arn)
    gone.rmdir()
    haar.command("advance", "6m")
    wait_until(lambda: cloudtrail.get_trail_status(Name=arn).get("LatestDeliveryError") == "NoSuchBucket")
    gone.mkdir()
    wait_until(lambda: cloudtrail.get_trail_status(Name=arn).get("LatestDeliveryTime"))
    assert "LatestDeliveryError" not in cloudtrail.get_trail_status(Name=arn)
    assert "StartLogging" in [r["eventName"] for r in records(gone, "AWSLogs")]
    cloudtrail.delete_trail(Name=arn)


def test_digests_name_the_files_and_are_signed_in_a_chain(haar, client, bucket):
    cloudtrail = client("cloudtrail")
    arn = cloudtrail.create_trail(Name="signed", S3BucketName=BUCKET, S3KeyPrefix="signed",
                                  EnableLogFileValidation=True)["TrailARN"]
    cloudtrail.start_logging(Name=arn)

    def digests():
        return sorted((bucket / "signed").rglob("*CloudTrail-Digest*.json.gz"))

    for number in (1, 2):
        client("iam").create_user(UserName=f"signed-{number}")
        deliver(haar, cloudtrail, arn)
        haar.command("advance", "61m")
        wait_until(lambda: len(digests()) >= number)  # noqa: B023
    first, second = [json.loads(gzip.decompress(path.read_bytes())) for path in digests()[:2]]
    assert first["previousDigestSignature"] is None
    assert second["previousDigestS3Object"] == first["digestS3Object"]
    assert second["previousDigestHashValue"] == hashlib.sha256(gzip.decompress(digests()[0].read_bytes())).hexdigest()
    named = {file["s3Object"]: file["hashValue"] for digest in (first, second) for file in digest["logFiles"]}
    for path in log_files(bucket, "signed"):
        key = str(path.relative_to(bucket))
        assert key not in named or named[key] == hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
    assert named
    keys = cloudtrail.list_public_keys(StartTime=first["digestStartTime"], EndTime=first["digestEndTime"])["PublicKeyList"]
    assert first["digestPublicKeyFingerprint"] in [key["Fingerprint"] for key in keys]
    assert first["digestPublicKeyFingerprint"] == hashlib.md5(keys[0]["Value"]).hexdigest()
    wait_until(lambda: cloudtrail.get_trail_status(Name=arn).get("LatestDigestDeliveryTime"))
    cloudtrail.delete_trail(Name=arn)


def test_an_s3_compatible_endpoint_takes_the_files(tmp_path):
    """Each request is signed, and the endpoint verifies it."""
    secret = "endpointSecret/endpointSecret+endpointSe"
    (tmp_path / "buckets" / BUCKET).mkdir(parents=True)
    (tmp_path / "credentials").write_text(f"[default]\naws_access_key_id = AKIAENDPOINT\naws_secret_access_key = {secret}\n")
    with (s3_folder.serving(tmp_path / "buckets", secret) as url,
          running(["--trail-buckets", url, "--trail-credentials", str(tmp_path / "credentials")]) as server):
        cloudtrail = server.client("cloudtrail")
        code, _ = refused(cloudtrail.create_trail, Name="none", S3BucketName="no-such-bucket")
        assert code == "S3BucketDoesNotExistException"
        arn = cloudtrail.create_trail(Name="far", S3BucketName=BUCKET, S3KeyPrefix="a b+c",
                                      EnableLogFileValidation=True)["TrailARN"]
        cloudtrail.start_logging(Name=arn)
        server.client("iam").create_user(UserName="far")
        deliver(server, cloudtrail, arn)
        assert users_made(records(tmp_path / "buckets" / BUCKET, "a b+c")) == ["far"]
        server.command("advance", "61m")
        metadata = wait_until(lambda: list((tmp_path / "buckets").rglob("*CloudTrail-Digest*.metadata")))
        assert json.loads(metadata[0].read_text())["signature-algorithm"] == "SHA256withRSA"
