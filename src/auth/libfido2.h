// What haar calls of libfido2, which is loaded when the first passkey is used.
#pragma once

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include "base/lazy_library.h"

namespace haar::auth {

inline constinit LazyLibrary libfido2{"libfido2.so.1"};

inline constinit LazyFunction<decltype(::eddsa_pk_free)> eddsa_pk_free{libfido2, "eddsa_pk_free"};
inline constinit LazyFunction<decltype(::eddsa_pk_from_ptr)> eddsa_pk_from_ptr{libfido2, "eddsa_pk_from_ptr"};
inline constinit LazyFunction<decltype(::eddsa_pk_new)> eddsa_pk_new{libfido2, "eddsa_pk_new"};
inline constinit LazyFunction<decltype(::es256_pk_free)> es256_pk_free{libfido2, "es256_pk_free"};
inline constinit LazyFunction<decltype(::es256_pk_from_ptr)> es256_pk_from_ptr{libfido2, "es256_pk_from_ptr"};
inline constinit LazyFunction<decltype(::es256_pk_new)> es256_pk_new{libfido2, "es256_pk_new"};
inline constinit LazyFunction<decltype(::fido_assert_free)> fido_assert_free{libfido2, "fido_assert_free"};
inline constinit LazyFunction<decltype(::fido_assert_new)> fido_assert_new{libfido2, "fido_assert_new"};
inline constinit LazyFunction<decltype(::fido_assert_set_authdata_raw)> fido_assert_set_authdata_raw{
    libfido2, "fido_assert_set_authdata_raw"};
inline constinit LazyFunction<decltype(::fido_assert_set_clientdata_hash)> fido_assert_set_clientdata_hash{
    libfido2, "fido_assert_set_clientdata_hash"};
inline constinit LazyFunction<decltype(::fido_assert_set_count)> fido_assert_set_count{libfido2, "fido_assert_set_count"};
inline constinit LazyFunction<decltype(::fido_assert_set_rp)> fido_assert_set_rp{libfido2, "fido_assert_set_rp"};
inline constinit LazyFunction<decltype(::fido_assert_set_sig)> fido_assert_set_sig{libfido2, "fido_assert_set_sig"};
inline constinit LazyFunction<decltype(::fido_assert_set_up)> fido_assert_set_up{libfido2, "fido_assert_set_up"};
inline constinit LazyFunction<decltype(::fido_assert_sigcount)> fido_assert_sigcount{libfido2, "fido_assert_sigcount"};
inline constinit LazyFunction<decltype(::fido_assert_verify)> fido_assert_verify{libfido2, "fido_assert_verify"};
inline constinit LazyFunction<decltype(::fido_cred_aaguid_len)> fido_cred_aaguid_len{libfido2, "fido_cred_aaguid_len"};
inline constinit LazyFunction<decltype(::fido_cred_aaguid_ptr)> fido_cred_aaguid_ptr{libfido2, "fido_cred_aaguid_ptr"};
inline constinit LazyFunction<decltype(::fido_cred_free)> fido_cred_free{libfido2, "fido_cred_free"};
inline constinit LazyFunction<decltype(::fido_cred_id_len)> fido_cred_id_len{libfido2, "fido_cred_id_len"};
inline constinit LazyFunction<decltype(::fido_cred_id_ptr)> fido_cred_id_ptr{libfido2, "fido_cred_id_ptr"};
inline constinit LazyFunction<decltype(::fido_cred_new)> fido_cred_new{libfido2, "fido_cred_new"};
inline constinit LazyFunction<decltype(::fido_cred_pubkey_len)> fido_cred_pubkey_len{libfido2, "fido_cred_pubkey_len"};
inline constinit LazyFunction<decltype(::fido_cred_pubkey_ptr)> fido_cred_pubkey_ptr{libfido2, "fido_cred_pubkey_ptr"};
inline constinit LazyFunction<decltype(::fido_cred_set_authdata_raw)> fido_cred_set_authdata_raw{
    libfido2, "fido_cred_set_authdata_raw"};
inline constinit LazyFunction<decltype(::fido_cred_set_type)> fido_cred_set_type{libfido2, "fido_cred_set_type"};
inline constinit LazyFunction<decltype(::fido_cred_sigcount)> fido_cred_sigcount{libfido2, "fido_cred_sigcount"};
inline constinit LazyFunction<decltype(::fido_init)> fido_init{libfido2, "fido_init"};
inline constinit LazyFunction<decltype(::rs256_pk_free)> rs256_pk_free{libfido2, "rs256_pk_free"};
inline constinit LazyFunction<decltype(::rs256_pk_from_ptr)> rs256_pk_from_ptr{libfido2, "rs256_pk_from_ptr"};
inline constinit LazyFunction<decltype(::rs256_pk_new)> rs256_pk_new{libfido2, "rs256_pk_new"};

}  // namespace haar::auth
