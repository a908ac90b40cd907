// A program for the kernel that drops what clients send to a listener who are not admitted: they hear nothing, and their
// connect ends with a time-out, as on AWS. Attaching one needs a permission that not every machine gives (CAP_NET_ADMIN on
// newer kernels); every connection is judged at accept all the same.
#pragma once

#include <linux/filter.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "frontdoor/admission.h"

namespace haar::frontdoor {

using FilterProgram = std::vector<sock_filter>;

// For a listener of one family. nullopt: it would be longer than the kernel takes (BPF_MAXINSNS, 4,096 instructions).
std::optional<FilterProgram> syn_filter(const Admission& admission, const Hosts& hosts, bool v6);

// "" where the machine permits filters, else why not: tried on a socket that nobody sees.
std::string why_no_filters();

// Replaces the one that is there, at once.
Result<void> attach_filter(int socket, const FilterProgram& program);
// Accepted sockets inherit their listener's: taken off, a session outlives the rules that admitted it.
void detach_filter(int socket);

// The blocks that are exactly the addresses from `first` to `last`.
std::vector<Cidr> blocks_of(IpAddress first, const IpAddress& last);

}  // namespace haar::frontdoor
