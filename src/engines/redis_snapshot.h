// A copy of a Redis node's data, as an RDB file of haar's own. The node sends it as to a replica (diskless replication), so
// haar reads no file that an engine can write, and clients are served meanwhile.
// https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::redis {

inline constexpr std::string_view copy_name = "dump.rdb";  // of the file in a copy's folder

struct SnapshotBounds {
  std::uint64_t bytes;            // of the file; more is an error
  Milliseconds total, silence;    // for all of it, and between two pieces of it
};

// Writes `path` (0600), complete and on disk when this returns: its size. What was there is replaced; after an error nothing is.
// Errors "EngineCommandFailed", "InternalFailure" (the disk), "Stopping".
Result<std::uint64_t> take_snapshot(const InstanceSpec& spec, const std::string& path, const SnapshotBounds& bounds,
                                    const std::function<bool()>& cancelled);

// ---- for tests: what comes over the connection after PSYNC -----------------------------------------------

// Finds the end of a copy: it is announced either with its length or with forty bytes that end it.
class CopyReader {
 public:
  // Takes what has come; gives to `write` what is of the copy. Error "EngineCommandFailed": it is no copy.
  Result<void> take(std::string_view bytes, const std::function<Result<void>(std::string_view)>& write);
  [[nodiscard]] bool done() const { return done_; }

 private:
  Result<void> take_header();
  Result<void> take_body(const std::function<Result<void>(std::string_view)>& write);

  std::string pending_;
  bool answered_ = false, headed_ = false, done_ = false;
  std::string mark_;             // that ends it; empty: its length is known
  std::uint64_t left_ = 0;       // of a known length
};

}  // namespace haar::engines::redis
