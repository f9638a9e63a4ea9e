#include "cli/node_words.h"

#include <array>

#include "node/report/words.h"

namespace schakel::cli {
namespace {

constexpr std::array kHealth{
    NodeWord{"clock", "klok", "clock"},
    NodeWord{"covenant", "convenant", "covenant"},
    NodeWord{"decrypt", "ontsleutelen", "decrypt"},
    NodeWord{"log", "log", "log"},
    NodeWord{"recovered", "herstel", "recovered"},
    NodeWord{"sign", "ondertekenen", "sign"},
    NodeWord{"store", "opslag", "store"},
};
constexpr std::array kEntries{
    NodeWord{"accept", "instemming", "accept"},
    NodeWord{"answer", "antwoord", "answer"},
    NodeWord{"clock_reset", "klok gelijkgezet", "clock reset"},
    NodeWord{"copies_given", "kopie gegeven", "copies given"},
    NodeWord{"covenant_activated", "convenant geactiveerd", "covenant activated"},
    NodeWord{"covenant_added", "aan convenant toegevoegd", "added to covenant"},
    NodeWord{"covenant_equivocation", "twee teksten getekend", "two texts signed"},
    NodeWord{"covenant_left", "uit convenant gestapt", "left the covenant"},
    NodeWord{"covenant_offered", "nieuwe versie aangeboden", "next version offered"},
    NodeWord{"covenant_revoked", "convenant ingetrokken", "covenant revoked"},
    NodeWord{"covenant_undelegated", "sleutel ingetrokken", "key withdrawn"},
    NodeWord{"delegation", "delegatie", "delegation"},
    NodeWord{"fact", "besluit", "fact"},
    NodeWord{"fact_kept", "besluit bewaard", "fact kept"},
    NodeWord{"fact_countersigned", "besluit medeondertekend", "fact countersigned"},
    NodeWord{"group_opened", "groep geopend", "group opened"},
    NodeWord{"import", "import", "import"},
    NodeWord{"leave", "vertrek", "leave"},
    NodeWord{"list_established", "namenlijst vastgesteld", "list established"},
    NodeWord{"log_exported", "log opgehaald", "log exported"},
    NodeWord{"operator_added", "persoon ingeschreven", "operator added"},
    NodeWord{"operator_bootstrapped", "eerste persoon", "operator bootstrapped"},
    NodeWord{"operator_confirmed", "rol bevestigd", "operator confirmed"},
    NodeWord{"overlay_cleared", "eigen beperking weg", "overlay cleared"},
    NodeWord{"overlay_set", "eigen beperking", "overlay set"},
    NodeWord{"person_viewed", "persoon bekeken", "person viewed"},
    NodeWord{"receipt", "bewijs", "receipt"},
    NodeWord{"recovery_ended", "herstel afgelopen", "recovery ended"},
    NodeWord{"recovery_lost", "deel verloren", "part lost"},
    NodeWord{"recovery_returned", "deel terug", "part returned"},
    NodeWord{"recovery_started", "herstel begonnen", "recovery started"},
    NodeWord{"request", "verzoek", "request"},
    NodeWord{"revoke", "intrekking", "revocation"},
    NodeWord{"scan_version", "versie van het beeld", "scan version"},
    NodeWord{"status", "status", "status"},
    NodeWord{"step_stated", "stap vastgelegd", "step stated"},
    NodeWord{"undelegate", "einde van een delegatie", "end of a delegation"},
};
constexpr std::array kWays{
    NodeWord{"in", "in", "in"},
    NodeWord{"local", "eigen", "local"},
    NodeWord{"out", "uit", "out"},
};
constexpr std::array kOutcomes{
    NodeWord{"DIFFERS", "wijkt af", "differs"},
    NodeWord{"ok", "goed", "ok"},
};
constexpr std::array kSteps{
    NodeWord{"address", "adres", "address"},
    NodeWord{"clock", "klok", "clock"},
    NodeWord{"covenant", "convenant", "covenant"},
    NodeWord{"delegation", "delegatie", "delegation"},
    NodeWord{"dns", "dns", "dns"},
    NodeWord{"status", "status", "status"},
    NodeWord{"tcp", "tcp", "tcp"},
    NodeWord{"tls", "tls", "tls"},
};
// How what a step found begins; the rest is a name or a number.
constexpr std::array kFound{
    NodeWord{"covenant", "versie ", "version "},
    NodeWord{"tcp", "poort ", "port "},
    NodeWord{"tls", "TLS 1.3, sleutel gedelegeerd door ", "TLS 1.3, key delegated by "},
};

template <size_t N>
const NodeWord* Find(const std::array<NodeWord, N>& words, std::string_view id) {
  for (const NodeWord& word : words) {
    if (word.id == id) return &word;
  }
  return nullptr;
}

template <size_t N>
std::string Word(const std::array<NodeWord, N>& words, std::string_view id, Language language) {
  const NodeWord* const word = Find(words, id);
  if (word == nullptr) return std::string(id);
  return language == Language::kDutch ? word->dutch : word->english;
}

}  // namespace

std::string HealthWords(std::string_view part, Language language) {
  return Word(kHealth, part, language);
}

std::string EntryWords(std::string_view type, Language language) {
  return Word(kEntries, type, language);
}

std::string WayWords(std::string_view direction, Language language) {
  return Word(kWays, direction, language);
}

std::string OutcomeWords(std::string_view outcome, Language language) {
  const std::string word = Word(kOutcomes, outcome, language);
  if (word != outcome || outcome == "ok") return word;
  return report::CodeText(language, outcome);
}

std::string StepWords(std::string_view step, Language language) {
  return Word(kSteps, step, language);
}

std::string FoundWords(std::string_view step, std::string_view detail, Language language) {
  const NodeWord* const found = Find(kFound, step);
  if (language != Language::kDutch || found == nullptr || !detail.starts_with(found->english)) {
    return std::string(detail);
  }
  return found->dutch + std::string(detail.substr(std::string_view(found->english).size()));
}

std::span<const NodeWord> AllEntryWords() {
  return kEntries;
}

}  // namespace schakel::cli
