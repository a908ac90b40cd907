#include "api/pipeline/unbuilt.h"

#include <algorithm>
#include <string>

namespace haar::api {
namespace {

// What execute.cc acts on for every operation.
constexpr std::string_view dry_run = "DryRun";

bool asks_for_something(const wire::Member& member, const void* in) {
  const void* value = static_cast<const char*>(in) + member.offset;
  if (member.optional != nullptr) {
    if (!member.optional->has(value)) return false;
    value = member.optional->get(value);
  }
  switch (member.shape->kind) {
    case wire::Kind::boolean: return *static_cast<const bool*>(value);
    case wire::Kind::string: return !static_cast<const std::string*>(value)->empty();
    case wire::Kind::list: return member.shape->list->size(value) > 0;
    case wire::Kind::map: return member.shape->map->size(value) > 0;
    default: return true;
  }
}

}  // namespace

std::vector<std::string_view> taken_members(const Row& row) {
  std::vector<std::string_view> out;
  for (std::string_view rest = row.takes; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    out.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::vector<const wire::Member*> members_to_refuse(const Row& row) {
  std::vector<const wire::Member*> out;
  if (row.model->input == nullptr) return out;
  std::vector<std::string_view> accepted = taken_members(row);
  for (const WithoutEffect& one : row.without_effect) accepted.push_back(one.member);
  for (const wire::Member& member : row.model->input->members) {
    if (member.name != dry_run && std::find(accepted.begin(), accepted.end(), member.name) == accepted.end())
      out.push_back(&member);
  }
  return out;
}

Result<void> refuse_unbuilt(const Row& row, const void* in) {
  for (const wire::Member* member : row.refused) {
    if (!asks_for_something(*member, in)) continue;
    std::string message = "The parameter ";
    message.append(member->name).append(" of ").append(row.model->service->name).append(":").append(row.model->name);
    return Error{"NotImplemented", message + " is not implemented by haar.", 501, Fault::receiver};
  }
  return {};
}

}  // namespace haar::api
