#include "node/rpc/wire/checks.h"

#include <vector>

#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

namespace schakel::wire {

Result<void> RefuseUnknownFields(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) {
    return Malformed("a field that this version does not know");
  }
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    // No message of the contract repeats another or contains its own kind, so this ends.
    if (field->is_repeated()) continue;
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    TRY(RefuseUnknownFields(reflection.GetMessage(message, field)));
  }
  return {};
}

Result<void> CheckLength(std::string_view name, const std::string& value, size_t most) {
  if (value.empty()) return Malformed(std::string(name) + " is missing");
  return CheckAtMost(name, value, most);
}

Result<void> CheckAtMost(std::string_view name, const std::string& value, size_t most) {
  if (value.size() > most) {
    return Exhausted(std::string(name) + " is longer than " + std::to_string(most) + " bytes");
  }
  return {};
}

Result<Uuid> ReadLineage(const std::string& text) {
  Result<Uuid> lineage = ParseUuid(text);
  if (!lineage) return Malformed("lineage is no UUID");
  return lineage;
}

}  // namespace schakel::wire
