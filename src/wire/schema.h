// Schema tables: what AWS's API models say, as constant data. codegen/generate.py writes the tables,
// the codecs beside this file walk them. A value is reached through its address and a Member: the
// offset, then the storage operations (one table per storage type, see storage.h).
// The traits are those of Smithy and of botocore's models:
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, .../aws-ec2-query-protocol.html,
// .../aws-json-1_1-protocol.html, .../aws-restjson1-protocol.html
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::wire {

enum class Kind : std::uint8_t {
  structure,
  list,
  map,
  string,
  integer,
  long_integer,
  float_number,
  double_number,
  boolean,
  timestamp,
  blob,
  document  // any JSON value, kept as its text
};
enum class Protocol : std::uint8_t { query, ec2, json_1_0, json_1_1, rest_json };
// Where the rest protocols put a member. The query protocols put everything into the body.
enum class Location : std::uint8_t { body, header, headers, query, uri, status_code };
enum class TimestampFormat : std::uint8_t { protocol_default, iso8601, unix_timestamp, rfc822 };
// How a service writes the fraction of a second: never, always three digits, or three digits if not zero.
enum class Fraction : std::uint8_t { never, millis, when_present };
// How a service words a request that breaks the model's constraints (see validate.h).
enum class Wording : std::uint8_t { aggregate, missing_parameter, ec2, reason };

struct Shape;
struct Operation;
struct Service;

// std::optional<T>
struct OptionalOps {
  bool (*has)(const void* optional);
  const void* (*get)(const void* optional);  // only if has()
  void* (*emplace)(void* optional);
};
// Box<T>
struct BoxOps {
  const void* (*get)(const void* box);
  void* (*get_mutable)(void* box);
};
// std::vector<T>. A pointer to an element lives until the next append.
struct ListOps {
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t index);
  void* (*append)(void* list);
};
// std::map<std::string, T>
struct MapOps {
  std::size_t (*size)(const void* map);
  void* (*insert)(void* map, std::string_view key);  // the existing element, if there is one
  void (*visit)(const void* map, void* context,
                void (*each)(void* context, const std::string& key, const void* value));
};

// A regular expression in RE2's syntax, compiled when first used (see pattern.h).
struct Pattern {
  std::string_view text{};
  std::string_view shown{};  // as AWS writes it in errors, where that differs
  mutable std::atomic<const void*> compiled{nullptr};
};

struct XmlNamespace {
  std::string_view prefix{}, uri{};
};

// A member of a structure, the element of a list, the key or the value of a map.
struct Member {
  std::string_view name{};           // as AWS's documentation spells it; the C++ member is called the same
  std::string_view request_name{};   // in query parameters; ec2's rules are already applied
  std::string_view response_name{};  // of XML elements and JSON keys
  std::string_view location_name{};  // the model's own locationName: header, query or label name of rest
  const Shape* shape = nullptr;
  std::uint32_t offset = 0;               // in the structure
  const OptionalOps* optional = nullptr;  // null: plain T
  const BoxOps* box = nullptr;            // not null: the value is a Box<T>
  Location location = Location::body;
  TimestampFormat timestamp_format = TimestampFormat::protocol_default;
  bool required = false;
  bool flattened = false;
  bool sensitive = false;  // by the member's trait, its shape's, or a patch
  bool idempotency_token = false;
  bool xml_attribute = false;
  bool json_value = false;  // JSON as text: base64 where it is a header
  bool host_label = false;  // also a part of the host's name
  XmlNamespace xml_namespace{};
};

struct Shape {
  std::string_view name{};
  Kind kind = Kind::structure;
  std::span<const Member> members{};  // structure
  const Member* payload = nullptr;    // rest: the member that is the whole body
  const Member* key = nullptr;        // map
  const Member* element = nullptr;    // list: its element; map: its value
  const ListOps* list = nullptr;
  const MapOps* map = nullptr;
  bool has_min = false, has_max = false;  // of length, of the number of elements, or of the number
  double min = 0, max = 0;
  const Pattern* pattern = nullptr;
  std::span<const std::string_view> enumeration{};
  bool sensitive = false;
  bool is_union = false;         // exactly one member is set
  bool is_event_stream = false;  // not one value but many over time: no codec here reads or writes it
};

// How an error's shape spells the member that holds the message.
struct ErrorShape {
  std::string_view code{}, message_name{};
};

struct Operation {
  std::string_view name{};
  const Service* service = nullptr;
  const Shape* input = nullptr;   // null: none, or the operation is not used by any row
  const Shape* output = nullptr;  // likewise
  bool generated = false;         // structs exist, so input and output say the truth
  std::string_view result_wrapper{};
  std::string_view http_method = "POST", http_uri = "/";
  int http_status = 200;           // of a successful answer
  std::string_view host_prefix{};  // "{label}.": before the endpoint's host
  std::span<const std::string_view> errors{};  // wire codes that the model names
  const Member* idempotency_token = nullptr;   // member of the input
};

struct Service {
  std::string_view name{};          // "iam": our name and the folder's
  std::string_view signing_name{};  // in the credential scope
  std::string_view endpoint_prefix{};
  std::string_view api_version{};
  std::string_view full_name{};
  std::string_view service_id{};
  Protocol protocol = Protocol::query;
  std::string_view xml_namespace{};
  std::string_view target_prefix{};  // json: X-Amz-Target
  bool global = false;               // one for all regions: accepts any region in a signature's scope
  Fraction fraction = Fraction::when_present;
  Wording wording = Wording::aggregate;
  std::string_view validation_code = "ValidationError";  // of a request that breaks the model's constraints
  std::span<const ErrorShape> error_shapes{};            // json and rest-json: sorted by code
  std::span<const Operation> operations{};  // every one of the model, sorted by name
  mutable std::atomic<const void*> routes{nullptr};  // rest-json: made when first used (see rest_routes.h)
};

// null: the model has no such operation.
const Operation* find_operation(const Service& service, std::string_view name);
const Member* find_member(const Shape& structure, std::string_view name);

}  // namespace haar::wire
