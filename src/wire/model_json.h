// Operations of every service as JSON with the model's own names, whatever their protocol: what the console's pages ask.
// Lists are arrays, maps are objects, times are seconds since 1970, blobs are base64.
//   POST /console/api/iam/ListUsers   {"MaxItems":50}   ->   {"Users":[{"UserName":"ann",…}],"IsTruncated":false}
//   {"code":"NoSuchEntity","message":"…","requestId":"…"}
#pragma once

#include <string_view>

#include "base/result.h"
#include "wire/codec.h"

namespace haar::wire {

// Fills a default-constructed `input` and checks it against the model's constraints, in the words of the service; a member
// that the model does not have is NotImplemented, by its name. Times may be texts, too.
Result<void> decode_model_json(const Service& service, const Operation& operation, std::string_view body, void* input);
EncodedResponse encode_model_json(const Service& service, const Operation& operation, const void* output);
// With the error's own members as "details", if it has any.
EncodedResponse encode_model_json_error(const Error& error, std::string_view request_id);

}  // namespace haar::wire
