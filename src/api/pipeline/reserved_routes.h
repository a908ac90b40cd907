// Routes that AWS serves without a signature. They are listed here so that no other route ever takes their
// place: those that are not built answer NotImplemented, whoever asks.
// Portal, OIDC, sign-in and metadata clients send them so; they carry tokens or codes of their own.
#pragma once

#include <string>
#include <string_view>

namespace haar::api {

// What the route belongs to ("sso-oidc: RegisterClient"), or empty if it is none of them.
std::string_view reserved_route(std::string_view method, std::string_view path);

}  // namespace haar::api
