// A resource that a request names by its id, or the error of its kind.
#pragma once

#include <string>

#include "base/result.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

template <class Record>
Result<const Record*> require(const api::Call& call, const ResourceKind& kind, const store::KeySpace<Record>& space,
                              const std::string& id) {
  TRY(check_id(kind, id));
  const Record* record = call.txn.get(space, call.key(id));
  if (record == nullptr) return not_found(kind, id);
  return record;
}

}  // namespace haar::ec2
