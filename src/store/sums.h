// Checksums of what is stored: one a record, and their sum over a space, so that a start never goes on with
// data that a disk has changed.
//
// 64-bit xxHash, of our own hand (the algorithm: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
// CRC32C would be as fast, but 32 bits let one damage in four thousand million through, and a linear code must
// not be added up, as it is here to see that no record is missing. SQLite's own cksumvfs sums pages: it could not
// name the record, and needs a file that was made for it. No key: who may write the file may write its sums too.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/names.h"

namespace haar::store {

std::uint64_t xxh64(std::string_view bytes, std::uint64_t seed);

// Of the records of one space: covers the space's name, and key, revision and value of the record.
class RowSums {
 public:
  explicit RowSums(std::string_view space) : seed_(xxh64(space, 0)) {}
  [[nodiscard]] std::uint64_t of(std::string_view key, Revision revision, std::string_view value) const;

 private:
  std::uint64_t seed_;
};

// Of one named value about the whole file.
std::uint64_t meta_sum(std::string_view name, std::string_view value);

// What is known of a space beside its records.
struct SpaceFacts {
  std::int64_t id = 0;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;   // keys and values
  std::uint64_t total = 0;  // the sums of its records, added up
};
std::uint64_t space_sum(std::string_view name, const SpaceFacts& facts);
// That the space is there at all: these are added up over all spaces.
std::uint64_t presence_sum(std::string_view name, std::int64_t id);

}  // namespace haar::store
