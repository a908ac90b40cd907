#include "services/rds/secret/rotation_plan.h"

namespace haar::rds {

RotationStep plan_rotation(const RotationFacts& facts) {
  const secretsmanager::SecretRecord& secret = facts.secret;
  if (facts.cluster.deleting) return RotationStep::nothing;
  if (secret.rotating_to.empty()) {
    if (!secret.rotates) return RotationStep::nothing;
    if (secret.rotates_next_at > facts.now) return facts.timer_set ? RotationStep::nothing : RotationStep::set_timer;
    return facts.available ? RotationStep::begin : RotationStep::wait;
  }
  if (facts.cluster.password_version != secret.rotating_to) return RotationStep::make_password;
  return facts.seen.password_set == facts.cluster.password_generation ? RotationStep::finish : RotationStep::wait;
}

}  // namespace haar::rds
