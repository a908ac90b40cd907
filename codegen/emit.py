"""C++ structs and constant schema tables of one service. Data and types only: no function bodies but the
one-line factories of errors and the accessors of tables."""
import json
import re

from model import Model, check_unique, error_code

SCALARS = {"string": "std::string", "character": "std::string", "integer": "std::int32_t", "long": "std::int64_t",
           "float": "float", "double": "double", "boolean": "bool", "timestamp": "::haar::Timestamp",
           "blob": "::haar::wire::Blob", "document": "::haar::wire::Document"}
KINDS = {"structure": "structure", "list": "list", "map": "map", "string": "string", "character": "string",
         "integer": "integer", "long": "long_integer", "float": "float_number", "double": "double_number",
         "boolean": "boolean", "timestamp": "timestamp", "blob": "blob", "document": "document"}
PROTOCOLS = {"query": "query", "ec2": "ec2", "rest-json": "rest_json"}
LOCATIONS = {"header": "header", "headers": "headers", "querystring": "query", "uri": "uri",
             "statusCode": "status_code"}
TIMESTAMPS = {"iso8601": "iso8601", "unixTimestamp": "unix_timestamp", "rfc822": "rfc822"}
RESERVED = set("""alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
char32_t class compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield
decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if
inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public
register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch
template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile
wchar_t while xor xor_eq NULL EOF TRUE FALSE BUFSIZ DOMAIN OVERFLOW UNDERFLOW SING PLOSS TLOSS HUGE_VAL INFINITY
NAN errno stdin stdout stderr major minor makedev linux unix assert""".split())


def identifier(name: str) -> str:
    """AWS's name, with `_` behind it where C++ or a common macro has taken the word."""
    clean = re.sub(r"\W", "_", name)
    if clean[:1].isdigit():
        clean = "_" + clean
    return clean + "_" if clean in RESERVED else clean


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=True).replace("\\u007f", "\\177") if text.isascii() else \
        '"' + "".join(c if c.isascii() and c not in '"\\' else "".join(f"\\{b:03o}" for b in c.encode())
                      for c in text) + '"'


def factory_name(code: str) -> str:
    """InvalidVpcID.NotFound -> InvalidVpcIDNotFound."""
    return identifier("".join(p[:1].upper() + p[1:] for p in re.split(r"[^A-Za-z0-9_]+", code)))


def re2_pattern(pattern: str) -> str:
    r"""The models write Java's \uXXXX; RE2 writes \x{XXXX}."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})", r"\\x{\1}", pattern)


TYPES_INCLUDED = """#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "wire/schema.h"
#include "wire/types.h"
"""
SERVICE_DECLARED = """// The wire's view of the service: every operation of the model, with tables for those in use.
const ::haar::wire::Service& service();
"""


def header_path(service: str, operation: str) -> str:
    return f"{service}/{identifier(operation)}.h"


class Emitter:
    def __init__(self, service: str, namespace: str, model: Model, used: set, errors: list, extra_roots=()):
        self.service, self.namespace, self.model, self.errors = service, namespace, model, errors
        check_unique([factory_name(code) for code, _, _ in errors], f"{service}: errors")
        self.used = sorted(used & set(model.operations))
        roots = list(extra_roots)
        for name in self.used:
            operation = model.operations[name]
            roots += [operation[k]["shape"] for k in ("input", "output") if k in operation]
        self.shapes = model.reachable(roots)
        self.structures = [s for s in self.shapes if model.shapes[s]["type"] == "structure"]

    # --- types -------------------------------------------------------------------------------------------

    def cpp_type(self, shape: str, in_list=False) -> str:
        definition = self.model.shapes[shape]
        kind = definition["type"]
        if kind == "structure":
            return f"{self.namespace}::{identifier(shape)}"
        if kind == "list":
            return f"std::vector<{self.cpp_type(definition['member']['shape'], in_list=True)}>"
        if kind == "map":
            return f"std::map<std::string, {self.cpp_type(definition['value']['shape'], in_list=True)}>"
        if kind == "boolean" and in_list:
            return "::haar::wire::Flag"
        return SCALARS[kind]

    def is_boxed(self, owner: str, member: dict) -> bool:
        return (self.model.shapes[member["shape"]]["type"] == "structure"
                and self.model.is_recursive(owner, member["shape"]))

    def value_type(self, owner: str, member: dict) -> str:
        plain = self.cpp_type(member["shape"])
        return f"::haar::wire::Box<{plain}>" if self.is_boxed(owner, member) else plain

    def is_required(self, owner: str, name: str) -> bool:
        return name in self.model.shapes[owner].get("required", [])

    def structure(self, shape: str) -> str:
        lines = [f"struct {identifier(shape)} {{"]
        for name, member in self.model.members(shape):
            kind = self.value_type(shape, member)
            kind = kind if self.is_required(shape, name) else f"std::optional<{kind}>"
            lines.append(f"  {kind} {identifier(name)}{{}};")
        return "\n".join(lines + ["};"])

    def shape_of(self, operation: str, direction: str) -> str:
        reference = self.model.operations[operation].get(direction)
        return identifier(reference["shape"]) if reference else "::haar::wire::Empty"

    def operation_struct(self, name: str) -> str:
        return (f"struct {identifier(name)} {{\n"
                f"  using Input = {self.qualified(self.shape_of(name, 'input'))};\n"
                f"  using Output = {self.qualified(self.shape_of(name, 'output'))};\n"
                f"  static const ::haar::wire::Operation& model();\n}};")

    def origin(self) -> str:
        return f"// Generated from models/{self.service}.json by codegen/generate.py."

    def header(self) -> str:
        """Everything in one piece, for the protocol tests."""
        parts = [self.origin(), TYPES_INCLUDED, f"namespace haar::{self.namespace} {{\n"]
        parts += [f"struct {identifier(s)};" for s in self.structures]
        parts += [""] + [self.structure(s) + "\n" for s in self.structures]
        parts += [SERVICE_DECLARED, "namespace ops {\n"] + [self.operation_struct(n) + "\n" for n in self.used]
        parts += ["}  // namespace ops\n", f"}}  // namespace haar::{self.namespace}"]
        return "\n".join(parts) + "\n"

    def operation_header(self, name: str) -> str:
        """One operation and the structures that it takes and gives. Structures of several operations stand in the
        header of each, and the compiler sees the first."""
        operation = self.model.operations[name]
        roots = [operation[k]["shape"] for k in ("input", "output") if k in operation]
        structures = [s for s in self.model.reachable(roots) if self.model.shapes[s]["type"] == "structure"]
        boxed = sorted({m["shape"] for s in structures for _, m in self.model.members(s) if self.is_boxed(s, m)})
        parts = [self.origin(), "#pragma once\n", TYPES_INCLUDED, f"namespace haar::{self.namespace} {{\n"]
        parts += [f"struct {identifier(s)};" for s in boxed]
        for s in structures:
            guard = f"HAAR_MODEL_{self.service.upper()}_{identifier(s)}"
            parts += [f"#ifndef {guard}\n#define {guard}\n{self.structure(s)}\n#endif\n"]
        parts += ["namespace ops {\n", self.operation_struct(name), "\n}  // namespace ops\n",
                  f"}}  // namespace haar::{self.namespace}"]
        return "\n".join(parts) + "\n"

    def service_header(self) -> str:
        """The service itself and its errors."""
        errors = [f"::haar::Error {factory_name(code)}(std::string message);" for code, _, _ in self.errors]
        parts = [self.origin(), "#pragma once\n", "#include <string>\n", '#include "base/result.h"\n#include "wire/schema.h"\n',
                 f"namespace haar::{self.namespace} {{\n", SERVICE_DECLARED, "namespace errors {\n"] + errors
        parts += ["\n}  // namespace errors\n", f"}}  // namespace haar::{self.namespace}"]
        return "\n".join(parts) + "\n"

    def headers(self) -> dict:
        """Of every operation, used or not: {path below the folder of models: text}."""
        made = {header_path(self.service, name): self.operation_header(name) for name in self.model.operations}
        return {**made, f"{self.service}/service.h": self.service_header()}

    def qualified(self, name: str) -> str:
        return name if name.startswith("::") else f"::haar::{self.namespace}::{name}"

    # --- tables ------------------------------------------------------------------------------------------

    def member_row(self, owner, name: str, member: dict, default=None) -> str:
        """Designated initialisers of one wire::Member. owner: the structure, None for elements and keys."""
        shape = self.model.shapes[member["shape"]]
        location = member.get("locationName", default or name)
        fields = [f".name = {literal(name)}",
                  f".request_name = {literal(self.model.request_name(name, member) if owner else location)}",
                  f".response_name = {literal(location)}"]
        if "locationName" in member:
            fields.append(f".location_name = {literal(member['locationName'])}")
        fields.append(f".shape = &shape_{identifier(member['shape'])}")
        if owner:
            fields.append(f".offset = offsetof({identifier(owner)}, {identifier(name)})")
            if not self.is_required(owner, name):
                fields.append(f".optional = &wire::optional_ops<{self.value_type(owner, member)}>")
            if self.is_boxed(owner, member):
                fields.append(f".box = &wire::box_ops<{self.cpp_type(member['shape'])}>")
        if "location" in member:
            fields.append(f".location = wire::Location::{LOCATIONS[member['location']]}")
        stamp = member.get("timestampFormat", shape.get("timestampFormat"))
        if stamp:
            fields.append(f".timestamp_format = wire::TimestampFormat::{TIMESTAMPS[stamp]}")
        flags = [("required", owner and self.is_required(owner, name)),
                 ("flattened", member.get("flattened", shape.get("flattened"))),
                 ("sensitive", self.model.is_sensitive(member)),
                 ("idempotency_token", member.get("idempotencyToken")),
                 ("xml_attribute", member.get("xmlAttribute")), ("json_value", member.get("jsonvalue")),
                 ("host_label", member.get("hostLabel"))]
        fields += [f".{flag} = true" for flag, on in flags if on]
        namespace = member.get("xmlNamespace")
        if isinstance(namespace, str):
            namespace = {"uri": namespace}
        if namespace:
            fields.append(f".xml_namespace = {{{literal(namespace.get('prefix', ''))}, {literal(namespace['uri'])}}}")
        return "{" + ", ".join(fields) + "}"

    def shape_table(self, shape: str) -> str:
        definition, name = self.model.shapes[shape], identifier(shape)
        kind = definition["type"]
        before, fields = [], [f".name = {literal(shape)}", f".kind = wire::Kind::{KINDS[kind]}"]
        members = self.model.members(shape) if kind == "structure" else []
        if members:
            rows = ",\n".join(f"    {self.member_row(shape, n, m)}" for n, m in members)
            before.append(f"constexpr wire::Member members_{name}[] = {{\n{rows}}};")
            fields.append(f".members = members_{name}")
            if "payload" in definition:
                index = [n for n, _ in members].index(definition["payload"])
                fields.append(f".payload = &members_{name}[{index}]")
        if kind == "list":
            before.append(f"constexpr wire::Member element_{name} = "
                          f"{self.member_row(None, 'member', definition['member'])};")
            element = self.cpp_type(definition["member"]["shape"], in_list=True)
            fields += [f".element = &element_{name}", f".list = &wire::list_ops<{element}>"]
        if kind == "map":
            before.append(f"constexpr wire::Member key_{name} = {self.member_row(None, 'key', definition['key'])};")
            before.append(f"constexpr wire::Member element_{name} = {self.member_row(None, 'value', definition['value'])};")
            element = self.cpp_type(definition["value"]["shape"], in_list=True)
            fields += [f".key = &key_{name}", f".element = &element_{name}", f".map = &wire::map_ops<{element}>"]
        flags = [f for f, k in ((".has_min = true", "min"), (".has_max = true", "max")) if k in definition]
        fields += flags + [f".{k} = {definition[k]}" for k in ("min", "max") if k in definition]
        if "pattern" in definition:
            text = re2_pattern(definition["pattern"])
            shown = f", .shown = {literal(definition['pattern'])}" if text != definition["pattern"] else ""
            before.append(f"constinit const wire::Pattern pattern_{name}{{.text = {literal(text)}{shown}}};")
            fields.append(f".pattern = &pattern_{name}")
        if definition.get("enum"):
            values = ", ".join(literal(v) for v in definition["enum"])
            before.append(f"constexpr std::string_view values_{name}[] = {{{values}}};")
            fields.append(f".enumeration = values_{name}")
        fields += [f".{flag} = true" for flag, trait in (("sensitive", "sensitive"), ("is_union", "union"),
                                                         ("is_event_stream", "eventstream")) if definition.get(trait)]
        return "\n".join(before + [f"constinit const wire::Shape shape_{name} = {{{', '.join(fields)}}};"])

    def operation_row(self, name: str) -> str:
        operation = self.model.operations[name]
        fields = [f".name = {literal(name)}", ".service = &the_service"]
        if name in self.used:
            fields += [f".{k} = &shape_{identifier(operation[k]['shape'])}" for k in ("input", "output")
                       if k in operation]
            fields.append(".generated = true")
        wrapper = operation.get("output", {}).get("resultWrapper")
        if self.model.protocol == "query" and "output" in operation:
            wrapper = wrapper or f"{name}Result"
        if wrapper:
            fields.append(f".result_wrapper = {literal(wrapper)}")
        http = operation.get("http", {})
        fields += [f".{f} = {literal(http[k])}" for f, k in (("http_method", "method"), ("http_uri", "requestUri"))
                   if k in http and http[k] not in ("POST", "/")]
        if http.get("responseCode", 200) != 200:
            fields.append(f".http_status = {http['responseCode']}")
        if operation.get("endpoint", {}).get("hostPrefix"):
            fields.append(f".host_prefix = {literal(operation['endpoint']['hostPrefix'])}")
        if name in self.used and operation.get("errors"):
            fields.append(f".errors = errors_{identifier(name)}")
        token = self.idempotency_token(name)
        if token is not None:
            fields.append(f".idempotency_token = &members_{identifier(operation['input']['shape'])}[{token}]")
        return "    {" + ", ".join(fields) + "}"

    def idempotency_token(self, operation: str):
        reference = self.model.operations[operation].get("input")
        if operation not in self.used or not reference:
            return None
        found = [i for i, (_, m) in enumerate(self.model.members(reference["shape"])) if m.get("idempotencyToken")]
        return found[0] if found else None

    def service_row(self) -> str:
        m = self.model.metadata
        protocol = PROTOCOLS.get(self.model.protocol) or "json_" + m["jsonVersion"].replace(".", "_")
        wording = m.get("haarWording", "ec2" if self.model.protocol == "ec2" else "aggregate")
        code = m.get("haarValidationCode", "ValidationException" if self.is_json else "ValidationError")
        rows = [("name", literal(self.service)),
                ("signing_name", literal(m.get("signingName", m.get("endpointPrefix", self.service)))),
                ("endpoint_prefix", literal(m.get("endpointPrefix", self.service))),
                ("api_version", literal(m.get("apiVersion", ""))),
                ("full_name", literal(m.get("serviceFullName", ""))), ("service_id", literal(m.get("serviceId", ""))),
                ("protocol", f"wire::Protocol::{protocol}"), ("xml_namespace", literal(m.get("xmlNamespace", ""))),
                ("target_prefix", literal(m.get("targetPrefix", ""))),
                ("global", "true" if "globalEndpoint" in m else "false"),
                ("fraction", f"wire::Fraction::{m.get('haarFraction', 'when_present')}"),
                ("wording", f"wire::Wording::{wording}"), ("validation_code", literal(code))]
        rows += [("error_shapes", "the_error_shapes")] if self.error_shapes() else []
        rows.append(("operations", "the_operations"))
        return ",\n".join(f"    .{k} = {v}" for k, v in rows)

    @property
    def is_json(self) -> bool:
        return self.model.protocol in ("json", "rest-json")

    def error_shapes(self) -> list:
        """Rows of wire::ErrorShape, sorted by code: JSON errors spell `message` as their shape does."""
        if not self.is_json:
            return []
        found = {error_code(self.model, s): next((m for m, _ in self.model.members(s) if m.lower() == "message"), "")
                 for s, d in self.model.shapes.items() if d.get("exception")}
        return [f"    {{{literal(code)}, {literal(name)}}}" for code, name in sorted(found.items()) if name]

    def source(self) -> str:
        names = sorted(self.model.operations)
        parts = [self.origin()] + [f'#include "{i}"' for i in self.includes]
        parts += ["", "#include <cstddef>\n#include <string_view>\n#include <utility>\n",
                  '#include "wire/storage.h"\n', '#pragma GCC diagnostic ignored "-Winvalid-offsetof"\n',
                  f"namespace haar::{self.namespace} {{", "namespace {\n"]
        parts += [f"extern const wire::Shape shape_{identifier(s)};" for s in self.shapes]
        parts += ["extern const wire::Service the_service;\n"] + [self.shape_table(s) for s in self.shapes]
        for name in self.used:
            codes = sorted(error_code(self.model, e["shape"]) for e in self.model.operations[name].get("errors", []))
            if codes:
                values = ", ".join(literal(c) for c in codes)
                parts.append(f"constexpr std::string_view errors_{identifier(name)}[] = {{{values}}};")
        if self.error_shapes():
            parts.append("constexpr wire::ErrorShape the_error_shapes[] = {\n" + ",\n".join(self.error_shapes()) + "};")
        parts += ["\nconstexpr wire::Operation the_operations[] = {", ",\n".join(map(self.operation_row, names)) + "};\n",
                  f"constinit const wire::Service the_service = {{\n{self.service_row()}}};\n", "}  // namespace\n",
                  "const wire::Service& service() { return the_service; }\n", "namespace ops {"]
        parts += [f"const wire::Operation& {identifier(n)}::model() {{ return the_operations[{names.index(n)}]; }}"
                  for n in self.used]
        parts += ["}  // namespace ops\n", "namespace errors {"]
        parts += [f"Error {factory_name(code)}(std::string message) {{ return {{{literal(code)}, std::move(message), "
                  f"{status}, Fault::{fault}}}; }}" for code, status, fault in self.errors]
        return "\n".join(parts + ["}  // namespace errors\n", f"}}  // namespace haar::{self.namespace}"]) + "\n"

    @property
    def includes(self) -> list:
        return [f"model/{self.service}/service.h"] + [f"model/{header_path(self.service, n)}" for n in self.used]
