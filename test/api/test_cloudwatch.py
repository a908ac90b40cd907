"""CloudWatch: figures that haar measured of a database, by the names and dimensions of AWS/RDS."""
import datetime
import time

import pytest

from network import admit, new_group
from test_rds import PASSWORD, fails, psql, with_instance

DAY = datetime.timedelta(days=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture(scope="module")
def measured(client):
    """(name of a cluster, of its instance, its address), when every figure of it is there."""
    name, rds, ec2 = "measured", client("rds"), client("ec2")
    group = new_group(ec2, name)
    admit(ec2, group, 5432)
    rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD, VpcSecurityGroupIds=[group])
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=name, WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    instance = with_instance(rds, name)
    watch = client("cloudwatch")
    wanted = {"CPUUtilization", "FreeableMemory", "DatabaseConnections"}
    for _ in range(180):  # generous: the first look comes within seconds
        if wanted <= {m["MetricName"] for m in listed(watch, f"{name}-1")}:
            break
        time.sleep(1)
    yield name, f"{name}-1", instance["Endpoint"]["Address"]
    rds.delete_db_instance(DBInstanceIdentifier=f"{name}-1")
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=f"{name}-1", WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)


def listed(watch, instance, **more):
    return watch.list_metrics(Namespace="AWS/RDS", Dimensions=[{"Name": "DBInstanceIdentifier", "Value": instance}], **more)["Metrics"]


def statistics(watch, metric, statistics=("Average", "Minimum", "Maximum", "Sum", "SampleCount"), period=3600, **dimensions):
    answer = watch.get_metric_statistics(
        Namespace="AWS/RDS", MetricName=metric, StartTime=now() - DAY, EndTime=now() + DAY, Period=period,
        Statistics=list(statistics), Dimensions=[{"Name": k, "Value": v} for k, v in dimensions.items()])
    assert answer["Label"] == metric
    return answer["Datapoints"]


def query(metric, id="a", stat="Average", period=3600, **dimensions):
    return {"Id": id, "MetricStat": {"Metric": {"Namespace": "AWS/RDS", "MetricName": metric, "Dimensions": [
        {"Name": k, "Value": v} for k, v in dimensions.items()]}, "Period": period, "Stat": stat}}


def test_figures_of_an_instance_are_measured(client, measured):
    watch = client("cloudwatch")
    cluster, instance, _ = measured
    assert {m["MetricName"] for m in listed(watch, instance)} == {"CPUUtilization", "FreeableMemory", "DatabaseConnections"}
    cpu = statistics(watch, "CPUUtilization", DBInstanceIdentifier=instance)[-1]
    assert 0 <= cpu["Minimum"] <= cpu["Average"] <= cpu["Maximum"] <= 100 and cpu["Unit"] == "Percent"
    assert cpu["Sum"] == pytest.approx(cpu["Average"] * cpu["SampleCount"])
    memory = statistics(watch, "FreeableMemory", DBInstanceIdentifier=instance)[-1]
    # db.t4g.medium has 4 GiB, of which PostgreSQL uses some.
    assert 3 * 2**30 < memory["Average"] < 4 * 2**30 and memory["Unit"] == "Bytes"
    volume = statistics(watch, "VolumeBytesUsed", DBClusterIdentifier=cluster)[-1]
    assert 10 * 2**20 < volume["Average"] < 2**30
    # The same by its cluster, and by its role in that.
    for more in ({"DBClusterIdentifier": cluster}, {"DBClusterIdentifier": cluster, "Role": "WRITER"}):
        assert statistics(watch, "CPUUtilization", **more)[-1]["SampleCount"] > 0
    assert statistics(watch, "CPUUtilization", DBClusterIdentifier=cluster, Role="READER") == []


def test_connections_are_counted(client, measured):
    """What psql holds open is seen, whoever asks how often."""
    import subprocess
    watch = client("cloudwatch")
    _, instance, address = measured
    held = [subprocess.Popen(["psql", "-Xq", "-h", address, "-U", "ana", "-d", "postgres", "-c", "select pg_sleep(600)"],
                             env={"PGPASSWORD": PASSWORD, "PATH": "/usr/bin:/bin"}, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL) for _ in range(3)]
    try:
        for _ in range(120):
            if max(p["Maximum"] for p in statistics(watch, "DatabaseConnections", DBInstanceIdentifier=instance)) >= 3:
                break
            time.sleep(1)
        assert max(p["Maximum"] for p in statistics(watch, "DatabaseConnections", DBInstanceIdentifier=instance)) == 3
    finally:
        for one in held:
            one.kill()
            one.wait()


def test_many_series_at_once(client, measured):
    """Points come newest first unless asked otherwise; what was not measured has none; pages lose and repeat nothing."""
    watch = client("cloudwatch")
    _, instance, _ = measured
    ask = {"StartTime": now() - DAY, "EndTime": now() + DAY, "MetricDataQueries": [
        query("CPUUtilization", "cpu", period=60, DBInstanceIdentifier=instance),
        query("FreeableMemory", "memory", "Minimum", DBInstanceIdentifier=instance),
        query("ReadIOPS", "none", DBInstanceIdentifier=instance)]}
    answer = watch.get_metric_data(**ask)
    results = {r["Id"]: r for r in answer["MetricDataResults"]}
    assert [r["Id"] for r in answer["MetricDataResults"]] == ["cpu", "memory", "none"] and "NextToken" not in answer
    assert results["none"]["Values"] == [] and results["cpu"]["Label"] == "CPUUtilization"
    assert results["cpu"]["Timestamps"] == sorted(results["cpu"]["Timestamps"], reverse=True)
    assert all(len(r["Values"]) == len(r["Timestamps"]) and r["StatusCode"] == "Complete" for r in results.values())
    rising = watch.get_metric_data(**ask, ScanBy="TimestampAscending")["MetricDataResults"][0]["Timestamps"]
    assert rising == sorted(rising) and rising
    points, token = [], {}
    for _ in range(1000):
        page = watch.get_metric_data(**ask, MaxDatapoints=1, **token)
        points += [(r["Id"], t) for r in page["MetricDataResults"] for t in r["Timestamps"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert len(points) == len(set(points)) and {p[0] for p in points} == {"cpu", "memory"}
    hidden = {**query("CPUUtilization", DBInstanceIdentifier=instance), "ReturnData": False}
    assert watch.get_metric_data(**{**ask, "MetricDataQueries": [hidden]})["MetricDataResults"] == []


def test_names_are_listed(client, measured):
    watch = client("cloudwatch")
    cluster, instance, _ = measured
    assert listed(watch, instance, MetricName="CPUUtilization", RecentlyActive="PT3H") == [
        {"Namespace": "AWS/RDS", "MetricName": "CPUUtilization", "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": instance}]}]
    assert watch.list_metrics(Namespace="AWS/EC2")["Metrics"] == []
    assert client("cloudwatch", region="eu-west-1").list_metrics()["Metrics"] == []
    by_role = watch.list_metrics(Dimensions=[{"Name": "Role"}])["Metrics"]
    assert by_role and all({"Name": "DBClusterIdentifier", "Value": cluster} in m["Dimensions"] for m in by_role)


def test_what_is_refused(client):
    watch = client("cloudwatch")
    time_of = {"StartTime": now() - DAY, "EndTime": now()}
    one = {"Namespace": "AWS/RDS", "MetricName": "CPUUtilization", **time_of}
    assert fails(watch.get_metric_statistics, **one, Period=7, Statistics=["Average"])[0] == "InvalidParameterValue"
    assert fails(watch.get_metric_statistics, **one, Period=1, Statistics=["Average"])[:2] == (
        "InvalidParameterCombination", "You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may "
        "reduce the datapoints requested by increasing Period, or decreasing the time range.")
    assert fails(watch.get_metric_statistics, **one, Period=60)[0] == "MissingParameter"
    assert fails(watch.get_metric_statistics, **one, Period=300, ExtendedStatistics=["p99"])[::2] == ("NotImplemented", 501)
    assert fails(watch.get_metric_statistics, **{**one, "EndTime": now() - 2 * DAY}, Period=60,
                 Statistics=["Average"])[0] == "InvalidParameterCombination"
    code, message, status = fails(watch.get_metric_data, **time_of, MetricDataQueries=[{"Id": "a", "Expression": "SUM(METRICS())"}])
    assert (code, status) == ("NotImplemented", 501) and "Expressions" in message
    assert fails(watch.get_metric_data, **time_of, MetricDataQueries=[query("X", "Bad-Id")])[0] == "InvalidParameterValue"
    assert fails(watch.get_metric_data, **time_of, MetricDataQueries=[query("X"), query("Y")])[0] == "InvalidParameterValue"
    assert fails(watch.get_metric_data, **time_of, MetricDataQueries=[query("X", stat="p50")])[0] == "NotImplemented"
    assert fails(watch.put_metric_data, Namespace="own", MetricData=[{"MetricName": "x", "Value": 1}])[::2] == ("NotImplemented", 501)


def test_permission_is_needed(client, new_user):
    key = new_user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudwatch:ListMetrics", "Resource": "*"}]})
    theirs = client("cloudwatch", key)
    theirs.list_metrics()
    code = fails(theirs.get_metric_statistics, Namespace="AWS/RDS", MetricName="X", StartTime=now() - DAY, EndTime=now(), Period=60,
                 Statistics=["Sum"])[0]
    assert code in ("AccessDenied", "AccessDeniedException")
