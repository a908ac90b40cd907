"""CloudTrail with the AWS CLI as it is: looking events up, and validating the log files of a trail, which finds a file that
was changed."""
import gzip
import json
import re
import time

import pytest

import s3_folder
from conftest import seeded_haar

WAIT_SECONDS = 60
BUCKET = "example-logs"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    folder = tmp_path_factory.mktemp("buckets") / BUCKET
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def both(bucket):
    with seeded_haar("--trail-buckets", str(bucket.parent)) as made:
        yield made


@pytest.fixture(scope="module")
def haar(both):
    return both[0]


@pytest.fixture(scope="module")
def person(both):
    return both[1]


@pytest.fixture
def shown(person):
    return lambda *words: json.loads(person.aws(*words, "--output", "json").stdout)


def wait_until(find):
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := find()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
    return found


def test_events_are_looked_up(shown, person):
    for name in ("looked-up", "second", "third"):
        person.aws("iam", "create-user", "--user-name", name)
    [event] = shown("cloudtrail", "lookup-events", "--region", "us-east-1", "--lookup-attributes",
                    "AttributeKey=ResourceName,AttributeValue=looked-up")["Events"]
    assert event["EventName"] == "CreateUser" and json.loads(event["CloudTrailEvent"])["eventSource"] == "iam.amazonaws.com"
    many = shown("cloudtrail", "lookup-events", "--region", "us-east-1", "--max-items", "3", "--page-size", "2")
    assert len(many["Events"]) == 3


def test_log_files_are_validated_and_a_changed_one_is_found(haar, bucket, person):
    def aws(*words):
        return person.aws("cloudtrail", *words, "--region", "us-east-1")

    arn = json.loads(aws("create-trail", "--name", "valid", "--s3-bucket-name", BUCKET, "--enable-log-file-validation",
                         "--output", "json").stdout)["TrailARN"]
    aws("start-logging", "--name", arn)

    def files(kind):
        return sorted(bucket.rglob(f"*_{kind}_*.json.gz"))

    for hour in (1, 2):
        person.aws("iam", "create-user", "--user-name", f"valid-{hour}")
        before = len(files("CloudTrail"))
        haar.command("advance", "6m")
        wait_until(lambda: len(files("CloudTrail")) > before)  # noqa: B023
        haar.command("advance", "58m")
        wait_until(lambda: len(files("CloudTrail-Digest")) >= hour)  # noqa: B023

    with s3_folder.serving(bucket.parent) as url:
        def validate():
            done = person.aws("cloudtrail", "validate-logs", "--trail-arn", arn, "--start-time", "2020-01-01T00:00:00Z",
                              "--end-time", "2040-01-01T00:00:00Z", "--region", "us-east-1", "--verbose",
                              check=False, AWS_ENDPOINT_URL_S3=url)
            return done.returncode, done.stdout + done.stderr

        code, said = validate()
        assert code == 0, said
        digests, logs = re.search(r"(\d+)/\1 digest files valid", said), re.search(r"(\d+)/\1 log files valid", said)
        assert digests and logs and int(digests[1]) >= 2 and int(logs[1]) >= 1 and "INVALID" not in said, said
        # The first hour's file: which is named by a digest already.
        changed = files("CloudTrail")[0]
        records = json.loads(gzip.decompress(changed.read_bytes()))
        records["Records"][0]["sourceIPAddress"] = "10.0.0.1"
        whole = changed.read_bytes()
        changed.write_bytes(gzip.compress(json.dumps(records).encode()))
        code, said = validate()
        assert code != 0 and f"{changed.relative_to(bucket)}\tINVALID: hash value doesn't match" in said
        changed.write_bytes(whole)
        digest = files("CloudTrail-Digest")[0]
        digest.unlink()
        assert "INVALID: not found" in validate()[1]
