#include "wire/json_errors.h"

#include <algorithm>
#include <array>

#include "wire/json_body.h"
#include "wire/json_reader.h"
#include "wire/json_text.h"

namespace haar::wire {
namespace {

// Errors that no model holds, since the layer before the service makes them, and that spell their message with a
// capital; the others of that layer (UnrecognizedClientException, ValidationException, …) do not.
constexpr std::array<std::string_view, 2> capital_messages{"AccessDeniedException", "SerializationException"};

std::string_view message_name(const Service& service, std::string_view code) {
  const auto& shapes = service.error_shapes;
  const auto at = std::lower_bound(shapes.begin(), shapes.end(), code,
                                   [](const ErrorShape& shape, std::string_view c) { return shape.code < c; });
  if (at != shapes.end() && at->code == code) return at->message_name;
  const bool capital = std::find(capital_messages.begin(), capital_messages.end(), code) != capital_messages.end();
  return capital ? "Message" : "message";
}

void append_text_member(std::string& out, std::string_view name, std::string_view text) {
  if (out.size() > 1) out += ',';
  append_json_text(out, name);
  out += ':';
  append_json_text(out, text);
}

std::string bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  if (const std::size_t hash = code.find('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return std::string(code);
}

// The texts at the top of the body that say what went wrong.
void read_envelope(std::string_view body, Error& error) {
  JsonReader in(body);
  std::string key, text;
  if (!in.begin_object()) return;
  while (in.next_key(key)) {
    if (in.peek() != JsonReader::Next::string) {
      if (!in.skip()) return;
      continue;
    }
    if (!in.read_string(text)) return;
    if (key == "message" || key == "Message" || key == "errorMessage") error.message = text;
    if ((key == "__type" || key == "code") && error.code.empty()) error.code = bare_code(text);
  }
}

}  // namespace

std::string json_error_body(const Service& service, const Error& error, bool with_type, const Shape* details_shape,
                            const void* details) {
  std::string out = "{";
  if (with_type) append_text_member(out, "__type", error.code);
  if (!error.message.empty()) append_text_member(out, message_name(service, error.code), error.message);
  for (const auto& [name, value] : error.details) append_text_member(out, name, value);
  if (details_shape != nullptr) {
    std::string members;
    write_json_members(members, service, *details_shape, details);
    if (members.size() > 2) {
      if (out.size() > 1) out += ',';
      out.append(members, 1, members.size() - 2);
    }
  }
  return out + "}";
}

Error read_json_error(const Service& service, const ResponseParts& response, const Shape* details_shape, void* details) {
  Error error{"", "", response.status, response.status < 500 ? Fault::sender : Fault::receiver};
  if (const std::string_view* type = find_header(response.headers, "x-amzn-errortype")) error.code = bare_code(*type);
  if (!response.body.empty()) read_envelope(response.body, error);
  if (error.code.empty()) return {"MalformedResponse", "The answer holds no error.", 502, Fault::receiver};
  if (details_shape != nullptr) {
    std::vector<Missing> missing;
    const Result<void> read =
        read_json_members(Side::client, service, *details_shape, response.body, details, missing);
    if (!read.ok()) return read.error();
  }
  return error;
}

}  // namespace haar::wire
