// Pending maintenance is applied, backtracks, subscriptions and proxies are listed: there are none of them. haar patches no
// engine behind its owner's back; backtracking is Aurora MySQL's; subscriptions need SNS, and proxies are not built.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/ApplyPendingMaintenanceAction.h"
#include "model/rds/DescribeDBClusterBacktracks.h"
#include "model/rds/DescribeDBProxies.h"
#include "model/rds/DescribeDBProxyEndpoints.h"
#include "model/rds/DescribeEventSubscriptions.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/more_operations.h"
#include "services/rds/names.h"

namespace haar::rds {
namespace {

using api::Call;

// ---- ApplyPendingMaintenanceAction --------------------------------------------------------------------

constexpr std::string_view actions[] = {"ca-certificate-rotation", "db-upgrade", "hardware-maintenance", "os-upgrade",
                                        "system-update"};
constexpr std::string_view opt_in_types[] = {"immediate", "next-maintenance", "undo-opt-in"};

struct Named {
  bool is_cluster = false;
  std::string id;
};
std::optional<Named> named_in(const Call& call, const std::string& arn) {
  for (const bool is_cluster : {true, false}) {
    const std::string prefix = is_cluster ? cluster_arn(call, "") : instance_arn(call, "");
    if (arn.starts_with(prefix)) return Named{is_cluster, to_lower(arn.substr(prefix.size()))};
  }
  return std::nullopt;
}

Result<ApplyPendingMaintenanceActionResult> apply_pending(Call& call, const ApplyPendingMaintenanceActionMessage& in) {
  if (std::ranges::find(actions, in.ApplyAction) == std::end(actions))
    return errors::InvalidParameterValue(fmt::format("Invalid value for ApplyAction: {}", in.ApplyAction.substr(0, 64)));
  if (std::ranges::find(opt_in_types, in.OptInType) == std::end(opt_in_types))
    return errors::InvalidParameterValue(fmt::format("Invalid value for OptInType: {}", in.OptInType.substr(0, 64)));
  const std::optional<Named> named = named_in(call, in.ResourceIdentifier);
  const bool there = named && (named->is_cluster ? call.txn.get(clusters, call.key(named->id)) != nullptr
                                                 : call.txn.get(instances, call.key(named->id)) != nullptr);
  if (!there) return errors::ResourceNotFoundFault(fmt::format("Resource {} not found.", in.ResourceIdentifier.substr(0, 255)));
  // AWS's text could not be found.
  return errors::ResourceNotFoundFault(
      fmt::format("No pending maintenance action {} for {}.", in.ApplyAction, in.ResourceIdentifier));
}
void needs_apply(const Call& call, const ApplyPendingMaintenanceActionMessage& in, api::Requirements& needs) {
  const std::optional<Named> named = named_in(call, in.ResourceIdentifier);
  if (named && !named->is_cluster) need_instance(call, named->id, needs);
  else need_cluster(call, named ? named->id : "*", needs);
}

// ---- lists --------------------------------------------------------------------------------------------

Result<DBClusterBacktrackMessage> describe_backtracks(Call& call, const DescribeDBClusterBacktracksMessage& in) {
  TRY(check_list(call, in, "DescribeDBClusterBacktracks", {"db-cluster-backtrack-id", "db-cluster-backtrack-status"}));
  TRY(find_cluster(call, in.DBClusterIdentifier));
  if (in.BacktrackIdentifier)
    return errors::DBClusterBacktrackNotFoundFault(
        fmt::format("Backtrack {} not found.", in.BacktrackIdentifier->substr(0, 255)));
  DBClusterBacktrackMessage out;
  out.DBClusterBacktracks.emplace();
  return out;
}
void needs_backtracks(const Call& call, const DescribeDBClusterBacktracksMessage& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
}

Result<EventSubscriptionsMessage> describe_subscriptions(Call& call, const DescribeEventSubscriptionsMessage& in) {
  TRY(check_list(call, in, "DescribeEventSubscriptions", {}));
  if (in.SubscriptionName)
    return errors::SubscriptionNotFound(fmt::format("Subscription {} not found.", in.SubscriptionName->substr(0, 255)));
  EventSubscriptionsMessage out;
  out.EventSubscriptionsList.emplace();
  return out;
}
void needs_subscriptions(const Call& call, const DescribeEventSubscriptionsMessage& in, api::Requirements& needs) {
  needs.need(call.arn("rds", "es:" + in.SubscriptionName.value_or("*")));
}

Error no_proxy(const std::string& name) {
  return errors::DBProxyNotFoundFault(fmt::format("DBProxy {} not found.", name.substr(0, 255)));
}

Result<DescribeDBProxiesResponse> describe_proxies(Call& call, const DescribeDBProxiesRequest& in) {
  TRY(check_list(call, in, "DescribeDBProxies", {}));
  if (in.DBProxyName) return no_proxy(*in.DBProxyName);
  DescribeDBProxiesResponse out;
  out.DBProxies.emplace();
  return out;
}
void needs_proxies(const Call& call, const DescribeDBProxiesRequest& in, api::Requirements& needs) {
  needs.need(call.arn("rds", "db-proxy:" + in.DBProxyName.value_or("*")));
}

Result<DescribeDBProxyEndpointsResponse> describe_proxy_endpoints(Call& call, const DescribeDBProxyEndpointsRequest& in) {
  TRY(check_list(call, in, "DescribeDBProxyEndpoints", {}));
  if (in.DBProxyName) return no_proxy(*in.DBProxyName);
  if (in.DBProxyEndpointName)
    return errors::DBProxyEndpointNotFoundFault(
        fmt::format("DBProxyEndpoint {} not found.", in.DBProxyEndpointName->substr(0, 255)));
  DescribeDBProxyEndpointsResponse out;
  out.DBProxyEndpoints.emplace();
  return out;
}
void needs_proxy_endpoints(const Call& call, const DescribeDBProxyEndpointsRequest& in, api::Requirements& needs) {
  if (in.DBProxyName || !in.DBProxyEndpointName) needs.need(call.arn("rds", "db-proxy:" + in.DBProxyName.value_or("*")));
  if (in.DBProxyEndpointName) needs.need(call.arn("rds", "db-proxy-endpoint:" + *in.DBProxyEndpointName));
}

}  // namespace

const api::Operations& maintenance_operations() {
  static const api::Operations rows = {
      api::op<ops::ApplyPendingMaintenanceAction>(apply_pending, api::on(needs_apply),
          api::takes("ResourceIdentifier ApplyAction OptInType")),
      api::op<ops::DescribeDBClusterBacktracks>(describe_backtracks, api::on(needs_backtracks), api::read_only,
          api::takes("DBClusterIdentifier BacktrackIdentifier Filters MaxRecords Marker")),
      api::op<ops::DescribeEventSubscriptions>(describe_subscriptions, api::on(needs_subscriptions), api::read_only,
          api::takes("SubscriptionName Filters MaxRecords Marker")),
      api::op<ops::DescribeDBProxies>(describe_proxies, api::on(needs_proxies), api::read_only,
          api::takes("DBProxyName Filters MaxRecords Marker")),
      api::op<ops::DescribeDBProxyEndpoints>(describe_proxy_endpoints, api::on(needs_proxy_endpoints), api::read_only,
          api::takes("DBProxyName DBProxyEndpointName Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
