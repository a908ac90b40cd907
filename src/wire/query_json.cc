#include "wire/query_json.h"

#include <charconv>

#include "base/encoding.h"
#include "wire/codecs.h"
#include "wire/json_text.h"
#include "wire/json_writer.h"
#include "wire/text.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

constexpr std::string_view json_type = "application/json";

// --- what is asked for --------------------------------------------------------------------------------------

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// What stands before the next `separator`, which is taken away with it.
std::string_view take(std::string_view& rest, char separator) {
  const std::string_view piece = rest.substr(0, rest.find(separator));
  rest.remove_prefix(piece.size() < rest.size() ? piece.size() + 1 : piece.size());
  return trimmed(piece);
}

// From 0 to 1; what is no such number counts as 0, so that nothing is read into it.
double quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view parameter = take(parameters, ';');
    const std::string name = to_lower(take(parameter, '=').substr(0, 2));
    if (name != "q") continue;
    double quality = 0;
    const auto [end, error] = std::from_chars(parameter.data(), parameter.data() + parameter.size(), quality);
    const bool whole = error == std::errc{} && end == parameter.data() + parameter.size();
    return whole && quality >= 0 && quality <= 1 ? quality : 0;
  }
  return 1;
}

bool accepts_json(std::span<const Header> headers) {
  double best = 0;
  bool json = false;
  for (const auto& [name, value] : headers) {
    if (name.size() != 6 || to_lower(name) != "accept") continue;
    for (std::string_view rest = value; !rest.empty();) {
      std::string_view range = take(rest, ',');
      const std::string type = to_lower(take(range, ';'));
      const bool is_json = type == json_type;
      if (!is_json && type != "application/xml" && type != "text/xml") continue;
      const double quality = quality_of(range);
      if (quality <= best) continue;
      best = quality;
      json = is_json;
    }
  }
  return json;
}

bool has_json_parameter(std::string_view form) {
  constexpr std::string_view wanted = "ContentType=JSON";
  while (!form.empty())
    if (take(form, '&') == wanted) return true;
  return false;
}

// --- the answer ---------------------------------------------------------------------------------------------

// Members are called as the model calls them, whatever their element in XML is called. Absent ones are null, as in what
// AWS was seen to say: {"ListQueuesResult":{"NextExclusiveStartQueueName":null,"NextToken":null,"queueUrls":null}}
// https://github.com/localstack/localstack/issues/3715
class Writer : public JsonWriter<Writer> {
 public:
  using JsonWriter::JsonWriter;

  void structure(const Shape& shape, const void* value) {
    out_ += '{';
    bool first = true;
    for (const Member& m : shape.members) {
      key(m.name, first);
      const void* at = find_value(m, value);
      if (at != nullptr) this->value(m, at);
      else out_ += "null";
    }
    out_ += '}';
  }

  void timestamp(const Member& m, const void* at) { seconds(m, as<Timestamp>(at)); }
};

void append_text_member(std::string& out, std::string_view name, std::string_view text) {
  if (!out.ends_with('{')) out += ',';
  append_json_text(out, name);
  out += ':';
  append_json_text(out, text);
}

}  // namespace

bool asks_for_json(const Service& service, const RequestParts& request) {
  if (service.protocol != Protocol::query) return false;
  return accepts_json(request.headers) || has_json_parameter(request.query) ||
         (request.method == "POST" && has_json_parameter(request.body));
}

EncodedResponse encode_json_response(const Service& service, const Operation& operation, const void* output,
                                     std::string_view request_id) {
  EncodedResponse response{200, json_type, {}, {}};
  std::string& out = response.body;
  out.reserve(512);
  out += '{';
  append_json_text(out, std::string(operation.name) + "Response");
  out += ":{";
  if (operation.output != nullptr) {
    append_json_text(out, operation.result_wrapper);
    out += ':';
    Writer(out, service).structure(*operation.output, output);
    out += ',';
  }
  out += R"("ResponseMetadata":{)";
  append_text_member(out, "RequestId", request_id);
  out += "}}}";
  return response;
}

EncodedResponse encode_json_error(const Error& error, std::string_view request_id) {
  EncodedResponse response{error.http_status, json_type, R"({"Error":{)", {}};
  std::string& out = response.body;
  append_text_member(out, "Code", error.code);
  if (!error.message.empty()) append_text_member(out, "Message", error.message);
  append_text_member(out, "Type", error.fault == Fault::sender ? "Sender" : "Receiver");
  for (const auto& [name, value] : error.details) append_text_member(out, name, value);
  out += '}';
  append_text_member(out, "RequestId", request_id);
  out += '}';
  return response;
}

}  // namespace haar::wire
