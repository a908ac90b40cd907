// The codecs: bytes on the wire <-> generated structs, over the schema tables. Hand-written once; what
// differs between operations is data.
// awsQuery: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
// ec2Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
// awsJson: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html (and 1_0)
// restJson1: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
// `input` and `output` point to the operation's own Input and Output types.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "wire/schema.h"

namespace haar::wire {

inline constexpr std::size_t parameters_max = 10'000;  // in one request
inline constexpr std::size_t parameter_name_bytes_max = 1'024;
inline constexpr std::size_t nesting_max = 32;  // segments of a name, elements of XML

using Header = std::pair<std::string_view, std::string_view>;
using OwnHeaders = std::vector<std::pair<std::string, std::string>>;

class Params;

// A request as it came; views into memory that the caller keeps. `path` and `query` are undecoded.
struct RequestParts {
  std::string_view method, path, query;
  std::span<const Header> headers{};
  std::string_view body{};
  // Where the parameters of the query protocols stay once they are read, for who reads them again; null: nowhere.
  Params* params = nullptr;
};

struct EncodedResponse {
  int status = 200;
  std::string_view content_type{};  // static text; empty: none, or one is among the headers
  std::string body{};
  OwnHeaders headers{};
};

struct EncodedRequest {
  std::string method = "POST", uri = "/";  // path and query, encoded
  OwnHeaders headers{};
  std::string body{};
  std::string host_prefix{};  // before the endpoint's host: "data."
};

struct ResponseParts {
  int status = 200;
  std::span<const Header> headers{};
  std::string_view body{};
};

// --- the server's side -----------------------------------------------------------------------------------

// The name of an operation of the service's model.
// query: from Action. Otherwise MissingAction, InvalidAction (also for a Version that is not the service's), or
// the error of malformed parameters. Parameters are read from the query string and, in a POST, from the body.
// awsJson: from X-Amz-Target. restJson: from method and path. Otherwise UnknownOperationException.
Result<std::string> operation_name(const Service& service, const RequestParts& request);

// Fills a default-constructed `input` and checks it against the model's constraints. A member that the model does not
// have is NotImplemented, by its name (see unknown_member.h).
Result<void> decode_request(const Service& service, const Operation& operation, const RequestParts& request,
                            void* input);

EncodedResponse encode_response(const Service& service, const Operation& operation, const void* output,
                                std::string_view request_id);

// `details` are members of an error shape beside its message, if the error has any and does not carry them
// itself (Error::details).
EncodedResponse encode_error(const Service& service, const Error& error, std::string_view request_id,
                             const Shape* details_shape = nullptr, const void* details = nullptr);

// --- the client's side -----------------------------------------------------------------------------------

EncodedRequest encode_request(const Service& service, const Operation& operation, const void* input);

// Fills a default-constructed `output`. A status that is not 2xx is returned as the error in the body, its
// other members in `details` if they are asked for. A body that is no such answer is MalformedResponse.
Result<void> decode_response(const Service& service, const Operation& operation, const ResponseParts& response,
                             void* output, const Shape* details_shape = nullptr, void* details = nullptr);

}  // namespace haar::wire
