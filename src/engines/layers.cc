#include "engines/layers.h"

#include <fmt/format.h>
#include <unistd.h>

#include "engines/landlock.h"
#include "engines/seccomp.h"

namespace haar::engines {
namespace {

constexpr int scoped_abi = 6;  // the first that holds signals and abstract sockets
constexpr int network_abi = 4;

}  // namespace

Layers Layers::of_this_machine() {
  return {landlock::abi(), seccomp::available(), namespaces::permitted(), ::geteuid() == 0};
}

LayersTold tell(const Layers& layers) {
  LayersTold out;
  const auto say = [&](bool holds, std::string yes, std::string no) {
    (holds ? out.in_force : out.missing).push_back(std::move(holds ? yes : no));
  };
  say(layers.landlock > 0, fmt::format("Landlock (ABI {}): an engine opens its own folder and nothing else", layers.landlock),
      "no Landlock: needs Linux 5.13 with landlock in the kernel's lsm= list");
  if (layers.landlock > 0) {
    say(layers.landlock >= network_abi, "Landlock holds TCP", "Landlock does not hold TCP: needs Linux 6.7");
    say(layers.landlock >= scoped_abi, "Landlock holds signals and abstract sockets",
        "Landlock does not hold signals and abstract sockets: needs Linux 6.12");
  }
  say(layers.seccomp, "seccomp: no sockets of the network, no connections, no other processes, no io_uring",
      "no seccomp: the kernel was built without CONFIG_SECCOMP_FILTER");
  say(layers.namespaces != namespaces::Kind::none,
      layers.namespaces == namespaces::Kind::plain
          ? "namespaces: own processes, network and mounts; its folder is noexec"
          : "namespaces, inside a user namespace: own processes, network and mounts; its folder is noexec",
      ::geteuid() == 0 ? "no namespaces: haar lacks CAP_SYS_ADMIN"
                       : "no namespaces: the kernel does not permit unprivileged user namespaces");
  say(layers.own_users, "a user id of its own for each engine",
      "all engines run as haar's user: run haar as root for a user id an engine");
  return out;
}

}  // namespace haar::engines
