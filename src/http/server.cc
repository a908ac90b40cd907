#include "http/server.h"

#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "http/descriptors.h"
#include "http/listen.h"
#include "http/worker.h"

namespace haar::http {

struct Server::State {
  std::shared_ptr<Shared> shared;
  std::vector<std::shared_ptr<Worker>> workers;
  std::uint16_t port = 0;
  bool running = false;
};

Server::Server(Options options, Handler handler) : state_(std::make_unique<State>()) {
  state_->shared = std::make_shared<Shared>();
  state_->shared->options = std::move(options);
  state_->shared->handler = std::move(handler);
}

Server::~Server() { stop(); }

Result<void> Server::start() {
  const Options& options = state_->shared->options;
  const unsigned threads = options.threads != 0
                               ? options.threads
                               : static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  if (options.port != 0) {
    // SO_REUSEPORT would let a second server share the port in silence: ask for it alone first.
    TRY(listen_on(options.address, options.port, false));
  }
  GiveBack::map_large_blocks();
  state_->shared->admission.set_limit(TRY(room_for_connections(options.max_connections)));
  std::vector<std::shared_ptr<Worker>> workers;
  std::uint16_t port = options.port;
  for (unsigned i = 0; i < threads; ++i) {
    workers.push_back(std::make_shared<Worker>(state_->shared));
    port = TRY(workers.back()->listen(port));
  }
  for (unsigned i = 0; i < threads; ++i) workers[i]->start(i);
  state_->workers = std::move(workers);
  state_->port = port;
  state_->running = true;
  return {};
}

void Server::stop() {
  if (!std::exchange(state_->running, false)) return;
  for (const auto& worker : state_->workers) worker->begin_drain();
  for (const auto& worker : state_->workers) worker->join();
}

std::uint16_t Server::port() const { return state_->port; }
std::size_t Server::connections() const { return state_->shared->admission.open(); }

}  // namespace haar::http
