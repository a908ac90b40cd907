#include "wire/unknown_member.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"

namespace haar::wire {
namespace {

// "Tags[0].Parts"; the entries of a map by their place.
std::string json_path(const Path& path) {
  if (path.parent == nullptr) return {};
  std::string out = json_path(*path.parent);
  if (path.member == nullptr) return fmt::format("{}[{}]", out, path.index - 1);
  if (!out.empty()) out += '.';
  return out += path.member->name;
}

}  // namespace

Error unknown_member(const Service& service, const Path& path, std::string_view name) {
  const bool parameters = service.protocol == Protocol::query || service.protocol == Protocol::ec2;
  std::string full = parameters ? parameter_path(service, path) : json_path(path);
  if (!full.empty()) full += '.';
  full += name.substr(0, unknown_name_bytes_max);
  full.resize(std::min(full.size(), unknown_name_bytes_max));
  std::replace_if(full.begin(), full.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return {"NotImplemented",
          fmt::format("The member '{}' is not implemented by haar: its model of {}, that of botocore {}, does not have it. "
                      "Nothing was done.",
                      full, service.name, HAAR_MODELS_OF),
          501, Fault::receiver};
}

bool is_signature_parameter(std::string_view name) {
  const std::string start = to_lower(name.substr(0, 7));
  return start.starts_with("x-amz-") || start == "x-amzn-";
}

}  // namespace haar::wire
