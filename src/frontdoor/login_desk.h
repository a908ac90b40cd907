// Where engines ask haar who may log in: IAM database authentication, whose secrets no engine can judge.
//
// An engine reaches nobody, so haar brings the connections: each good for one question, a few of them always waiting in a
// socket of the engine's (engines/launch.cc, shim/logins.c), as many log-ins at once and no more. Through them comes who
// logs in, from where and with what secret, and back goes one letter. What an engine says is a claim of its tenant's: it is
// believed about that engine's own clients and means nothing to others.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace haar::frontdoor {

struct LogIn {
  std::string engine;  // whose question it is: haar's own word
  std::string user;    // of the database
  std::string client;  // the address that the engine sees; may be empty
  std::string secret;  // never told to anybody
};

class LoginDesk {
 public:
  // On the desk's own thread, one question after the other: it must be quick.
  using Decide = std::function<bool(const LogIn&)>;

  explicit LoginDesk(Decide decide);
  ~LoginDesk();
  LoginDesk(const LoginDesk&) = delete;
  LoginDesk& operator=(const LoginDesk&) = delete;

  // Engine `id` may ask, through the socket at `path`, which may come later and be made anew. Again: nothing changes.
  void serve(const std::string& id, const std::string& path);
  void forget(const std::string& id);

  // Questions that one engine may have under way, and its longest one in bytes.
  static constexpr std::size_t waiting_per_engine = 4;
  static constexpr std::size_t question_bytes_max = 17 * 1024;
  // What one engine may ask in a second; AWS recommends fewer than 200.
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html
  static constexpr int questions_per_second_max = 500;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace haar::frontdoor
