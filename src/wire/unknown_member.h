// A member of a request that the model does not have. Clients with a newer model send such: to leave one out in silence
// could make a request do what it was meant to rule out (a member can refuse, narrow or protect), so it is refused by name.
// AWS says other things of names that nobody knows: EC2 UnknownParameter, the others nothing. Which of both a name is
// cannot be told here. Internal to src/wire.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/validate.h"

namespace haar::wire {

inline constexpr std::size_t unknown_name_bytes_max = 256;  // of a name with the way to it, in an answer

// `path`: of the structure that holds it. The message has names and indexes only, no value, and no key of a map.
Error unknown_member(const Service& service, const Path& path, std::string_view name);

// A parameter that belongs to the envelope or to a signature: whoever signs sends it, and no operation has it.
bool is_signature_parameter(std::string_view name);

}  // namespace haar::wire
