#include "api/flight.h"

#include <utility>

namespace haar::api {
namespace {

// The protocol to say an error in while the service is unknown: awsQuery's, which every SDK can read.
const wire::Service& nameless_service() {
  static const wire::Service service{};
  return service;
}

}  // namespace

auth::Family family_of(wire::Protocol protocol) {
  switch (protocol) {
    case wire::Protocol::query: return auth::Family::query;
    case wire::Protocol::ec2: return auth::Family::ec2;
    default: return auth::Family::json;
  }
}

Flight::Flight(http::Request&& sent, http::Respond respond, const Environment& env)
    : request(std::move(sent)), respond(std::move(respond)) {
  headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) headers.emplace_back(name, value);
  view = {request.method, request.path, request.query, headers, request.body};
  origin.source_ip = request.peer_address;
  origin.user_agent = request.header("user-agent");
  origin.host = request.header("host");
  origin.tls = request.tls;
  origin.request_id = uuid4(env.random);
}

wire::RequestParts Flight::parts() const { return {request.method, request.path, request.query, headers, request.body}; }

events::EventRecord Flight::refusal_event(const Environment& env, const Error& error) const {
  events::EventRecord event;
  event.time = env.clock.now();
  event.id = uuid4(env.random);
  event.request_id = origin.request_id;
  event.region = region.value;
  event.account = caller->account.value;
  event.identity = event_identity(*caller, {});
  event.source_ip = origin.source_ip;
  event.user_agent = origin.user_agent;
  event.tls = origin.tls;
  if (service != nullptr) event.source = std::string(service->endpoint_prefix) + ".amazonaws.com";
  if (row != nullptr) {
    event.name = row->model->name;
    event.read_only = row->mode == Mode::read;
  }
  event.error_code = error.code;
  event.error_message = error.message;
  return event;
}

void Flight::answer(int status, std::string content_type, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.reserve(2);
  response.headers.emplace_back("x-amzn-RequestId", origin.request_id);
  response.headers.emplace_back("Content-Type", std::move(content_type));
  response.body = std::move(body);
  respond(std::move(response));
}

void Flight::answer_encoded() { answer(encoded.status, std::string(encoded.content_type), std::move(encoded.body)); }

void Flight::answer_error(const Error& error) {
  wire::EncodedResponse said =
      wire::encode_error(service != nullptr ? *service : nameless_service(), error, origin.request_id);
  answer(said.status, std::string(said.content_type), std::move(said.body));
}

void Flight::answer_plain(int status, std::string json) { answer(status, "application/json", std::move(json)); }

}  // namespace haar::api
