#include "api/pipeline/request_state.h"

#include <utility>

#include "base/encoding.h"
#include "wire/model_json.h"
#include "wire/query_json.h"

namespace haar::api {
namespace {

// The protocol to say an error in while the service is unknown: the one that the request looks like.
const wire::Service& nameless_service(auth::Family family, const http::Request& request) {
  static const wire::Service query{}, ec2{.protocol = wire::Protocol::ec2},
      json{.protocol = wire::Protocol::json_1_1}, old_json{.protocol = wire::Protocol::json_1_0},
      rest{.protocol = wire::Protocol::rest_json};
  switch (family) {
    case auth::Family::query: return query;
    case auth::Family::ec2: return ec2;
    case auth::Family::json:
      return to_lower(request.header("content-type")).starts_with("application/x-amz-json-1.0") ? old_json : json;
    case auth::Family::rest: return rest;
  }
  return query;
}

}  // namespace

auth::Family family_of(wire::Protocol protocol) {
  switch (protocol) {
    case wire::Protocol::query: return auth::Family::query;
    case wire::Protocol::ec2: return auth::Family::ec2;
    case wire::Protocol::json_1_0:
    case wire::Protocol::json_1_1: return auth::Family::json;
    case wire::Protocol::rest_json: return auth::Family::rest;
  }
  return auth::Family::query;
}

RequestState::RequestState(http::Request&& sent, http::Respond respond, const Environment& env)
    : request(std::move(sent)), respond(std::move(respond)) {
  headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) headers.emplace_back(name, value);
  view = {request.method, request.path, request.query, headers, request.body};
  origin.source_ip = request.peer_address;
  origin.user_agent = request.header("user-agent");
  origin.referer = request.header("referer");
  origin.host = request.header("host");
  origin.tls = request.tls;
  origin.tls_version = request.tls_version;
  origin.tls_cipher = request.tls_cipher;
  origin.request_id = uuid4(env.random);
}

wire::RequestParts RequestState::parts() const {
  return {request.method, request.path, request.query, headers, request.body, &params};
}

events::WrittenEvent RequestState::refusal_event(const Environment& env, const Error& error) const {
  events::EventDraft event;
  event.time = env.clock.now();
  const std::string id = events::event_id(event.time, env.random), principal = caller->user_id(),
                    source = service != nullptr ? event_source(*service) : std::string();
  event.id = id;
  event.request_id = origin.request_id;
  event.region = region.value;
  event.account = caller->account.value;
  set_identity(event.identity, *caller, principal, {});
  event.source_ip = origin.source_ip;
  event.user_agent = origin.user_agent;
  set_transport(event, origin);
  event.from_console = caller->session && caller->session->console;
  event.source = source;
  if (row != nullptr) {
    event.name = row->model->name;
    event.read_only = row->mode == Mode::read;
  }
  event.error_code = error.code;
  // What a database says of a statement repeats what stands in it, or in its tables.
  if (error.code != "DatabaseErrorException") event.error_message = error.message;
  return events::written(event);
}

void RequestState::answer(wire::EncodedResponse&& said) {
  http::Response response;
  response.status = said.status;
  response.headers.reserve(2 + said.headers.size());
  response.headers.emplace_back("x-amzn-RequestId", origin.request_id);
  if (!said.content_type.empty()) response.headers.emplace_back("Content-Type", said.content_type);
  for (auto& header : said.headers) response.headers.push_back(std::move(header));
  response.body = std::move(said.body);
  respond(std::move(response));
}

wire::EncodedResponse RequestState::encode() const {
  const wire::Operation& operation = *row->model;
  if (model_json) return wire::encode_model_json(*service, operation, output.get());
  if (wire::asks_for_json(*service, parts()))
    return wire::encode_json_response(*service, operation, output.get(), origin.request_id);
  return wire::encode_response(*service, operation, output.get(), origin.request_id);
}

void RequestState::answer_encoded() { answer(std::move(encoded)); }

void RequestState::answer_error(const Error& error) {
  if (model_json) return answer(wire::encode_model_json_error(error, origin.request_id));
  const wire::Service& said_by = service != nullptr ? *service : nameless_service(family, request);
  if (wire::asks_for_json(said_by, parts())) return answer(wire::encode_json_error(error, origin.request_id));
  answer(wire::encode_error(said_by, error, origin.request_id));
}

}  // namespace haar::api
