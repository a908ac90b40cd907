// QR codes, for authenticator apps to read a seed from.
#pragma once

#include <string>
#include <string_view>

namespace haar::iam {

// A PNG of the text, error correction level M, four pixels a module, with the quiet zone of the standard
// (ISO/IEC 18004). Empty if the text is too long for any code (beyond 2,331 bytes).
std::string qr_code_png(std::string_view text);

}  // namespace haar::iam
