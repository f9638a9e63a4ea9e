#include "node/record/fold.h"

#include <algorithm>
#include <array>
#include <vector>

#include "node/base/bytes.h"
#include "node/record/utf8.h"

namespace schakel::record {
namespace {

// One character per letter, from the letter in the comment on: its fold, or a blank for a sign that
// goes, `+` for a letter with a longer fold (kLongFolds), `=` for one that stays as it is. Made
// from the canonical and compatibility decompositions of Unicode 14 and, for the letters that have
// none, the usual transliteration.
// clang-format off
constexpr std::string_view kLatin =
    "aaaaaa+ceeeeiiiidnooooo ouuuuy++aaaaaa+ceeeeiiiidnooooo ouuuuy+y"  // U+00C0
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiyyjjkkklllllll"  // U+0100
    "lllnnnnnnnnnoooooo++rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"  // U+0140
    "bb=====ccdddd==eeffg===ikkl==nn=oo==pp=====ttttuu=vyyzz========="  // U+0180
    "====+++++++++aaiioouuuuuuuuuueaaaa++ggggkkoooo==j+++gg==nnaa++oo"  // U+01C0
    "aaaaeeeeiiiioooorrrruuuusstt==hhnd====aaeeooooooooyylntj==acclts"  // U+0200
    "z==bu=eejj==rryy";                                                 // U+0240-024F
constexpr std::string_view kLatinAdditional =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"  // U+1E00
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"  // U+1E40
    "wwwwwwwwwwxxxxyyzzzzzzhtwy=s==+=aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"  // U+1E80
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy======"; // U+1EC0-1EFF
struct LongFold { char32_t letter; std::string_view fold; };
constexpr std::array kLongFolds = {
    LongFold{0x00C6, "ae"}, LongFold{0x00DE, "th"}, LongFold{0x00DF, "ss"}, LongFold{0x00E6, "ae"},
    LongFold{0x00FE, "th"}, LongFold{0x0152, "oe"}, LongFold{0x0153, "oe"}, LongFold{0x01C4, "dz"},
    LongFold{0x01C5, "dz"}, LongFold{0x01C6, "dz"}, LongFold{0x01C7, "lj"}, LongFold{0x01C8, "lj"},
    LongFold{0x01C9, "lj"}, LongFold{0x01CA, "nj"}, LongFold{0x01CB, "nj"}, LongFold{0x01CC, "nj"},
    LongFold{0x01E2, "ae"}, LongFold{0x01E3, "ae"}, LongFold{0x01F1, "dz"}, LongFold{0x01F2, "dz"},
    LongFold{0x01F3, "dz"}, LongFold{0x01FC, "ae"}, LongFold{0x01FD, "ae"}, LongFold{0x1E9E, "ss"}};
// clang-format on
static_assert(kLatin.size() == 0x250 - 0xC0);
static_assert(kLatinAdditional.size() == 0x100);

// Signs, not letters: punctuation, modifier letters, combining marks, invisible characters.
constexpr bool IsSign(char32_t c) {
  return c < 0xC0 || (c >= 0x02B0 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x2000 && c <= 0x206F) ||
         (c >= 0x20D0 && c <= 0x20FF) || c == 0x3000 || (c >= 0xFE00 && c <= 0xFE2F) || c == 0xFEFF;
}

void AppendFold(std::string& out, char32_t c, std::string_view spelled) {
  if (c < 0x80) {
    const char ascii = static_cast<char>(c);
    if (ascii >= 'A' && ascii <= 'Z') out.push_back(static_cast<char>(ascii - 'A' + 'a'));
    if ((ascii >= 'a' && ascii <= 'z') || (ascii >= '0' && ascii <= '9')) out.push_back(ascii);
    return;
  }
  if (IsSign(c)) return;
  char fold = '=';
  if (c < 0x250) fold = kLatin[c - 0xC0];
  if (c >= 0x1E00 && c < 0x1F00) fold = kLatinAdditional[c - 0x1E00];
  if (fold == ' ') return;
  if (fold == '=') {
    out.append(spelled);
  } else if (fold == '+') {
    const auto* found = std::find_if(kLongFolds.begin(),
                                     kLongFolds.end(),
                                     [c](const LongFold& entry) { return entry.letter == c; });
    if (found != kLongFolds.end()) out.append(found->fold);
  } else {
    out.push_back(fold);
  }
}

// The words of BRP table 36, folded, and their usual abbreviations. Sorted.
constexpr std::array<std::string_view, 82> kVoorvoegselWords = {
    "a",     "aan",    "af",     "al",    "am",    "an",   "auf", "aus",   "ben",   "bin", "boven",
    "by",    "d",      "da",     "dal",   "dalla", "das",  "de",  "deca",  "degli", "dei", "del",
    "della", "dem",    "den",    "der",   "des",   "di",   "die", "do",    "don",   "dos", "du",
    "el",    "gen",    "het",    "i",     "im",    "in",   "l",   "la",    "las",   "le",  "les",
    "lo",    "los",    "of",     "onder", "op",    "over", "s",   "t",     "te",    "ten", "ter",
    "tho",   "thoe",   "thor",   "to",    "toe",   "tot",  "uit", "unter", "uyt",   "v",   "van",
    "vande", "vanden", "vander", "vd",    "vdn",   "vdr",  "ver", "vh",    "vom",   "von", "voor",
    "vor",   "vt",     "zu",     "zum",   "zur"};
static_assert(std::is_sorted(kVoorvoegselWords.begin(), kVoorvoegselWords.end()));

// The length of an article that is written against the name with an apostrophe: d'Ancona,
// l'Hermite; 0 when there is none.
size_t ElidedArticle(std::string_view word) {
  if (word.size() < 3) return 0;
  const char first = static_cast<char>(word[0] | 0x20);
  if (first != 'd' && first != 'l') return 0;
  if (word[1] == '\'') return 2;
  for (const std::string_view quote : {"\u2019", "\u2018", "\u02BC"}) {
    if (word.substr(1).starts_with(quote) && word.size() > 1 + quote.size()) {
      return 1 + quote.size();
    }
  }
  return 0;
}

// "J", "J.", "J.P.", "Th.": one letter, or parts of at most two letters with dots.
bool IsInitials(std::string_view word) {
  if (word.find('.') == std::string_view::npos) return CodePointCount(Fold(word)) < 2;
  while (!word.empty()) {
    const size_t dot = std::min(word.find('.'), word.size());
    if (CodePointCount(word.substr(0, dot)) > 2) return false;
    word.remove_prefix(std::min(dot + 1, word.size()));
  }
  return true;
}

}  // namespace

std::string Fold(std::string_view text) {
  if (!IsUtf8(text)) return {};
  std::string letters;
  letters.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t c = NextCodePoint(text, at);
    AppendFold(letters, c, text.substr(start, at - start));
  }
  std::string folded;
  folded.reserve(letters.size());
  for (size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'i' && i + 1 < letters.size() && letters[i + 1] == 'j') {
      folded.push_back('y');
      ++i;
    } else {
      folded.push_back(letters[i]);
    }
  }
  return folded;
}

FoldedName FoldName(const Name& name) {
  FoldedName folded;
  const std::vector<std::string_view> given = Words(name.voornamen);
  if (!given.empty()) folded.given = Fold(given.front());
  if (!given.empty() && IsInitials(given.front())) folded.given.clear();
  folded.surname = Fold(WithoutVoorvoegsel(name.geslachtsnaam));
  return folded;
}

bool SameName(const FoldedName& a, const FoldedName& b) {
  return a.complete() && b.complete() && a == b;
}

bool IsVoorvoegselWord(std::string_view word) {
  return std::binary_search(
      kVoorvoegselWords.begin(), kVoorvoegselWords.end(), std::string_view(Fold(word)));
}

std::string WithoutVoorvoegsel(std::string_view geslachtsnaam) {
  const size_t comma = geslachtsnaam.find(',');
  if (comma != std::string_view::npos) {
    const std::vector<std::string_view> behind = Words(geslachtsnaam.substr(comma + 1));
    if (std::all_of(behind.begin(), behind.end(), IsVoorvoegselWord)) {
      geslachtsnaam = geslachtsnaam.substr(0, comma);
    }
  }
  std::vector<std::string_view> words = Words(geslachtsnaam);
  while (words.size() > 1 && IsVoorvoegselWord(words.front()))
    words.erase(words.begin());
  if (!words.empty()) words.front().remove_prefix(ElidedArticle(words.front()));
  return Join(words);
}

}  // namespace schakel::record
