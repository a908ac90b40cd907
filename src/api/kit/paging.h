// Pagination as AWS does it: an opaque, authenticated marker that is good only for the listing that made it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "auth/marker.h"

namespace haar::api {

// One listing: the operation and everything that decides which items it shows.
class Pager {
 public:
  // `filters`: any text that differs when the filters do (the input's JSON without marker and page size).
  Pager(const Call& call, std::string_view operation, std::string_view filters)
      : subkey_(call.env.keyring.derive("marker")),
        identity_(call.account().value + "/" + call.region().value + "/" + std::string(operation) + "/" +
                  std::string(filters)) {}

  // The last key of the page before; empty for the first page. Error: auth::open_marker's.
  [[nodiscard]] Result<std::string> after(const std::optional<std::string>& marker) const {
    if (!marker || marker->empty()) return std::string();
    return auth::open_marker(subkey_, *marker, identity_);
  }
  [[nodiscard]] std::string marker(std::string_view last_key) const {
    return auth::seal_marker(subkey_, last_key, identity_);
  }

 private:
  auth::Digest subkey_;
  std::string identity_;
};

}  // namespace haar::api
