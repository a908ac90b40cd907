// PostgreSQL as an engine of the fleet. One driver for all of them: it holds the volumes that are kept ready.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engines/postgres_pool.h"
#include "fleet/engine.h"
#include "fleet/host.h"
#include "fleet/storage.h"

namespace haar::fleet {

class PostgresDriver {
 public:
  PostgresDriver(const Machine& machine, std::string state_folder);

  // `version` is AWS's ("15.17"): the program is the newest of its major.
  [[nodiscard]] std::shared_ptr<Engine> engine(engines::InstanceSpec spec, const std::string& version);
  // Makes the template of the newest program, which takes seconds, once: before the first cluster asks for it.
  void prepare_template();
  // Brings the volumes that are kept ready up to their number. Blocks, for seconds on a slow disk.
  void fill_pool();
  // A copy that snapshot() made, made once more; held against its sums.
  [[nodiscard]] Result<void> duplicate(const std::string& from, const std::string& to) const;
  // A copy or a kept log goes.
  [[nodiscard]] Result<void> discard(const std::string& folder) const;
  // Measures the volumes of its engines.
  [[nodiscard]] std::unique_ptr<Storage> watch_storage(Storage::Hooks hooks) const;

 private:
  friend class PostgresEngine;
  std::optional<engines::postgres::Template> prepare();

  const Machine machine_;
  const std::string state_folder_;
  engines::postgres::VolumePool pool_;
};

}  // namespace haar::fleet
