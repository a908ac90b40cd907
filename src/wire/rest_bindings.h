// restJson: members as labels, parameters of the query and headers. Internal to src/wire and its tests.
// https://smithy.io/2.0/spec/http-bindings.html
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/codec.h"
#include "wire/json_body.h"
#include "wire/rest_routes.h"

namespace haar::wire {

// The name in the label, the parameter or the header; of a member with prefix headers, the prefix.
inline std::string_view bound_name(const Member& m) {
  return m.location_name.empty() && m.location != Location::headers ? m.name : m.location_name;
}

// Members of which something came.
using Came = std::vector<const Member*>;

// These fill the members that are not in the body.
Result<void> read_labels(const Shape& shape, const std::vector<Label>& labels, void* value, Came& came);
Result<void> read_query(const Shape& shape, std::string_view query, void* value, Came& came);
// Parameters that neither the template nor a member has.
Result<void> refuse_unknown_parameters(const Service& service, const Shape& shape, const UriTemplate& uri,
                                       std::string_view query);
Result<void> read_headers(Side side, const Shape& shape, std::span<const Header> headers, void* value, Came& came);

std::vector<Label> write_labels(const Service& service, const Shape& shape, const void* value);
// Appends "?a=b&c=d"; '&' first if `uri` has a query already.
void write_query(std::string& uri, const Service& service, const Shape& shape, const void* value);
void write_headers(OwnHeaders& headers, const Service& service, const Shape& shape, const void* value);

}  // namespace haar::wire
