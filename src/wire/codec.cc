#include "wire/codec.h"

#include <algorithm>

#include "wire/codecs.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

const Codec& codec_of(const Service& service) {
  switch (service.protocol) {
    case Protocol::query:
    case Protocol::ec2: return query_codec;
    case Protocol::json_1_0:
    case Protocol::json_1_1: return json_codec;
    case Protocol::rest_json: return rest_codec;
  }
  return query_codec;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

const std::string_view* find_header(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    const bool same = std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
    if (same) return &header.second;
  }
  return nullptr;
}

std::string host_prefix(const Operation& operation, const void* input) {
  std::string out(operation.host_prefix);
  if (operation.input == nullptr) return out;
  for (const Member& m : operation.input->members) {
    const void* at = m.host_label ? find_value(m, input) : nullptr;
    const std::size_t label = at != nullptr ? out.find("{" + std::string(m.name) + "}") : std::string::npos;
    if (label != std::string::npos) out.replace(label, m.name.size() + 2, as<std::string>(at));
  }
  return out;
}

Result<std::string> operation_name(const Service& service, const RequestParts& request) {
  return codec_of(service).read_operation_name(service, request);
}

Result<void> decode_request(const Service& service, const Operation& operation, const RequestParts& request,
                            void* input) {
  return codec_of(service).read_request(service, operation, request, input);
}

EncodedResponse encode_response(const Service& service, const Operation& operation, const void* output,
                                std::string_view request_id) {
  return codec_of(service).write_response(service, operation, output, request_id);
}

EncodedResponse encode_error(const Service& service, const Error& error, std::string_view request_id,
                             const Shape* details_shape, const void* details) {
  return codec_of(service).write_error(service, error, request_id, details_shape, details);
}

EncodedRequest encode_request(const Service& service, const Operation& operation, const void* input) {
  return codec_of(service).write_request(service, operation, input);
}

Result<void> decode_response(const Service& service, const Operation& operation, const ResponseParts& response,
                             void* output, const Shape* details_shape, void* details) {
  return codec_of(service).read_response(service, operation, response, output, details_shape, details);
}

}  // namespace haar::wire
