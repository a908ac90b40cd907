"""The Data API by the AWS CLI, on a cluster whose password RDS keeps, as its guide has a person type it."""
import json


def test_from_a_cluster_to_a_row(person):
    def rds(*words):
        done = person.aws("rds", *words)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    cluster = rds("create-db-cluster", "--db-cluster-identifier", "guide", "--engine", "aurora-postgresql", "--master-username",
                  "ana", "--manage-master-user-password", "--enable-http-endpoint")["DBCluster"]
    rds("create-db-instance", "--db-instance-identifier", "guide-1", "--db-cluster-identifier", "guide", "--engine",
        "aurora-postgresql", "--db-instance-class", "db.t4g.medium")
    person.aws("rds", "wait", "db-instance-available", "--db-instance-identifier", "guide-1")
    where = ["--resource-arn", cluster["DBClusterArn"], "--secret-arn", cluster["MasterUserSecret"]["SecretArn"], "--database",
             "postgres"]

    def data(*words):
        return json.loads(person.aws("rds-data", *words, *where).stdout)

    data("execute-statement", "--sql", "create table mytable (id int, val text)")
    inside = json.loads(person.aws("rds-data", "begin-transaction", *where).stdout)["transactionId"]
    data("execute-statement", "--sql", "insert into mytable values (:id, :val)", "--transaction-id", inside, "--parameters",
         '[{"name": "id", "value": {"longValue": 1}}, {"name": "val", "value": {"stringValue": "value1"}}]')
    done = person.aws("rds-data", "commit-transaction", *where[:4], "--transaction-id", inside)
    assert json.loads(done.stdout) == {"transactionStatus": "Transaction Committed"}
    said = data("execute-statement", "--sql", "select * from mytable", "--format-records-as", "JSON")
    assert json.loads(said["formattedRecords"]) == [{"id": 1, "val": "value1"}]
    rds("delete-db-instance", "--db-instance-identifier", "guide-1", "--skip-final-snapshot")
    person.aws("rds", "wait", "db-instance-deleted", "--db-instance-identifier", "guide-1")
    rds("delete-db-cluster", "--db-cluster-identifier", "guide", "--skip-final-snapshot")
