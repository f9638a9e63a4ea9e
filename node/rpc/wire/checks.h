// The checks that every decoder of wire makes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "node/base/ids.h"
#include "node/base/result.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace schakel::wire {

// kMalformed when the message or one inside it has a field that this version does not know: what is
// not understood is refused, never skipped.
Result<void> RefuseUnknownFields(const google::protobuf::Message& message);

// 1 to `most` bytes. `name` is the field's, for the detail.
Result<void> CheckLength(std::string_view name, const std::string& value, size_t most);
// 0 to `most` bytes.
Result<void> CheckAtMost(std::string_view name, const std::string& value, size_t most);

Result<Uuid> ReadLineage(const std::string& text);

}  // namespace schakel::wire
