// Parsed documents by name, parsed when first asked for: the AWS managed policies are compiled into the binary as
// text, and only those that somebody uses cost anything.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/document.h"

namespace haar::policy {

// For texts that never change under their name. May be used from any thread.
class DocumentCache {
 public:
  // The document of that name; text is read only the first time. An error is not kept.
  Result<std::shared_ptr<const Document>> get(const std::string& name, std::string_view text, Kind kind);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Document>> documents_;
};

}  // namespace haar::policy
