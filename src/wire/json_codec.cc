// awsJson 1.0 and 1.1: every request is a POST to /, the operation is in X-Amz-Target.
#include <fmt/format.h>

#include "base/encoding.h"
#include "wire/codecs.h"
#include "wire/json_body.h"
#include "wire/json_errors.h"
#include "wire/validate.h"

namespace haar::wire {
namespace {

std::string_view content_type(const Service& service) {
  return service.protocol == Protocol::json_1_0 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

// AWS says no more than the code: {"__type":"UnknownOperationException"} (CloudWatch Logs, AppSync).
Error unknown_operation() { return {"UnknownOperationException", "", 400}; }

// SDKs that are made from AWS's newer models leave out what stands before the service's own name: CloudTrail's is
// "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101" in older ones and "CloudTrail_20131101" in newer.
bool names_service(std::string_view prefix, const Service& service) {
  const std::string_view whole = service.target_prefix;
  if (prefix == whole) return true;
  return !prefix.empty() && whole.ends_with(prefix) && whole[whole.size() - prefix.size() - 1] == '.' &&
         prefix.find('.') == std::string_view::npos;
}

Error not_this_protocol() { return {"UnknownOperationException", "", 404}; }

Result<std::string> read_operation_name(const Service& service, const RequestParts& request) {
  const std::string_view* target = find_header(request.headers, "x-amz-target");
  const std::string_view* type = find_header(request.headers, "content-type");
  // AWS's front end finds the protocol by the content type: another one is not this protocol's.
  if (type == nullptr || !to_lower(type->substr(0, 24)).starts_with("application/x-amz-json-1")) return not_this_protocol();
  if (target == nullptr || request.method != "POST") return unknown_operation();
  const std::size_t dot = target->rfind('.');
  if (dot == std::string_view::npos || !names_service(target->substr(0, dot), service)) return unknown_operation();
  const std::string_view name = target->substr(dot + 1);
  if (find_operation(service, name) == nullptr) return unknown_operation();
  return std::string(name);
}

Result<void> read_request(const Service& service, const Operation& operation, const RequestParts& request,
                            void* input) {
  if (operation.input == nullptr) return refuse_json_members(service, request.body);
  std::vector<Missing> missing;
  TRY(read_json_members(Side::server, service, *operation.input, request.body, input, missing));
  return validate_request(service, operation, input, missing);
}

// An operation without output answers nothing but the status; one with an output without members answers {}.
EncodedResponse write_response(const Service& service, const Operation& operation, const void* output,
                                std::string_view) {
  EncodedResponse response{200, content_type(service), {}, {}};
  if (operation.output == nullptr) return response;
  response.body.reserve(512);
  write_json_members(response.body, service, *operation.output, output);
  return response;
}

EncodedResponse write_error(const Service& service, const Error& error, std::string_view, const Shape* details_shape,
                             const void* details) {
  return {error.http_status, content_type(service), json_error_body(service, error, true, details_shape, details), {}};
}

EncodedRequest write_request(const Service& service, const Operation& operation, const void* input) {
  EncodedRequest request;
  request.headers = {{"Content-Type", std::string(content_type(service))},
                     {"X-Amz-Target", fmt::format("{}.{}", service.target_prefix, operation.name)}};
  request.host_prefix = host_prefix(operation, input);
  if (operation.input == nullptr) request.body = "{}";
  else write_json_members(request.body, service, *operation.input, input);
  return request;
}

Result<void> read_response(const Service& service, const Operation& operation, const ResponseParts& response, void* output,
                             const Shape* details_shape, void* details) {
  if (response.status < 200 || response.status > 299) return read_json_error(service, response, details_shape, details);
  if (operation.output == nullptr) return {};
  std::vector<Missing> missing;
  return read_json_members(Side::client, service, *operation.output, response.body, output, missing);
}

}  // namespace

const Codec json_codec{read_operation_name, read_request, write_response, write_error, write_request, read_response};

}  // namespace haar::wire
