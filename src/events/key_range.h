// Ranges of keys.
#pragma once

#include <string>
#include <utility>

#include "store/key.h"

namespace haar::events {

// The first key behind all that begin with the prefix, which ends in a separator.
inline store::Key behind(const store::Key& prefix) {
  std::string bytes = prefix.bytes();
  bytes.back() = store::key_detail::separator + 1;
  return store::Key::from_bytes(std::move(bytes));
}

}  // namespace haar::events
