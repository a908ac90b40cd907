#include "engines/postgres_access.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include "base/file.h"
#include "engines/instance_files.h"
#include "engines/postgres_parameters.h"
#include "engines/tls_file.h"

namespace haar::engines::postgres {
namespace {

constexpr std::string_view unaware_name = "no-log-ins";

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// A server that was built without PAM would not start with a rule that names it.
bool calls_pam(const Program& program) {
  static std::mutex mutex;
  static std::map<std::string, bool> known;
  const std::lock_guard lock(mutex);
  const auto [at, is_new] = known.try_emplace(program.path + " " + program.build, false);
  if (!is_new) return at->second;
  constexpr std::string_view function = "pam_authenticate";
  std::ifstream file(program.path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  at->second = bytes.find(function) != std::string::npos;
  return at->second;
}

}  // namespace

std::string tls_config(const InstanceSpec& spec) {
  if (!has_tls_file(spec)) return "ssl = off\n";
  return fmt::format("ssl = on\nssl_cert_file = '{0}'\nssl_key_file = '{0}'\nssl_min_protocol_version = 'TLSv1.2'\n",
                     tls_file(spec));
}

Result<void> note_program(const InstanceSpec& spec, const EngineUser& user, const Program& program) {
  const std::string mark = spec.conf() + "/" + std::string(unaware_name);
  if (!calls_pam(program)) return write_config(spec, user, std::string(unaware_name), "");
  ::unlink(mark.c_str());
  return {};
}

// Tenants come over TCP and only with a password or a token; haar over a connection of its own, which is no TCP (a
// tenant's program cannot make one: only haar knows the token of the hand-over), and with a secret of this instance's.
// rdsadmin never comes over TCP, whatever its password. A reader's WAL receiver comes as the administrator, over a
// connection that haar made of the two.
//
// Who has the role rds_iam comes over TLS and with a token, never with a password:
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
std::string open_host_config(bool only_tls, bool by_haar) {
  return fmt::format(
      "local   replication rdsadmin          scram-sha-256\n"
      "local   all         rdsadmin          scram-sha-256\n"
      "local   all         all               reject\n"
      "host    all         rdsadmin all      reject\n"
      "host    rdsadmin    all      all      reject\n"
      "host    replication all      all      reject\n"
      "{iam}"
      "{host} all         all      all      scram-sha-256\n",
      fmt::arg("iam", by_haar ? "hostssl all         +rds_iam all      pam\n"
                                "host    all         +rds_iam all      reject\n"
                              : "host    all         +rds_iam all      reject\n"),
      fmt::arg("host", only_tls ? "hostssl" : "host   "));
}

Result<void> write_open_host_config(const InstanceSpec& spec, const EngineUser& user) {
  const bool by_haar = has_tls_file(spec) && !exists(spec.conf() + "/" + std::string(unaware_name));
  return write_config(spec, user, "pg_hba.conf", open_host_config(is_parameter_set(spec, "rds.force_ssl", "1"), by_haar));
}

}  // namespace haar::engines::postgres
