// restJson1: the operation is in method and path, members are in labels, query, headers and body.
#include <algorithm>

#include "base/encoding.h"
#include "wire/codecs.h"
#include "wire/json_body.h"
#include "wire/json_errors.h"
#include "wire/rest_bindings.h"
#include "wire/rest_routes.h"
#include "wire/validate.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

constexpr std::string_view json_type = "application/json";

constexpr Shape no_members{};  // the input of an operation without one

bool has_body_members(const Shape& shape) {
  return shape.payload == nullptr && std::any_of(shape.members.begin(), shape.members.end(),
                                                 [](const Member& m) { return m.location == Location::body; });
}

bool is_json_payload(const Member& payload) {
  const Kind kind = payload.shape->kind;
  return kind != Kind::blob && kind != Kind::string;
}

std::string_view payload_type(const Member& payload) {
  switch (payload.shape->kind) {
    case Kind::blob: return "application/octet-stream";
    case Kind::string: return "text/plain";
    default: return json_type;
  }
}

Error streams_unbuilt(const Shape& shape) {
  return {"NotImplemented", "The event stream " + std::string(shape.name) + " is not implemented by haar.", 501,
          Fault::receiver};
}

// https://docs.aws.amazon.com/accounts/latest/reference/CommonErrors.html; the text is ours.
Error unknown_operation() {
  return {"UnknownOperationException", "The method and the path are those of no operation.", 404};
}

// A body that is said to be something else than the JSON that belongs there.
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#content-type
Result<void> check_content_type(const RequestParts& request) {
  const std::string_view* type = find_header(request.headers, "content-type");
  if (type == nullptr || request.body.empty()) return {};
  std::string media = to_lower(type->substr(0, type->find(';')));
  while (media.ends_with(' ')) media.pop_back();
  if (media == json_type || media.starts_with("application/x-amz-json")) return {};
  return Error{"UnsupportedMediaTypeException", "The content type must be application/json.", 415};
}

Result<void> read_payload(Side side, const Service& service, const Member& m, std::string_view body, void* structure,
                          std::vector<Missing>& missing) {
  if (m.shape->is_event_stream) return streams_unbuilt(*m.shape);
  if (body.empty()) return {};
  if (m.shape->kind == Kind::blob) {
    static_cast<Blob*>(make_value(m, structure))->bytes = body;
    return {};
  }
  if (m.shape->kind == Kind::string) {
    if (!is_utf8(body)) return serialization_error(side, "The body is not UTF-8.");
    *static_cast<std::string*>(make_value(m, structure)) = body;
    return {};
  }
  const Path root, path{&root, &m};
  return read_json_value(side, service, m, body, make_value(m, structure), path, missing);
}

void write_payload(std::string& body, const Service& service, const Member& m, const void* at) {
  if (m.shape->kind == Kind::blob) body = as<Blob>(at).bytes;
  else if (m.shape->kind == Kind::string) body = as<std::string>(at);
  else write_json(body, service, m, at);
}

// --- the server's side --------------------------------------------------------------------------------------

Result<std::string> read_operation_name(const Service& service, const RequestParts& request) {
  const Operation* operation = find_route(service, request.method, request.path, request.query);
  if (operation == nullptr) return unknown_operation();
  return std::string(operation->name);
}

// Members outside the body that are required, and the payload. Those in the body were noted while reading it.
void note_missing(const Shape& shape, const Came& came, std::vector<Missing>& missing) {
  for (const Member& m : shape.members) {
    const bool elsewhere = m.location != Location::body || &m == shape.payload;
    if (!m.required || !elsewhere || std::find(came.begin(), came.end(), &m) != came.end()) continue;
    const Path root, path{&root, &m};
    missing.push_back({constraint_path(path), std::string(m.name)});
  }
}

Result<void> read_request(const Service& service, const Operation& operation, const RequestParts& request,
                          void* input) {
  const UriTemplate uri = parse_template(operation.http_uri);
  const Shape& shape = operation.input != nullptr ? *operation.input : no_members;
  std::vector<Label> labels;
  if (!match_path(uri, request.path, labels)) return unknown_operation();
  TRY(refuse_unknown_parameters(service, shape, uri, request.query));
  Came came;
  TRY(read_labels(shape, labels, input, came));
  TRY(read_query(shape, request.query, input, came));
  TRY(read_headers(Side::server, shape, request.headers, input, came));
  std::vector<Missing> missing;
  if (shape.payload != nullptr) {
    if (!request.body.empty()) came.push_back(shape.payload);
    if (is_json_payload(*shape.payload)) TRY(check_content_type(request));
    TRY(read_payload(Side::server, service, *shape.payload, request.body, input, missing));
  } else if (has_body_members(shape)) {
    TRY(check_content_type(request));
    TRY(read_json_members(Side::server, service, shape, request.body, input, missing));
  } else {
    TRY(refuse_json_members(service, request.body));
  }
  note_missing(shape, came, missing);
  return validate_request(service, operation, input, missing);
}

// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#empty-body-serialization
EncodedResponse write_response(const Service& service, const Operation& operation, const void* output,
                               std::string_view) {
  EncodedResponse response{operation.http_status, {}, {}, {}};
  if (operation.output == nullptr) return response;
  const Shape& shape = *operation.output;
  for (const Member& m : shape.members) {
    const void* at = m.location == Location::status_code ? find_value(m, output) : nullptr;
    if (at != nullptr) response.status = as<std::int32_t>(at);
  }
  write_headers(response.headers, service, shape, output);
  if (shape.payload == nullptr) {
    write_json_members(response.body, service, shape, output);
    response.content_type = json_type;
  } else if (const void* at = find_value(*shape.payload, output)) {
    write_payload(response.body, service, *shape.payload, at);
    response.content_type = payload_type(*shape.payload);
  }
  const bool own_type = std::any_of(response.headers.begin(), response.headers.end(),
                                    [](const auto& h) { return to_lower(h.first) == "content-type"; });
  if (own_type) response.content_type = {};
  return response;
}

EncodedResponse write_error(const Service& service, const Error& error, std::string_view, const Shape* details_shape,
                            const void* details) {
  EncodedResponse response{error.http_status, json_type,
                           json_error_body(service, error, false, details_shape, details),
                           {{"x-amzn-ErrorType", error.code}}};
  if (details_shape != nullptr) write_headers(response.headers, service, *details_shape, details);
  return response;
}

// --- the client's side --------------------------------------------------------------------------------------

void write_request_body(EncodedRequest& request, const Service& service, const Shape& shape, const void* input) {
  std::string_view type;
  if (shape.payload == nullptr) {
    if (!has_body_members(shape)) return;
    write_json_members(request.body, service, shape, input);
    type = json_type;
  } else if (const void* at = find_value(*shape.payload, input)) {
    write_payload(request.body, service, *shape.payload, at);
    type = payload_type(*shape.payload);
  } else if (shape.payload->shape->kind == Kind::structure && !shape.payload->shape->is_union) {
    request.body = "{}";
    type = json_type;
  }
  const bool own_type = std::any_of(request.headers.begin(), request.headers.end(),
                                    [](const auto& h) { return to_lower(h.first) == "content-type"; });
  if (!type.empty() && !own_type) request.headers.emplace_back("Content-Type", type);
}

EncodedRequest write_request(const Service& service, const Operation& operation, const void* input) {
  EncodedRequest request;
  request.method = operation.http_method;
  request.host_prefix = host_prefix(operation, input);
  const UriTemplate uri = parse_template(operation.http_uri);
  if (operation.input == nullptr) {
    request.uri = fill_template(uri, {});
    return request;
  }
  const Shape& shape = *operation.input;
  request.uri = fill_template(uri, write_labels(service, shape, input));
  write_query(request.uri, service, shape, input);
  write_headers(request.headers, service, shape, input);
  write_request_body(request, service, shape, input);
  return request;
}

Result<void> read_response(const Service& service, const Operation& operation, const ResponseParts& response, void* output,
                           const Shape* details_shape, void* details) {
  if (response.status < 200 || response.status > 299) {
    Error error = read_json_error(service, response, details_shape, details);
    Came came;
    if (details_shape != nullptr) TRY(read_headers(Side::client, *details_shape, response.headers, details, came));
    return error;
  }
  if (operation.output == nullptr) return {};
  const Shape& shape = *operation.output;
  for (const Member& m : shape.members)
    if (m.location == Location::status_code) *static_cast<std::int32_t*>(make_value(m, output)) = response.status;
  Came came;
  TRY(read_headers(Side::client, shape, response.headers, output, came));
  std::vector<Missing> missing;
  if (shape.payload != nullptr) return read_payload(Side::client, service, *shape.payload, response.body, output, missing);
  return read_json_members(Side::client, service, shape, response.body, output, missing);
}

}  // namespace

const Codec rest_codec{read_operation_name, read_request, write_response, write_error, write_request, read_response};

}  // namespace haar::wire
