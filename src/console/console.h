// The console's layer, as the composition root sees it: what it stores, what it serves.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/pipeline/serve.h"
#include "control/retention.h"
#include "console/session/sessions.h"
#include "console/signin/signin.h"
#include "events/log.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::console {

// The console's own name: nothing else on the machine is served under it, since cookies ignore ports.
inline constexpr std::string_view default_host = "haar.localhost";

struct ConsoleParts {
  const api::Environment& env;
  api::Pipeline& pipeline;
  store::Db& db;
  events::Log& log;
  std::vector<std::string> hosts;  // default_host, and what is configured
  std::string region;
  std::set<std::string> regions{};  // that regional services are served in
};

class Console {
 public:
  // Before the log is started.
  explicit Console(const ConsoleParts& parts);

  // What is served under the console's names. The Console outlives them.
  std::vector<web::Site> sites();

 private:
  ConsoleParts parts_;
  LastUse last_use_;
  SignIn sign_in_;
};

std::vector<const store::SpaceBase*> spaces();
// Sessions that are over, and guesses that are forgiven.
std::vector<control::Retained> retained_records();
// "haar.localhost" and the names of the setting, which are joined by ','. InvalidConfiguration: one is no host name.
Result<std::vector<std::string>> console_hosts(std::string_view setting);

}  // namespace haar::console
