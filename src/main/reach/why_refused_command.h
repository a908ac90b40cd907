// `haar why-refused`: what keeps somebody from connecting to an endpoint, and the command that would mend it.
#pragma once

#include <cstdint>
#include <string>

#include "main/cli/commands.h"

namespace haar::main {

struct WhyRefusedChoices {
  std::string from, to, account, region;
  std::int64_t source_port = 0;  // 0: one that systems give to clients
  bool json = false;
};

inline constexpr const char* why_refused_help =
    "\nIt names all that refuses, the first first, with the AWS CLI command that would mend it. Its exit status is 0 where\n"
    "the client is admitted, 1 where it is refused and 2 where the question could not be answered.\n"
    "  haar why-refused --from 127.0.0.1 --to demo\n"
    "  haar why-refused --from i-0123456789abcdef0 --to demo.cluster-….us-east-1.rds.amazonaws.com\n";

int why_refused(const std::string& data, const WhyRefusedChoices& choices, const Terminal& terminal);

}  // namespace haar::main
