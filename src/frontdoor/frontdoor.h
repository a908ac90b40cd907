// The front door owns every endpoint address. It accepts a TCP connection, asks the rules in force, and
// hands the accepted socket to an engine (SCM_RIGHTS); it relays no byte, so a session outlives haar.
// A connection that is not admitted is reset, or its packets are dropped before they become one (Refusal). Where it is
// reset, an endpoint that admits nobody has no listener at all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "frontdoor/admission.h"
#include "frontdoor/fixed_replies.h"

namespace haar::frontdoor {

enum class Balance : std::uint8_t {
  first,        // the first target that takes the connection, in order (writer endpoints)
  round_robin,  // starts one further at each connection (reader endpoints)
};

// What a client hears that is not admitted.
enum class Refusal : std::uint8_t {
  reset,    // that it is refused, at once
  timeout,  // nothing, as on AWS, where the machine permits filters (syn_filter.h); else it is reset
};

struct Endpoint {
  std::string id;  // unique; the caller's name for it
  IpAddress address;
  std::vector<IpAddress> more_addresses;  // of this machine's own blocks: it listens there, too, if it can
  std::uint16_t port = 0;
  Admission admission;
  std::vector<std::string> targets;  // handoff sockets (engines::Running::handoff_path); empty: closed
  // The same for clients on TLS, if these have hand-over sockets of their own: who begins a TLS session is handed over there, and
  // everybody else to the targets. A client that has said nothing yet stays with the door, as with fixed replies.
  std::vector<std::string> tls_targets;
  Balance balance = Balance::first;
  // Not empty: an admitted client stays with the door while all that it says are these lines. At most
  // 1,024 clients do; the one that came first is handed over for one more.
  FixedReplies fixed_replies;
};

// Clients turned away by the rules: the first of a (endpoint, source) at once, then what came in ten seconds.
struct Denial {
  std::string endpoint;
  IpAddress source;
  std::uint16_t source_port = 0;  // of the first of them
  IpAddress address;  // to which it came
  std::uint64_t count = 0;
};

// Admitted clients that no engine took.
struct HandoffFailure {
  std::string endpoint;
  std::string reason;
};

struct EndpointStatus {
  std::string id;
  IpAddress address;
  std::uint16_t port = 0;
  bool listening = false;
  std::vector<IpAddress> more_listening;  // of the endpoint's more_addresses
  bool filtered = false;  // the kernel drops what is not admitted
  std::string problem;  // why it should listen and does not: "127.1.2.3:5432 is taken (Address already in use)"
  std::uint64_t admitted = 0, denied = 0, failed = 0;  // since the endpoint was first set
};

// Safe to call from any thread. Callbacks run on the front door's thread, without its lock: they may call
// set/remove/status but must not destroy it.
class FrontDoor {
 public:
  struct Callbacks {
    std::function<void(const Denial&)> on_denied;
    std::function<void(const HandoffFailure&)> on_failed;
  };

  static Result<std::unique_ptr<FrontDoor>> start(Callbacks callbacks, Refusal refusal = Refusal::reset);
  ~FrontDoor();  // closes the listeners; handed-over sessions live on
  FrontDoor(const FrontDoor&) = delete;
  FrontDoor& operator=(const FrontDoor&) = delete;

  // Adds or replaces, atomically: a client is judged by the old endpoint or by the new one. Established
  // sessions are never touched (AWS: tracked connections survive a rule's removal). An address that cannot
  // be bound is an error "EndpointUnavailable"; the endpoint stays set, shows the problem in status() and
  // is tried again every few seconds.
  Result<void> set(Endpoint endpoint);
  void remove(const std::string& id);
  // The addresses of this machine that stand for interfaces, all of them.
  void set_hosts(Hosts hosts);
  [[nodiscard]] std::vector<EndpointStatus> status() const;
  // Whether it was asked for time-outs, and why the machine does not permit them; empty: it does.
  [[nodiscard]] Refusal refusal() const;
  [[nodiscard]] std::string why_no_timeouts() const;
  // Accepted connections that the door itself holds now: clients with fixed replies, and those that wait for an engine.
  [[nodiscard]] std::size_t held() const;

  static constexpr std::size_t line_clients_max = 1024;     // of endpoints with fixed replies or TLS targets
  static constexpr std::size_t waiting_per_engine_max = 512;  // connections that wait for one busy engine
  static constexpr std::size_t waiting_max = 4096;            // for all engines together

 private:
  struct Impl;
  explicit FrontDoor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The addresses of one installation: 127.X.Y.0/20 with X and Y from a hash of the data folder, so that two
// installations on a machine seldom meet. 127.0.0.0/16 (127.0.0.1, 127.0.0.53, 127.0.1.1 …) is never used.
class AddressSlice {
 public:
  static AddressSlice of_folder(std::string_view data_folder);
  static constexpr std::uint32_t size = 4096 - 2;
  [[nodiscard]] IpAddress at(std::uint32_t index) const;  // index < size
  [[nodiscard]] std::string cidr() const;                 // "127.93.16.0/20"
  [[nodiscard]] bool contains(const IpAddress& address) const;

  // The first address of the slice that `taken` does not hold and on which `port` can be bound now. The
  // caller stores it and never changes it. Error "InsufficientAddressCapacity" if there is none.
  [[nodiscard]] Result<IpAddress> choose(std::uint16_t port, const std::function<bool(const IpAddress&)>& taken) const;

 private:
  std::uint32_t base_ = 0;
};

// ok if a listener could be opened there now; else an error that names the address and the reason.
Result<void> probe(const IpAddress& address, std::uint16_t port);

}  // namespace haar::frontdoor
