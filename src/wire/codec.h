// The codecs: bytes on the wire <-> generated structs, over the schema tables. Hand-written once; what
// differs between operations is data.
// awsQuery: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
// ec2Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
// `input` and `output` point to the operation's own Input and Output types.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "wire/schema.h"

namespace haar::wire {

inline constexpr std::size_t parameters_max = 10'000;  // in one request
inline constexpr std::size_t parameter_name_bytes_max = 1'024;
inline constexpr std::size_t nesting_max = 32;  // segments of a name, elements of XML

using Header = std::pair<std::string_view, std::string_view>;

// A request as it came; views into memory that the caller keeps. `path` and `query` are undecoded.
struct RequestParts {
  std::string_view method, path, query;
  std::span<const Header> headers{};
  std::string_view body{};
};

struct EncodedResponse {
  int status = 200;
  std::string_view content_type{};  // static text
  std::string body{};
};

// --- the server's side -----------------------------------------------------------------------------------

// The name of an operation of the service's model. Otherwise MissingAction, InvalidAction (also for a
// Version that is not the service's), or the error of malformed parameters.
// Parameters are read from the query string and, in a POST, from the body.
Result<std::string> operation_name(const Service& service, const RequestParts& request);

// Fills a default-constructed `input` and checks it against the model's constraints. Parameters that the
// model does not have are ignored by awsQuery and are UnknownParameter to ec2, as on AWS.
Result<void> decode_request(const Service& service, const Operation& operation, const RequestParts& request,
                            void* input);

EncodedResponse encode_response(const Service& service, const Operation& operation, const void* output,
                                std::string_view request_id);

// `details` are members of an error shape beside its message, if the error has any.
EncodedResponse encode_error(const Service& service, const Error& error, std::string_view request_id,
                             const Shape* details_shape = nullptr, const void* details = nullptr);

// --- the client's side -----------------------------------------------------------------------------------

// The body of a POST with content type application/x-www-form-urlencoded; charset=utf-8.
std::string encode_request(const Service& service, const Operation& operation, const void* input);

// Fills a default-constructed `output`. A status that is not 2xx is returned as the error in the body, its
// other members in `details` if they are asked for. A body that is no such answer is MalformedResponse.
Result<void> decode_response(const Service& service, const Operation& operation, int status,
                             std::string_view body, void* output, const Shape* details_shape = nullptr,
                             void* details = nullptr);

}  // namespace haar::wire
