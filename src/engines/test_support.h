// What the tests of engines share: a temporary installation, and clients that are plain.
#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "engines/catalog.h"
#include "engines/instance.h"
#include "engines/postgres.h"
#include "engines/supervisor.h"
#include "frontdoor/frontdoor.h"

namespace haar::engines::testing {

// Folders of their own, gone afterwards. The run folder is short: sockets lie in it.
class Installation {
 public:
  Installation();
  ~Installation();
  [[nodiscard]] const std::string& state() const { return state_; }
  [[nodiscard]] const std::string& run() const { return run_; }
  [[nodiscard]] InstanceSpec spec(const std::string& id, std::uint16_t port) const;
  // An endpoint on an address of this installation that admits `cidrs`.
  [[nodiscard]] frontdoor::Endpoint endpoint(const Running& running, std::uint16_t port,
                                             const std::vector<std::string>& cidrs) const;

 private:
  std::string state_, run_;
};

const Catalog& catalog();
frontdoor::Admission admission(const std::vector<std::string>& cidrs);
std::unique_ptr<Supervisor> make_supervisor(const Installation& installation, Supervisor::OnExit on_exit = {});
std::unique_ptr<frontdoor::FrontDoor> make_front_door();

// A TCP connection from `source` ("" for any) that has sent nothing; invalid if it was refused.
Fd connect_tcp(const IpAddress& address, std::uint16_t port, const std::string& source = "");
// Sends and reads what comes until `until` appears, the connection ends (then "closed" or "reset" is
// appended), or ten seconds are over.
std::string ask(int fd, const std::string& text, const std::string& until);
std::vector<std::string> processes_with(const std::string& text);  // command lines that contain it

struct FinishPg {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Pg = std::unique_ptr<PGconn, FinishPg>;
Pg connect_pg(const std::string& host, std::uint16_t port, const std::string& user, const std::string& password,
              const std::string& database);
// The first value of the answer, or "ERROR: …" as the server says it.
std::string query(PGconn* connection, const std::string& sql);

}  // namespace haar::engines::testing
