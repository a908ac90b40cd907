#include "engines/postgres_storage.h"

#include <signal.h>

#include <string>
#include <string_view>

#include "base/file.h"
#include "engines/instance_files.h"

namespace haar::engines::postgres {
namespace {

constexpr std::string_view file_name = "storage.conf";
constexpr std::string_view as_usual = "# The volume has room.\n";
constexpr std::string_view refuse_writes = "# The volume has reached its limit.\ndefault_transaction_read_only = on\n";

}  // namespace

Result<void> set_read_only(Supervisor& supervisor, const InstanceSpec& spec, bool read_only) {
  const std::string_view wanted = read_only ? refuse_writes : as_usual;
  // conf/ is haar's own: the engine can read what lies there, and cannot put anything in its place.
  const Result<std::string> present = read_file(spec.conf() + "/" + std::string(file_name));
  if (!present.ok() && !read_only) return {};  // it was never full
  if (!present.ok() || *present != wanted) {
    const EngineUser user = TRY(supervisor.user_of(spec.id));
    TRY(write_config(spec, user, std::string(file_name), wanted));
  }
  supervisor.signal(spec.id, SIGHUP);
  return {};
}

}  // namespace haar::engines::postgres
