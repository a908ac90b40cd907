#include "control/imds/metadata_service.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "auth/session_token.h"
#include "events/render.h"
#include "model/iam/AddRoleToInstanceProfile.h"
#include "model/iam/CreateInstanceProfile.h"
#include "model/iam/PutRolePolicy.h"
#include "model/iam/UpdateAssumeRolePolicy.h"
#include "services/ec2/instances/user_data.h"
#include "services/ec2/addresses/records.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/key_pairs/records.h"
#include "services/ec2/service.h"
#include "services/iam/test_world.h"
#include "services/sts/service.h"

namespace haar::control {
namespace {

namespace json = boost::json;

constexpr const char* trusts_ec2 =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},)"
    R"("Action":"sts:AssumeRole"}]})";
constexpr const char* trusts_lambda =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},)"
    R"("Action":"sts:AssumeRole"}]})";

std::vector<const store::SpaceBase*> more_spaces() {
  std::vector<const store::SpaceBase*> all = ec2::manifest().spaces;
  for (const store::SpaceBase* space : events::log_spaces()) all.push_back(space);
  return all;
}

class Imds : public ::testing::Test {
 protected:
  Imds() {
    launch("i-0aaaaaaaaaaaaaaaa", "127.77.0.1", "172.31.0.10", {});
    launch("i-0bbbbbbbbbbbbbbbb", "127.77.0.2", "172.31.0.11", {});
  }

  [[nodiscard]] store::Key key(const std::string& id) const { return store::key_of(world_.account, "us-west-2", id); }

  void launch(const std::string& id, const std::string& host, const std::string& address, ec2::MetadataOptionsRecord options) {
    world_.write([&](store::Txn& txn) {
      ec2::InstanceRecord instance;
      instance.id = id;
      instance.type = "t3.micro";
      instance.image_id = "ami-0123456789abcdef0";
      instance.vpc_id = "vpc-0123456789abcdef0";
      instance.zone = "us-west-2a";
      instance.host_address = host;
      instance.metadata = options;
      instance.launched_at = world_.clock().now();
      instance.tags = {{"Name", "web"}, {"stage", "test"}};
      txn.put(ec2::instances, key(id), instance);
      ec2::NetworkInterfaceRecord interface;
      interface.id = "eni-" + id.substr(2);
      interface.vpc_id = instance.vpc_id;
      interface.private_ip = address;
      interface.mac_address = "0a:00:00:00:00:0" + address.substr(address.size() - 1);
      interface.instance_id = id;
      interface.host_address = host;
      txn.put(ec2::network_interfaces, key(interface.id), interface);
      ec2::InstanceSeenRecord seen;
      seen.observed_generation = instance.generation;
      seen.state = "running";
      txn.put(ec2::instance_states, key(id), seen);
    });
  }

  template <class Change>
  void change(const std::string& id, Change change) {
    world_.write([&](store::Txn& txn) {
      ec2::InstanceRecord instance = *txn.get(ec2::instances, key(id));
      change(instance);
      txn.put(ec2::instances, key(id), instance);
    });
  }

  // An instance profile "web" with a role "web", for both instances.
  void give_role(const std::string& trust) {
    world_.role("web", trust);
    iam::CreateInstanceProfileRequest create;
    create.InstanceProfileName = "web";
    const auto made = world_.run<iam::ops::CreateInstanceProfile>(create).value().InstanceProfile;
    iam::AddRoleToInstanceProfileRequest add;
    add.InstanceProfileName = add.RoleName = "web";
    ASSERT_EQ(world_.error<iam::ops::AddRoleToInstanceProfile>(add), "");
    for (const char* id : {"i-0aaaaaaaaaaaaaaaa", "i-0bbbbbbbbbbbbbbbb"}) {
      change(id, [&](ec2::InstanceRecord& instance) {
        instance.profile_name = "web";
        instance.profile_arn = made.Arn;
        instance.profile_id = made.InstanceProfileId;
      });
    }
  }

  http::Response ask(const std::string& method, const std::string& path, http::Headers headers = {},
                     const std::string& from = "127.77.0.1") {
    http::Request request;
    request.method = method;
    request.path = request.target = path;
    request.headers = std::move(headers);
    request.peer_address = from;
    return service_.answer(request);
  }
  std::string token(const std::string& from = "127.77.0.1", const std::string& seconds = "60") {
    return ask("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", seconds}}, from).body;
  }
  http::Response get(const std::string& path, const std::string& from = "127.77.0.1") {
    return ask("GET", path, {{"x-aws-ec2-metadata-token", token(from)}}, from);
  }

  iam::TestWorld world_{&sts::manifest(), more_spaces()};
  events::Log log_{world_.db(), world_.clock()};
  MetadataService service_{world_.env(), world_.db(), log_};
};

// ---- tokens -------------------------------------------------------------------------------------

TEST_F(Imds, ATokenIsAskedForWithATimeToLive) {
  struct Case {
    const char* seconds;
    int status;
  };
  for (const Case& c : {Case{"1", 200}, Case{"21600", 200}, Case{"0", 400}, Case{"21601", 400}, Case{"-1", 400}, Case{"", 400},
                        Case{"six", 400}, Case{"60 ", 400}}) {
    const http::Response response = ask("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", c.seconds}});
    EXPECT_EQ(response.status, c.status) << c.seconds;
    if (c.status != 200) continue;
    EXPECT_EQ(http::find_header(response.headers, "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"), c.seconds);
    EXPECT_EQ(response.body.size(), 56u);
  }
  EXPECT_EQ(ask("PUT", "/latest/api/token").status, 400);
  EXPECT_EQ(ask("GET", "/latest/api/token", {{"X-aws-ec2-metadata-token", token()}}).status, 405);
  EXPECT_EQ(ask("PUT", "/latest/meta-data/", {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}}).status, 405);
  EXPECT_EQ(ask("POST", "/latest/meta-data/").status, 405);
}

TEST_F(Imds, AProxyGetsNoToken) {
  EXPECT_EQ(ask("PUT", "/latest/api/token",
                {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}, {"X-Forwarded-For", "192.0.2.1"}}).status, 403);
}

TEST_F(Imds, ATokenIsOneInstancesAndEnds) {
  const std::string mine = token();
  const http::Headers with{{"X-aws-ec2-metadata-token", mine}};
  EXPECT_EQ(ask("GET", "/latest/meta-data/instance-id", with).body, "i-0aaaaaaaaaaaaaaaa");
  EXPECT_EQ(ask("GET", "/latest/meta-data/instance-id", with, "127.77.0.2").status, 401);
  std::string changed = mine;
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ask("GET", "/latest/meta-data/instance-id", {{"X-aws-ec2-metadata-token", changed}}).status, 401);
  world_.clock().advance_seconds(59);
  EXPECT_EQ(ask("GET", "/latest/meta-data/instance-id", with).status, 200);
  world_.clock().advance_seconds(1);
  EXPECT_EQ(ask("GET", "/latest/meta-data/instance-id", with).status, 401);
}

TEST_F(Imds, WithoutATokenTheInstancesOptionsDecide) {
  EXPECT_EQ(ask("GET", "/latest/meta-data/").status, 401);
  change("i-0aaaaaaaaaaaaaaaa", [](ec2::InstanceRecord& instance) { instance.metadata.tokens_required = false; });
  EXPECT_EQ(ask("GET", "/latest/meta-data/instance-id").body, "i-0aaaaaaaaaaaaaaaa");
  EXPECT_EQ(ask("GET", "/latest/meta-data/", {{"X-aws-ec2-metadata-token", "wrong"}}).status, 401);
  change("i-0aaaaaaaaaaaaaaaa", [](ec2::InstanceRecord& instance) { instance.metadata.enabled = false; });
  EXPECT_EQ(ask("GET", "/latest/meta-data/").status, 403);
  EXPECT_EQ(ask("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}}).status, 403);
}

TEST_F(Imds, OnlyARunningInstanceIsAnswered) {
  EXPECT_EQ(ask("GET", "/latest/meta-data/", {}, "127.0.0.1").status, 403);
  EXPECT_EQ(ask("GET", "/latest/meta-data/", {}, "127.77.0.3").status, 403);
  const std::string mine = token();
  world_.write([&](store::Txn& txn) {
    ec2::InstanceSeenRecord seen = *txn.get(ec2::instance_states, key("i-0aaaaaaaaaaaaaaaa"));
    seen.state = "stopped";
    txn.put(ec2::instance_states, key("i-0aaaaaaaaaaaaaaaa"), seen);
  });
  EXPECT_EQ(ask("GET", "/latest/meta-data/", {{"X-aws-ec2-metadata-token", mine}}).status, 403);
}

// ---- what there is ------------------------------------------------------------------------------

TEST_F(Imds, TheTreeIsWalkedAsOnAws) {
  EXPECT_EQ(get("/latest").body, "dynamic\nmeta-data");
  EXPECT_EQ(get("/latest/").body, "dynamic\nmeta-data");
  EXPECT_NE(get("/").body.find("2021-07-15\n"), std::string::npos);
  EXPECT_TRUE(get("/").body.ends_with("\nlatest"));
  EXPECT_EQ(get("/latest/meta-data/placement/").body, "availability-zone\navailability-zone-id\nregion");
  EXPECT_EQ(get("/latest/meta-data/placement").body, "availability-zone\navailability-zone-id\nregion");
  // botocore asks with a slash at the end.
  EXPECT_EQ(get("/latest/meta-data/placement/availability-zone/").body, "us-west-2a");
  EXPECT_EQ(get("/2021-07-15/meta-data/placement/region").body, "us-west-2");
  EXPECT_EQ(get("/latest/meta-data/network/interfaces/macs/").body, "0a:00:00:00:00:00/");
  EXPECT_EQ(get("/latest/meta-data/network/interfaces/macs/0a:00:00:00:00:00/local-ipv4s").body, "172.31.0.10");
  EXPECT_EQ(get("/latest/meta-data/local-hostname").body, "ip-172-31-0-10.us-west-2.compute.internal");
  EXPECT_EQ(get("/latest/meta-data/services/domain").body, "amazonaws.com");
  EXPECT_EQ(get("/latest/meta-data/services/partition").body, "aws");
  for (const char* path : {"/latest/meta-data/nothing", "/2001-01-01/meta-data/", "/nothing", "/latest/user-data",
                           "/latest/meta-data/public-ipv4", "/latest/meta-data/tags/instance",
                           "/latest/dynamic/instance-identity/pkcs7", "/latest/meta-data/instance-id/more"})
    EXPECT_EQ(get(path).status, 404) << path;
  EXPECT_EQ(http::find_header(get("/latest/meta-data/mac").headers, "Content-Type"), "text/plain");
}

TEST_F(Imds, WhatAnInstanceMayHaveIsShownWhereItHasIt) {
  change("i-0aaaaaaaaaaaaaaaa", [this](ec2::InstanceRecord& instance) {
    instance.sealed_user_data = ec2::seal_user_data(world_.env().keyring, key("i-0aaaaaaaaaaaaaaaa"),
                                                    std::string("#!/bin/sh\n\0binary", 17));
    instance.metadata.tags = true;
    instance.key_name = "mine";
  });
  world_.write([&](store::Txn& txn) {
    ec2::KeyPairRecord pair;
    pair.id = "key-0123456789abcdef0";
    pair.name = "mine";
    pair.public_key = "ssh-ed25519 AAAA mine";
    txn.put(ec2::key_pairs, key(pair.id), pair);
    ec2::AddressRecord address;
    address.id = "eipalloc-0123456789abcdef0";
    address.public_ip = "203.0.113.7";
    address.interface_id = "eni-0aaaaaaaaaaaaaaaa";
    address.private_ip = "172.31.0.10";
    txn.put(ec2::addresses, key(address.id), address);
  });
  EXPECT_EQ(get("/latest/meta-data/public-keys/").body, "0=mine");
  EXPECT_EQ(get("/latest/meta-data/public-keys/0/openssh-key").body, "ssh-ed25519 AAAA mine\n");
  EXPECT_EQ(get("/latest/meta-data/public-ipv4").body, "203.0.113.7");
  EXPECT_EQ(get("/latest/meta-data/network/interfaces/macs/0a:00:00:00:00:00/ipv4-associations/203.0.113.7").body, "172.31.0.10");
  EXPECT_EQ(get("/latest/user-data").body, std::string("#!/bin/sh\n\0binary", 17));
  EXPECT_EQ(http::find_header(get("/latest/user-data").headers, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(get("/latest/").body, "dynamic\nmeta-data\nuser-data");
  EXPECT_EQ(get("/latest/meta-data/tags/instance/").body, "Name\nstage");
  EXPECT_EQ(get("/latest/meta-data/tags/instance/stage").body, "test");
}

TEST_F(Imds, TheIdentityDocumentIsJson) {
  const json::object document = json::parse(get("/latest/dynamic/instance-identity/document").body).as_object();
  EXPECT_EQ(document.at("instanceId"), "i-0aaaaaaaaaaaaaaaa");
  EXPECT_EQ(document.at("accountId"), "111122223333");
  EXPECT_EQ(document.at("region"), "us-west-2");
  EXPECT_EQ(document.at("architecture"), "x86_64");
  EXPECT_EQ(document.at("privateIp"), "172.31.0.10");
  EXPECT_EQ(document.at("pendingTime"), "2027-01-15T08:00:00Z");
  EXPECT_TRUE(document.at("billingProducts").is_null());
}

// ---- credentials --------------------------------------------------------------------------------

TEST_F(Imds, TheRolesCredentialsAreThoseOfASession) {
  EXPECT_EQ(get("/latest/meta-data/iam/info").status, 404);
  give_role(trusts_ec2);
  EXPECT_EQ(get("/latest/meta-data/iam/").body, "info\nsecurity-credentials/");
  EXPECT_EQ(get("/latest/meta-data/iam/security-credentials/").body, "web");
  EXPECT_EQ(get("/latest/meta-data/iam/security-credentials/other").status, 404);
  const json::object info = json::parse(get("/latest/meta-data/iam/info").body).as_object();
  EXPECT_EQ(info.at("Code"), "Success");
  EXPECT_EQ(info.at("InstanceProfileArn"), "arn:aws:iam::111122223333:instance-profile/web");
  const json::object made = json::parse(get("/latest/meta-data/iam/security-credentials/web").body).as_object();
  EXPECT_EQ(made.at("Code"), "Success");
  EXPECT_EQ(made.at("Type"), "AWS-HMAC");
  EXPECT_EQ(made.at("LastUpdated"), "2027-01-15T08:00:00Z");
  EXPECT_EQ(made.at("Expiration"), "2027-01-15T14:00:00Z");
  const std::string id(made.at("AccessKeyId").as_string()), session_token(made.at("Token").as_string());
  const auto caller = world_.session(id, session_token);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->arn, "arn:aws:sts::111122223333:assumed-role/web/i-0aaaaaaaaaaaaaaaa");
  const auto opened = auth::open_session(world_.keyring(), id, session_token, world_.clock().now(), auth::Family::query);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->secret_access_key, made.at("SecretAccessKey").as_string());
  EXPECT_FALSE(opened->claims.chained);
  const std::map<std::string, std::vector<std::string>> keys{
      {"ec2:RoleDelivery", {"2.0"}},
      {"ec2:SourceInstanceARN", {"arn:aws:ec2:us-west-2:111122223333:instance/i-0aaaaaaaaaaaaaaaa"}},
      {"aws:Ec2InstanceSourceVpc", {"vpc-0123456789abcdef0"}},
      {"aws:Ec2InstanceSourcePrivateIPv4", {"172.31.0.10"}}};
  EXPECT_EQ(opened->claims.provider_keys, keys);
}

TEST_F(Imds, EachInstanceAndEachWayHasItsOwnSession) {
  give_role(trusts_ec2);
  const std::string path = "/latest/meta-data/iam/security-credentials/web";
  EXPECT_NE(get(path).body, get(path, "127.77.0.2").body);
  change("i-0aaaaaaaaaaaaaaaa", [](ec2::InstanceRecord& instance) { instance.metadata.tokens_required = false; });
  const json::object made = json::parse(ask("GET", path).body).as_object();
  const auto opened = auth::open_session(world_.keyring(), made.at("AccessKeyId").as_string(), made.at("Token").as_string(),
                                         world_.clock().now(), auth::Family::query);
  EXPECT_EQ(opened->claims.provider_keys.at("ec2:RoleDelivery"), std::vector<std::string>{"1.0"});
}

TEST_F(Imds, CredentialsAreKeptAndRenewedAnHourBeforeTheirEnd) {
  give_role(trusts_ec2);
  const std::string path = "/latest/meta-data/iam/security-credentials/web";
  const std::string first = get(path).body;
  world_.clock().advance_seconds(5 * 3600 - 1);
  EXPECT_EQ(get(path).body, first);
  world_.clock().advance_seconds(1);
  const std::string second = get(path).body;
  EXPECT_NE(second, first);
  EXPECT_EQ(json::parse(second).as_object().at("Expiration"), "2027-01-15T19:00:00Z");
}

TEST_F(Imds, ARoleThatDoesNotTrustEc2GivesNone) {
  give_role(trusts_lambda);
  const std::string path = "/latest/meta-data/iam/security-credentials/web";
  const http::Response refused = get(path);
  EXPECT_EQ(refused.status, 200);
  EXPECT_EQ(json::parse(refused.body).as_object().at("Code"), "AssumeRoleUnauthorizedAccess");
  EXPECT_FALSE(json::parse(refused.body).as_object().contains("SecretAccessKey"));
  get(path);
  iam::UpdateAssumeRolePolicyRequest mend;
  mend.RoleName = "web";
  mend.PolicyDocument = trusts_ec2;
  ASSERT_EQ(world_.error<iam::ops::UpdateAssumeRolePolicy>(mend), "");
  EXPECT_EQ(json::parse(get(path).body).as_object().at("Code"), "Success");
}

TEST_F(Imds, AProfileThatIsNoMoreIsSaid) {
  give_role(trusts_ec2);
  change("i-0aaaaaaaaaaaaaaaa", [](ec2::InstanceRecord& instance) { instance.profile_id = "AIPAANOTHERONE"; });
  EXPECT_EQ(json::parse(get("/latest/meta-data/iam/info").body).as_object().at("Code"), "InstanceProfileNotFound");
  EXPECT_EQ(get("/latest/meta-data/iam/security-credentials/").status, 404);
}

// One event for each session that is made, and for each refusal that is another than the last.
TEST_F(Imds, AssumingTheRoleIsRecorded) {
  give_role(trusts_lambda);
  const std::string path = "/latest/meta-data/iam/security-credentials/web";
  get(path);
  get(path);
  iam::UpdateAssumeRolePolicyRequest mend;
  mend.RoleName = "web";
  mend.PolicyDocument = trusts_ec2;
  ASSERT_EQ(world_.error<iam::ops::UpdateAssumeRolePolicy>(mend), "");
  const json::object made = json::parse(get(path).body).as_object();
  get(path);
  log_.flush_now();
  events::Query query;
  query.account = world_.account.value;
  query.region = "us-west-2";
  const events::Page page = log_.look_up(query).value();
  ASSERT_EQ(page.events.size(), 2u);
  const json::object event = json::parse(events::to_cloudtrail_json(page.events.front())).as_object();
  EXPECT_EQ(event.at("eventName"), "AssumeRole");
  EXPECT_EQ(event.at("userIdentity"), (json::object{{"type", "AWSService"}, {"invokedBy", "ec2.amazonaws.com"}}));
  EXPECT_EQ(event.at("sourceIPAddress"), "ec2.amazonaws.com");
  EXPECT_EQ(event.at("requestParameters").at("roleSessionName"), "i-0aaaaaaaaaaaaaaaa");
  EXPECT_EQ(event.at("responseElements").at("credentials").at("accessKeyId"), made.at("AccessKeyId"));
  EXPECT_EQ(json::parse(events::to_cloudtrail_json(page.events.back())).as_object().at("errorCode"), "AccessDenied");
}

}  // namespace
}  // namespace haar::control
