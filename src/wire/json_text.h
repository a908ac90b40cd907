// Pieces of JSON text that are the same wherever haar writes JSON. Internal to src/wire and its tests.
#pragma once

#include <string>
#include <string_view>

namespace haar::wire {

// Quoted and escaped. What is not UTF-8 becomes U+FFFD: an answer must always be readable.
void append_json_text(std::string& out, std::string_view text);
// Shortest form that reads back the same; what JSON has no number for is a text: "NaN", "-Infinity".
void append_json_number(std::string& out, double number);
void append_json_number(std::string& out, float number);

}  // namespace haar::wire
