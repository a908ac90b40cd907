// Tags as records keep them.
#pragma once

#include <map>
#include <string>

namespace haar::ec2 {

using Tags = std::map<std::string, std::string>;

}  // namespace haar::ec2
