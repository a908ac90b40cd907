// What haar calls of xmlsec, loaded as auth/libxml.h says. Its header's own macros end in these functions.
#pragma once

#include <xmlsec/xmlsec.h>
//
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/keysmngr.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlenc.h>

#include "auth/libxml.h"

namespace haar::auth {

inline constinit LazyFunction<decltype(::xmlSecCheckVersionExt)> xmlSecCheckVersionExt{xml_libraries, "xmlSecCheckVersionExt"};
inline constinit LazyFunction<decltype(::xmlSecDSigCtxCreate)> xmlSecDSigCtxCreate{xml_libraries, "xmlSecDSigCtxCreate"};
inline constinit LazyFunction<decltype(::xmlSecDSigCtxDestroy)> xmlSecDSigCtxDestroy{xml_libraries, "xmlSecDSigCtxDestroy"};
inline constinit LazyFunction<decltype(::xmlSecDSigCtxVerify)> xmlSecDSigCtxVerify{xml_libraries, "xmlSecDSigCtxVerify"};
inline constinit LazyFunction<decltype(::xmlSecEncCtxCreate)> xmlSecEncCtxCreate{xml_libraries, "xmlSecEncCtxCreate"};
inline constinit LazyFunction<decltype(::xmlSecEncCtxDecrypt)> xmlSecEncCtxDecrypt{xml_libraries, "xmlSecEncCtxDecrypt"};
inline constinit LazyFunction<decltype(::xmlSecEncCtxDestroy)> xmlSecEncCtxDestroy{xml_libraries, "xmlSecEncCtxDestroy"};
inline constinit LazyFunction<decltype(::xmlSecErrorsSetCallback)> xmlSecErrorsSetCallback{
    xml_libraries, "xmlSecErrorsSetCallback"};
inline constinit LazyFunction<decltype(::xmlSecInit)> xmlSecInit{xml_libraries, "xmlSecInit"};
inline constinit LazyFunction<decltype(::xmlSecKeyDataEncryptedKeyGetKlass)> xmlSecKeyDataEncryptedKeyGetKlass{
    xml_libraries, "xmlSecKeyDataEncryptedKeyGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecKeyDestroy)> xmlSecKeyDestroy{xml_libraries, "xmlSecKeyDestroy"};
inline constinit LazyFunction<decltype(::xmlSecKeyInfoCtxCreateEncCtx)> xmlSecKeyInfoCtxCreateEncCtx{
    xml_libraries, "xmlSecKeyInfoCtxCreateEncCtx"};
inline constinit LazyFunction<decltype(::xmlSecKeysMngrCreate)> xmlSecKeysMngrCreate{xml_libraries, "xmlSecKeysMngrCreate"};
inline constinit LazyFunction<decltype(::xmlSecKeysMngrDestroy)> xmlSecKeysMngrDestroy{xml_libraries, "xmlSecKeysMngrDestroy"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLAppDefaultKeysMngrAdoptKey)> xmlSecOpenSSLAppDefaultKeysMngrAdoptKey{
    xml_libraries, "xmlSecOpenSSLAppDefaultKeysMngrAdoptKey"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLAppDefaultKeysMngrInit)> xmlSecOpenSSLAppDefaultKeysMngrInit{
    xml_libraries, "xmlSecOpenSSLAppDefaultKeysMngrInit"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLAppInit)> xmlSecOpenSSLAppInit{xml_libraries, "xmlSecOpenSSLAppInit"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLAppKeyLoadMemory)> xmlSecOpenSSLAppKeyLoadMemory{
    xml_libraries, "xmlSecOpenSSLAppKeyLoadMemory"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLInit)> xmlSecOpenSSLInit{xml_libraries, "xmlSecOpenSSLInit"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformAes128CbcGetKlass)> xmlSecOpenSSLTransformAes128CbcGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformAes128CbcGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformAes128GcmGetKlass)> xmlSecOpenSSLTransformAes128GcmGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformAes128GcmGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformAes192CbcGetKlass)> xmlSecOpenSSLTransformAes192CbcGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformAes192CbcGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformAes192GcmGetKlass)> xmlSecOpenSSLTransformAes192GcmGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformAes192GcmGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformAes256CbcGetKlass)> xmlSecOpenSSLTransformAes256CbcGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformAes256CbcGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformAes256GcmGetKlass)> xmlSecOpenSSLTransformAes256GcmGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformAes256GcmGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecOpenSSLTransformRsaOaepGetKlass)> xmlSecOpenSSLTransformRsaOaepGetKlass{
    xml_libraries, "xmlSecOpenSSLTransformRsaOaepGetKlass"};
inline constinit LazyFunction<decltype(::xmlSecPtrListAdd)> xmlSecPtrListAdd{xml_libraries, "xmlSecPtrListAdd"};
inline constinit LazyFunction<decltype(::xmlSecPtrListGetSize)> xmlSecPtrListGetSize{xml_libraries, "xmlSecPtrListGetSize"};

}  // namespace haar::auth
