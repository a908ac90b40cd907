// What to do next about the password of a cluster that RDS keeps in a secret: pure.
//
// A rotation is three records in turn: the secret says of which version it is to be (`rotating_to`); one transaction puts
// that version, labelled AWSPENDING, and the wish for its password into the cluster; when the engine has taken it, one
// transaction makes the version the current one. A crash between any two of them is found by the next look.
#pragma once

#include <cstdint>

#include "services/rds/records.h"
#include "services/secretsmanager/records.h"

namespace haar::rds {

enum class RotationStep : std::uint8_t {
  nothing,
  wait,           // for the engine, or until the cluster is available
  set_timer,      // for the day on which it is due
  begin,          // it is due
  make_password,  // a new version, and the wish that the engine takes it
  finish,         // the engine has it
};

struct RotationFacts {
  const ClusterRecord& cluster;
  const ClusterStateRecord& seen;
  const secretsmanager::SecretRecord& secret;
  bool available = false;
  bool timer_set = false;
  Timestamp now{};
};

RotationStep plan_rotation(const RotationFacts& facts);

}  // namespace haar::rds
