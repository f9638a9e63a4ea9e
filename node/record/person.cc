#include "node/record/person.h"

#include <algorithm>
#include <array>
#include <vector>

#include "node/base/bytes.h"
#include "node/record/fold.h"
#include "node/record/utf8.h"

namespace schakel::record {
namespace {

using WordList = std::vector<std::string_view>;

// Words of a voorvoegsel that nobody has as a given name.
constexpr std::array<std::string_view, 8> kNobody = {
    "de", "den", "der", "ten", "ter", "van", "vd", "von"};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

WordList Slice(const WordList& words, size_t from, size_t to) {
  return {words.begin() + static_cast<std::ptrdiff_t>(from),
          words.begin() + static_cast<std::ptrdiff_t>(to)};
}

// How many words from `from` on are voorvoegsel, leaving at least one.
size_t VoorvoegselLength(const WordList& words, size_t from) {
  size_t end = from;
  while (end + 1 < words.size() && IsVoorvoegselWord(words[end]))
    ++end;
  return end - from;
}

// Where a given name could stand, a capital usually is one ("Ben de Vries", "Al Hassan"), so only
// what nobody is called counts there.
bool OpensVoorvoegsel(std::string_view word) {
  if (!IsVoorvoegselWord(word)) return false;
  if (word.front() < 'A' || word.front() > 'Z') return true;
  return std::find(kNobody.begin(), kNobody.end(), Fold(word)) != kNobody.end();
}

Name FromSurnameFirst(const std::vector<WordList>& parts) {
  Name name;
  const WordList& surname = parts.front();
  const size_t front = VoorvoegselLength(surname, 0);
  WordList voorvoegsel = Slice(surname, 0, front);
  name.geslachtsnaam = Join(Slice(surname, front, surname.size()));
  WordList given;
  for (size_t i = 1; i < parts.size(); ++i) {
    given.insert(given.end(), parts[i].begin(), parts[i].end());
  }
  // "Meer, van der" and "Meer, van der, José" have it in front, "Meer, José van der" behind.
  size_t lead = 0;
  if (parts.size() > 1) {
    const WordList& second = parts[1];
    const bool all = std::all_of(second.begin(), second.end(), IsVoorvoegselWord);
    if (all && OpensVoorvoegsel(second.front())) lead = second.size();
  }
  // The first word that is not in front is a given name, whatever it looks like: "Vries, Ben".
  size_t tail = given.size();
  while (tail > lead + 1 && IsVoorvoegselWord(given[tail - 1]))
    --tail;
  for (const auto& piece : {Slice(given, 0, lead), Slice(given, tail, given.size())}) {
    voorvoegsel.insert(voorvoegsel.end(), piece.begin(), piece.end());
  }
  name.voorvoegsel = Join(voorvoegsel);
  name.voornamen = Join(Slice(given, lead, tail));
  return name;
}

Name FromGivenFirst(const WordList& words) {
  size_t at = 0;
  if (words.size() > 1 && !OpensVoorvoegsel(words.front())) {
    at = 1;
    while (at + 1 < words.size() && !IsVoorvoegselWord(words[at]))
      ++at;
  }
  const size_t length = VoorvoegselLength(words, at);
  Name name;
  name.voornamen = Join(Slice(words, 0, at));
  name.voorvoegsel = Join(Slice(words, at, at + length));
  name.geslachtsnaam = Join(Slice(words, at + length, words.size()));
  return name;
}

}  // namespace

std::string SpokenName(const Name& name) {
  return Join(Words(name.voornamen + " " + name.voorvoegsel + " " + name.geslachtsnaam));
}

Result<Name> ParseFullName(std::string_view text) {
  if (!IsUtf8(text) || text.size() > 3 * kMaxNamePartBytes) return Malformed("not a name");
  std::vector<WordList> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    WordList words = Words(text.substr(at, comma - at));
    if (!words.empty() || parts.empty()) parts.push_back(std::move(words));
    at = comma + 1;
  }
  if (parts.front().empty()) return Malformed("a name without geslachtsnaam");
  const bool surname_first = text.find(',') != std::string_view::npos;
  Name name = surname_first ? FromSurnameFirst(parts) : FromGivenFirst(parts.front());
  for (const std::string* part : {&name.voornamen, &name.voorvoegsel, &name.geslachtsnaam}) {
    if (part->size() > kMaxNamePartBytes) return Malformed("a name that is too long");
  }
  return name;
}

bool HasBsnShape(std::string_view text) {
  return text.size() == 9 && std::all_of(text.begin(), text.end(), IsDigit);
}

bool IsBsn(std::string_view text) {
  if (!HasBsnShape(text) || text == "000000000") return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) {
    const int weight = i < 8 ? 9 - i : -1;
    sum += weight * (text[static_cast<size_t>(i)] - '0');
  }
  return sum % 11 == 0;
}

Result<std::string> ParseBsn(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ' ' || c == '.') continue;
    if (!IsDigit(c)) return Malformed("a BSN has digits only");
    digits.push_back(c);
  }
  if (digits.empty()) return digits;
  if (digits.size() == 8) digits.insert(0, 1, '0');
  if (digits.size() != 9) return Malformed("a BSN has nine digits");
  if (!IsBsn(digits)) return Malformed("the BSN fails the 11-proef");
  return digits;
}

}  // namespace schakel::record
