#include "main/cli/banner.h"

#include <fmt/format.h>

#include "main/setup/profile.h"
#include "main/version.h"

namespace haar::main {

std::string banner(const BannerFacts& facts) {
  std::string text = fmt::format("\n  haar {}\n\n", version);
  const auto row = [&](std::string_view label, std::string_view value) {
    text += fmt::format("  {:<12}{}\n", label, value);
  };
  row("endpoint", facts.endpoint);
  if (!facts.authority.empty()) {
    row("https", "on the same port, for clients that trust haar's CA  (haar ca prints it)");
    row("", "export AWS_CA_BUNDLE=" + shell_word(facts.authority));
  }
  if (!facts.console.empty()) {
    row("console", facts.console + "  (in a browser; sign up there, or sign in)");
    row("mailbox", facts.mailbox);
    row("", "mail and telephone of everybody here: opens once, within ten minutes  (haar console  prints another)");
  }
  row("data", facts.data);
  row("account", facts.account.empty() ? "none yet: run  haar setup --defaults" : facts.account);
  if (!facts.profile.empty()) {
    row("profile", facts.profile);
    row("", facts.export_line);
  }
  row("names", facts.dns.empty() ? "not resolved  (haar serve --dns 5353, or  haar endpoints --write-hosts /etc/hosts)"
                                 : "of databases and caches: by DNS at " + facts.dns);
  if (facts.allow_reset) row("reset", "allowed (haar reset throws everything away)");
  if (!facts.disk.empty()) row("disk", facts.disk);
  row("log", facts.data + "/log/haar.log");
  row("stop", "Ctrl-C here, or  haar stop  (databases and caches stay up; --engines stops them too)");
  return text + "\n";
}

}  // namespace haar::main
