// SQL with named parameters (":name") as PostgreSQL's own numbered ones: pure. What stands in quotes, in comments, in
// dollar quotes, and the second colon of a cast is left as it is.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.calling.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace haar::rdsdata {

struct NamedSql {
  std::string text;                // with $1, $2, …
  std::vector<std::string> names;  // of $1, $2, …: each name once
};

NamedSql number_parameters(std::string_view sql);

}  // namespace haar::rdsdata
