// Which clusters a change of a record concerns.
#pragma once

#include <set>

#include "store/db.h"

namespace haar::elasticache {

// The keys of the clusters that look otherwise, or run otherwise, because of it. `before` still has what was erased.
void clusters_changed_by(const store::Reader& before, const store::Reader& after, const store::Changed& change,
                         std::set<store::Key>& out);
// The same of replication groups.
void groups_changed_by(const store::Reader& before, const store::Reader& after, const store::Changed& change,
                       std::set<store::Key>& out);

}  // namespace haar::elasticache
