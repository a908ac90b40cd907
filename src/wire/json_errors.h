// Errors as JSON: what awsJson and restJson share. Internal to src/wire.
#pragma once

#include <string>

#include "base/result.h"
#include "wire/codecs.h"

namespace haar::wire {

// {"__type":"Code","message":"…"}, with the error's own members; `with_type` false leaves the type to a header.
std::string json_error_body(const Service& service, const Error& error, bool with_type, const Shape* details_shape,
                            const void* details);

// The error of an answer that is not 2xx: its code from X-Amzn-Errortype, __type or code, without the namespace
// before '#' and what follows ':'.
Error read_json_error(const Service& service, const ResponseParts& response, const Shape* details_shape, void* details);

}  // namespace haar::wire
