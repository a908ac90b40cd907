// MySQL and MariaDB as an engine of the fleet: aurora-mysql and mysql on MySQL where there is one and else on MariaDB,
// mariadb on MariaDB. A volume stays with the program that made it.
#pragma once

#include <memory>
#include <string>

#include "fleet/engine.h"
#include "fleet/host.h"

namespace haar::fleet {

class MysqlDriver {
 public:
  explicit MysqlDriver(const Machine& machine) : machine_(machine) {}

  // `engine` is AWS's: "aurora-mysql", "mysql", "mariadb".
  [[nodiscard]] std::shared_ptr<Engine> engine(engines::InstanceSpec spec, std::string engine);

 private:
  friend class MysqlEngine;
  const Machine machine_;
};

}  // namespace haar::fleet
