#include "base/ids.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/hex.h"

namespace haar {
namespace {

void fill_from_kernel(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = getrandom(out.data() + done, out.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      std::perror("haar: the kernel's random generator failed");
      std::abort();
    }
    done += static_cast<std::size_t>(got);
  }
}

// What the kernel gave to this thread and nobody has taken yet. A call of the kernel costs more than the rest of an id.
// Children of haar start other programs and take nothing from it.
struct Supply {
  std::array<std::uint8_t, 1024> bytes;
  std::size_t taken = bytes.size();

  ~Supply() { ::explicit_bzero(bytes.data(), bytes.size()); }
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    thread_local Supply supply;
    if (out.size() > supply.bytes.size()) return fill_from_kernel(out);
    if (out.size() > supply.bytes.size() - supply.taken) {
      fill_from_kernel(supply.bytes);
      supply.taken = 0;
    }
    std::uint8_t* from = supply.bytes.data() + supply.taken;
    std::memcpy(out.data(), from, out.size());
    ::explicit_bzero(from, out.size());  // it may be a key now
    supply.taken += out.size();
  }
};

constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

std::string random_text(Random& random, std::string_view alphabet, std::size_t count) {
  // Bytes at or above the largest multiple of the alphabet's size are thrown away: no modulo bias.
  const std::size_t limit = 256 - 256 % alphabet.size();
  std::string out;
  out.reserve(count);
  std::array<std::uint8_t, 64> bytes{};
  while (out.size() < count) {
    random.fill(bytes);
    for (const std::uint8_t b : bytes) {
      if (b < limit && out.size() < count) out.push_back(alphabet[b % alphabet.size()]);
    }
  }
  return out;
}

std::string ec2_id(Random& random, std::string_view prefix) {
  std::string out(prefix);
  out += "-0";
  return out + random_text(random, hex_digits, 16);
}

std::string iam_unique_id(Random& random, std::string_view prefix) {
  return std::string(prefix) + random_text(random, alphabet_upper_alnum, 17);
}

std::string uuid4(Random& random) {
  std::array<std::uint8_t, 16> b{};
  random.fill(b);
  b[6] = static_cast<std::uint8_t>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<std::uint8_t>((b[8] & 0x3f) | 0x80);
  const std::string_view bytes(reinterpret_cast<const char*>(b.data()), b.size());
  std::string out(36, '-');
  char* at = put_hex(out.data(), bytes.substr(0, 4));
  for (const std::size_t pair : {4, 6, 8}) at = put_hex(at + 1, bytes.substr(pair, 2));
  put_hex(at + 1, bytes.substr(10));
  return out;
}

}  // namespace haar
