// EnableHttpEndpoint and DisableHttpEndpoint: whether the Data API may be used with a cluster.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "base/arn.h"
#include "model/rds/DisableHttpEndpoint.h"
#include "model/rds/EnableHttpEndpoint.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/status.h"

namespace haar::rds {
namespace {

using api::Call;

// The operations know a cluster by its ARN alone. AWS's text was not found.
Result<ClusterRecord> named_cluster(const Call& call, const std::string& text) {
  const ClusterRecord* record = call.txn.get(clusters, call.key(identifier_of(text, "cluster")));
  if (record == nullptr || cluster_arn(call, record->id) != text)
    return errors::ResourceNotFoundFault(fmt::format("The resource {} was not found.", text));
  if (status_in(call.txn, call.key(record->id), *record) != status::available)
    return errors::InvalidResourceStateFault(fmt::format("The resource {} is not in the available state.", text));
  return *record;
}

template <class Response, bool enabled, class Input>
Result<Response> set_http_endpoint(Call& call, const Input& in) {
  ClusterRecord record = TRY(named_cluster(call, in.ResourceArn));
  if (record.http_endpoint != enabled) {
    record.http_endpoint = enabled;
    ++record.generation;
    call.txn.put(clusters, call.key(record.id), record);
  }
  Response out;
  out.ResourceArn = in.ResourceArn;
  out.HttpEndpointEnabled = enabled;
  return out;
}

template <class Input>
void needs_http_endpoint(const Call& call, const Input& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.ResourceArn, "cluster"), needs);
}

}  // namespace

const api::Operations& http_endpoint_operations() {
  static const api::Operations rows = {
      api::op<ops::EnableHttpEndpoint>(set_http_endpoint<EnableHttpEndpointResponse, true, EnableHttpEndpointRequest>,
          api::on(needs_http_endpoint<EnableHttpEndpointRequest>), api::takes("ResourceArn")),
      api::op<ops::DisableHttpEndpoint>(set_http_endpoint<DisableHttpEndpointResponse, false, DisableHttpEndpointRequest>,
          api::on(needs_http_endpoint<DisableHttpEndpointRequest>), api::takes("ResourceArn")),
  };
  return rows;
}

}  // namespace haar::rds
