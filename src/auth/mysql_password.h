// MySQL's and MariaDB's mysql_native_password: what is stored of a password, and what is answered for one.
// https://dev.mysql.com/doc/refman/8.0/en/native-pluggable-authentication.html
#pragma once

#include <string>
#include <string_view>

namespace haar::auth {

// What mysql.user holds: "*" and SHA1(SHA1(password)) in 40 hexadecimal digits. It opens no session; who has it can try
// passwords against it, without a salt in the way.
std::string mysql_native_verifier(std::string_view password);

// The answer to the server's 20 bytes: SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password))). Empty for no password.
std::string mysql_native_answer(std::string_view password, std::string_view scramble);

}  // namespace haar::auth
