// Any bytes as JSON requests and answers, in the body, the target, the path, the query and the headers: never a
// crash, never an error without a code, and what was understood survives being written and read again.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/organizations/CreateAccount.h"
#include "model/organizations/DescribeHandshake.h"
#include "model/organizations/ListAccounts.h"
#include "model/organizations/TagResource.h"
#include "model/organizations/service.h"
#include "wire/codec.h"
#include "wire/json_reader.h"
#include "wire/masked_json.h"
#include "wire/rest_routes.h"

namespace {

using namespace haar;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::array<wire::Header, 1> json_type{{{"Content-Type", "application/x-amz-json-1.1"}}};

template <class Op>
void run(std::string_view bytes) {
  const wire::Operation& operation = Op::model();
  const wire::Service& service = *operation.service;
  typename Op::Input input;
  const Result<void> done = wire::decode_request(service, operation, {"POST", "/", "", json_type, bytes}, &input);
  const std::string json = wire::to_json(*operation.input, &input);
  (void)wire::to_masked_json(*operation.input, &input);
  if (!done.ok()) {
    require(!done.error().code.empty());
    (void)wire::encode_error(service, done.error(), "request-1");
  } else {
    const wire::EncodedRequest written = wire::encode_request(service, operation, &input);
    typename Op::Input again;
    require(wire::decode_request(service, operation, {"POST", "/", "", json_type, written.body}, &again).ok());
    require(wire::to_json(*operation.input, &again) == json);
  }
  typename Op::Output output;
  if (wire::decode_response(service, operation, {200, {}, bytes}, &output).ok()) {
    const std::string body = wire::encode_response(service, operation, &output, "request-1").body;
    typename Op::Output again;
    require(wire::decode_response(service, operation, {200, {}, body}, &again).ok());
    require(wire::encode_response(service, operation, &again, "request-1").body == body);
  }
  require(!wire::decode_response(service, operation, {400, {}, bytes}, &output).error().code.empty());
}

// What was copied without blanks is the same value, and copying it again changes nothing.
void copy(std::string_view bytes) {
  std::string first, second;
  wire::JsonReader in(bytes);
  if (!in.copy(first) || !in.finish()) return require(!in.problem().empty());
  wire::JsonReader again(first);
  require(again.copy(second) && again.finish() && first == second);
  wire::JsonReader skipped(bytes);
  require(skipped.skip() && skipped.finish());
}

// A path that fits a template fits it again when it is filled with what was found.
void routes(std::string_view bytes) {
  for (const std::string_view uri : {"/a/{b}/c/{d+}", "/{b}", "/{d+}/tail?x=1", "/"}) {
    const wire::UriTemplate made = wire::parse_template(uri);
    std::vector<wire::Label> labels, again;
    if (!wire::match_path(made, bytes, labels)) continue;
    // A slash at the end of a path is not the label's.
    if (std::any_of(labels.begin(), labels.end(), [](const auto& label) { return label.second.ends_with('/'); })) continue;
    const std::string filled = wire::fill_template(made, labels);
    require(wire::match_path(made, filled.substr(0, filled.find('?')), again) && labels == again);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 7) {
    case 0: run<organizations::ops::CreateAccount>(bytes); break;
    case 1: run<organizations::ops::ListAccounts>(bytes); break;
    case 2: run<organizations::ops::DescribeHandshake>(bytes); break;  // handshakes hold lists of themselves
    case 3: run<organizations::ops::TagResource>(bytes); break;
    case 4: copy(bytes); break;
    case 5: routes(bytes); break;
    default: {
      const std::array<wire::Header, 2> headers{{{"x-amz-target", bytes}, json_type[0]}};
      const auto name = wire::operation_name(organizations::service(), {"POST", "/", "", headers, "{}"});
      require(name.ok() || !name.error().code.empty());
    }
  }
  return 0;
}
