// The storage operations of schema.h for the types that generated structs are made of. Included by
// generated tables only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wire/schema.h"
#include "wire/types.h"

namespace haar::wire {

template <class T>
inline constexpr OptionalOps optional_ops{
    [](const void* o) { return static_cast<const std::optional<T>*>(o)->has_value(); },
    [](const void* o) -> const void* { return &**static_cast<const std::optional<T>*>(o); },
    [](void* o) -> void* { return &static_cast<std::optional<T>*>(o)->emplace(); }};

template <class T>
inline constexpr BoxOps box_ops{[](const void* b) -> const void* { return &**static_cast<const Box<T>*>(b); },
                                [](void* b) -> void* { return &**static_cast<Box<T>*>(b); }};

template <class T>
inline constexpr ListOps list_ops{
    [](const void* l) { return static_cast<const std::vector<T>*>(l)->size(); },
    [](const void* l, std::size_t i) -> const void* { return &(*static_cast<const std::vector<T>*>(l))[i]; },
    [](void* l) -> void* { return &static_cast<std::vector<T>*>(l)->emplace_back(); }};

template <class T>
inline constexpr MapOps map_ops{
    [](const void* m) { return static_cast<const std::map<std::string, T>*>(m)->size(); },
    [](void* m, std::string_view key) -> void* {
      return &(*static_cast<std::map<std::string, T>*>(m))[std::string(key)];
    },
    [](const void* m, void* context, void (*each)(void*, const std::string&, const void*)) {
      for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(m))
        each(context, key, &value);
    }};

}  // namespace haar::wire
