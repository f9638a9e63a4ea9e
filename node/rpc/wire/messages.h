// What travels between nodes and between an operator and a node, as plain structs. A decoded struct
// keeps the limits of base/limits.h and proto/README.md; what signed bytes mean is not looked at.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/base/seams.h"

namespace schakel::wire {

struct SendRequest {
  std::string request;  // a signed Request
  Bytes body;           // sealed
};

// The first reply to a request.
struct Opening {
  std::string answer;   // a signed Answer
  std::string receipt;  // a signed Receipt for the Request
  std::string status;   // a signed Status; empty: none
};

// The header of the payload's stream, or one frame of it.
struct Frame {
  Bytes bytes;
};

using SendReply = std::variant<Opening, Frame>;

struct DeliverRequest {
  std::string receipt;  // a signed Receipt
};

struct Greeting {
  std::string status;                    // a signed Status
  std::vector<std::string> statements;   // signed; may be empty
  std::vector<std::string> documents{};  // canonical bytes of a covenant; may be empty
};

struct ExportRequest {
  Uuid lineage;
};

// A piece of a file. Chunks of one file follow each other; the one with `end` closes it.
struct ExportChunk {
  std::string path;  // see IsExportPath
  Bytes data;
  bool end = false;
};

struct CheckpointRequest {
  Uuid lineage;
};

struct CheckpointReply {
  std::string note;  // a signed note; empty before the first entry
};

// What makes a call a person's: their key signed it (proto/README.md, "Operator calls").
struct OperatorSignature {
  std::string operator_id;
  Instant time;
  std::array<uint8_t, 16> nonce{};
  std::array<uint8_t, 64> signature{};
};

struct OperatorCall {
  std::string method;
  std::string params;  // canonical JSON
  uint32_t schema = 0;
  std::optional<OperatorSignature> signature;  // absent: what anybody on the socket may ask
};

// The longest message, hint or argument that a terminal takes.
inline constexpr size_t kMaxErrorTextBytes = 4096;

struct OperatorError {
  std::string code;
  std::string message;
  std::string hint;  // what to do; may be empty
  // Which failure it is (base/reason.h) and what a sentence about it names; only in the reply to a
  // call of schema 2. This end may not know the id.
  std::string reason{};
  std::map<std::string, std::string> arguments{};
};

// The result as canonical JSON, or the error.
using OperatorReply = std::variant<std::string, OperatorError>;

// The end of an imported file: without it the file broke off.
struct ImportEnd {
  uint64_t size = 0;  // of the file, in bytes
};

// A part of an import: the call comes first, then the file's bytes in order, then its end.
using ImportPart = std::variant<OperatorCall, Bytes, ImportEnd>;

struct ImportReply {
  OperatorReply reply;
  bool last = false;
};

// The version of this contract that a Status names.
inline constexpr uint32_t kSchema = 1;
// Of the operator calls, which OperatorCall.schema names: 2 added an error's reason and arguments.
// A node serves both.
inline constexpr uint32_t kFirstOperatorSchema = 1;
inline constexpr uint32_t kOperatorSchema = 2;

// Relative, parts of [A-Za-z0-9._-] joined by `/`, none of them `.` or `..`, at most
// kMaxExportPathBytes: safe to append to a folder's name.
bool IsExportPath(std::string_view path);
// `group.decide`: lower-case words joined by dots, at most 60 bytes.
bool IsMethod(std::string_view method);

}  // namespace schakel::wire
