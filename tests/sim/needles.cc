#include "tests/sim/needles.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

constexpr size_t kMinBytes = 8;

using Row = std::vector<std::string>;

// Rows of cells; a reader of its own, so that it does not share a fault with the node's.
std::vector<Row> ReadCsv(std::string text) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  const std::string header = text.substr(0, text.find('\n'));
  const char separator = header.find(';') != std::string::npos ? ';' : ',';
  std::vector<Row> rows(1, Row(1));
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = rows.back().back();
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted || (c != separator && c != '\n' && c != '\r')) {
      cell += c;
    } else if (c == separator) {
      rows.back().emplace_back();
    } else if (c == '\n') {
      rows.emplace_back(1);
    }
  }
  return rows;
}

bool IsUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<uint8_t>(text[i]);
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xdf || i + 1 == text.size()) return false;
    if ((static_cast<uint8_t>(text[++i]) & 0xc0) != 0x80) return false;
  }
  return true;
}

// The data has no sign above U+00FF and none of 0x80 to 0x9f, where Windows-1252 is Latin-1.
std::string ToUtf8(std::string_view latin) {
  std::string out;
  for (const char c : latin) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80) {
      out += c;
      continue;
    }
    EXPECT_GE(byte, 0xa0);
    out += static_cast<char>(0xc0 | (byte >> 6));
    out += static_cast<char>(0x80 | (byte & 0x3f));
  }
  return out;
}

std::string ToLatin(std::string_view utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<uint8_t>(utf8[i]);
    if (lead < 0x80) {
      out += utf8[i];
      continue;
    }
    const auto next = static_cast<uint8_t>(utf8[++i]);
    out += static_cast<char>(((lead & 0x03) << 6) | (next & 0x3f));
  }
  return out;
}

std::vector<std::string> Split(std::string_view text, std::string_view at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (at.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string Padded(const std::string& digits, size_t size) {
  return std::string(size - std::min(size, digits.size()), '0') + digits;
}

// A date in either order of its parts, else nothing.
std::vector<std::string> DateForms(const std::string& cell) {
  std::vector<std::string> parts = Split(cell, "-");
  if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), IsDigits)) return {};
  if (parts[0].size() == 4) std::swap(parts[0], parts[2]);
  if (parts[2].size() != 4 || parts[0].size() > 2 || parts[1].size() > 2) return {};
  const std::string day = Padded(parts[0], 2);
  const std::string month = Padded(parts[1], 2);
  return {parts[2] + "-" + month + "-" + day, day + "-" + month + "-" + parts[2]};
}

class Collector {
 public:
  void Add(const std::string& text) {
    for (const std::string& form : {text, ToLatin(text)}) {
      if (form.size() < kMinBytes) continue;
      needles_.insert(form);
      std::string lower = form;
      for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
      }
      needles_.insert(lower);
    }
  }

  void AddCell(const std::string& column, const std::string& cell) {
    Add(cell);
    for (const std::string& part : Split(cell, "\r\n\""))
      Add(part);
    // A name is stored in parts.
    static const std::set<std::string> names = {
        "naam", "betrokkene", "jongere", "voornamen", "geslachtsnaam", "achternaam"};
    if (names.contains(column)) {
      for (const std::string& word : Split(cell, " ,"))
        Add(word);
    }
    for (const std::string& form : DateForms(cell))
      Add(form);
    if ((column == "bsn" || column == "burgerservicenummer") && IsDigits(cell)) {
      Add(Padded(cell, 9));
      Add(std::to_string(std::stol(cell)));
    }
  }

  // A whole name out of its parts.
  void AddName(const std::map<std::string, std::string>& row) {
    std::string name;
    for (const char* column :
         {"voornamen", "voorvoegsel", "tussenvoegsel", "geslachtsnaam", "achternaam"}) {
      const auto part = row.find(column);
      if (part == row.end() || part->second.empty()) continue;
      name += (name.empty() ? "" : " ") + part->second;
    }
    Add(name);
  }

  std::set<std::string> Take() { return std::move(needles_); }

 private:
  std::set<std::string> needles_;
};

}  // namespace

std::set<std::string> VeldrijkNeedles() {
  Collector all;
  size_t cells = 0;
  for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"}) {
    const auto folder = std::filesystem::path(SCHAKEL_TEST_DATA) / "veldrijk" / party;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      std::string text = ReadFile(file.path());
      if (!IsUtf8(text)) text = ToUtf8(text);
      const std::vector<Row> rows = ReadCsv(std::move(text));
      const Row& header = rows.front();
      for (size_t r = 1; r < rows.size(); ++r) {
        if (rows[r].size() == 1) continue;  // behind the last line end
        EXPECT_EQ(rows[r].size(), header.size()) << file.path() << " " << r;
        std::map<std::string, std::string> named;
        for (size_t c = 0; c < std::min(header.size(), rows[r].size()); ++c) {
          named[header[c]] = rows[r][c];
          all.AddCell(header[c], rows[r][c]);
          ++cells;
        }
        all.AddName(named);
      }
    }
  }
  EXPECT_GT(cells, 500U);
  return all.Take();
}

namespace {

uint64_t Start(const void* bytes) {
  uint64_t start = 0;
  std::memcpy(&start, bytes, sizeof(start));
  return start;
}

size_t Bucket(uint64_t start) {
  return static_cast<size_t>((start * 0x9e3779b97f4a7c15U) >> 46);
}

}  // namespace

Searcher::Searcher(const std::set<std::string>& needles) : may_start_(size_t{1} << 18) {
  for (const std::string& needle : needles) {
    EXPECT_GE(needle.size(), kMinBytes);
    may_start_[Bucket(Start(needle.data()))] = true;
    by_start_[Start(needle.data())].push_back(needle);
  }
}

std::set<std::string> Searcher::FindIn(ByteView haystack) const {
  std::set<std::string> found;
  for (size_t at = 0; at + kMinBytes <= haystack.size(); ++at) {
    const uint64_t start = Start(haystack.data() + at);
    if (!may_start_[Bucket(start)]) continue;
    const auto candidates = by_start_.find(start);
    if (candidates == by_start_.end()) continue;
    for (const std::string& needle : candidates->second) {
      if (AsText(haystack.subspan(at)).starts_with(needle)) found.insert(needle);
    }
  }
  return found;
}

}  // namespace schakel::sim
