#include "store/sums.h"

#include <array>
#include <bit>
#include <cstring>

namespace haar::store {
namespace {

constexpr std::uint64_t p1 = 0x9E3779B185EBCA87ULL, p2 = 0xC2B2AE3D27D4EB4FULL, p3 = 0x165667B19E3779F9ULL,
                        p4 = 0x85EBCA77C2B2AE63ULL, p5 = 0x27D4EB2F165667C5ULL;

static_assert(std::endian::native == std::endian::little, "sums are of little-endian words");

template <class Word>
std::uint64_t word_at(const char* from) {
  Word word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t word) { return std::rotl(lane + word * p2, 31) * p1; }

// Whole stripes of 32 bytes in four lanes; advances `at`.
std::uint64_t stripes(const char*& at, const char* end, std::uint64_t seed) {
  std::array<std::uint64_t, 4> lanes{seed + p1 + p2, seed + p2, seed, seed - p1};
  for (; end - at >= 32; at += 32) {
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = round(lanes[i], word_at<std::uint64_t>(at + 8 * i));
  }
  std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) hash = (hash ^ round(0, lane)) * p1 + p4;
  return hash;
}

std::uint64_t number_sum(std::uint64_t number, std::uint64_t seed) {
  std::array<char, sizeof number> bytes{};
  std::memcpy(bytes.data(), &number, sizeof number);
  return xxh64({bytes.data(), bytes.size()}, seed);
}

}  // namespace

std::uint64_t xxh64(std::string_view bytes, std::uint64_t seed) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::uint64_t hash = (bytes.size() >= 32 ? stripes(at, end, seed) : seed + p5) + bytes.size();
  for (; end - at >= 8; at += 8) hash = std::rotl(hash ^ round(0, word_at<std::uint64_t>(at)), 27) * p1 + p4;
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (word_at<std::uint32_t>(at) * p1), 23) * p2 + p3;
    at += 4;
  }
  for (; at < end; ++at) hash = std::rotl(hash ^ (word_at<std::uint8_t>(at) * p5), 11) * p1;
  hash = (hash ^ (hash >> 33)) * p2;
  hash = (hash ^ (hash >> 29)) * p3;
  return hash ^ (hash >> 32);
}

// Each part seeds the next, so that no byte can move from one into another.
std::uint64_t RowSums::of(std::string_view key, Revision revision, std::string_view value) const {
  return xxh64(value, number_sum(revision, xxh64(key, seed_)));
}

std::uint64_t meta_sum(std::string_view name, std::string_view value) { return xxh64(value, xxh64(name, 1)); }

std::uint64_t space_sum(std::string_view name, const SpaceFacts& facts) {
  std::uint64_t sum = presence_sum(name, facts.id);
  for (const auto number : {static_cast<std::uint64_t>(facts.rows), static_cast<std::uint64_t>(facts.bytes), facts.total}) {
    sum = number_sum(number, sum);
  }
  return sum;
}

std::uint64_t presence_sum(std::string_view name, std::int64_t id) {
  return number_sum(static_cast<std::uint64_t>(id), xxh64(name, 2));
}

}  // namespace haar::store
