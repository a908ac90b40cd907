#include "store/record.h"

#include <array>
#include <cstring>

namespace haar::store {

// What a thread keeps for the next record: a block of events fits.
constexpr std::size_t scratch_bytes_max = 512u << 10;

Bytes& scratch() {
  thread_local Bytes bytes;
  if (bytes.capacity() > scratch_bytes_max) bytes = {};
  bytes.clear();
  return bytes;
}

void Encoder::fixed64(std::uint64_t n) {
  std::array<char, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(n >> (8 * i));
  out_.append({bytes.data(), bytes.size()});
}

void Encoder::close(std::size_t start) {
  const std::size_t length = out_.size() - start;
  assert(length <= record_bytes_max);
  std::array<char, record_detail::varint_bytes_max> prefix;
  const char* const end = record_detail::put_varint(prefix.data(), length);
  out_.insert(start, {prefix.data(), static_cast<std::size_t>(end - prefix.data())});
}

void Decoder::fail(const char* why) {
  if (failure_ == nullptr) failure_ = why;
  at_ = end_;
  number_ = no_number;
}

std::uint64_t Decoder::long_varint() {
  std::uint64_t n = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (at_ == end_) break;
    const auto byte = static_cast<unsigned char>(*at_++);
    if (shift == 63 && byte > 1) break;
    n |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return n;
  }
  fail("a number is cut short or too long");
  return 0;
}

std::uint64_t Decoder::fixed64() {
  if (end_ - at_ < 8) {
    fail("a number is cut short");
    return 0;
  }
  std::uint64_t n = 0;
  for (int i = 0; i < 8; ++i) n |= std::uint64_t{static_cast<unsigned char>(at_[i])} << (8 * i);
  at_ += 8;
  return n;
}

std::string_view Decoder::bytes() {
  const std::uint64_t length = varint();
  if (length > rest().size()) {
    fail("a value is longer than the record");
    return {};
  }
  const std::string_view out(at_, static_cast<std::size_t>(length));
  at_ += length;
  return out;
}

void Decoder::next() {
  if (failure_ != nullptr) return;
  if (at_ == end_) {
    number_ = no_number;
    return;
  }
  const std::uint64_t tag = varint();
  if (failure_ != nullptr) return;
  const std::uint64_t number = tag >> 2;
  if (number <= number_ || number >= no_number) return fail("the fields are out of order");
  if ((tag & 3) > static_cast<std::uint64_t>(WireType::bytes)) return fail("a field has an unknown type");
  number_ = static_cast<std::uint32_t>(number);
  type_ = static_cast<WireType>(tag & 3);
}

void Decoder::skip() {
  switch (type_) {
    case WireType::varint: varint(); break;
    case WireType::fixed64: fixed64(); break;
    case WireType::bytes: bytes(); break;
  }
  next();
}

bool Decoder::expect(WireType type) {
  if (type_ == type) return true;
  fail("a field has another type than this version's");
  return false;
}

Result<RecordHeader> read_header(std::string_view bytes) {
  if (bytes.empty() || static_cast<std::uint8_t>(bytes[0]) != record_format) {
    return record_detail::damaged("(unnamed)", "it does not begin with a record format this haar knows");
  }
  Decoder decoder(bytes.substr(1));
  RecordHeader header;
  header.name = decoder.bytes();
  const std::uint64_t version = decoder.varint();
  if (decoder.failure() != nullptr || version > std::numeric_limits<std::uint32_t>::max()) {
    return record_detail::damaged("(unnamed)", "its header is cut short");
  }
  header.version = static_cast<std::uint32_t>(version);
  header.body = decoder.rest();
  return header;
}

namespace record_detail {

void write_header(Bytes& out, std::string_view name, std::uint32_t version) {
  out.append({reinterpret_cast<const char*>(&record_format), 1});
  Encoder encoder(out);
  encoder.bytes(name);
  encoder.varint(version);
}

Result<RecordHeader> check_header(std::string_view bytes, std::string_view name, std::uint32_t version) {
  const RecordHeader header = TRY(read_header(bytes));
  if (header.name != name) {
    return damaged(name, ("the bytes are of record " + std::string(header.name)).c_str());
  }
  if (header.version > version) {
    return Error{"InternalFailure",
                 "record " + std::string(name) + " version " + std::to_string(header.version) +
                     " was written by a newer haar; this one reads versions up to " + std::to_string(version),
                 500, Fault::receiver};
  }
  return header;
}

Error damaged(std::string_view name, const char* why) {
  return Error{"InternalFailure", "record " + std::string(name) + " is damaged: " + why, 500, Fault::receiver};
}

}  // namespace record_detail
}  // namespace haar::store
