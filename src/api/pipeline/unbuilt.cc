#include "api/pipeline/unbuilt.h"

#include <algorithm>
#include <string>

namespace haar::api {
namespace {

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

Result<void> refuse_unbuilt(const wire::Operation& operation, const void* in,
                            std::initializer_list<std::string_view> built) {
  for (const wire::Member& member : operation.input->members) {
    if (std::find(built.begin(), built.end(), member.name) != built.end()) continue;
    if (!asks_for_something(member, in)) continue;
    std::string message = "The parameter ";
    message.append(member.name).append(" of ").append(operation.service->name).append(":").append(operation.name);
    return Error{"NotImplemented", message + " is not implemented by haar.", 501, Fault::receiver};
  }
  return {};
}

}  // namespace haar::api
