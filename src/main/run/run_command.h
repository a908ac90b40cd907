// `haar run`: a program of this machine whose connections are an instance's.
#pragma once

#include <string>
#include <vector>

#include "main/cli/commands.h"

namespace haar::main {

struct RunChoices {
  std::string instance, region, account;
  std::vector<std::string> program;  // and its arguments
};

// The program's exit status; 128 and its number if a signal ended it. 125: haar could not act as the instance, 126: the
// program cannot be run, 127: there is none of this name.
int run_as_instance(const std::string& data, const RunChoices& choices, const Terminal& terminal);

inline constexpr const char* run_help =
    "\nThe program and all its children connect from the instance's address, which security groups know. What they\n"
    "connect to 169.254.169.254 is the instance's metadata service, with the credentials of its role; private addresses\n"
    "of its VPC lead to the databases and caches that have them. Your own credentials are taken out of the environment.\n"
    "  haar run --instance i-0123456789abcdef0 -- psql -h 172.31.5.9 -U admin postgres\n"
    "What differs from an instance: the program sees loopback addresses where it asks for those of a connection; UDP goes\n"
    "out as from this machine; 32-bit programs end at once; what outlives the program makes no more TCP connections.\n";

}  // namespace haar::main
