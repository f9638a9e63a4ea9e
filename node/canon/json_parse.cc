// A hand-written reader: nlohmann keeps the last of two equal keys and accepts floats and white
// space, and statements are read on every hop, so one pass that knows the subset is both stricter
// and faster.
#include "node/canon/json_parse.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

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
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t byte = 0x20; byte < plain.size(); ++byte)
    plain[byte] = byte != 0x7f && byte != '"' && byte != '\\';
  return plain;
}();
bool IsPlain(char c) {
  return kPlain[static_cast<unsigned char>(c)];
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

// Every step says whether it went well and puts what it read where it belongs; why it did not is
// kept aside. Error details name the fault and where it is, never the text: it may hold content.
class Parser {
 public:
  // `list`: see ParseOutline; empty: none.
  Parser(std::string_view text, Spelling spelling, std::string_view list = "")
      : text_(text), list_(list), free_(spelling == Spelling::kFree) {}

  [[nodiscard]] size_t position() const { return position_; }
  [[nodiscard]] std::vector<std::string_view>& items() { return items_; }

  Result<Value> ParseAll() {
    if (!IsUtf8(text_)) return Malformed("JSON that is not UTF-8");
    Value value;
    SkipSpace();
    if (!ParseValue(&value)) return Fault();
    SkipSpace();
    if (position_ == text_.size()) return value;
    Fail("text after the value");
    return Fault();
  }

 private:
  // The first thing that is wrong; always false.
  bool Fail(const char* what) {
    what_ = what;
    return false;
  }

  [[nodiscard]] Error Fault() const {
    return Malformed("JSON, byte " + std::to_string(position_) + ": " + what_);
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

  // Into a fresh value; null: it is checked and not kept.
  bool ParseValue(Value* out) {
    if (AtEnd()) return Fail("a value is missing");
    switch (text_[position_]) {
      case '{':
        return ParseObject(out == nullptr ? nullptr : out->AsObject());
      case '[':
        if (out != nullptr) *out = Value::Array();
        return ParseArray(out == nullptr ? nullptr : out->AsArray());
      case '"':
        return ParseText(out);
      case 't':
        if (out != nullptr) *out = true;
        return TakeWord("true") || Fail("not a value");
      case 'f':
        if (out != nullptr) *out = false;
        return TakeWord("false") || Fail("not a value");
      default:
        return ParseInteger(out);
    }
  }

  bool ParseObject(Value::Object* object) {
    if (depth_ == kMaxJsonDepth) return Fail("nested too deep");
    ++depth_;
    ++position_;
    SkipSpace();
    if (!Take('}')) {
      std::optional<std::string> last;  // the key before, of an object that is not kept
      do {
        if (!(object == nullptr ? CheckMember(last) : ParseMember(*object))) return false;
      } while (Take(','));
      if (!Take('}')) return Fail("an object that does not end");
    }
    --depth_;
    return true;
  }

  bool ParseKey(std::string& key) {
    SkipSpace();
    if (AtEnd() || text_[position_] != '"') return Fail("a key is missing");
    if (!ParseString(key)) return false;
    for (const char c : key) {
      if (static_cast<unsigned char>(c) >= 0x80) return Fail("a key that is not ASCII");
    }
    return true;
  }

  bool TakeColon() {
    SkipSpace();
    if (!Take(':')) return Fail("a colon is missing");
    SkipSpace();
    return true;
  }

  // Keys are sorted by bytes and without doubles, so that the next one belongs at the end.
  bool ParseMember(Value::Object& object) {
    std::string key;
    if (!ParseKey(key)) return false;
    const bool sorted = object.empty() || object.rbegin()->first < key;
    if (!sorted && (!free_ || object.contains(key))) {
      return Fail("a key that is repeated or out of order");
    }
    if (!TakeColon()) return false;
    const auto member = sorted ? object.try_emplace(object.end(), std::move(key))
                               : object.try_emplace(std::move(key)).first;
    at_list_ = depth_ == 1 && !list_.empty() && member->first == list_;
    if (!ParseValue(&member->second)) return false;
    at_list_ = false;
    SkipSpace();
    return true;
  }

  bool CheckMember(std::optional<std::string>& last) {
    std::string key;
    if (!ParseKey(key)) return false;
    if (last && *last >= key) return Fail("a key that is repeated or out of order");
    last = std::move(key);
    return TakeColon() && ParseValue(nullptr);
  }

  bool ParseArray(Value::Array* array) {
    if (depth_ == kMaxJsonDepth) return Fail("nested too deep");
    const bool is_list = at_list_ && depth_ == 1;
    ++depth_;
    ++position_;
    SkipSpace();
    if (!Take(']')) {
      do {
        SkipSpace();
        const size_t start = position_;
        const bool keep = array != nullptr && !is_list;
        if (!ParseValue(keep ? &array->emplace_back() : nullptr)) return false;
        if (is_list) items_.push_back(text_.substr(start, position_ - start));
        SkipSpace();
      } while (Take(','));
      if (!Take(']')) return Fail("an array that does not end");
    }
    --depth_;
    return true;
  }

  bool ParseText(Value* out) {
    std::string text;
    if (!ParseString(text)) return false;
    if (out != nullptr) *out = std::move(text);
    return true;
  }

  bool ParseString(std::string& out) {
    ++position_;
    while (true) {
      const size_t start = position_;
      while (!AtEnd() && IsPlain(text_[position_]))
        ++position_;
      out.append(text_, start, position_ - start);
      if (Take('"')) return true;
      if (!Take('\\')) return Fail("a string that does not end, or holds a control character");
      if (!ParseEscape(out)) return false;
    }
  }

  bool ParseEscape(std::string& out) {
    if (AtEnd()) return Fail("a string that does not end");
    const char kind = text_[position_++];
    switch (kind) {
      case '"':
      case '\\':
        out.push_back(kind);
        return true;
      case 'b':
        out.push_back('\b');
        return true;
      case 't':
        out.push_back('\t');
        return true;
      case 'n':
        out.push_back('\n');
        return true;
      case 'f':
        out.push_back('\f');
        return true;
      case 'r':
        out.push_back('\r');
        return true;
      case '/':
        if (!free_) return Fail("an escape that is not needed");
        out.push_back('/');
        return true;
      case 'u':
        return ParseUnicodeEscape(out);
      default:
        return Fail("an unknown escape");
    }
  }

  bool ParseHex4(uint32_t& code) {
    if (text_.size() - position_ < 4) return Fail("an escape that does not end");
    code = 0;
    for (size_t i = 0; i < 4; ++i) {
      const char c = text_[position_++];
      const int digit = HexValue(c);
      if (digit < 0) return Fail("an escape without four hex digits");
      if (!free_ && c >= 'A' && c <= 'F') return Fail("an escape in capitals");
      code = code * 16 + static_cast<uint32_t>(digit);
    }
    return true;
  }

  bool ParseUnicodeEscape(std::string& out) {
    uint32_t code = 0;
    if (!ParseHex4(code)) return false;
    if (code == 0x7f) return Fail("U+007F");
    if (!free_) {
      const bool has_short =
          code == '\b' || code == '\t' || code == '\n' || code == '\f' || code == '\r';
      if (code >= 0x20 || has_short) return Fail("an escape that is not needed");
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      if (code >= 0xdc00 || !TakeWord("\\u")) return Fail("half a surrogate pair");
      uint32_t low = 0;
      if (!ParseHex4(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return Fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    AppendUtf8(code, out);
    return true;
  }

  bool ParseInteger(Value* out) {
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
    if (out != nullptr) *out = negative ? -value : value;
    return true;
  }

  std::string_view text_;
  std::string_view list_;
  std::vector<std::string_view> items_;
  bool at_list_ = false;  // the value that comes next is the one under `list_`
  bool free_;
  size_t position_ = 0;
  size_t depth_ = 0;
  const char* what_ = "";
};

Result<Value> ParseAs(std::string_view text, Spelling spelling, size_t* at) {
  Parser parser(text, spelling);
  Result<Value> value = parser.ParseAll();
  if (at != nullptr && !value) *at = parser.position();
  return value;
}

}  // namespace

Result<Value> ParseCanonical(std::string_view bytes, size_t* at) {
  return ParseAs(bytes, Spelling::kCanonical, at);
}

Result<Outline> ParseOutline(std::string_view bytes, std::string_view list) {
  Parser parser(bytes, Spelling::kCanonical, list);
  Value value = TRY(parser.ParseAll());
  return Outline{std::move(value), std::move(parser.items())};
}

Result<Value> ParseJson(std::string_view text, size_t* at) {
  return ParseAs(text, Spelling::kFree, at);
}

}  // namespace schakel::canon
