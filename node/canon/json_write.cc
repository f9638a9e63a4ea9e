#include <string>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"

namespace schakel::canon {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
// 2^53 - 1: the integers that every JSON reader keeps exact (RFC 8785, I-JSON).
constexpr int64_t kMaxInteger = 9007199254740991;

bool IsAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// RFC 8785 3.2.2.2: the short escapes where they exist, \u00xx for the other controls, all else
// raw.
void WriteString(std::string_view text, std::string& out) {
  CHECK(IsUtf8(text));
  out.push_back('"');
  size_t done = 0;  // what stands before it is written
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    CHECK(byte != 0x7f);
    if (byte >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(done, at - done));
    done = at + 1;
    out.push_back('\\');
    switch (c) {
      case '"':
      case '\\':
        out.push_back(c);
        break;
      case '\b':
        out.push_back('b');
        break;
      case '\t':
        out.push_back('t');
        break;
      case '\n':
        out.push_back('n');
        break;
      case '\f':
        out.push_back('f');
        break;
      case '\r':
        out.push_back('r');
        break;
      default:
        out += "u00";
        out.push_back(kHexDigits[byte >> 4]);
        out.push_back(kHexDigits[byte & 15]);
    }
  }
  out.append(text.substr(done));
  out.push_back('"');
}

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void Write(const Value& value) {
    if (const bool* flag = value.AsBool()) {
      out_ += *flag ? "true" : "false";
    } else if (const int64_t* number = value.AsInt()) {
      CHECK(*number >= -kMaxInteger && *number <= kMaxInteger);
      out_ += std::to_string(*number);
    } else if (const std::string* text = value.AsString()) {
      WriteString(*text, out_);
    } else if (const Value::Array* array = value.AsArray()) {
      WriteArray(*array);
    } else {
      WriteObject(*value.AsObject());
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void WriteArray(const Value::Array& array) {
    out_.push_back('[');
    ++depth_;
    bool first = true;
    for (const Value& item : array) {
      Separate(first);
      Write(item);
    }
    --depth_;
    if (!first) BreakLine();
    out_.push_back(']');
  }

  void WriteObject(const Value::Object& object) {
    out_.push_back('{');
    ++depth_;
    bool first = true;
    for (const auto& [key, member] : object) {
      CHECK(IsAscii(key));
      Separate(first);
      WriteString(key, out_);
      out_ += pretty_ ? ": " : ":";
      Write(member);
    }
    --depth_;
    if (!first) BreakLine();
    out_.push_back('}');
  }

  void Separate(bool& first) {
    if (!first) out_.push_back(',');
    first = false;
    BreakLine();
  }

  void BreakLine() {
    if (!pretty_) return;
    out_.push_back('\n');
    out_.append(2 * depth_, ' ');
  }

  bool pretty_;
  size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string Write(const Value& value) {
  Writer writer(/*pretty=*/false);
  writer.Write(value);
  return writer.Take();
}

std::string WritePretty(const Value& value) {
  Writer writer(/*pretty=*/true);
  writer.Write(value);
  return writer.Take();
}

}  // namespace schakel::canon
