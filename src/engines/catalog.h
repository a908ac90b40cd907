// The engine programs that this machine really has, with the versions they tell of themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::engines {

enum class Engine : std::uint8_t { postgres, redis, valkey, memcached, mysql, mariadb };
std::string_view engine_name(Engine engine);  // "postgres", "redis", …: the program's, not AWS's

struct Program {
  Engine engine = Engine::postgres;
  std::string path;     // the server itself: /usr/lib/postgresql/15/bin/postgres
  std::string folder;   // where its companions lie (initdb)
  std::string version;  // "15.20", "7.0.15", "1.6.18"
  int major = 0;
  std::string build;  // changes with the file: names templates made by it
};

struct CatalogOptions {
  // Folders that hold a `postgres`; a last component "*" stands for every entry before "/bin".
  std::vector<std::string> postgres_folders = {"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"};
  // Searched for redis-server, valkey-server, memcached, mysqld, mariadbd. Empty: $PATH and /usr/sbin.
  std::vector<std::string> program_folders;
  // Where it is kept what programs have told (engines/told_versions.h); empty: nowhere.
  std::string told_file = {};
};

class Catalog {
 public:
  // Runs every program found with --version, bounded in time; what does not answer is left out and logged.
  static Catalog discover(const CatalogOptions& options = {});

  // The same while the caller goes on; whoever asks the catalog before the programs have answered waits for them.
  static Catalog discover_meanwhile(CatalogOptions options);

  // Newest first per engine.
  [[nodiscard]] const std::vector<Program>& programs() const;
  // The newest program of the engine, or of its major if one is asked for. Error "EngineNotInstalled" names
  // the Debian package: "PostgreSQL 15 is not installed: apt-get install postgresql-15".
  [[nodiscard]] Result<Program> find(Engine engine, std::optional<int> major = std::nullopt) const;
  // AWS's redis engine: redis-server, or valkey-server in its place.
  [[nodiscard]] Result<Program> find_cache() const;
  // AWS's mysql and aurora-mysql engines: the newest MySQL, or MariaDB in its place.
  [[nodiscard]] Result<Program> find_mysql() const;

 private:
  class Asking;
  std::vector<Program> programs_;
  std::shared_ptr<Asking> asking_;  // in place of programs_
};

}  // namespace haar::engines
