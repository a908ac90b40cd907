"""rds-data: SQL over HTTP, in a real database, as the user of a secret.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html"""
import concurrent.futures
import json
import threading
import time

import pytest
from botocore.exceptions import ClientError

QUICK = {"Delay": 1, "MaxAttempts": 90}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def allow(*actions, resource="*"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]}


class Data:
    """A cluster in a group that admits nobody, its secret, and its Data API."""

    def __init__(self, make, name="shop"):
        self.make, self.name = make, name
        rds = make("rds")
        made = rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                                     ManageMasterUserPassword=True, EnableHttpEndpoint=True)["DBCluster"]
        assert made["HttpEndpointEnabled"]
        self.where = {"resourceArn": made["DBClusterArn"], "secretArn": made["MasterUserSecret"]["SecretArn"]}
        rds.create_db_instance(DBInstanceIdentifier=name + "-1", DBClusterIdentifier=name, Engine="aurora-postgresql",
                               DBInstanceClass="db.t4g.medium", PubliclyAccessible=False)
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name + "-1", WaiterConfig=QUICK)

    @property
    def api(self):
        return self.make("rds-data")

    def run(self, sql, *parameters, **more):
        return self.api.execute_statement(sql=sql, parameters=list(parameters), **{**self.where, **more})

    def value(self, sql, *parameters, **more):
        """The only field, as {member: value}."""
        return self.run(sql, *parameters, **more)["records"][0][0]

    def begin(self):
        return self.api.begin_transaction(**self.where)["transactionId"]


def p(name, hint=None, **value):
    return {"name": name, "value": value, **({"typeHint": hint} if hint else {})}


@pytest.fixture(scope="module")
def data(client):
    return Data(client)


def test_rows_and_their_types(data):
    made = data.run("create table items (id serial primary key, name varchar(20) not null, price numeric(10,2), made timestamptz, "
                    "tags text[], ok boolean, raw bytea, doc jsonb, key uuid)")
    assert (made["numberOfRecordsUpdated"], made["generatedFields"]) == (0, [])
    done = data.run("insert into items (name, price, made, ok, raw, doc, key, tags) values (:name, :price, :made, :ok, :raw, :doc, "
                    ":key, string_to_array(:tags, ','))",
                    p("name", stringValue="pen"), p("price", "DECIMAL", stringValue="12.50"),
                    p("made", "TIMESTAMP", stringValue="2026-11-30 10:00:00.5"), p("ok", booleanValue=True), p("raw", blobValue=b"\0\xff"),
                    p("doc", "JSON", stringValue='{"a": [1, null]}'),
                    p("key", "UUID", stringValue="00000000-0000-4000-8000-000000000001"), p("tags", stringValue="a,b"))
    assert done["numberOfRecordsUpdated"] == 1 and "records" not in done
    assert data.run("select * from items")["records"] == [[
        {"longValue": 1}, {"stringValue": "pen"}, {"stringValue": "12.50"}, {"stringValue": "2026-11-30 10:00:00.5"},
        {"arrayValue": {"stringValues": ["a", "b"]}}, {"booleanValue": True}, {"blobValue": b"\0\xff"},
        {"stringValue": '{"a": [1, null]}'}, {"stringValue": "00000000-0000-4000-8000-000000000001"}]]
    assert data.value("select :n", p("n", longValue=7)) == {"longValue": 7}
    assert data.value("select :x", p("x", doubleValue=0.5)) == {"doubleValue": 0.5}
    assert data.value("select :t", p("t", stringValue="it's")) == {"stringValue": "it's"}
    assert data.value("select :t::date", p("t", stringValue="2026-11-30")) == {"stringValue": "2026-11-30"}
    assert data.value("select null") == {"isNull": True}
    assert data.value("select array[[1,2],[3,4]]") == {"arrayValue": {"arrayValues": [{"longValues": [1, 2]}, {"longValues": [3, 4]}]}}
    assert data.value("select price from items", resultSetOptions={"decimalReturnType": "DOUBLE_OR_LONG"}) == {"doubleValue": 12.5}
    assert data.value("select id from items", resultSetOptions={"longReturnType": "STRING"}) == {"stringValue": "1"}
    returned = data.run("insert into items (name) values ('ink') returning id")
    assert (returned["records"], returned["numberOfRecordsUpdated"]) == ([[{"longValue": 2}]], 1)
    assert data.run("update items set ok = false")["numberOfRecordsUpdated"] == 2
    data.run("drop table items")


def test_names_in_statements(data):
    assert data.value("select ':a' || :a || '::' -- :b\n", p("a", stringValue="x")) == {"stringValue": ":ax::"}
    assert data.value("select :a + :a", p("a", longValue=4), p("unused", longValue=1)) == {"longValue": 8}
    assert refused(data.run, sql="select :missing") == ("BadRequestException", "Cannot find parameter: missing")
    assert refused(data.api.execute_statement, sql="select :a", parameters=[p("a", arrayValue={"longValues": [1]})], **data.where) == (
        "BadRequestException", "Array parameters are not supported.")


def test_records_as_json_and_what_columns_are(data):
    data.run("create table facts (id serial, name varchar(20) not null, price numeric(10,2))")
    data.run("insert into facts (name, price) values ('a \"b\"', 1.50), ('c', null)")
    said = data.run("select id, name as title, price from facts order by id", formatRecordsAs="JSON")
    assert "records" not in said
    assert json.loads(said["formattedRecords"]) == [{"id": 1, "title": 'a "b"', "price": 1.5}, {"id": 2, "title": "c", "price": None}]
    columns = data.run("select id, name as title, price, 1::int8 as n from facts", includeResultMetadata=True)["columnMetadata"]
    assert [(c["name"], c["label"], c["tableName"], c["typeName"], c["type"], c["precision"], c["scale"], c["nullable"],
             c["isAutoIncrement"]) for c in columns] == [
        ("id", "id", "facts", "int4", 4, 10, 0, 0, True), ("name", "title", "facts", "varchar", 12, 20, 0, 0, False),
        ("price", "price", "facts", "numeric", 2, 10, 2, 1, False), ("n", "n", "", "int8", -5, 19, 0, 2, False)]
    assert "columnMetadata" not in data.run("select 1")
    data.run("drop table facts")


def test_what_the_database_refuses(data):
    code, message = refused(data.run, sql="select * from nowhere")
    assert (code, message) == ("DatabaseErrorException",
                               'ERROR: relation "nowhere" does not exist; Position: 15; SQLState: 42P01')
    assert refused(data.run, sql="select 1; select 2")[0] == "DatabaseErrorException"
    assert refused(data.run, sql="copy (select 1) to stdout")[0] == "DatabaseErrorException"
    code, message = refused(data.run, sql="select 1", database="none")
    assert code == "DatabaseErrorException" and 'database "none" does not exist' in message
    # As the user of the secret, and as nobody more.
    assert data.value("select current_user::text") == {"stringValue": "ana"}
    assert refused(data.run, sql="select pg_read_file('/etc/passwd')")[0] == "DatabaseErrorException"
    assert refused(data.run, sql="select 1", database="rdsadmin")[0] == "DatabaseErrorException"
    # A text is one: what needs another type says so.
    code, message = refused(data.api.execute_statement, sql="select 1 where '00000000-0000-4000-8000-000000000001'::uuid = :a",
                            parameters=[p("a", stringValue="00000000-0000-4000-8000-000000000001")], **data.where)
    assert code == "DatabaseErrorException" and "operator does not exist: uuid = character varying" in message


def test_a_transaction(data):
    data.run("create table accounts (id int primary key, balance int)")
    one, two = data.begin(), data.begin()
    data.run("insert into accounts values (1, 100)", transactionId=one)
    assert data.value("select count(*) from accounts", transactionId=one) == {"longValue": 1}
    assert data.value("select count(*) from accounts", transactionId=two) == {"longValue": 0}
    assert data.value("select count(*) from accounts") == {"longValue": 0}
    assert data.api.commit_transaction(transactionId=one, **data.where)["transactionStatus"] == "Transaction Committed"
    assert data.api.rollback_transaction(transactionId=two, **data.where)["transactionStatus"] == "Rollback Complete"
    assert data.value("select count(*) from accounts") == {"longValue": 1}
    for call in (data.api.commit_transaction, data.api.rollback_transaction):
        assert refused(call, transactionId=one, **data.where)[0] == "TransactionNotFoundException"
    assert refused(data.run, sql="select 1", transactionId=one) == (
        "TransactionNotFoundException", f"Transaction {one} is not found")
    # One in which a statement has failed takes no other, and cannot be committed.
    failed = data.begin()
    data.run("delete from accounts", transactionId=failed)
    assert refused(data.run, sql="select nonsense", transactionId=failed)[0] == "DatabaseErrorException"
    assert "current transaction is aborted" in refused(data.run, sql="select 1", transactionId=failed)[1]
    assert refused(data.api.commit_transaction, transactionId=failed, **data.where)[0] == "DatabaseErrorException"
    assert data.value("select count(*) from accounts") == {"longValue": 1}
    data.run("drop table accounts")


def test_a_batch_is_all_or_nothing(data):
    data.run("create table batch (id int primary key, name text)")
    sets = [[p("id", longValue=n), p("name", stringValue=str(n))] for n in range(20)]
    done = data.api.batch_execute_statement(sql="insert into batch values (:id, :name)", parameterSets=sets, **data.where)
    assert done["updateResults"] == [{"generatedFields": []}] * 20
    code, message = refused(data.api.batch_execute_statement, sql="insert into batch values (:id, :name)",
                            parameterSets=[[p("id", longValue=50), p("name", stringValue="x")], sets[0]], **data.where)
    assert code == "DatabaseErrorException" and "duplicate key" in message
    assert data.value("select count(*) from batch") == {"longValue": 20}
    inside = data.begin()
    data.api.batch_execute_statement(sql="delete from batch where id = :id", parameterSets=[s[:1] for s in sets[:5]],
                                     transactionId=inside, **data.where)
    assert data.value("select count(*) from batch") == {"longValue": 20}
    data.api.commit_transaction(transactionId=inside, **data.where)
    assert data.value("select count(*) from batch") == {"longValue": 15}
    data.run("drop table batch")


def test_limits_of_results(data):
    assert len(data.value("select repeat('x', 65536)")["stringValue"]) == 65536
    assert refused(data.run, sql="select repeat('x', 65537)")[0] == "BadRequestException"
    assert len(data.run("select repeat('x', 65536) from generate_series(1, 16)")["records"]) == 16
    for rows in (17, 1000):  # a little more, and much more than haar would take in
        assert refused(data.run, sql=f"select repeat('x', 65536) from generate_series(1, {rows})") == (
            "BadRequestException", "Database returned more than the allowed response size limit")
    assert data.value("select 1") == {"longValue": 1}


def test_a_statement_that_lasts_too_long(data):
    inside = data.begin()
    data.run("set local statement_timeout = 100", transactionId=inside)
    assert refused(data.run, sql="select pg_sleep(30)", transactionId=inside)[0] == "StatementTimeoutException"
    data.api.rollback_transaction(transactionId=inside, **data.where)


def test_after_forty_five_seconds(data):
    """One statement is ended, the other goes on unattended; both callers are told so."""
    data.run("create table late (id int)")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(refused, data.run, sql=f"insert into late select {number} from pg_sleep(47)", continueAfterTimeout=goes_on)
                 for number, goes_on in ((1, False), (2, True))]
        assert [one.result()[0] for one in asked] == ["StatementTimeoutException"] * 2
    deadline = time.monotonic() + 30
    while data.run("select id from late")["records"] == []:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert data.run("select id from late")["records"] == [[{"longValue": 2}]]


def test_two_at_once_in_one_transaction(data):
    inside = data.begin()
    pid = data.value("select pg_backend_pid()", transactionId=inside)["longValue"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(data.run, "select pg_sleep(3)", transactionId=inside)
        deadline = time.monotonic() + 30
        while data.value(f"select state from pg_stat_activity where pid = {pid}") != {"stringValue": "active"}:
            assert time.monotonic() < deadline
        assert refused(data.run, sql="select 1", transactionId=inside) == (
            "BadRequestException", f"Transaction {inside} is still running a query")
        slow.result()
    assert data.value("select 1", transactionId=inside) == {"longValue": 1}
    data.api.rollback_transaction(transactionId=inside, **data.where)


def test_many_at_once(data):
    data.run("create table counted (id int)")
    failures = []

    def add(number):
        try:
            data.run("insert into counted values (:n)", p("n", longValue=number))
        except ClientError as error:
            failures.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert data.value("select count(distinct id) from counted") == {"longValue": 40}


def test_who_may(data, client, new_user):
    both = allow("rds-data:*", resource=data.where["resourceArn"]), allow("secretsmanager:GetSecretValue", resource=data.where["secretArn"])
    ask = {"sql": "select 1", **data.where}
    assert client("rds-data", new_user(*both)).execute_statement(**ask)["records"] == [[{"longValue": 1}]]
    for half, missing in ((both[1], "rds-data:ExecuteStatement"), (both[0], "secretsmanager:GetSecretValue")):
        code, message = refused(client("rds-data", new_user(half)).execute_statement, **ask)
        assert code == "AccessDeniedException" and missing in message
    # A transaction is good with the cluster and the secret with which it was begun.
    secrets = client("secretsmanager")
    value = secrets.get_secret_value(SecretId=data.where["secretArn"])["SecretString"]
    copy = secrets.create_secret(Name="copy", SecretString=value)["ARN"]
    inside = data.begin()
    assert refused(data.run, sql="select 1", transactionId=inside, secretArn=copy)[0] == "TransactionNotFoundException"
    assert data.value("select 1", secretArn=copy) == {"longValue": 1}
    data.api.rollback_transaction(transactionId=inside, **data.where)
    assert refused(client("rds-data", region="eu-west-1").execute_statement, **ask)[0] == "BadRequestException"
    assert refused(client("rds-data", "other-root").execute_statement, **ask)[0] == "AccessDeniedException"


def test_secrets_and_clusters_that_are_refused(data, client):
    secrets = client("secretsmanager")
    for number, (text, wanted) in enumerate((("no json", "InvalidSecretException"), ('{"username": "ana"}', "InvalidSecretException"),
                                             ('{"username": "ana", "password": "wrong-one-1"}', "DatabaseErrorException"),
                                             ('{"username": "rdsadmin", "password": "x"}', "DatabaseErrorException"))):
        arn = secrets.create_secret(Name=f"bad/{number}", SecretString=text)["ARN"]
        code, message = refused(data.run, sql="select 1", secretArn=arn)
        assert code == wanted and "wrong-one" not in message
    none = data.where["secretArn"][:-6] + "aaaaaa"
    assert refused(data.run, sql="select 1", secretArn=none)[0] == "SecretsErrorException"
    assert refused(data.run, sql="select 1", resourceArn=data.where["resourceArn"] + "x")[0] == "BadRequestException"
    rds = client("rds")
    rds.disable_http_endpoint(ResourceArn=data.where["resourceArn"])
    assert refused(data.run, sql="select 1") == (
        "HttpEndpointNotEnabledException", "HttpEndpoint is not enabled for resource " + data.where["resourceArn"])
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier="shop", WaiterConfig=QUICK)
    assert rds.enable_http_endpoint(ResourceArn=data.where["resourceArn"])["HttpEndpointEnabled"] is True
    assert data.value("select 1") == {"longValue": 1}
    empty = rds.create_db_cluster(DBClusterIdentifier="empty", Engine="aurora-postgresql", MasterUsername="ana",
                                  ManageMasterUserPassword=True, EnableHttpEndpoint=True)["DBCluster"]
    assert refused(data.run, sql="select 1", resourceArn=empty["DBClusterArn"],
                   secretArn=empty["MasterUserSecret"]["SecretArn"])[0] == "DatabaseNotFoundException"
    rds.delete_db_cluster(DBClusterIdentifier="empty", SkipFinalSnapshot=True)


def test_a_rotation_does_not_disturb_who_reads_the_secret(data):
    data.make("secretsmanager").rotate_secret(SecretId=data.where["secretArn"])
    deadline = time.monotonic() + 60
    rds = data.make("rds")
    while rds.describe_db_clusters(DBClusterIdentifier="shop")["DBClusters"][0]["MasterUserSecret"]["SecretStatus"] != "active":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert data.value("select 1") == {"longValue": 1}


def test_transactions_are_ended_when_nobody_goes_on(haar_with_a_clock):
    data = Data(haar_with_a_clock.client)
    data.run("create table locked (id int)")
    idle, kept = data.begin(), data.begin()
    data.run("lock table locked", transactionId=idle)
    haar_with_a_clock.command("advance", "2m")
    data.run("select 1", transactionId=kept)
    haar_with_a_clock.command("advance", "2m")
    # What the first one held is free again.
    assert data.value("select count(*) from locked") == {"longValue": 0}
    assert refused(data.run, sql="select 1", transactionId=idle)[0] == "TransactionNotFoundException"
    assert data.value("select 1", transactionId=kept) == {"longValue": 1}
    haar_with_a_clock.command("advance", "24h")
    assert refused(data.run, sql="select 1", transactionId=kept)[0] == "TransactionNotFoundException"
