// Scalars as text: the forms that query parameters and XML share. Internal to src/wire and its tests.
#pragma once

#include <string>
#include <string_view>

#include "wire/schema.h"

namespace haar::wire {

// Reads `text` into the scalar at `value`. Null if it went well, otherwise what was expected instead
// ("an integer"), to be put into the error.
const char* read_scalar(const Shape& shape, std::string_view text, void* value);

// Whether the text is a timestamp written exactly so: "2019-12-16T23:48:18[.123]Z" for iso8601 and by default,
// "Mon, 16 Dec 2019 23:48:18 GMT", or seconds as a plain number.
bool has_timestamp_form(TimestampFormat format, std::string_view text);

// Appends the scalar's text, unescaped. Timestamps take the member's format, by default ISO 8601 with the
// service's way of fractions.
void write_scalar(std::string& out, const Service& service, const Member& member, const void* value);

// UTF-8 whose every character XML 1.0 allows.
bool is_xml_text(std::string_view text);

}  // namespace haar::wire
