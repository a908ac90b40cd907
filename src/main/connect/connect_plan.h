// What automatic connectivity between an instance and a database or cache does, decided from the groups that there are.
// AWS has it in its consoles alone; the cases are those of its guide. Pure.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/ec2-rds-connect.html#ec2-rds-connect-overview
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haar::main {

// How the pair is named: "rds-ec2-1" is the database's, "ec2-rds-1" the instance's.
struct PairNames {
  std::string_view target, instance;  // with the hyphen before the number
};
inline constexpr PairNames rds_names{"rds-ec2-", "ec2-rds-"};
inline constexpr PairNames elasticache_names{"elasticache-ec2-", "ec2-elasticache-"};

struct PlainRule {
  std::string protocol;
  std::int32_t from_port = -1, to_port = -1;
  std::string peer_group;  // empty: the peer is something else
};

struct PlainGroup {
  std::string id, name;
  std::vector<PlainRule> ingress, egress;
};

struct Connectivity {
  std::int32_t port = 0;               // of the database or cache
  std::vector<PlainGroup> of_vpc;      // all that are named so, whatever they are attached to
  std::vector<std::string> of_target;  // ids of the groups that are attached
  std::vector<std::string> of_instance;
};

struct ConnectPlan {
  enum class Action : std::uint8_t {
    none,       // the connection is there already
    associate,  // `group` becomes one of the instance's
    create,     // a new pair of number `number`, one group for each
  } action = Action::create;
  std::string group;
  std::int32_t number = 0;
};

ConnectPlan plan_connection(const PairNames& names, const Connectivity& now);

}  // namespace haar::main
