#include "engines/catalog.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <future>
#include <set>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "base/thread.h"
#include "engines/subprocess.h"
#include "engines/told_versions.h"

namespace haar::engines {
namespace {

constexpr Milliseconds version_timeout{5000};
constexpr int oldest_mysql = 8;
constexpr std::size_t expanded_max = 64;  // folders of one pattern

// "/usr/lib/postgresql/*/bin" -> every such folder; a pattern without "*" is itself.
std::vector<std::string> expand(const std::string& pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string::npos) return {pattern};
  const std::size_t slash = pattern.rfind('/', star);
  const std::string parent = pattern.substr(0, slash), prefix = pattern.substr(slash + 1, star - slash - 1);
  std::vector<std::string> out;
  DIR* folder = ::opendir(parent.c_str());
  if (folder == nullptr) return out;
  for (const dirent* entry = nullptr; out.size() < expanded_max && (entry = ::readdir(folder)) != nullptr;) {
    const std::string name = entry->d_name;
    if (name.starts_with('.') || !name.starts_with(prefix)) continue;
    out.push_back(fmt::format("{}/{}{}", parent, name, pattern.substr(star + 1)));
  }
  ::closedir(folder);
  return out;
}

std::vector<std::string> path_folders() {
  std::vector<std::string> out;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    if (const auto folder = rest.substr(0, colon); folder.starts_with('/')) out.emplace_back(folder);
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  for (const char* folder : {"/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin"}) {
    if (std::find(out.begin(), out.end(), folder) == out.end()) out.emplace_back(folder);
  }
  return out;
}

// The first number with a dot in what the program says: "postgres (PostgreSQL) 15.20 (Debian …)",
// "Redis server v=7.0.15 sha=…", "memcached 1.6.18". MySQL tells its own path first: "/opt/mysql-8.0/bin/mysqld  Ver 8.0.31".
std::string version_in(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  for (std::size_t at = text.find_first_of(digits); at != std::string_view::npos;
       at = text.find_first_of(digits, at)) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789.", at), text.size());
    std::string_view number = text.substr(at, end - at);
    while (number.ends_with('.')) number.remove_suffix(1);
    if (number.find('.') != std::string_view::npos) return std::string(number);
    at = end;
  }
  return {};
}

// The file behind a name: /usr/bin and /bin may be one folder.
std::string file_behind(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  const std::string out = resolved != nullptr ? resolved : "";
  std::free(resolved);
  return out;
}

// The name is kept as it was found: redis-server is one program with redis-check-rdb and goes by its name.
std::optional<Program> examine(Engine engine, const std::string& folder, const std::string& file, ToldVersions& told) {
  const std::string path = folder + "/" + file;
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || ::access(path.c_str(), X_OK) != 0) {
    return std::nullopt;
  }
  const std::optional<std::string> known = told.find(path, status);
  const auto output = known ? Result<std::string>(*known) : output_of(path, {"--version"}, version_timeout);
  std::string_view answer = output.ok() ? std::string_view(*output) : std::string_view();
  if (const std::size_t at = answer.find(" Ver "); at != std::string_view::npos) answer.remove_prefix(at);
  const std::string version = version_in(answer);
  if (version.empty()) {
    const std::string reason = output.ok() ? "it tells no version" : output.error().message;
    log_warning("engine program left out", {{"program", path}, {"reason", reason}});
    return std::nullopt;
  }
  if (!known) told.add(path, status, *output);
  Program program;
  program.engine = output->find("Valkey") != std::string::npos ? Engine::valkey : engine;
  program.path = path;
  program.folder = folder;
  program.version = version;
  program.major = std::atoi(version.c_str());
  program.build = fmt::format("{}-{:x}-{:x}", version, status.st_size, status.st_mtim.tv_sec);
  if (engine == Engine::mysql && output->find("MariaDB") != std::string::npos) program.engine = Engine::mariadb;
  if (program.engine == Engine::mysql && program.major < oldest_mysql) return std::nullopt;
  return program;
}

std::tuple<int, int, int> parts_of(const std::string& version) {
  std::array<int, 3> parts{};
  std::size_t at = 0;
  for (int& part : parts) {
    if (at >= version.size()) break;
    part = std::atoi(version.c_str() + at);
    const std::size_t dot = version.find('.', at);
    at = dot == std::string::npos ? version.size() : dot + 1;
  }
  return {parts[0], parts[1], parts[2]};
}

Error not_installed(Engine engine, std::optional<int> major) {
  std::string name, package;
  switch (engine) {
    case Engine::postgres:
      name = major ? fmt::format("PostgreSQL {}", *major) : "PostgreSQL";
      package = major ? fmt::format("postgresql-{}", *major) : "postgresql";
      break;
    case Engine::redis: name = "Redis", package = "redis-server"; break;
    case Engine::valkey: name = "Valkey", package = "valkey-server"; break;
    case Engine::memcached: name = "memcached", package = "memcached"; break;
    // Debian has no server of MySQL's own: MariaDB stands in for it.
    case Engine::mysql: name = "MySQL", package = "mariadb-server"; break;
    case Engine::mariadb: name = "MariaDB", package = "mariadb-server"; break;
  }
  if (major && engine != Engine::postgres) name += fmt::format(" {}", *major);
  return {"EngineNotInstalled", fmt::format("{} is not installed: apt-get install {}", name, package), 503,
          Fault::receiver};
}

}  // namespace

std::string_view engine_name(Engine engine) {
  switch (engine) {
    case Engine::postgres: return "postgres";
    case Engine::redis: return "redis";
    case Engine::valkey: return "valkey";
    case Engine::memcached: return "memcached";
    case Engine::mysql: return "mysql";
    case Engine::mariadb: return "mariadb";
  }
  return "";
}

Catalog Catalog::discover(const CatalogOptions& options) {
  Catalog out;
  ToldVersions told(options.told_file);
  std::set<std::pair<Engine, std::string>> seen;
  const auto add = [&](Engine engine, const std::string& folder, const std::string& file) {
    const std::string real = file_behind(folder + "/" + file);
    if (real.empty() || !seen.emplace(engine, real).second) return;
    auto program = examine(engine, folder, file, told);
    if (!program || (program->engine != engine && !seen.emplace(program->engine, real).second)) return;
    out.programs_.push_back(std::move(*program));
  };
  for (const std::string& pattern : options.postgres_folders) {
    for (const std::string& folder : expand(pattern)) add(Engine::postgres, folder, "postgres");
  }
  const auto folders = options.program_folders.empty() ? path_folders() : options.program_folders;
  for (const std::string& pattern : folders) {
    for (const std::string& folder : expand(pattern)) {
      add(Engine::redis, folder, "redis-server");
      add(Engine::valkey, folder, "valkey-server");
      add(Engine::memcached, folder, "memcached");
      add(Engine::mariadb, folder, "mariadbd");
      add(Engine::mysql, folder, "mysqld");
    }
  }
  told.save();
  std::stable_sort(out.programs_.begin(), out.programs_.end(), [](const Program& a, const Program& b) {
    if (a.engine != b.engine) return a.engine < b.engine;
    return parts_of(a.version) > parts_of(b.version);
  });
  return out;
}

// A thread that asks the programs. It ends before what it fills goes.
class Catalog::Asking {
 public:
  explicit Asking(CatalogOptions options) : options_(std::move(options)), thread_("haar-catalog", [this] { ask(); }) {}
  const std::vector<Program>& wait() const { return found_.get(); }

 private:
  void ask() {
    std::vector<Program> programs;
    try {
      programs = discover(options_).programs_;
    } catch (const std::exception& e) {
      log_error("the programs of engines cannot be looked for", {{"reason", e.what()}});
    }
    promise_.set_value(std::move(programs));
  }

  const CatalogOptions options_;
  std::promise<std::vector<Program>> promise_;
  const std::shared_future<std::vector<Program>> found_ = promise_.get_future().share();
  Thread thread_;
};

Catalog Catalog::discover_meanwhile(CatalogOptions options) {
  Catalog out;
  out.asking_ = std::make_shared<Asking>(std::move(options));
  return out;
}

const std::vector<Program>& Catalog::programs() const { return asking_ ? asking_->wait() : programs_; }

Result<Program> Catalog::find(Engine engine, std::optional<int> major) const {
  for (const Program& program : programs()) {
    if (program.engine == engine && (!major || program.major == *major)) return program;
  }
  return not_installed(engine, major);
}

Result<Program> Catalog::find_cache() const {
  auto redis = find(Engine::redis);
  if (redis.ok()) return redis;
  auto valkey = find(Engine::valkey);
  return valkey.ok() ? std::move(valkey) : std::move(redis);
}

Result<Program> Catalog::find_mysql() const {
  auto mysql = find(Engine::mysql);
  if (mysql.ok()) return mysql;
  auto mariadb = find(Engine::mariadb);
  return mariadb.ok() ? std::move(mariadb) : std::move(mysql);
}

}  // namespace haar::engines
