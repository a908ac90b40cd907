// What is left of secrets whose recovery window is over. It is erased afterwards (control/retention.h).
#pragma once

#include <cstddef>
#include <vector>

#include "services/secretsmanager/records.h"
#include "store/reader.h"

namespace haar::secretsmanager {

// At most so many keys of versions of such secrets.
std::vector<store::Key> forgotten_versions(const store::Reader& reader, Timestamp now, std::size_t most);

inline bool is_forgotten(const SecretRecord& record, Timestamp now) {
  return record.deleted_at != Timestamp{} && record.erased_at <= now;
}

}  // namespace haar::secretsmanager
