#include "services/secretsmanager/retention.h"

namespace haar::secretsmanager {

std::vector<store::Key> forgotten_versions(const store::Reader& reader, Timestamp now, std::size_t most) {
  std::vector<store::Key> keys;
  for (const auto& [secret, record] : reader.scan(secrets, {})) {
    if (!is_forgotten(record, now)) continue;
    const store::Key all = versions_of(secret.account(), Region(secret.region()), record.name);
    for (const auto& [key, version] : reader.scan(versions, all)) {
      if (keys.size() == most) return keys;
      keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace haar::secretsmanager
