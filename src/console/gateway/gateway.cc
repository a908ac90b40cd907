#include "console/gateway/gateway.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "api/kit/row.h"
#include "api/pipeline/request_state.h"
#include "web/schemes/region.h"

namespace haar::console {
namespace {

constexpr std::string_view region_parameter = "region=";

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

const wire::Service* find_service(const api::Registry& rows, std::string_view name) {
  const auto found = std::ranges::find_if(rows.services(), [name](const wire::Service* service) {
    return service->name == name || service->endpoint_prefix == name;
  });
  return found == rows.services().end() ? nullptr : *found;
}

Error unknown_operation() {
  return {"UnknownOperation", "There is no such operation. Ask POST /console/api/{service}/{Operation}.", 404};
}

}  // namespace

std::optional<Asked> read_asked(std::string_view path, std::string_view query) {
  if (!path.starts_with(gateway_path)) return std::nullopt;
  path.remove_prefix(gateway_path.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Asked asked{path.substr(0, slash), path.substr(slash + 1), {}};
  if (!is_word(asked.service) || !is_word(asked.operation)) return std::nullopt;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (parameter.starts_with(region_parameter)) asked.region = parameter.substr(region_parameter.size());
  }
  return asked;
}

Result<void> GatewayScheme::identify(const auth::RequestView& request, const store::Reader& state,
                                     api::Identified& found) const {
  found.model_json = true;
  TRY(SessionScheme::identify(request, state, found));
  const std::optional<Asked> asked = read_asked(request.raw_path, request.raw_query);
  if (!asked) return unknown_operation();
  found.service = find_service(env_.rows, asked->service);
  if (found.service == nullptr) {
    found.unserved = asked->service;
    return {};
  }
  found.family = api::family_of(found.service->protocol);
  found.operation = wire::find_operation(*found.service, asked->operation);
  if (found.operation == nullptr) return unknown_operation();
  if (found.service->global) {
    found.region = Region(web::global_services_region);
    return {};
  }
  found.region = Region(asked->region.empty() ? region_ : std::string(asked->region));
  if (!regions_.contains(found.region.value)) return Error{"UnknownRegion", "The region is not one that haar serves.", 400};
  return {};
}

web::Site gateway(const GatewayParts& parts) {
  return {.name = "console_gateway",
          .hosts = parts.hosts,
          .routes = {{.methods = "POST", .path = gateway_path}},
          .schemes = {std::make_shared<GatewayScheme>(parts.env, parts.last_use, parts.regions, parts.region)},
          .body_bytes_max = web::request_body_bytes_max,
          .handle = [&pipeline = parts.pipeline](const web::Site& site, const web::Route&, http::Request&& request,
                                                 http::Respond respond) {
            pipeline.handle(std::move(request), std::move(respond), site.schemes);
          }};
}

}  // namespace haar::console
