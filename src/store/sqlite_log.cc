#include "store/sqlite_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/file.h"
#include "store/sqlite_tables.h"

namespace haar::store {
namespace {

// https://sqlite.org/fileformat2.html#the_write_ahead_log
constexpr std::size_t log_header_bytes = 32, frame_header_bytes = 24;
constexpr std::uint32_t magic_little = 0x377f0682, magic_big = 0x377f0683;
constexpr std::uint32_t page_bytes_max = 65536;
// A crash leaves one commit behind the end at most, and the next start begins the log anew, unless the log could not be
// moved into the file. Three are more than that can be.
constexpr int commits_lost_min = 3;

using Bytes = std::vector<unsigned char>;

std::uint32_t big(const unsigned char* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}
std::uint32_t little(const unsigned char* at) {
  return std::uint32_t{at[3]} << 24 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 | at[0];
}

// SQLite's own checksum, which goes on from frame to frame.
class LogSum {
 public:
  explicit LogSum(std::uint32_t magic) : word_(magic == magic_big ? big : little) {}
  void add(const unsigned char* at, std::size_t size) {
    for (const unsigned char* const end = at + size; at < end; at += 8) {
      first_ += word_(at) + second_;
      second_ += word_(at + 4) + first_;
    }
  }
  [[nodiscard]] bool is(const unsigned char* at) const { return first_ == big(at) && second_ == big(at + 4); }

 private:
  std::uint32_t (*word_)(const unsigned char*);
  std::uint32_t first_ = 0, second_ = 0;
};

// False: the file ends before.
bool read_at(const Fd& file, Bytes& out, std::size_t size, std::int64_t at) {
  return ::pread(file.get(), out.data(), size, at) == static_cast<ssize_t>(size);
}

}  // namespace

Result<void> check_log(const std::string& state_file) {
  const std::string path = state_file + "-wal";
  const Fd log(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Bytes header(log_header_bytes);
  if (!log.valid() || !read_at(log, header, header.size(), 0)) return {};
  if (std::all_of(header.begin(), header.end(), [](unsigned char byte) { return byte == 0; })) return {};
  const std::uint32_t magic = big(header.data()), page = big(&header[8]);
  LogSum sum(magic);
  sum.add(header.data(), 24);
  if ((magic != magic_little && magic != magic_big) || page > page_bytes_max || !sum.is(&header[24])) {
    return damaged_file(path, "its header does not match its checksum");
  }
  Bytes frame(frame_header_bytes + page);
  const auto step = static_cast<std::int64_t>(frame.size());
  // Of this log, and not of an earlier one whose blocks it has.
  const auto ours = [&] { return std::equal(&frame[8], &frame[16], &header[16]); };
  std::int64_t number = 0;
  for (; read_at(log, frame, frame.size(), static_cast<std::int64_t>(log_header_bytes) + number * step); ++number) {
    sum.add(frame.data(), 8);
    sum.add(&frame[frame_header_bytes], page);
    if (!ours() || !sum.is(&frame[16])) break;
  }
  int commits = 0;
  for (std::int64_t n = number; read_at(log, frame, frame_header_bytes, static_cast<std::int64_t>(log_header_bytes) + n * step);
       ++n) {
    commits += ours() && big(&frame[4]) != 0;  // the last frame of a commit tells the size of the file
  }
  if (commits < commits_lost_min) return {};
  return damaged_file(path, fmt::format("frame {} does not match its checksum, and {} commits lie behind it", number + 1,
                                        commits));
}

}  // namespace haar::store
