// Names and places in PostgreSQL's log (WAL): segments of one size, named by timeline and number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haar::engines::postgres {

// "0/3000028": a place in the log, in bytes.
std::optional<std::uint64_t> parse_lsn(std::string_view text);

struct Segment {
  std::uint32_t timeline = 0;
  std::uint64_t number = 0;  // its first byte is number × size
  auto operator<=>(const Segment&) const = default;
};
// "000000010000000000000003"; nullopt for every other name.
std::optional<Segment> parse_segment(std::string_view name, std::uint64_t size);
std::string segment_name(const Segment& segment, std::uint64_t size);
// "00000002.history": from where a timeline branched off.
bool is_history(std::string_view name);
// The sizes that initdb takes: powers of two from 1 MB to 1 GB.
bool is_segment_size(std::uint64_t size);

// What lies in the folder by these names. Error-free: a folder that cannot be read has none.
struct LogFolder {
  std::vector<Segment> segments;  // in their order
  std::vector<std::string> histories;
};
LogFolder list_log(const std::string& folder, std::uint64_t segment_size);

}  // namespace haar::engines::postgres
