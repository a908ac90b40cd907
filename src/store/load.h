// The reading of the whole state, at a start and where a follower has lost its place.
#pragma once

#include <memory>

#include "store/backend.h"
#include "store/reader.h"

namespace haar::store {

// Reads and decodes every key space of the layout. Where there is much, several threads decode it: the first record, in the
// order of spaces and keys, that cannot be read is what the error names all the same.
Result<Snapshot> load(Backend& backend, std::shared_ptr<const Layout> layout);

}  // namespace haar::store
