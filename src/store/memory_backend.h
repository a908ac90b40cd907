// A backend in memory, for tests: state goes with the last Backend that shares it. Several backends on
// one MemoryStore are several writers, as with etcd.
#pragma once

#include <memory>

#include "store/backend.h"

namespace haar::store {

class MemoryStore;  // the state itself

std::shared_ptr<MemoryStore> make_memory_store();
// For tests: the next commits answer this instead of committing, until Outcome::committed is set again.
void fail_commits(MemoryStore& store, Outcome outcome);
// For tests: forgets the history that changes() reads, as etcd's compaction does.
void compact(MemoryStore& store);

// A backend of its own state and sole writer.
std::unique_ptr<Backend> make_memory_backend();
// The sole writer of a state that outlives it, as SQLite's file does.
std::unique_ptr<Backend> make_sole_memory_backend(std::shared_ptr<MemoryStore> store);
// A backend that shares its state with others; reads are checked at every commit.
std::unique_ptr<Backend> make_memory_backend(std::shared_ptr<MemoryStore> store);

}  // namespace haar::store
