#include "http/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "base/file.h"
#include "base/log.h"
#include "http/admission.h"

namespace haar::http {
namespace {

// For state, logs, engines and their endpoints: what haar would like to have, and the part of a low limit that
// connections must leave to it.
constexpr std::size_t reserve = 4'096;
constexpr std::size_t reserved_share = 2;  // a half
constexpr std::size_t least_reserve = 128;
constexpr std::size_t least_connections = 32;  // with fewer, haar refuses to start

}  // namespace

std::size_t connections_within(std::size_t files, std::size_t wanted) {
  const std::size_t kept = std::min(reserve, std::max(least_reserve, files / reserved_share));
  if (files <= kept) return 0;
  // Beyond its limit the admission needs some for those that it refuses and those that are leaving.
  const std::size_t given = files - kept;
  const std::size_t fits = given > 2 * Admission::most_over_limit ? given - Admission::most_over_limit : given / 2;
  return fits < std::min(least_connections, wanted) ? 0 : std::min(fits, wanted);
}

Result<std::size_t> room_for_connections(std::size_t wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return system_error("cannot read", "the limit of open files");
  const rlim_t needed = wanted + Admission::most_over_limit + reserve;
  if (files.rlim_cur < needed) {
    rlimit raised{std::min(needed, files.rlim_max), files.rlim_max};
    if (files.rlim_max < needed) {  // which only root may
      const rlimit beyond{needed, needed};
      if (::setrlimit(RLIMIT_NOFILE, &beyond) == 0) raised = beyond;
    }
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  const std::size_t fits = connections_within(files.rlim_cur, wanted);
  if (fits == 0) {
    return Error{"InternalFailure",
                 "the limit of open files is " + std::to_string(files.rlim_cur) +
                     ", too low to serve: raise it (ulimit -n, or LimitNOFILE= of a systemd unit)",
                 500, Fault::receiver};
  }
  if (fits < wanted) {
    log_warning("the limit of open files permits fewer connections",
                {{"open files", std::to_string(files.rlim_cur)}, {"connections", std::to_string(fits)}});
  }
  return fits;
}

}  // namespace haar::http
