// Replication between Redis nodes: haar makes the connection (frontdoor::connect_engines), the replica believes that it has
// connected to its primary, and shows it a secret that the primary got at its start. A replica connects anew by itself
// when its connection breaks, and finds none until haar makes one more: so whom a node follows is haar's to say.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::redis {

enum class Link : std::uint8_t {
  none,     // it follows nobody: a primary
  down,     // it is told to follow, and does not
  syncing,  // it gets, or loads, a copy of its primary's data
  up,       // it has its primary's data and gets every change
};

struct Replication {
  Link link = Link::down;
  std::string leader;  // the address of whom it is told to follow ("master_host")
  // Whose changes it has ("master_replid"): what two nodes that have the same is one history, comparable by offset. For
  // a primary that was a replica, also that of its own primary, up to where it took over.
  std::string history, history_before;
  // It has a backlog: its history is, or was, another server's too. A primary names its history anew when its first
  // replica comes.
  bool shared = false;
  std::uint64_t offset = 0;  // how much of it, in bytes
};

// What the server says of itself. An engine may be its tenant's altogether: this is a claim, checked for its form alone.
Result<Replication> replication(const InstanceSpec& spec, Milliseconds patience);
// "info replication" as text; the form is checked. Of the server, while it loads a copy: link syncing.
Result<Replication> parse_replication(const std::string& info);

// Takes writes from now on; what is there stays. Again: nothing happens.
Result<void> promote(const InstanceSpec& spec, Milliseconds patience);
// Follows that node, over a new connection. It keeps what it has while its history is the primary's (a partial
// resynchronisation), and else gets a copy.
Result<void> follow(const InstanceSpec& spec, const InstanceSpec& primary, Milliseconds patience);
// Takes no write from now on, and follows nobody; what is there stays.
Result<void> stand_down(const InstanceSpec& spec, Milliseconds patience);
// It was in step with its primary: from now on it answers reads while its primary is away, too.
Result<void> serve_without_primary(const InstanceSpec& spec, Milliseconds patience);
// Clients that write wait for so long; then they go on, or are told that it is a replica now.
Result<void> pause_writes(const InstanceSpec& spec, Milliseconds time, Milliseconds patience);

}  // namespace haar::engines::redis
