#include "frontdoor/syn_filter.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "base/file.h"

namespace haar::frontdoor {
namespace {

constexpr std::uint32_t keep = 0xffffffffU, drop = 0;  // bytes of the packet
constexpr std::uint32_t ipv4_source = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;
constexpr std::uint32_t ipv6_source = static_cast<std::uint32_t>(SKF_NET_OFF) + 8;
constexpr std::uint32_t tcp_source_port = 0;  // the kernel shows the packet from its TCP header on
constexpr std::size_t jump_max = 255;         // instructions

void add(FilterProgram& out, int code, std::uint32_t value, std::size_t if_true = 0, std::size_t if_false = 0) {
  out.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true), static_cast<std::uint8_t>(if_false),
      value});
}

std::uint32_t word_of(const IpAddress& address, std::size_t number) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | address.bytes[number * 4 + i];
  return word;
}

// What a client of the block hears: kept if it comes from one of the ports.
FilterProgram verdict(std::span<const SourcePorts> ports) {
  FilterProgram out;
  if (ports.size() == 1 && ports[0] == SourcePorts{}) {
    add(out, BPF_RET | BPF_K, keep);
    return out;
  }
  if (!ports.empty()) add(out, BPF_LD | BPF_H | BPF_ABS, tcp_source_port);
  for (const SourcePorts& range : ports) {
    add(out, BPF_JMP | BPF_JGE | BPF_K, range.first, 0, 2);
    add(out, BPF_JMP | BPF_JGT | BPF_K, range.last, 1, 0);
    add(out, BPF_RET | BPF_K, keep);
  }
  add(out, BPF_RET | BPF_K, drop);
  return out;
}

// Goes on behind itself where the client is not of the block. False: a jump would be too long.
bool add_block(FilterProgram& out, const Cidr& block, const FilterProgram& verdict) {
  constexpr int word_bits = 32;
  FilterProgram tests;
  std::vector<std::size_t> jumps;
  for (int word = 0; word * word_bits < block.prefix; ++word) {
    const auto number = static_cast<std::size_t>(word);
    const int bits = std::min(block.prefix - word * word_bits, word_bits);
    add(tests, BPF_LD | BPF_W | BPF_ABS, (block.base.v6 ? ipv6_source : ipv4_source) + 4 * static_cast<std::uint32_t>(word));
    if (bits < word_bits) add(tests, BPF_ALU | BPF_AND | BPF_K, ~0U << (word_bits - bits));
    jumps.push_back(tests.size());
    add(tests, BPF_JMP | BPF_JEQ | BPF_K, word_of(block.base, number));
  }
  for (const std::size_t jump : jumps) {
    const std::size_t past = tests.size() - jump - 1 + verdict.size();
    if (past > jump_max) return false;
    tests[jump].jf = static_cast<std::uint8_t>(past);
  }
  out.insert(out.end(), tests.begin(), tests.end());
  out.insert(out.end(), verdict.begin(), verdict.end());
  return true;
}

}  // namespace

std::vector<Cidr> blocks_of(IpAddress first, const IpAddress& last) {
  std::vector<Cidr> out;
  for (;;) {
    Cidr block = Cidr::of(first);
    while (block.prefix > 0) {
      const int bit = block.prefix - 1;
      const Cidr wider{first, bit};
      if ((first.bytes[static_cast<std::size_t>(bit / 8)] & (0x80 >> (bit % 8))) != 0 || wider.last() > last) break;
      block = wider;
    }
    out.push_back(block);
    const std::optional<IpAddress> next = next_address(block.last());
    if (!next || *next > last) return out;
    first = *next;
  }
}

std::optional<FilterProgram> syn_filter(const Admission& admission, const Hosts& hosts, bool v6) {
  FilterProgram out;
  for (const auto& [address, host] : hosts) {  // before the ranges that hold their addresses
    if (address.v6 != v6) continue;
    const std::optional<Client> client = identify(hosts, address, 0);
    const FilterProgram said = verdict(client ? admission.ports_of(*client) : std::span<const SourcePorts>());
    if (!add_block(out, Cidr::of(address), said) || out.size() >= BPF_MAXINSNS) return std::nullopt;
  }
  for (const Admitted& range : admission.ranges()) {
    if (range.first.v6 != v6) continue;
    const FilterProgram said = verdict(range.ports);
    for (const Cidr& block : blocks_of(range.first, range.last)) {
      if (!add_block(out, block, said) || out.size() >= BPF_MAXINSNS) return std::nullopt;
    }
  }
  add(out, BPF_RET | BPF_K, drop);
  return out;
}

Result<void> attach_filter(int socket, const FilterProgram& program) {
  // The kernel reads the program and keeps a copy.
  const sock_fprog filter{static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0) return {};
  return system_error("cannot attach", "a filter to a listener");
}

void detach_filter(int socket) {
  const int unused = 0;
  ::setsockopt(socket, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
}

std::string why_no_filters() {
  const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return std::strerror(errno);
  const Result<void> attached = attach_filter(socket.get(), {{BPF_RET | BPF_K, 0, 0, keep}});
  return attached.ok() ? "" : attached.error().message;
}

}  // namespace haar::frontdoor
