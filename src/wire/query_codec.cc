// awsQuery and ec2Query.
#include "wire/codecs.h"

#include <fmt/format.h>

#include <vector>

#include "base/encoding.h"
#include "wire/query.h"
#include "wire/validate.h"
#include "wire/xml.h"

namespace haar::wire {
namespace {

inline constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

bool is_ec2(const Service& service) { return service.protocol == Protocol::ec2; }

std::string_view content_type(const Service& service) {
  return is_ec2(service) ? "text/xml;charset=UTF-8" : "text/xml";
}

// Names in errors come from the client and may hold anything; an answer must not grow with them.
std::string_view short_name(std::string_view name) { return name.substr(0, 128); }

Error no_such_operation(const Service& service, std::string_view action, std::string_view version) {
  if (is_ec2(service))
    return {"InvalidAction",
            fmt::format("The action {} is not valid for this web service.", short_name(action))};
  return {"InvalidAction", fmt::format("Could not find operation {} for version {}", short_name(action),
                                       version.empty() ? "NO_VERSION_SPECIFIED" : short_name(version))};
}

void append_root(std::string& out, std::string_view name, std::string_view xml_namespace) {
  (out += '<') += name;
  if (!xml_namespace.empty()) ((out += " xmlns=\"") += xml_namespace) += '"';
  out += '>';
}

// The element that holds the members of a successful answer.
Result<const XmlElement*> find_result(const Service& service, const Operation& operation,
                                      const XmlElement& root) {
  if (root.name != std::string(operation.name) + "Response")
    return Error{"MalformedResponse", "The answer is not one of " + std::string(operation.name) + ".", 502,
                 Fault::receiver};
  if (is_ec2(service) || operation.result_wrapper.empty()) return &root;
  const XmlElement* wrapper = root.child(operation.result_wrapper);
  return wrapper != nullptr ? wrapper : &root;
}

Error read_error(const Service& service, int status, std::string_view body, const Shape* shape,
                 void* details) {
  const Result<XmlElement> root = parse_xml(body);
  if (!root.ok()) return root.error();
  const XmlElement* at = &*root;
  if (is_ec2(service)) at = at->child("Errors");
  const XmlElement* error = at != nullptr ? at->child("Error") : nullptr;
  if (error == nullptr) return {"MalformedResponse", "The answer holds no error.", 502, Fault::receiver};
  Error out{"", "", status, status < 500 ? Fault::sender : Fault::receiver};
  if (const XmlElement* code = error->child("Code")) out.code = code->text;
  if (const XmlElement* message = error->child("Message")) out.message = message->text;
  if (const XmlElement* type = error->child("Type"))
    out.fault = type->text == "Receiver" ? Fault::receiver : Fault::sender;
  if (shape != nullptr) {
    if (const Result<void> read = read_members(*shape, *error, details); !read.ok()) return read.error();
  }
  return out;
}

// Those that the request keeps, or `own`.
Result<const Params*> read_params(const Service& service, const RequestParts& request, Params& own) {
  Params& params = request.params != nullptr ? *request.params : own;
  if (!params.known()) TRY(params.read(service, request));
  return &params;
}

Result<std::string> read_operation_name(const Service& service, const RequestParts& request) {
  Params own;
  const Params& params = *TRY(read_params(service, request, own));
  const Param* action = params.find("Action");
  if (action == nullptr || action->value.empty())
    return Error{"MissingAction", "The request is missing an action or a required parameter."};
  const Param* version = params.find("Version");
  const std::string_view asked = version != nullptr ? version->value : std::string_view();
  const Operation* operation = find_operation(service, action->value);
  if (is_ec2(service)) {
    if (operation == nullptr) return no_such_operation(service, action->value, asked);
    if (asked.empty()) return Error{"MissingParameter", "The request must contain the parameter Version"};
    if (asked != service.api_version) {
      return Error{
          "NoSuchVersion",
          fmt::format("The requested version ({}) of service AmazonEC2 does not exist", short_name(asked))};
    }
  } else if (operation == nullptr || asked != service.api_version) {
    return no_such_operation(service, action->value, asked);
  }
  return std::string(action->value);
}

Result<void> read_request(const Service& service, const Operation& operation, const RequestParts& request,
                            void* input) {
  constexpr static Shape no_members{};
  Params own;
  const Params& params = *TRY(read_params(service, request, own));
  std::vector<Missing> missing;
  TRY(decode_params(service, operation.input != nullptr ? *operation.input : no_members, params, input, missing));
  return validate_request(service, operation, input, missing);
}

EncodedResponse write_response(const Service& service, const Operation& operation, const void* output,
                                std::string_view request_id) {
  EncodedResponse response{200, content_type(service), {}, {}};
  std::string& out = response.body;
  out.reserve(512);
  std::string root;
  root.reserve(operation.name.size() + 8);
  root.append(operation.name).append("Response");
  if (is_ec2(service)) {
    out += xml_declaration;
    append_root(out, root, service.xml_namespace);
    append_element(out, "requestId", request_id);
    if (operation.output != nullptr)
      write_members(out, service, *operation.output, output);
    else
      append_element(out, "return", "true");
  } else {
    append_root(out, root, service.xml_namespace);
    if (operation.output != nullptr) {
      append_open(out, operation.result_wrapper);
      write_members(out, service, *operation.output, output);
      append_close(out, operation.result_wrapper);
    }
    append_open(out, "ResponseMetadata");
    append_element(out, "RequestId", request_id);
    append_close(out, "ResponseMetadata");
  }
  append_close(out, root);
  out += '\n';
  return response;
}

EncodedResponse write_error(const Service& service, const Error& error, std::string_view request_id,
                             const Shape* details_shape, const void* details) {
  EncodedResponse response{error.http_status, content_type(service), {}, {}};
  std::string& out = response.body;
  if (is_ec2(service)) {
    (out += xml_declaration) += "<Response><Errors><Error>";
  } else {
    append_root(out, "ErrorResponse", service.xml_namespace);
    append_open(out, "Error");
    append_element(out, "Type", error.fault == Fault::sender ? "Sender" : "Receiver");
  }
  append_element(out, "Code", error.code);
  if (!error.message.empty()) append_element(out, "Message", error.message);
  for (const auto& [name, value] : error.details) append_element(out, name, value);
  if (details_shape != nullptr) write_members(out, service, *details_shape, details);
  append_close(out, "Error");
  if (is_ec2(service)) {
    append_close(out, "Errors");
    append_element(out, "RequestID", request_id);
    append_close(out, "Response");
  } else {
    append_element(out, "RequestId", request_id);
    append_close(out, "ErrorResponse");
  }
  out += '\n';
  return response;
}

EncodedRequest write_request(const Service& service, const Operation& operation, const void* input) {
  EncodedRequest request;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  std::string& out = request.body;
  out = fmt::format("Action={}&Version={}", percent_encode(operation.name),
                                percent_encode(service.api_version));
  if (operation.input != nullptr) encode_params(out, service, *operation.input, input);
  return request;
}

Result<void> read_response(const Service& service, const Operation& operation, const ResponseParts& response,
                             void* output, const Shape* details_shape, void* details) {
  const auto& [status, headers, body] = response;
  if (status < 200 || status > 299) return read_error(service, status, body, details_shape, details);
  if (operation.output == nullptr) return {};
  if (body.empty() && operation.output->members.empty()) return {};
  const XmlElement root = TRY(parse_xml(body));
  const XmlElement* result = TRY(find_result(service, operation, root));
  return read_members(*operation.output, *result, output);
}

}  // namespace

const Codec query_codec{read_operation_name, read_request, write_response, write_error, write_request, read_response};

}  // namespace haar::wire
