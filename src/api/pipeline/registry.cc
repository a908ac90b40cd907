#include <cassert>

#include "api/kit/row.h"
#include "api/pipeline/unbuilt.h"

namespace haar::api {

void Registry::add(const wire::Service& service, std::initializer_list<const Operations*> tables) {
  services_.push_back(&service);
  for (const Operations* table : tables) {
    for (const Row& row : *table) {
      assert(row.model != nullptr && row.model->service == &service);
      assert(row.handle != nullptr);
      // A row says what it needs, or that AWS needs nothing: an operation nobody thought about is a bug.
      assert(row.needs_no_permission != static_cast<bool>(row.resolve));
      // Slow work comes after the decision. So the decision cannot look at it, unless nobody is known before; and
      // what is verified before a decision would be verified twice, where a one-time code is good once.
      assert(!row.resolves_prepared || row.identify_caller);
      assert(!row.prepare || !row.verify_first);
      assert(!row.awaits || row.prepare);
      for (const std::string_view name : taken_members(row))
        assert(row.model->input != nullptr && wire::find_member(*row.model->input, name) != nullptr);
      for (const WithoutEffect& one : row.without_effect)
        assert(row.model->input != nullptr && wire::find_member(*row.model->input, one.member) != nullptr);
      const auto [at, added] = rows_.emplace(row.model, row);
      assert(added && "two rows for one operation");
      at->second.refused = members_to_refuse(row);
    }
  }
}

const wire::Service* Registry::service_by_signing_name(std::string_view signing_name) const {
  for (const wire::Service* service : services_) {
    if (service->signing_name == signing_name) return service;
  }
  return nullptr;
}

const Row* Registry::find(const wire::Operation& operation) const {
  const auto found = rows_.find(&operation);
  return found == rows_.end() ? nullptr : &found->second;
}

}  // namespace haar::api
