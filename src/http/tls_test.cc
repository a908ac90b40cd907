// TLS on the port of plain HTTP: handshakes, names, resumption, endings, and the bounds that plain connections have.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <random>

#include "base/test_wait.h"
#include "http/server.h"
#include "http/tls_client.h"

namespace haar::http {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;
using testing::text;
using testing::TlsChoices;
using testing::TlsClient;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view get_and_close = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
constexpr std::string_view get_later = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr milliseconds for_ever{1'000'000};

class Tls : public ::testing::Test {
 protected:
  void serve(Options options = {}) {
    options.tls = tls_.server;
    server_.emplace(std::move(options), [this](Request&& r, Respond respond) {
      if (r.path == "/large") return respond(text(std::string(20U << 20, 'x')));
      if (r.path != "/later")
        return respond(text(std::string(r.tls ? "tls" : "plain") + " " + std::string(r.tls_version) + " " +
                            std::string(r.tls_cipher) + " " + std::to_string(r.body.size())));
      const std::lock_guard lock(mutex_);
      owed_.push_back(std::move(respond));
      arrived_.notify_all();
    });
    ASSERT_TRUE(server_->start().ok());
  }
  [[nodiscard]] TlsClient connect(const TlsChoices& choices = {}) const {
    return {server_->port(), tls_.authority(), choices};
  }
  [[nodiscard]] RawClient connect_plainly() const { return RawClient(server_->port()); }
  bool serves_plain_clients() const {
    RawClient client = connect_plainly();
    client.send(get);
    return client.receive().status == 200;
  }
  Respond take_owed() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !owed_.empty(); });
    Respond first = std::move(owed_.front());
    owed_.erase(owed_.begin());
    return first;
  }
  // What a client says first, as it stands on the wire.
  [[nodiscard]] std::string client_hello(const std::string& name = "localhost") const {
    const tls::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    const tls::SslPtr ssl(SSL_new(context.get()));
    BIO* out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
    SSL_set_tlsext_host_name(ssl.get(), name.c_str());
    SSL_connect(ssl.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    return {data, static_cast<std::size_t>(size)};
  }

  testing::TestTls tls_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Respond> owed_;
  std::optional<Server> server_;
};

TEST_F(Tls, TheFirstByteTellsWhichItIs) {
  serve();
  RawClient plain = connect_plainly();
  plain.send(get);
  EXPECT_EQ(plain.receive().body, "plain   0");
  TlsClient client = connect();
  ASSERT_TRUE(client.established()) << client.reason();
  client.send(get);
  EXPECT_EQ(client.receive().body, "tls TLSv1.3 TLS_AES_128_GCM_SHA256 0");
  client.send(get);
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Tls, VersionsFrom12) {
  serve();
  TlsClient client = connect({.version_max = TLS1_2_VERSION});
  ASSERT_TRUE(client.established()) << client.reason();
  client.send(get);
  EXPECT_EQ(client.receive().body, "tls TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 0");
  // A hello that offers TLS 1.1 at most.
  std::string hello = client_hello();
  const std::size_t client_version = 9;
  ASSERT_EQ(hello.substr(client_version, 2), "\x03\x03");
  hello[client_version + 1] = '\x02';
  const std::size_t versions = hello.find(std::string("\x00\x2b", 2));  // supported_versions, which would offer more
  ASSERT_NE(versions, hello.npos);
  hello[versions + 1] = '\x6b';
  RawClient old = connect_plainly();
  old.send(hello);
  EXPECT_EQ(old.receive_all(), std::string("\x15\x03\x02\x00\x02\x02\x46", 7));  // protocol_version
}

TEST_F(Tls, CertificatesFollowTheName) {
  serve();
  for (const char* name : {"localhost", "shop.localhost", "iam.amazonaws.com", "sts.us-west-2.amazonaws.com", ""}) {
    const TlsClient client = connect({.name = name});
    EXPECT_TRUE(client.established()) << name << ": " << client.reason();
  }
  const TlsClient stranger = connect({.name = "example.com"});
  EXPECT_FALSE(stranger.established());
  EXPECT_EQ(stranger.reason(), "certificate verify failed");
  EXPECT_TRUE(connect({.name = "example.com", .verifies = false}).established());
}

TEST_F(Tls, WhoAsksForNoNameGetsTheCertificateOfTheAddress) {
  serve({.address = "127.0.0.5"});
  EXPECT_TRUE(connect({.name = "", .address = "127.0.0.5"}).established());
  EXPECT_TRUE(connect({.address = "127.0.0.5"}).established());
}

TEST_F(Tls, WhoDoesNotKnowTheAuthorityRefuses) {
  serve();
  const testing::TestTls other;
  const TlsClient client(server_->port(), other.authority());
  EXPECT_FALSE(client.established());
  EXPECT_EQ(client.reason(), "certificate verify failed");
}

TEST_F(Tls, TheProtocolIsHttp11OrNone) {
  serve();
  for (const std::string offered : {"\x08http/1.1", "\x02h2\x08http/1.1"}) {
    const TlsClient client = connect({.protocols = offered});
    ASSERT_TRUE(client.established()) << client.reason();
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &chosen, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  }
  for (const std::string offered : {"\x02h2", "\x08http/1.0", "\x08http/1.2"}) {
    const TlsClient client = connect({.protocols = offered});
    EXPECT_FALSE(client.established());
    EXPECT_EQ(client.reason(), "tlsv1 alert no application protocol");
  }
}

TEST_F(Tls, ASessionIsResumed) {
  serve();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsChoices choices{.version_min = version, .version_max = version};
    TlsClient first = connect(choices);
    ASSERT_TRUE(first.established());
    EXPECT_FALSE(first.resumed());
    first.send(get);
    EXPECT_EQ(first.receive().status, 200);
    const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session(SSL_get1_session(first.ssl()), SSL_SESSION_free);
    EXPECT_EQ(SSL_SESSION_get_max_early_data(session.get()), 0U);
    TlsChoices again = choices;
    again.session = session.get();
    TlsClient second = connect(again);
    ASSERT_TRUE(second.established()) << second.reason();
    EXPECT_TRUE(second.resumed());
    second.send(get);
    EXPECT_EQ(second.receive().status, 200);
    tls_.clock.advance_seconds(2 * tls::TicketKeys::period_seconds);  // its key is gone after a while
    TlsClient late = connect(again);
    ASSERT_TRUE(late.established()) << late.reason();
    EXPECT_FALSE(late.resumed());
  }
}

TEST_F(Tls, RenegotiationIsRefused) {
  serve();
  TlsClient client = connect({.version_max = TLS1_2_VERSION});
  ASSERT_TRUE(client.established());
  SSL_renegotiate(client.ssl());
  SSL_do_handshake(client.ssl());
  EXPECT_EQ(client.receive().status, 0);
  EXPECT_STREQ(ERR_reason_error_string(ERR_peek_error()), "no renegotiation");
  EXPECT_TRUE(serves_plain_clients());
}

TEST_F(Tls, GoodbyesAreSaidBothWays) {
  serve();
  TlsClient client = connect();
  client.send(get_and_close);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(client.told_goodbye());
  TlsClient leaving = connect();
  leaving.send(get);
  EXPECT_EQ(leaving.receive().status, 200);
  leaving.say_goodbye();
  EXPECT_TRUE(leaving.ended());
  EXPECT_TRUE(leaving.told_goodbye());
  TlsClient refused = connect();
  refused.send("nonsense\r\n\r\n");
  EXPECT_EQ(refused.receive().status, 400);
  EXPECT_TRUE(refused.ended());
  EXPECT_TRUE(refused.told_goodbye());
}

TEST_F(Tls, GarbageIsAnsweredWithAnAlertAndTheEnd) {
  serve();
  for (const std::string& garbage : {std::string("\x16garbage garbage"),
                                     std::string("\x16\x03\x01\x00\x05\xff\xff\xff\xff\xff", 10),
                                     std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x'),
                                     std::string("\x16\x03\x01\x00\x00", 5) + std::string(200, '\0')}) {
    RawClient client = connect_plainly();
    client.send(garbage);
    client.finish_sending();
    const std::string answer = client.receive_all();
    ASSERT_EQ(answer.size(), 7U) << garbage.substr(0, 20);
    EXPECT_EQ(answer[0], '\x15');
    EXPECT_EQ(answer[5], '\x02');  // fatal
  }
}

TEST_F(Tls, ChangedHellosEndInOneWayOrAnother) {
  serve({.threads = 1});
  const std::string hello = client_hello();
  std::mt19937 random(20261130);
  for (int i = 0; i < 400; ++i) {
    std::string changed = hello;
    for (unsigned n = 1 + random() % 4; n > 0; --n) changed[1 + random() % (changed.size() - 1)] = static_cast<char>(random());
    if (random() % 4 == 0) changed.resize(1 + random() % changed.size());
    if (random() % 4 == 0) changed.append(random() % 300, static_cast<char>(random()));
    RawClient client = connect_plainly();
    client.send(changed);
    client.finish_sending();
    client.receive_all();
  }
  EXPECT_TRUE(connect().established());
  EXPECT_TRUE(serves_plain_clients());
}

TEST_F(Tls, TlsLaterOnAConnectionIsNone) {
  serve();
  RawClient client = connect_plainly();
  client.send(get);
  EXPECT_EQ(client.receive().status, 200);
  client.send(client_hello());
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_TRUE(client.ended());
  TlsClient inside = connect();
  inside.send(client_hello());
  EXPECT_EQ(inside.receive().status, 400);
}

TEST_F(Tls, HelloInPiecesAndRequestsInPiecesOrTogether) {
  serve();
  RawClient slow = connect_plainly();
  for (const char byte : client_hello()) slow.send({&byte, 1});
  slow.finish_sending();
  EXPECT_TRUE(slow.receive_all().starts_with(std::string("\x16\x03\x03\x00\x7a\x02", 6)));  // ServerHello
  TlsClient client = connect();
  for (const char byte : get) client.send({&byte, 1});
  EXPECT_EQ(client.receive().status, 200);
  std::string many;
  for (int i = 0; i < 500; ++i) many += get;
  client.send(many);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.receive().status, 200);
}

TEST_F(Tls, BigBodiesBothWays) {
  serve({.max_body_bytes = 8U << 20});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client = connect({.version_min = version, .version_max = version});
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x'));
    EXPECT_TRUE(client.receive().body.ends_with(" 5000000"));
    client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive().body, std::string(20U << 20, 'x'));
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n");
    EXPECT_EQ(client.receive().status, 413);
  }
}

TEST_F(Tls, AHandshakeThatDoesNotEndIsEnded) {
  serve({.handshake_timeout = milliseconds(20)});
  for (const std::string& begun : {std::string("\x16"), client_hello().substr(0, 40), client_hello()}) {
    RawClient client = connect_plainly();
    client.send(begun);
    client.receive_all();  // and with it the end
  }
}

TEST_F(Tls, ARequestThatDoesNotArriveIsAnsweredSo) {
  serve({.head_timeout = milliseconds(20), .body_timeout = milliseconds(20)});
  for (const char* part : {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc"}) {
    TlsClient client = connect();
    client.send(part);
    EXPECT_EQ(client.receive().status, 408);
    EXPECT_TRUE(client.ended());
  }
}

TEST_F(Tls, APartOfARecordHoldsNoConnection) {
  serve({.idle_timeout = for_ever, .head_timeout = milliseconds(20)});
  TlsClient client = connect();
  client.send(get);
  EXPECT_EQ(client.receive().status, 200);
  const std::string_view part("\x17\x03\x03\x10\x00 and no more", 17);
  ASSERT_EQ(::send(client.fd(), part.data(), part.size(), MSG_NOSIGNAL), static_cast<ssize_t>(part.size()));
  EXPECT_TRUE(client.ended());
}

TEST_F(Tls, HalfOpenHandshakesMakeRoom) {
  serve({.threads = 1, .max_connections = 8, .patience = milliseconds(1)});
  std::vector<RawClient> half_open;
  for (int i = 0; i < 100; ++i) {
    half_open.push_back(connect_plainly());
    half_open.back().send(i % 2 == 0 ? client_hello() : client_hello().substr(0, 30));
  }
  for (int i = 0; i < 20; ++i) {
    // A newcomer that comes before the first of them has stalled is told so; in the end everybody is served.
    ASSERT_TRUE(eventually([&] { return serves_plain_clients(); }));
  }
  EXPECT_TRUE(eventually([&] { return connect().established(); }));
}

TEST_F(Tls, AnIdleOneMakesRoomAndIsTold) {
  serve({.threads = 1, .max_connections = 1});
  TlsClient idle = connect();
  idle.send(get);
  EXPECT_EQ(idle.receive().status, 200);
  EXPECT_TRUE(serves_plain_clients());
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(idle.told_goodbye());
}

TEST_F(Tls, ThatAClientHasGoneIsSeenWhileItsRequestIsHandled) {
  serve();
  std::optional<TlsClient> client(connect());
  client->send(get_later);
  const Respond respond = take_owed();
  EXPECT_TRUE(respond.alive());
  client->say_goodbye();
  client.reset();
  EXPECT_TRUE(eventually([&] { return !respond.alive(); }));
  respond(text("to nobody"));
  EXPECT_TRUE(serves_plain_clients());
}

TEST_F(Tls, AFloodOfKeyUpdatesLeavesOthersTheirTurn) {
  serve({.threads = 1});
  TlsClient flooding = connect({.version_min = TLS1_3_VERSION});
  for (int i = 0; i < 2'000; ++i) {
    SSL_key_update(flooding.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    if (SSL_do_handshake(flooding.ssl()) != 1) break;
    if (i % 500 == 0) {
      EXPECT_TRUE(serves_plain_clients());
    }
  }
  flooding.send(get);
  EXPECT_EQ(flooding.receive().status, 200);
}

TEST_F(Tls, AConnectionThatRestsIsServedAgain) {
  serve({.threads = 1, .idle_timeout = milliseconds(200)});  // so that it is looked at often
  TlsClient client = connect();
  client.send(get);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(client.told_goodbye());
}

TEST_F(Tls, WithoutItTheFirstByteIsRefused) {
  Server server({}, [](Request&&, Respond respond) { respond(text("x")); });
  ASSERT_TRUE(server.start().ok());
  RawClient client(server.port());
  client.send(client_hello());
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_TRUE(client.ended());
}

TEST_F(Tls, TheServerStopsWithHandshakesOpen) {
  serve({.drain_timeout = for_ever});
  RawClient half_open = connect_plainly();
  half_open.send(client_hello().substr(0, 30));
  TlsClient idle = connect();
  ASSERT_TRUE(idle.established());
  server_->stop();
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(idle.told_goodbye());
}

}  // namespace
}  // namespace haar::http
