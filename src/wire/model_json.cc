#include "wire/model_json.h"

#include <string>
#include <vector>

#include "wire/json_body.h"
#include "wire/json_text.h"
#include "wire/validate.h"

namespace haar::wire {
namespace {

// What somebody is told who is signed in: no cache keeps it, and no browser takes it for anything else.
EncodedResponse json_answer(int status) {
  return {status, "application/json", {}, {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}}};
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (!out.ends_with('{')) out += ',';
  append_json_text(out, name);
  out += ':';
  append_json_text(out, text);
}

}  // namespace

Result<void> decode_model_json(const Service& service, const Operation& operation, std::string_view body, void* input) {
  if (operation.input == nullptr) return refuse_json_members(service, body);
  std::vector<Missing> missing;
  TRY(read_json_members(Side::server, service, *operation.input, body, input, missing, Names::model));
  return validate_request(service, operation, input, missing);
}

EncodedResponse encode_model_json(const Service& service, const Operation& operation, const void* output) {
  EncodedResponse response = json_answer(200);
  response.body.reserve(512);
  if (operation.output == nullptr) response.body = "{}";
  else write_json_members(response.body, service, *operation.output, output, Names::model);
  return response;
}

EncodedResponse encode_model_json_error(const Error& error, std::string_view request_id) {
  EncodedResponse response = json_answer(error.http_status);
  std::string& out = response.body;
  out = "{";
  append_member(out, "code", error.code);
  append_member(out, "message", error.message);
  append_member(out, "requestId", request_id);
  if (!error.details.empty()) {
    out += R"(,"details":{)";
    for (const auto& [name, value] : error.details) append_member(out, name, value);
    out += '}';
  }
  out += '}';
  return response;
}

}  // namespace haar::wire
