#include "control/dns/dns_answer.h"

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>

#include "base/encoding.h"

namespace haar::control {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr unsigned char response_bit = 0x80;

struct FreePacket {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
struct FreeRecord {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};
struct FreeBytes {
  void operator()(void* bytes) const { std::free(bytes); }
};
using Packet = std::unique_ptr<ldns_pkt, FreePacket>;
using Record = std::unique_ptr<ldns_rr, FreeRecord>;

std::string name_of(const ldns_rr* question) {
  const std::unique_ptr<char, FreeBytes> text(ldns_rdf2str(ldns_rr_owner(question)));
  std::string name = to_lower(text ? text.get() : "");
  if (name.ends_with('.')) name.pop_back();
  return name;
}

std::string wire_of(const ldns_pkt* packet) {
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&bytes, packet, &size) != LDNS_STATUS_OK) return {};
  const std::unique_ptr<std::uint8_t, FreeBytes> owner(bytes);
  return {reinterpret_cast<const char*>(bytes), size};
}

Packet begin_answer(std::uint16_t id, bool recursion_desired, ldns_pkt_rcode code) {
  Packet answer(ldns_pkt_new());
  if (!answer) return answer;
  ldns_pkt_set_id(answer.get(), id);
  ldns_pkt_set_qr(answer.get(), true);
  ldns_pkt_set_rd(answer.get(), recursion_desired);
  ldns_pkt_set_rcode(answer.get(), static_cast<std::uint8_t>(code));
  return answer;
}

// Of what cannot be read.
std::string malformed(std::string_view query) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(query[at])); };
  const Packet answer = begin_answer(static_cast<std::uint16_t>(byte(0) << 8 | byte(1)), (byte(2) & 1) != 0, LDNS_RCODE_FORMERR);
  return answer ? wire_of(answer.get()) : std::string();
}

Record address_record(const ldns_rr* question, const IpAddress& address) {
  Record record(ldns_rr_new());
  const bool v4 = !address.v6;
  const std::size_t size = static_cast<std::size_t>(address.bits()) / 8;
  ldns_rdf* data = ldns_rdf_new_frm_data(v4 ? LDNS_RDF_TYPE_A : LDNS_RDF_TYPE_AAAA, size, address.bytes.data());
  if (!record || data == nullptr) {
    ldns_rdf_deep_free(data);
    return nullptr;
  }
  ldns_rr_set_owner(record.get(), ldns_rdf_clone(ldns_rr_owner(question)));
  ldns_rr_set_ttl(record.get(), dns_seconds_to_live);
  ldns_rr_set_type(record.get(), v4 ? LDNS_RR_TYPE_A : LDNS_RR_TYPE_AAAA);
  ldns_rr_set_class(record.get(), LDNS_RR_CLASS_IN);
  ldns_rr_push_rdf(record.get(), data);
  return record;
}

}  // namespace

std::string dns_answer(std::string_view query, const FindName& find) {
  if (query.size() < header_bytes || query.size() > dns_query_bytes_max) return {};
  // An answer to an answer would be the beginning of a loop.
  if ((static_cast<unsigned char>(query[2]) & response_bit) != 0) return {};
  ldns_pkt* read = nullptr;
  if (ldns_wire2pkt(&read, reinterpret_cast<const std::uint8_t*>(query.data()), query.size()) != LDNS_STATUS_OK)
    return malformed(query);
  const Packet asked(read);
  const bool is_query = ldns_pkt_get_opcode(asked.get()) == LDNS_PACKET_QUERY;
  if (is_query && ldns_pkt_qdcount(asked.get()) != 1) return malformed(query);
  const Packet answer = begin_answer(ldns_pkt_id(asked.get()), ldns_pkt_rd(asked.get()),
                                     is_query ? LDNS_RCODE_NOERROR : LDNS_RCODE_NOTIMPL);
  if (!answer) return {};
  if (!is_query) return wire_of(answer.get());
  const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(asked.get()), 0);
  ldns_pkt_push_rr(answer.get(), LDNS_SECTION_QUESTION, ldns_rr_clone(question));
  const std::optional<IpAddress> address =
      ldns_rr_get_class(question) == LDNS_RR_CLASS_IN ? find(name_of(question)) : std::nullopt;
  if (!address) {
    ldns_pkt_set_rcode(answer.get(), LDNS_RCODE_REFUSED);
    return wire_of(answer.get());
  }
  ldns_pkt_set_aa(answer.get(), true);
  if (ldns_rr_get_type(question) == (address->v6 ? LDNS_RR_TYPE_AAAA : LDNS_RR_TYPE_A)) {
    Record record = address_record(question, *address);
    if (!record || !ldns_pkt_push_rr(answer.get(), LDNS_SECTION_ANSWER, record.get())) return {};
    (void)record.release();
  }
  return wire_of(answer.get());
}

}  // namespace haar::control
