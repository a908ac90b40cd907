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
  // Whose changes it has ("master_replid"): what two nodes that have the same is one history, comparable by offset. For
  // a primary that was a replica, also that of its own primary, up to where it took over.
  std::string history, history_before;
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
// It was in step with its primary: from now on it answers reads while its primary is away, too.
Result<void> serve_without_primary(const InstanceSpec& spec, Milliseconds patience);

}  // namespace haar::engines::redis
