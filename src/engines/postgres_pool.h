// Data folders copied from a template and forced to disk ahead of need: a create is then a rename, whatever the
// disk is doing (one that deletes slowly makes a copy of a thousand files ten times slower).
#pragma once

#include <cstddef>
#include <mutex>
#include <string>

#include "base/result.h"
#include "engines/instance.h"
#include "engines/postgres.h"
#include "engines/supervisor.h"

namespace haar::engines::postgres {

class VolumePool {
 public:
  // `folder`: absolute, on the file system of the instances' folders.
  VolumePool(Supervisor& supervisor, std::string folder) : supervisor_(supervisor), folder_(std::move(folder)) {}
  VolumePool(const VolumePool&) = delete;
  VolumePool& operator=(const VolumePool&) = delete;

  // As create_data, and on disk when it returns: one of the pool's, or copied now if it has none.
  Result<void> create(const Template& prepared, const InstanceSpec& spec);
  // Blocks until `wanted` are ready. Clears away what an interrupted fill left.
  Result<void> fill(const Template& prepared, std::size_t wanted);
  [[nodiscard]] std::size_t ready(const Template& prepared) const;

 private:
  [[nodiscard]] std::string place_of(const Template& prepared) const;

  Supervisor& supervisor_;
  const std::string folder_;
  std::mutex filling_;  // one fill at a time
  std::mutex taking_;
};

}  // namespace haar::engines::postgres
