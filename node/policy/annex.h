// The annex of a covenant that people read and sign: what its text says, in Dutch, from parties and
// legal bases to who gives what to whom, with a signing sheet. Everything comes from the document:
// what the annex says, the nodes enforce, and what it does not say never goes.
#pragma once

#include <string>
#include <vector>

#include "node/covenant/decide.h"

namespace schakel::policy {

struct Annex {
  struct Part {
    enum class Kind {
      kSection,  // `text` is its title, numbered by the writers
      kHead,     // `text` is the title of what follows within a section
      kText,     // a paragraph
      kTable,    // `rows`, below `heads` when there are any
      kSign,  // a party's place on the signing sheet: `rows` of what is known, `heads` to fill in
      kHash,  // the whole hash, in groups to read aloud
    };
    Kind kind = Kind::kText;
    std::string text;
    std::vector<std::string> heads{};
    std::vector<std::vector<std::string>> rows{};
  };
  std::string title;    // of the covenant
  std::string version;  // "versie 1"
  std::string hash;     // 64 hex digits; empty for a draft, which has none that counts
  std::vector<Part> parts;
};

// `draft`: a template in which something stands for what is not filled in yet; the annex says so
// and has no hash.
Annex MakeAnnex(const covenant::Covenant& covenant, bool draft);

// The hash in 16 groups of four.
std::vector<std::string> HashGroups(const std::string& hash);

// At most 100 columns; the first groups of the hash stand above every section.
std::string AnnexText(const Annex& annex);
// One self-contained page for A4: no script, nothing from elsewhere; the hash stands at every
// section and, on paper, at the foot of every page.
std::string AnnexHtml(const Annex& annex);

}  // namespace schakel::policy
