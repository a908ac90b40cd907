// The part of a hosts file that is haar's: the names of its endpoints, between two lines that say whose they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::main {

struct HostLine {
  std::string address, name;
};

// The lines between the marks, without them. What is neither an address nor a name is left out.
std::string hosts_lines(const std::vector<HostLine>& hosts);
// The file's text with this block in the place of the one of the same owner (a data folder); no lines: with none. Other
// lines stay as they are. Error "HostsFileDamaged": its begin has no end.
Result<std::string> with_hosts_block(std::string_view text, std::string_view owner, std::string_view lines);
// Does that to a file that exists: whole or not at all, with mode and owner as they were. Where it cannot be replaced
// because it is a mount of its own (/etc/hosts of a container), it is written in place.
Result<void> write_hosts_block(const std::string& path, std::string_view owner, std::string_view lines);

}  // namespace haar::main
