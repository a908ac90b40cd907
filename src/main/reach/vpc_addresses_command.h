// `haar vpc-addresses on|off|status`: whether addresses of VPCs are addresses of this machine, so that an endpoint listens on
// its interface's own address and a client can come from one.
#pragma once

#include <string>

#include "main/cli/commands.h"

namespace haar::main {

inline constexpr const char* vpc_addresses_help =
    "\non      makes the blocks of all VPCs addresses of this machine, but for those that its networks have already\n"
    "off     takes back what on has made\n"
    "status  says which are\n"
    "on and off change routes of this machine: they need root (CAP_NET_ADMIN), say what they do, and without the privilege\n"
    "say what to run. VPCs that are made later need another on. After a start of the machine, too.\n";

int vpc_addresses(const std::string& data, const std::string& what, const Terminal& terminal);

}  // namespace haar::main
