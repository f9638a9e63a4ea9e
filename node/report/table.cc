#include "node/report/table.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace schakel::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr size_t kGap = 2;

struct Range {
  char32_t first;
  char32_t last;
};

bool Within(char32_t c, const Range* begin, const Range* end) {
  return std::any_of(
      begin, end, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// Spaces of every width, tab and line breaks. U+00A0 and U+202F stay: they hold numbers together.
constexpr std::array<Range, 6> kSpaces = {{{0x09, 0x0D},
                                           {0x1680, 0x1680},
                                           {0x2000, 0x200A},
                                           {0x2028, 0x2029},
                                           {0x205F, 0x205F},
                                           {0x3000, 0x3000}}};
// C0, C1, soft hyphen, marks and overrides of direction (Unicode TR 9), joiners, fillers, the BOM,
// interlinear marks, tags and private use.
constexpr std::array<Range, 16> kHidden = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0xAD, 0xAD},
                                            {0x061C, 0x061C},
                                            {0x115F, 0x1160},
                                            {0x180E, 0x180E},
                                            {0x200B, 0x200F},
                                            {0x202A, 0x202E},
                                            {0x2060, 0x206F},
                                            {0x3164, 0x3164},
                                            {0xD800, 0xDFFF},
                                            {0xE000, 0xF8FF},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFA0, 0xFFA0},
                                            {0xFFF0, 0xFFFB},
                                            {0xE0000, 0x10FFFF}}};
constexpr std::array<Range, 9> kCombining = {{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x0610, 0x061A},
                                              {0x064B, 0x065F},
                                              {0x1AB0, 0x1AFF},
                                              {0x1DC0, 0x1DFF},
                                              {0x20D0, 0x20FF},
                                              {0xFE00, 0xFE2F}}};
constexpr std::array<Range, 8> kWide = {{{0x1100, 0x115E},
                                         {0x2E80, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1F9FF},
                                         {0x20000, 0x3FFFD}}};

// The lowest code point that needs so many bytes: a lower one is spelled too long.
constexpr std::array<char32_t, 5> kLowest = {0, 0, 0x80, 0x800, 0x10000};

// The code point at `at`, which moves behind it; U+FFFD, one byte on, where there is no UTF-8.
char32_t Next(std::string_view text, size_t& at) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at);
  if (lead < 0x80) return text[at++] & 0x7F;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) {
    ++at;
    return kReplacement;
  }
  char32_t code = lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      ++at;
      return kReplacement;
    }
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  if (code < kLowest[length] || code > 0x10FFFF) {
    ++at;
    return kReplacement;
  }
  at += length;
  return code;
}

size_t WidthOf(char32_t code) {
  if (Within(code, kCombining.begin(), kCombining.end())) return 0;
  return Within(code, kWide.begin(), kWide.end()) ? 2 : 1;
}

// Width of a text that is printable already.
size_t PlainWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();)
    width += WidthOf(Next(text, at));
  return width;
}

// Splits after as many characters as fit in `width` columns, and at least one with its marks.
size_t FittingBytes(std::string_view word, size_t width) {
  size_t used = 0;
  size_t at = 0;
  while (at < word.size()) {
    size_t next = at;
    const size_t more = WidthOf(Next(word, next));
    if (at > 0 && used + more > width) break;
    used += more;
    at = next;
  }
  return at;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

size_t LongestWord(const std::string& text) {
  size_t longest = 1;
  for (const std::string_view word : Words(text))
    longest = std::max(longest, PlainWidth(word));
  return longest;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t code = Next(text, at);
    if (Within(code, kSpaces.begin(), kSpaces.end())) {
      out += ' ';
    } else if (code == kReplacement || Within(code, kHidden.begin(), kHidden.end())) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(start, at - start);
    }
  }
  return out;
}

size_t DisplayWidth(std::string_view text) {
  return PlainWidth(Printable(text));
}

std::vector<std::string> Wrap(std::string_view text, size_t width) {
  const std::string plain = Printable(text);
  std::vector<std::string> lines(1);
  size_t used = 0;
  for (std::string_view word : Words(plain)) {
    if (used > 0 && used + 1 + PlainWidth(word) <= width) {
      lines.back() += ' ';
      ++used;
    } else if (used > 0) {
      lines.emplace_back();
      used = 0;
    }
    while (PlainWidth(word) > width - used) {
      const size_t bytes = FittingBytes(word, width);
      lines.back() = word.substr(0, bytes);
      word.remove_prefix(bytes);
      if (word.empty()) break;
      lines.emplace_back();
    }
    lines.back() += word;
    used = PlainWidth(lines.back());
  }
  return lines;
}

std::string Inked(std::string_view text, Ink ink, const Paper& paper) {
  if (!paper.colour || ink == Ink::kPlain || text.empty()) return std::string(text);
  std::string_view on;
  switch (ink) {
    case Ink::kPlain:
      break;
    case Ink::kStrong:
      on = "\x1B[1m";
      break;
    case Ink::kQuiet:
      on = "\x1B[2m";
      break;
    case Ink::kWarn:
      on = "\x1B[33m";
      break;
  }
  return std::string(on) + std::string(text) + "\x1B[0m";
}

Table::Table(const std::vector<std::string>& heads) {
  for (const std::string& head : heads)
    heads_.push_back({Printable(head), Ink::kStrong});
  shapes_.resize(heads.size());
}

void Table::Add(const std::vector<Cell>& row) {
  if (shapes_.size() < row.size() && heads_.empty() && rows_.empty()) shapes_.resize(row.size());
  std::vector<Cell> cells = row;
  cells.resize(shapes_.size());
  for (Cell& cell : cells)
    cell.text = Printable(cell.text);
  rows_.push_back(std::move(cells));
}

void Table::AlignRight(size_t column) {
  if (column >= shapes_.size()) shapes_.resize(column + 1);
  shapes_[column].right = true;
}

void Table::AtLeast(size_t column, size_t width) {
  if (column >= shapes_.size()) shapes_.resize(column + 1);
  shapes_[column].at_least = width;
}

std::vector<size_t> Table::Widths(size_t room) const {
  std::vector<size_t> widths(shapes_.size(), 1);
  std::vector<size_t> words(shapes_.size(), 1);
  const auto measure = [&](const std::vector<Cell>& row) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max({widths[i], shapes_[i].at_least, PlainWidth(row[i].text)});
      words[i] = std::max(words[i], LongestWord(row[i].text));
    }
  };
  measure(heads_);
  for (const std::vector<Cell>& row : rows_)
    measure(row);
  const size_t gaps = kGap * (shapes_.size() - 1);
  const size_t available = room > gaps ? room - gaps : shapes_.size();
  size_t total = 0;
  for (const size_t width : widths)
    total += width;
  // First the widest column that can give way without breaking a word; then the widest at all.
  while (total > available) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] > std::max(words[i], shapes_[i].at_least) &&
          (widest == widths.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == widths.size()) {
      widest = static_cast<size_t>(std::max_element(widths.begin(), widths.end()) - widths.begin());
    }
    if (widths[widest] <= 1) break;
    --widths[widest];
    --total;
  }
  return widths;
}

void Table::WriteRow(const std::vector<Cell>& row,
                     const std::vector<size_t>& widths,
                     const Paper& paper,
                     size_t indent,
                     std::string& out) const {
  std::vector<std::vector<std::string>> cells;
  size_t height = 1;
  for (size_t i = 0; i < row.size(); ++i) {
    cells.push_back(Wrap(row[i].text, widths[i]));
    height = std::max(height, cells.back().size());
  }
  for (size_t line = 0; line < height; ++line) {
    // Spaces are owed, and paid only before a text: so none is left at the end of a line.
    size_t owed = indent;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string& text = line < cells[i].size() ? cells[i][line] : std::string();
      const size_t width = PlainWidth(text);
      const size_t rest = widths[i] > width ? widths[i] - width : 0;
      if (!text.empty()) {
        out.append(owed + (shapes_[i].right ? rest : 0), ' ');
        out += Inked(text, row[i].ink, paper);
        owed = shapes_[i].right ? 0 : rest;
      } else {
        owed += rest;
      }
      owed += kGap;
    }
    out += '\n';
  }
}

std::string Table::Write(const Paper& paper, size_t indent) const {
  if (shapes_.empty()) return {};
  const std::vector<size_t> widths =
      Widths(paper.width > indent ? paper.width - indent : shapes_.size());
  std::string out;
  if (!heads_.empty()) WriteRow(heads_, widths, paper, indent, out);
  for (const std::vector<Cell>& row : rows_)
    WriteRow(row, widths, paper, indent, out);
  return out;
}

}  // namespace schakel::report
