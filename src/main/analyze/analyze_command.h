// `haar analyze`: what a policy allows, proved; for a team's CI, without a server and an account.
#pragma once

#include <string>

#include "main/decide/decide_command.h"

namespace haar::main {

extern const char* const analyze_help;

// Answers every line of `file` ("" or "-": the standard input) on terminal.out. 0: every check passed; 1: one failed; 2: the
// file or a line was not understood; 3: none failed, but one could not be decided.
int analyze(const std::string& file, const Terminal& terminal);
// The same of any source; tests use it.
int analyze_lines(LineReader& reader, const Terminal& terminal);

}  // namespace haar::main
