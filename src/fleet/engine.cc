#include "fleet/engine.h"

#include <fmt/format.h>

namespace haar::fleet {

std::string_view role_name(Role role) { return role == Role::writer ? "writer" : "reader"; }

Error Engine::cannot(std::string_view what) const {
  return {"EngineCannot", fmt::format("the engine {} cannot {}", id_, what), 500, Fault::receiver};
}

Result<void> Engine::apply_settings(const Settings&, Milliseconds) { return cannot("take settings while it runs"); }
Result<void> Engine::set_parameters(const Parameters&) { return cannot("be given parameters"); }
Result<void> Engine::apply_parameters(const Parameters&, Milliseconds) { return cannot("take parameters while it runs"); }
Result<void> Engine::set_certificate(const std::string&) { return cannot("be given a certificate"); }
Result<void> Engine::close_access() { return cannot("be closed to clients"); }
Result<void> Engine::give_access(const Access&, Milliseconds) { return cannot("be told who may log in"); }
Result<void> Engine::end_sessions() { return cannot("end its sessions"); }
Result<void> Engine::promote(Epoch) { return cannot("be promoted"); }
Result<void> Engine::follow(const Upstream&, Epoch) { return cannot("follow another"); }
Result<Position> Engine::position() { return cannot("tell its position"); }
Result<Replication> Engine::replication(Milliseconds) { return cannot("tell whom it follows"); }
Result<void> Engine::stand_down(Epoch) { return cannot("stand down"); }
Result<void> Engine::serve_without_writer() { return cannot("serve without a writer"); }
Result<void> Engine::pause_writes(Milliseconds) { return cannot("pause writes"); }
Result<std::optional<Position>> Engine::fence(bool) { return cannot("be fenced"); }
Result<void> Engine::enter(Epoch) { return cannot("enter an epoch"); }
Result<void> Engine::copy_of(const Upstream&) { return cannot("copy another"); }
Result<void> Engine::commits_wait(Milliseconds) { return cannot("wait for readers"); }
Result<void> Engine::snapshot(const std::string&) { return cannot("be copied"); }
Result<void> Engine::restore(const std::string&) { return cannot("be made of a copy"); }

}  // namespace haar::fleet
