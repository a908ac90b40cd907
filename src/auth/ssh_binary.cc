#include "auth/ssh_binary.h"

namespace haar::auth {

Number number_of(std::string_view big_endian) {
  return {BN_bin2bn(reinterpret_cast<const unsigned char*>(big_endian.data()), static_cast<int>(big_endian.size()), nullptr),
          BN_free};
}

std::optional<std::string_view> take_ssh_field(std::string_view& binary) {
  if (binary.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(binary[i]);
  if (binary.size() - 4 < size) return std::nullopt;
  const std::string_view field = binary.substr(4, size);
  binary.remove_prefix(4 + size);
  return field;
}

void add_ssh_size(std::string& binary, std::size_t size) {
  for (int shift = 24; shift >= 0; shift -= 8) binary.push_back(static_cast<char>(size >> shift & 0xff));
}

void add_ssh_field(std::string& binary, std::string_view field) {
  add_ssh_size(binary, field.size());
  binary.append(field);
}

void add_ssh_number(std::string& binary, const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  if (!bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  add_ssh_field(binary, bytes);
}

}  // namespace haar::auth
