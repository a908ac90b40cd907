// Auto Discovery of memcached clusters: what clients are told of the nodes.
#pragma once

#include <string_view>

#include "frontdoor/fixed_replies.h"
#include "services/elasticache/cluster_view.h"

namespace haar::elasticache {

// What the configuration endpoint replies: the list of nodes to "config get cluster", to the question of older
// clients, and the engine's version, which clients ask first to know which of the two they may ask.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoDiscovery.AddingToYourClientLibrary.html
frontdoor::FixedReplies discovery_replies(const ClusterView& cluster, std::string_view program_version);

}  // namespace haar::elasticache
