// What a person sees when haar starts.
#pragma once

#include <string>

namespace haar::main {

struct BannerFacts {
  std::string endpoint;  // "http://127.0.0.1:4566"
  std::string data;
  std::string account;     // id, or empty when nothing is set up yet
  std::string profile;     // empty when there is none
  std::string export_line;  // what a shell needs to use the profile
  std::string authority{};  // the file of haar's CA; empty: there is no https
  bool allow_reset = false;
  std::string dns{};       // where names of endpoints are resolved; empty: nowhere
  std::string disk{};      // what is wrong with it; empty if nothing
  std::string console{}, mailbox{};  // where the console is; a link that opens the operator's mailbox once
};

std::string banner(const BannerFacts& facts);

}  // namespace haar::main
