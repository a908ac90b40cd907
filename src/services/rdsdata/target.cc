#include "services/rdsdata/target.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <optional>
#include <vector>

#include "api/kit/regional_preparation.h"
#include "base/arn.h"
#include "base/encoding.h"
#include "fleet/endpoint_targets.h"
#include "model/rdsdata/service.h"
#include "model/secretsmanager/GetSecretValue.h"
#include "services/rds/records.h"
#include "services/rds/status.h"
#include "services/secretsmanager/labels.h"
#include "services/secretsmanager/lookup.h"
#include "services/secretsmanager/versions.h"

namespace haar::rdsdata {
namespace {

constexpr std::string_view cluster_type = "cluster:", postgres = "aurora-postgresql";

// "cluster:demo" of an ARN of the Data API's only type of resource.
std::optional<Arn> cluster_arn(const std::string& text) {
  std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service != "rds" || !arn->resource.starts_with(cluster_type)) return std::nullopt;
  return arn;
}

// The texts of what is no cluster of the account in the region were not found.
Result<const rds::ClusterRecord*> find_cluster(const api::Preparation& at, const std::string& text) {
  const std::optional<Arn> arn = cluster_arn(text);
  const std::string& region = api::region_of(at).value;
  if (!arn || arn->account != at.caller.account.value || arn->region != region)
    return errors::BadRequestException(fmt::format("{} is not a DB cluster of this account in {}", text, region));
  const std::string id = to_lower(arn->resource.substr(cluster_type.size()));
  const rds::ClusterRecord* record = at.state.get(rds::clusters, store::key_of(at.caller.account, region, id));
  if (record == nullptr || record->standalone || record->deleting)
    return errors::BadRequestException(fmt::format("DB cluster {} is not found", text));
  if (!record->http_endpoint) return errors::HttpEndpointNotEnabledException("HttpEndpoint is not enabled for resource " + text);
  if (record->engine != postgres) {
    return Error{"NotImplemented", fmt::format("The Data API of haar reaches {} only.", postgres), 501, Fault::receiver};
  }
  return record;
}

// "The DB cluster doesn't have a DB instance"; "the writer instance in the DB cluster isn't available".
Result<std::string> find_engine(const api::Preparation& at, const rds::ClusterRecord& cluster) {
  const store::Key key = store::key_of(at.caller.account, api::region_of(at).value, cluster.id);
  const auto first = at.state.find(rds::instances, rds::instances_by_cluster,
                                   store::join(at.caller.account, api::region_of(at), cluster.id)).first();
  if (!first) return errors::DatabaseNotFoundException("The DB cluster doesn't have a DB instance.");
  if (cluster.stopped || rds::state_of(at.state, key).stopped)
    return errors::InvalidResourceStateException(fmt::format("DB cluster {} is not available", cluster.id));
  const auto* endpoints = at.env.find_part<fleet::EndpointTargets>();
  const std::vector<std::string> targets =
      endpoints == nullptr ? std::vector<std::string>() : endpoints->targets("rds/" + cluster.resource_id + "/writer");
  if (targets.empty()) return errors::DatabaseUnavailableException("");
  return targets.front();
}

// AWS's text for a secret that is there and holds something else was not found.
Result<void> read_secret(const api::Preparation& at, const std::string& id, Target& out) {
  const secretsmanager::Viewpoint from{at.state, at.env.partition, at.caller.account, api::region_of(at), at.env.clock.now()};
  const std::optional<secretsmanager::Value> value = secretsmanager::current_value(from, at.env.keyring, id);
  if (!value) return errors::SecretsErrorException("Secrets Manager can't find the specified secret.");
  boost::system::error_code fault;
  const boost::json::value parsed = boost::json::parse(value->bytes, fault);
  const boost::json::object* object = fault ? nullptr : parsed.if_object();
  const boost::json::value* user = object == nullptr ? nullptr : object->if_contains("username");
  const boost::json::value* password = object == nullptr ? nullptr : object->if_contains("password");
  if (user == nullptr || password == nullptr || !user->is_string() || !password->is_string())
    return errors::InvalidSecretException("The secret must hold a JSON object with the texts username and password.");
  out.user = user->get_string();
  out.password = password->get_string();
  return {};
}

}  // namespace

Result<Target> find_target(const api::Preparation& at, const std::string& resource_arn, const std::string& secret_arn) {
  const rds::ClusterRecord* cluster = TRY(find_cluster(at, resource_arn));
  Target out;
  out.resource_arn = resource_arn;
  out.secret_arn = secret_arn;
  out.cluster = cluster->resource_id;
  TRY(read_secret(at, secret_arn, out));
  out.engine = TRY(find_engine(at, *cluster));
  return out;
}

void need_access(const api::Call& call, const std::string& resource_arn, const std::string& secret_arn,
                 api::Requirements& needs) {
  const std::optional<Arn> arn = cluster_arn(resource_arn);
  const std::string id = arn ? arn->resource.substr(cluster_type.size()) : resource_arn;
  api::Requirement& need = needs.need(arn ? resource_arn : call.arn("rds", std::string(cluster_type) + id));
  if (arn) need.owner = AccountId(arn->account);
  const rds::ClusterRecord* cluster = call.txn.get(rds::clusters, store::key_of(need.owner, call.region().value, to_lower(id)));
  if (cluster != nullptr) need.resource_tags = cluster->tags;
  const secretsmanager::Place place = secretsmanager::find_secret(call, secret_arn);
  api::Requirement& secret = needs.need("secretsmanager:GetSecretValue", place.arn);
  secret.shown = secret_arn;
  secretsmanager::need_place(call, place, secret).key("secretsmanager:VersionStage", std::string(secretsmanager::current));
}

// Whatever it answers by now: the statement was done with what was read before.
void record_secret_read(api::Call& call, const std::string& secret_arn) {
  secretsmanager::GetSecretValueRequest read;
  read.SecretId = secret_arn;
  (void)call.invoke<secretsmanager::ops::GetSecretValue>({"rdsdata.amazonaws.com", nullptr}, read).ok();
}

}  // namespace haar::rdsdata
