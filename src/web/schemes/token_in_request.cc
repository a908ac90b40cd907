#include "web/schemes/token_in_request.h"

#include <algorithm>
#include <utility>

#include "api/kit/row.h"
#include "api/pipeline/request_state.h"
#include "http/message.h"
#include "web/schemes/region.h"
#include "wire/codec.h"

namespace haar::web {
namespace {

bool takes_unsigned(const api::Row* row) { return row != nullptr && row->identify_caller; }

const api::Row* row_of(const api::Registry& rows, const wire::Service& service, std::string_view operation) {
  const wire::Operation* known = wire::find_operation(service, operation);
  return known == nullptr ? nullptr : rows.find(*known);
}

// The protocols that name the operation in the body or in a header have one path.
bool may_be(const wire::Service& service, const auth::RequestView& request) {
  return service.protocol == wire::Protocol::rest_json || request.raw_path == "/";
}

std::string_view host_of(const auth::RequestView& request) {
  const auto host = std::ranges::find_if(
      request.headers, [](const auth::Header& header) { return http::equal_ignoring_case(header.first, "host"); });
  return host == request.headers.end() ? std::string_view() : host->second;
}

}  // namespace

TokenInRequest::TokenInRequest(const api::Environment& env, std::set<std::string> regions)
    : env_(env), regions_(std::move(regions)) {
  for (const wire::Service* service : env.rows.services()) {
    const bool any = std::ranges::any_of(service->operations, [&](const wire::Operation& operation) {
      return takes_unsigned(env.rows.find(operation));
    });
    if (any) services_.push_back(service);
  }
}

Result<void> TokenInRequest::identify(const auth::RequestView& request, const store::Reader&, api::Identified& found) const {
  const wire::RequestParts parts{request.method, request.raw_path, request.raw_query, request.headers, request.body};
  for (const wire::Service* service : services_) {
    if (!may_be(*service, request)) continue;
    const Result<std::string> name = wire::operation_name(*service, parts);
    const api::Row* row = name.ok() ? row_of(env_.rows, *service, *name) : nullptr;
    if (!takes_unsigned(row)) continue;
    found.service = service;
    found.family = api::family_of(service->protocol);
    found.region = service->global ? Region(global_services_region) : region_of_host(host_of(request), regions_);
    found.row = row;
    return {};
  }
  found.family = auth::guess_family(request);
  return auth::refuse(found.family, auth::Refusal::missing_token);
}

}  // namespace haar::web
