// A hand-written reader: nlohmann keeps the last of two equal keys and accepts floats and white
// space, and statements are read on every hop, so one pass that knows the subset is both stricter
// and faster.
#include <string>

#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/canon/json.h"

namespace schakel::canon {
namespace {

constexpr size_t kMaxDigits = 16;  // of 2^53 - 1
constexpr int64_t kMaxInteger = 9007199254740991;

enum class Spelling { kCanonical, kFree };

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes that stand for themselves inside a string. The text as a whole is UTF-8 already.
bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && c != '"' && c != '\\';
}

void AppendUtf8(uint32_t code, std::string& out) {
  const auto byte = [&out](uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | (code >> 6));
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3f));
    byte(0x80 | ((code >> 6) & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

// Error details name the fault and where it is, never the text: it may hold content.
class Parser {
 public:
  Parser(std::string_view text, Spelling spelling)
      : text_(text), free_(spelling == Spelling::kFree) {}

  [[nodiscard]] size_t position() const { return position_; }

  Result<Value> ParseAll() {
    if (!IsUtf8(text_)) return Malformed("JSON that is not UTF-8");
    SkipSpace();
    Value value = TRY(ParseValue());
    SkipSpace();
    if (position_ != text_.size()) return Fail("text after the value");
    return value;
  }

 private:
  Error Fail(const char* what) const {
    return Malformed("JSON, byte " + std::to_string(position_) + ": " + what);
  }

  [[nodiscard]] bool AtEnd() const { return position_ == text_.size(); }

  // Advances over `c` when it comes next.
  bool Take(char c) {
    if (AtEnd() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  bool TakeWord(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) return false;
    position_ += word.size();
    return true;
  }

  void SkipSpace() {
    if (!free_) return;
    while (!AtEnd() && (text_[position_] == ' ' || text_[position_] == '\n' ||
                        text_[position_] == '\r' || text_[position_] == '\t')) {
      ++position_;
    }
  }

  Result<Value> ParseValue() {
    if (AtEnd()) return Fail("a value is missing");
    switch (text_[position_]) {
      case '{':
        return ParseObject();
      case '[':
        return ParseArray();
      case '"':
        return Value(TRY(ParseString()));
      case 't':
        if (TakeWord("true")) return Value(true);
        return Fail("not a value");
      case 'f':
        if (TakeWord("false")) return Value(false);
        return Fail("not a value");
      default:
        return ParseInteger();
    }
  }

  Result<Value> ParseObject() {
    if (depth_ == kMaxJsonDepth) return Fail("nested too deep");
    ++depth_;
    ++position_;
    Value::Object object;
    SkipSpace();
    if (!Take('}')) {
      do {
        TRY(ParseMember(object));
      } while (Take(','));
      if (!Take('}')) return Fail("an object that does not end");
    }
    --depth_;
    return Value(std::move(object));
  }

  Result<void> ParseMember(Value::Object& object) {
    SkipSpace();
    if (AtEnd() || text_[position_] != '"') return Fail("a key is missing");
    std::string key = TRY(ParseString());
    for (const char c : key) {
      if (static_cast<unsigned char>(c) >= 0x80) return Fail("a key that is not ASCII");
    }
    // Sorted by bytes and without doubles, so that the next key belongs at the end.
    const bool sorted = object.empty() || object.rbegin()->first < key;
    if (!sorted && (!free_ || object.contains(key))) {
      return Fail("a key that is repeated or out of order");
    }
    SkipSpace();
    if (!Take(':')) return Fail("a colon is missing");
    SkipSpace();
    Value member = TRY(ParseValue());
    if (sorted) {
      object.emplace_hint(object.end(), std::move(key), std::move(member));
    } else {
      object.emplace(std::move(key), std::move(member));
    }
    SkipSpace();
    return {};
  }

  Result<Value> ParseArray() {
    if (depth_ == kMaxJsonDepth) return Fail("nested too deep");
    ++depth_;
    ++position_;
    Value::Array array;
    SkipSpace();
    if (!Take(']')) {
      do {
        SkipSpace();
        array.push_back(TRY(ParseValue()));
        SkipSpace();
      } while (Take(','));
      if (!Take(']')) return Fail("an array that does not end");
    }
    --depth_;
    return Value(std::move(array));
  }

  Result<std::string> ParseString() {
    ++position_;
    std::string out;
    while (true) {
      const size_t start = position_;
      while (!AtEnd() && IsPlain(text_[position_]))
        ++position_;
      out.append(text_, start, position_ - start);
      if (Take('"')) return out;
      if (!Take('\\')) return Fail("a string that does not end, or holds a control character");
      TRY(ParseEscape(out));
    }
  }

  Result<void> ParseEscape(std::string& out) {
    if (AtEnd()) return Fail("a string that does not end");
    const char kind = text_[position_++];
    switch (kind) {
      case '"':
      case '\\':
        out.push_back(kind);
        return {};
      case 'b':
        out.push_back('\b');
        return {};
      case 't':
        out.push_back('\t');
        return {};
      case 'n':
        out.push_back('\n');
        return {};
      case 'f':
        out.push_back('\f');
        return {};
      case 'r':
        out.push_back('\r');
        return {};
      case '/':
        if (!free_) return Fail("an escape that is not needed");
        out.push_back('/');
        return {};
      case 'u':
        return ParseUnicodeEscape(out);
      default:
        return Fail("an unknown escape");
    }
  }

  Result<uint32_t> ParseHex4() {
    if (text_.size() - position_ < 4) return Fail("an escape that does not end");
    uint32_t code = 0;
    for (size_t i = 0; i < 4; ++i) {
      const char c = text_[position_++];
      const int digit = HexValue(c);
      if (digit < 0) return Fail("an escape without four hex digits");
      if (!free_ && c >= 'A' && c <= 'F') return Fail("an escape in capitals");
      code = code * 16 + static_cast<uint32_t>(digit);
    }
    return code;
  }

  Result<void> ParseUnicodeEscape(std::string& out) {
    uint32_t code = TRY(ParseHex4());
    if (code == 0x7f) return Fail("U+007F");
    if (!free_) {
      const bool has_short =
          code == '\b' || code == '\t' || code == '\n' || code == '\f' || code == '\r';
      if (code >= 0x20 || has_short) return Fail("an escape that is not needed");
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      if (code >= 0xdc00 || !TakeWord("\\u")) return Fail("half a surrogate pair");
      const uint32_t low = TRY(ParseHex4());
      if (low < 0xdc00 || low > 0xdfff) return Fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    AppendUtf8(code, out);
    return {};
  }

  Result<Value> ParseInteger() {
    const bool negative = Take('-');
    const size_t start = position_;
    while (!AtEnd() && IsDigit(text_[position_]))
      ++position_;
    const std::string_view digits = text_.substr(start, position_ - start);
    if (digits.empty()) return Fail("not a value");
    if (digits[0] == '0' && (digits.size() > 1 || negative)) return Fail("a surplus zero or minus");
    if (digits.size() > kMaxDigits) return Fail("an integer beyond 2^53-1");
    int64_t value = 0;
    for (const char digit : digits)
      value = value * 10 + (digit - '0');
    if (value > kMaxInteger) return Fail("an integer beyond 2^53-1");
    // A fraction or an exponent is left over here, and whatever comes next refuses it.
    return Value(negative ? -value : value);
  }

  std::string_view text_;
  bool free_;
  size_t position_ = 0;
  size_t depth_ = 0;
};

}  // namespace

Result<Value> ParseCanonical(std::string_view bytes) {
  return Parser(bytes, Spelling::kCanonical).ParseAll();
}

Result<Value> ParseJson(std::string_view text, size_t* at) {
  Parser parser(text, Spelling::kFree);
  Result<Value> value = parser.ParseAll();
  if (at != nullptr && !value) *at = parser.position();
  return value;
}

}  // namespace schakel::canon
