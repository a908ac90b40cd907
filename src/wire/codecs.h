// What each protocol brings: the functions of codec.h, one table per family. Internal to src/wire.
#pragma once

#include "wire/codec.h"

namespace haar::wire {

struct Codec {
  Result<std::string> (*read_operation_name)(const Service&, const RequestParts&);
  Result<void> (*read_request)(const Service&, const Operation&, const RequestParts&, void* input);
  EncodedResponse (*write_response)(const Service&, const Operation&, const void* output,
                                    std::string_view request_id);
  EncodedResponse (*write_error)(const Service&, const Error&, std::string_view request_id,
                                 const Shape* details_shape, const void* details);
  EncodedRequest (*write_request)(const Service&, const Operation&, const void* input);
  Result<void> (*read_response)(const Service&, const Operation&, const ResponseParts&, void* output,
                                const Shape* details_shape, void* details);
};

extern const Codec query_codec;  // awsQuery and ec2Query
extern const Codec json_codec;   // awsJson 1.0 and 1.1
extern const Codec rest_codec;   // restJson1

// The operation's host prefix with its labels filled in from the input.
std::string host_prefix(const Operation& operation, const void* input);

// The first header of this name; null if there is none. Names compare without case.
const std::string_view* find_header(std::span<const Header> headers, std::string_view name);

}  // namespace haar::wire
