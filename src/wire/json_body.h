// Structures <-> JSON, by the schema tables: what awsJson and restJson share. Internal to src/wire.
// Absent members are left out; null means absent, and `__type` is ignored. Keys that the model does not have are ignored in
// answers and refused in requests (see unknown_member.h). Of a union exactly one member may be set.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#shape-serialization
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/schema.h"
#include "wire/validate.h"

namespace haar::wire {

// Which names members have: those of the protocol, where only the body's members are, or the model's own, of all members.
enum class Names : std::uint8_t { wire, model };

void write_json(std::string& out, const Service& service, const Member& member, const void* value);
// The members that belong into the body, as an object.
void write_json_members(std::string& out, const Service& service, const Shape& shape, const void* value,
                        Names names = Names::wire);

// How strictly to read. What a client sends wrongly is its SerializationException (400), in AWS's words where
// they are known; what a server sends wrongly is a MalformedResponse, and what can be understood is taken:
// unknown union members, nulls in lists and maps, timestamps in any format.
enum class Side : std::uint8_t { server, client };

// Fills the structure from an object; no text at all is an empty object. Required members that did not come are
// added to `missing`.
Result<void> read_json_members(Side side, const Service& service, const Shape& shape, std::string_view text,
                               void* value, std::vector<Missing>& missing, Names names = Names::wire);
// The whole text is one value: a payload. `path` is for `missing`.
Result<void> read_json_value(Side side, const Service& service, const Member& member, std::string_view text, void* value,
                             const Path& path, std::vector<Missing>& missing);
// The same of a body in which no member belongs; what is no JSON object holds none.
Result<void> refuse_json_members(const Service& service, std::string_view text);

Error serialization_error(Side side, std::string message);
// A text that is no value of the kind.
Error conversion_error(Side side, Kind kind);

}  // namespace haar::wire
