#include <arpa/inet.h>
#include <dirent.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "engines/test_support.h"

namespace haar::engines::testing {
namespace {

std::string temporary_folder(std::string path) {
  if (::mkdtemp(path.data()) == nullptr || ::chmod(path.c_str(), 0711) != 0) ADD_FAILURE() << std::strerror(errno);
  return path;
}

// Memory where there is plenty: making and deleting a thousand small files takes some disks seconds.
std::string state_pattern() {
  struct statvfs status{};
  constexpr unsigned long long plenty = 1ULL << 30;
  const bool memory = ::statvfs("/dev/shm", &status) == 0 && status.f_bavail * status.f_frsize > plenty;
  return memory ? "/dev/shm/haar-test-XXXXXX" : "/tmp/haar-test-XXXXXX";
}

sockaddr_in socket_address(const IpAddress& address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(address.as_v4());
  return out;
}

}  // namespace

Installation::Installation()
    : state_(temporary_folder(state_pattern())), run_(temporary_folder("/tmp/hrXXXXXX")) {}

Installation::~Installation() {
  EXPECT_EQ(processes_with(state_), std::vector<std::string>{}) << "a process was left behind";
  std::filesystem::remove_all(state_);
  std::filesystem::remove_all(run_);
}

InstanceSpec Installation::spec(const std::string& id, std::uint16_t port) const {
  InstanceSpec out;
  out.id = id;
  out.folder = state_ + "/rds/111122223333/us-east-1/" + id;
  out.run_folder = run_ + "/" + id;
  out.port = port;
  return out;
}

frontdoor::Endpoint Installation::endpoint(const Running& running, std::uint16_t port,
                                           const std::vector<std::string>& cidrs) const {
  const auto address = frontdoor::AddressSlice::of_folder(state_).choose(port, {});
  EXPECT_TRUE(address.ok());
  frontdoor::Endpoint out;
  out.id = running.id;
  out.address = *address;
  out.port = port;
  out.admission = admission(cidrs);
  out.targets = {running.handoff_path};
  return out;
}

const Catalog& catalog() {
  static const Catalog found = Catalog::discover();
  return found;
}

frontdoor::Admission admission(const std::vector<std::string>& cidrs) {
  frontdoor::Permission permission;
  permission.protocol = frontdoor::Permission::tcp;
  permission.from_port = 0;
  permission.to_port = 65535;
  for (const std::string& cidr : cidrs) permission.cidrs.push_back(Cidr::parse(cidr).value());
  // Any port will do: the permission is for all of them.
  return frontdoor::Admission::of_rules(frontdoor::Rules::compile({&permission, 1}), 1);
}

std::unique_ptr<Supervisor> make_supervisor(const Installation& installation, Supervisor::OnExit on_exit) {
  Supervisor::Options options;
  options.run_folder = installation.run();
  auto supervisor = Supervisor::create(options, std::move(on_exit));
  EXPECT_TRUE(supervisor.ok()) << supervisor.error().message;
  return std::move(*supervisor);
}

std::unique_ptr<frontdoor::FrontDoor> make_front_door() {
  auto door = frontdoor::FrontDoor::start({});
  EXPECT_TRUE(door.ok()) << door.error().message;
  return std::move(*door);
}

Fd connect_tcp(const IpAddress& address, std::uint16_t port, const std::string& source) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in there = socket_address(address, port);
  if (!source.empty()) {
    const sockaddr_in here = socket_address(*IpAddress::parse(source), 0);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
  }
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) return Fd();
  return fd;
}

std::string ask(int fd, const std::string& text, const std::string& until) {
  std::string answer;
  if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0) return "reset";
  std::array<char, 4096> buffer{};
  while (answer.find(until) == std::string::npos) {
    pollfd readable{fd, POLLIN, 0};
    if (::poll(&readable, 1, 10'000) != 1) return answer + "silence";
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) return answer + "closed";
    if (got < 0) return answer + "reset";
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

std::vector<std::string> processes_with(const std::string& text) {
  std::vector<std::string> out;
  DIR* processes = ::opendir("/proc");
  while (const dirent* entry = ::readdir(processes)) {
    auto line = read_file(fmt::format("/proc/{}/cmdline", entry->d_name));
    if (!line.ok()) continue;
    std::replace(line->begin(), line->end(), '\0', ' ');
    if (line->find(text) != std::string::npos) out.push_back(*line);
  }
  ::closedir(processes);
  return out;
}

Pg connect_pg(const std::string& host, std::uint16_t port, const std::string& user, const std::string& password,
              const std::string& database) {
  const std::string number = std::to_string(port);
  const std::array<const char*, 7> names{"host", "port", "user", "password", "dbname", "connect_timeout", nullptr};
  const std::array<const char*, 7> values{host.c_str(), number.c_str(), user.c_str(), password.c_str(),
                                          database.c_str(), "10", nullptr};
  return Pg(PQconnectdbParams(names.data(), values.data(), 0));
}

std::string query(PGconn* connection, const std::string& sql) {
  PGresult* result = PQexec(connection, sql.c_str());
  std::string out;
  if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0) out = PQgetvalue(result, 0, 0);
  else if (PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK) out = "";
  else out = PQerrorMessage(connection);
  PQclear(result);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace haar::engines::testing
