#include "node/canon/yaml_text.h"

#include <algorithm>
#include <string>

#include "node/base/bytes.h"
#include "node/canon/unseen.h"

namespace schakel::canon {
namespace {

constexpr size_t kMaxTextFindings = 20;
constexpr uint32_t kByteOrderMark = 0xfeff;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The first byte at which the text stops being UTF-8: the longest prefix that is, by halving.
size_t FirstBadByte(std::string_view text) {
  size_t good = 0;
  size_t bad = text.size();
  while (bad - good > 4) {
    size_t middle = good + (bad - good) / 2;
    while (middle > good && IsContinuation(text[middle]))
      --middle;
    if (middle == good) break;
    if (IsUtf8(text.substr(good, middle - good))) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  constexpr size_t kLongest = 4;
  while (good < text.size()) {
    size_t length = 1;
    while (length <= kLongest && !IsUtf8(text.substr(good, length)))
      ++length;
    if (length > kLongest) break;
    good += length;
  }
  return good;
}

Finding ForbiddenAt(uint32_t code, Position position) {
  Finding finding;
  finding.position = position;
  if (code == '\t') {
    finding.id = "E004";
    finding.message = "a tab";
    finding.fix = "use spaces; in a value write \"\\t\"";
  } else if (code == kByteOrderMark) {
    finding.id = "E003";
    finding.message = "a byte order mark (BOM)";
    finding.fix = "save the file as UTF-8 without BOM";
  } else {
    finding.id = "E005";
    finding.message = "the character " + CodePointName(code) + ", which people cannot see";
    finding.fix = "remove it";
  }
  return finding;
}

}  // namespace

LineMap::LineMap(std::string_view text) : text_(text), starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(i + 1);
  }
}

Position LineMap::At(size_t offset) {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const size_t start = *std::prev(next);
  Position position;
  position.line = static_cast<int>(next - starts_.begin());
  size_t from = start;
  if (position.line == last_.line && last_offset_ <= offset) {
    from = last_offset_;
    position.column = last_.column;
  }
  for (size_t i = from; i < offset; ++i) {
    if (!IsContinuation(text_[i])) ++position.column;
  }
  last_offset_ = offset;
  last_ = position;
  return position;
}

Position PositionOf(std::string_view text, size_t offset) {
  return LineMap(text).At(offset);
}

uint32_t NextCodePoint(std::string_view text, size_t& offset) {
  const auto first = static_cast<unsigned char>(text[offset++]);
  if (first < 0x80) return first;
  uint32_t code = first >= 0xf0 ? first & 0x07u : (first >= 0xe0 ? first & 0x0fu : first & 0x1fu);
  while (offset < text.size() && IsContinuation(text[offset])) {
    code = (code << 6) | (static_cast<unsigned char>(text[offset++]) & 0x3fu);
  }
  return code;
}

std::vector<Finding> ScanText(std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    Finding finding;
    finding.id = "E001";
    finding.message = "the file is larger than " + std::to_string(max_bytes) + " bytes";
    return {finding};
  }
  LineMap lines(text);
  if (!IsUtf8(text)) {
    Finding finding;
    finding.position = lines.At(FirstBadByte(text));
    finding.id = "E002";
    finding.message = "not UTF-8";
    finding.fix = "save the file as UTF-8";
    return {finding};
  }
  std::vector<Finding> findings;
  size_t offset = 0;
  while (offset < text.size() && findings.size() < kMaxTextFindings) {
    const size_t start = offset;
    const uint32_t code = NextCodePoint(text, offset);
    if (code == '\r' && offset < text.size() && text[offset] == '\n') continue;
    if (code == '\t' || IsUnseen(code)) findings.push_back(ForbiddenAt(code, lines.At(start)));
    if (code == '%' && (start == 0 || text[start - 1] == '\n')) {
      Finding finding;
      finding.position = lines.At(start);
      finding.id = "E006";
      finding.message = "a directive";
      finding.fix = "remove the line; a text that starts with % needs quotes";
      findings.push_back(finding);
    }
  }
  return findings;
}

}  // namespace schakel::canon
