// Typed, strict reading of an object: a missing, surplus or mistyped member is an error that names
// it.
//
//   ObjectReader in(value, "request");
//   request.ref = TRY(in.Text("ref"));
//   request.expires = TRY(in.Time("expires"));
//   TRY(in.Done());            // refuses members nobody asked for
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"

namespace schakel::canon {

class ObjectReader {
 public:
  // `what` names the object in errors. The value must outlive the reader.
  ObjectReader(const Value& value, std::string_view what);

  // Present members; each marks its key as read. All return kMalformed when the member is missing
  // or of another type.
  Result<const Value*> Any(std::string_view key);
  Result<std::string> Text(std::string_view key);
  Result<int64_t> Int(std::string_view key);  // any integer
  Result<int64_t> Int(std::string_view key, int64_t low, int64_t high);
  Result<bool> Bool(std::string_view key);
  Result<Instant> Time(std::string_view key);  // milliseconds, >= 0
  Result<Hash> HashHex(std::string_view key);  // 64 hex digits
  Result<Bytes> Base64(std::string_view key, size_t length);
  Result<const Value::Array*> Array(std::string_view key);
  Result<const Value::Object*> Object(std::string_view key);
  Result<std::vector<std::string>> Texts(std::string_view key);

  // Absent gives nullopt; present but mistyped is an error.
  Result<std::optional<std::string>> OptionalText(std::string_view key);
  Result<std::optional<int64_t>> OptionalInt(std::string_view key);
  Result<std::optional<Hash>> OptionalHash(std::string_view key);
  [[nodiscard]] bool Has(std::string_view key) const;

  // Refuses an object that has a member nobody asked for, and a value that is no object.
  Result<void> Done() const;

  // kMalformed with a detail that names the object and the member: for rules of the caller's own.
  // `what` holds nothing of the value.
  [[nodiscard]] Error Fault(std::string_view key, std::string_view what) const;

 private:
  const Value* value_;
  std::string what_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace schakel::canon
