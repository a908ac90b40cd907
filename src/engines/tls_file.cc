#include "engines/tls_file.h"

#include <unistd.h>

#include "base/file.h"
#include "engines/instance_files.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

constexpr std::string_view name = "server.pem";
constexpr std::size_t bytes_max = 64 * 1024;

}  // namespace

std::string tls_file(const InstanceSpec& spec) { return spec.conf() + "/" + std::string(name); }

bool has_tls_file(const InstanceSpec& spec) { return ::access(tls_file(spec).c_str(), F_OK) == 0; }

std::string read_tls_file(const InstanceSpec& spec) {
  const Result<std::string> text = read_own_file(tls_file(spec), bytes_max);
  return text.ok() ? *text : std::string();
}

Result<void> write_tls_file(const Supervisor& supervisor, const InstanceSpec& spec, std::string_view pem) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(make_folders(spec.folder, 0711));
  TRY(make_folders(spec.conf(), 0711));
  return write_secret_config(spec, user, std::string(name), pem);
}

}  // namespace haar::engines
