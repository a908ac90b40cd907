// SSH's binary form of public keys: fields of a length in four bytes and so many bytes (RFC 4251, section 5; RFC 4253, 6.6).
#pragma once

#include <openssl/bn.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace haar::auth {

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

Number number_of(std::string_view big_endian);

// Takes the first field off; nullopt where there is none, or where it would go beyond the end.
std::optional<std::string_view> take_ssh_field(std::string_view& binary);
void add_ssh_size(std::string& binary, std::size_t size);
void add_ssh_field(std::string& binary, std::string_view field);
// As an mpint: big-endian, a zero in front where the highest bit is set.
void add_ssh_number(std::string& binary, const BIGNUM* number);

}  // namespace haar::auth
