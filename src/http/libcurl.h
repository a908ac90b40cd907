// What haar calls of libcurl, which is loaded with the first transfer.
#pragma once

#include <curl/curl.h>

#include "base/lazy_library.h"

namespace haar::http {

inline constinit LazyLibrary libcurl{"libcurl.so.4"};

inline constinit LazyFunction<decltype(::curl_easy_cleanup)> curl_easy_cleanup{libcurl, "curl_easy_cleanup"};
inline constinit LazyFunction<decltype(::curl_easy_getinfo)> curl_easy_getinfo{libcurl, "curl_easy_getinfo"};
inline constinit LazyFunction<decltype(::curl_easy_init)> curl_easy_init{libcurl, "curl_easy_init"};
inline constinit LazyFunction<decltype(::curl_easy_perform)> curl_easy_perform{libcurl, "curl_easy_perform"};
inline constinit LazyFunction<decltype(::curl_easy_setopt)> curl_easy_setopt{libcurl, "curl_easy_setopt"};
inline constinit LazyFunction<decltype(::curl_easy_strerror)> curl_easy_strerror{libcurl, "curl_easy_strerror"};
inline constinit LazyFunction<decltype(::curl_global_init)> curl_global_init{libcurl, "curl_global_init"};
inline constinit LazyFunction<decltype(::curl_slist_append)> curl_slist_append{libcurl, "curl_slist_append"};
inline constinit LazyFunction<decltype(::curl_slist_free_all)> curl_slist_free_all{libcurl, "curl_slist_free_all"};

}  // namespace haar::http
