#include "tls/openssl.h"

#include <openssl/err.h>

namespace haar::tls {

Error openssl_error(std::string what) {
  constexpr std::size_t text_bytes_max = 256;
  if (const unsigned long code = ERR_get_error(); code != 0) {
    char text[text_bytes_max];
    ERR_error_string_n(code, text, sizeof text);
    what.append(": ").append(text);
  }
  ERR_clear_error();
  return Error{"InternalFailure", std::move(what), 500, Fault::receiver};
}

}  // namespace haar::tls
