// One event: what was asked, by whom, what was decided and why, and what came of it. Kept compactly and
// rendered to CloudTrail's JSON when read (events/render.h). And the rows that events are stored in.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "store/space.h"

namespace haar::events {

// userIdentity, with the type's name as CloudTrail spells it. Of strings where it is kept, of views where it is written.
template <class Text>
struct BasicIdentity {
  Text type;                 // Root, IAMUser, AssumedRole, FederatedUser, WebIdentityUser, SAMLUser, AWSService
  Text principal_id;
  Text arn;
  Text account;
  Text access_key_id;
  Text user_name;
  Text issuer_arn;           // of a session: the role's ARN
  Text issuer_id;
  Timestamp session_created{};
  bool mfa = false;
  Text source_identity;
  Text invoked_by;           // a service that called on the caller's behalf
  bool assumed_root = false;      // a session of AssumeRoot's
  Text identity_provider;         // who vouched for a WebIdentityUser or a SAMLUser

  template <class V>
  void fields(V& v) {
    v(1, type), v(2, principal_id), v(3, arn), v(4, account), v(5, access_key_id), v(6, user_name);
    v(7, issuer_arn), v(8, issuer_id), v(9, session_created), v(10, mfa), v(11, source_identity), v(12, invoked_by);
    v(13, identity_provider), v(14, assumed_root);
  }
};
using Identity = BasicIdentity<std::string>;

// One (action, resource) pair that was evaluated, and the answer: policies can be generated from these.
struct Evaluated {
  std::string action, resource;
  bool allowed = false;
  std::string decided_by;  // policy type: "identity", "boundary", …
  std::vector<std::string> statements;  // "policy-id#sid@line:column"

  template <class V>
  void fields(V& v) {
    v(1, action), v(2, resource), v(3, allowed), v(4, decided_by), v(5, statements);
  }
};

template <class Text>
struct BasicEvent {
  Timestamp time{};
  Text id;                 // eventID: event_id() of the time
  Text request_id;
  Text source;             // "iam.amazonaws.com"
  Text name;               // "CreateUser"
  Text region;
  Text account;            // recipientAccountId
  BasicIdentity<Text> identity;
  Text source_ip, user_agent;
  bool tls = false;
  Text tls_version, tls_cipher, tls_host;  // tlsDetails; empty where a service called, or without TLS
  bool read_only = false;
  Text error_code, error_message;
  Text request_parameters;   // JSON, secrets masked; empty: null
  Text response_elements;    // JSON, secrets masked; empty: null
  std::vector<Evaluated> evaluated;
  Text event_type = "AwsApiCall";  // or AwsServiceEvent, AwsConsoleSignIn
  Text additional;                 // JSON, secrets masked: what additionalEventData holds beside `evaluated`; empty: nothing
  bool from_console = false;       // sessionCredentialFromConsole

  template <class V>
  void fields(V& v) {
    v(1, time), v(2, id), v(3, request_id), v(4, source), v(5, name), v(6, region), v(7, account), v(8, identity);
    v(9, source_ip), v(10, user_agent), v(11, tls), v(12, read_only), v(13, error_code), v(14, error_message);
    v(15, request_parameters), v(16, response_elements), v(17, evaluated), v(18, event_type);
    v(19, tls_version), v(20, tls_cipher), v(21, tls_host), v(22, additional), v(23, from_console);
  }
};
using EventRecord = BasicEvent<std::string>;
// What an event is written from: views into what the request holds.
using EventDraft = BasicEvent<std::string_view>;

// An event as it is stored, and where it belongs.
struct WrittenEvent {
  std::string account, region, bytes;
};

// An event's id: a UUID that begins with the event's time in milliseconds (RFC 9562, version 7), so that it is found by
// its id without a row that says where it lies.
std::string event_id(Timestamp time, Random& random);
// The milliseconds that an id begins with; nullopt if it is not one of event_id's.
std::optional<std::int64_t> milliseconds_of_event_id(std::string_view id);

// What of an event it is found by; views into the bytes of an event. The numbers are those of EventRecord.
struct EventView {
  struct Who {
    std::string_view type, arn, access_key_id, user_name, issuer_arn{};

    template <class V>
    void fields(V& v) {
      v(1, type), v(3, arn), v(5, access_key_id), v(6, user_name), v(7, issuer_arn);
    }
  };
  Timestamp time{};
  std::string_view id, source, name, region, account;
  Who identity;
  bool read_only = false;
  std::string_view request_parameters, response_elements;

  template <class V>
  void fields(V& v) {
    v(1, time), v(2, id), v(4, source), v(5, name), v(6, region), v(7, account), v(8, identity);
    v(12, read_only), v(15, request_parameters), v(16, response_elements);
  }
};

// What one row holds: the events of one mutation, or many of one account and region. Each as write_event wrote it;
// views into what the block was decoded from.
struct EventBlock {
  static constexpr std::string_view record_name = "events.block";
  static constexpr std::uint32_t record_version = 1;

  std::vector<std::string_view> events;

  template <class V>
  void fields(V& v) {
    v(1, events);
  }
};

// In which events of a block something is found: runs of the numbers of neighbours, each as the gap before it and its
// length.
struct LookupRecord {
  static constexpr std::string_view record_name = "events.lookup";
  static constexpr std::uint32_t record_version = 1;

  std::vector<std::uint32_t> runs;

  template <class V>
  void fields(V& v) {
    v(1, runs);
  }
};

// An event's bytes within a block: the fields of EventRecord, without a header of their own.
void write_event(std::string& out, const EventRecord& event);
WrittenEvent written(const EventRecord& event);
WrittenEvent written(const EventDraft& draft);
Result<EventRecord> read_event(std::string_view bytes);
Result<EventView> view_event(std::string_view bytes);

// Where a mutation puts its events, until a flush moves them into blocks. Keys: (account, region, time, sequence): what moves
// together lies together. Versions before the blocks kept their whole log here, by time alone; it is moved in the same way.
extern const store::LogSpace<EventBlock> event_outbox;
// Keys: (account, region, time of the newest event in it, sequence).
extern const store::LogSpace<EventBlock> event_blocks;
// Keys: (account, region, day, attribute, value, and what names the block: time, sequence).
extern const store::LogSpace<LookupRecord> event_lookups;
std::vector<const store::SpaceBase*> log_spaces();

}  // namespace haar::events
