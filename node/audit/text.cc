// The report in words. One table per language; the sentences hold names of parties, numbers and
// codes, never content.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "node/audit/report.h"
#include "node/base/date.h"

namespace schakel::audit {
namespace {

constexpr size_t kShownFindings = 20;
constexpr size_t kLabelWidth = 15;

struct Words {
  const char* verdict[3];  // by Verdict
  const char* sentence[3];
  const char* logs;
  const char* exchanges;
  const char* open;
  const char* not_proved;
  const char* proof;
  const char* touches;
  const char* further;
  const char* also;
  const char* do_now;
  const char* logs_line;  // present, all, entries
  const char* all_signatures;
  const char* exchange_count;
  const char* same_on_both;
  const char* still_open;
  const char* not_same;
  const char* open_one;
  const char* open_line;
  const char* nothing_proved;
  const char* proof_receipt;
  const char* proof_tree;
  const char* others_verified;
  const char* more;
  const char* tell_officer;
  const char* ask_log;
  const char* ask_hash;
  const char* until;
  const char* mandate;
  const char* after;
  const char* request;
  const char* answer;
  const char* and_word;
  const char* decisions;
  const char* decisions_line;
  const char* decisions_erased;
};

constexpr Words kDutch{
    {"GEVERIFIEERD", "ONVOLLEDIG", "NIET GEVERIFIEERD"},
    {"geverifieerd", "onvolledig", "niet geverifieerd"},
    "Logs",
    "Uitwisselingen",
    "Nog open",
    "Niet bewezen",
    "Bewijs",
    "Raakt",
    "Verder",
    "Ook",
    "Doe nu",
    "{present} van {all} partijen, {entries} regels",
    ", alle handtekeningen juist",
    "{count}: ",
    "{count} gelijk aan beide kanten",
    ", {count} nog open",
    ", {count} niet gelijk",
    "{party} regel {from}: nog niet vastgelegd in een bewijs bij een ander",
    "{party} regels {from}-{to}: nog niet vastgelegd in een bewijs bij een ander",
    "inhoud; wissen bij de ontvanger; wat beide partijen weglieten",
    "ontvangstbewijs bij {by} legt andere bytes vast",
    "de ondertekende boom van {party} legt andere bytes vast",
    "deze logs zijn in zichzelf in orde: {parties}",
    "en meer bevindingen, zie --json",
    "meld dit de privacyfunctionaris van {party}",
    "vraag {party} om het log",
    "vergelijk de hash met die van de partijen: schakel covenant show",
    " t/m ",
    ", mandaat ",
    " na {date}",
    "verzoek",
    "antwoord",
    " en ",
    "Beslissingen",
    "{count} geopend, alle bewezen",
    ", {count} gewist",
};

constexpr Words kEnglish{
    {"VERIFIED", "INCOMPLETE", "NOT VERIFIED"},
    {"verified", "incomplete", "not verified"},
    "Logs",
    "Exchanges",
    "Open",
    "Not proved",
    "Proof",
    "Touches",
    "Otherwise",
    "Also",
    "Do now",
    "{present} of {all} parties, {entries} entries",
    ", all signatures right",
    "{count}: ",
    "{count} matched on both sides",
    ", {count} still open",
    ", {count} not the same",
    "{party} entry {from}: not yet fixed by a receipt that another party holds",
    "{party} entries {from}-{to}: not yet fixed by a receipt that another party holds",
    "content; erasure at the receiver; what both parties left out",
    "a receipt held by {by} fixes other bytes",
    "the signed tree of {party} fixes other bytes",
    "these logs are sound in themselves: {parties}",
    "and more findings, see --json",
    "tell the privacy officer of {party}",
    "ask {party} for its log",
    "compare the hash with that of the parties: schakel covenant show",
    " to ",
    ", mandate ",
    " after {date}",
    "request",
    "answer",
    " and ",
    "Decisions",
    "{count} opened, all proved",
    ", {count} erased",
};

const Words& WordsOf(Language language) {
  switch (language) {
    case Language::kDutch:
      return kDutch;
    case Language::kEnglish:
      return kEnglish;
  }
  return kEnglish;
}

// Dutch, English. {after} is filled where a time is known, {subject} with what it is about.
struct Sentence {
  const char* dutch;
  const char* english;
};

Sentence SentenceOf(const Finding& finding) {
  switch (finding.problem) {
    case Problem::kEntryAltered:
      return {"{party}, regel {index} is{after} gewijzigd",
              "{party}, entry {index} was altered{after}"};
    case Problem::kEntryRemoved:
      return {"{party}, regel {index} is{after} verwijderd",
              "{party}, entry {index} was removed{after}"};
    case Problem::kLogRewritten:
      return {
          "{party} heeft zijn log herschreven en opnieuw getekend: regel {index}-{last} is niet "
          "meer wat {by} bevestigd kreeg",
          "{party} rewrote its log and signed it again: entries {index}-{last} are not those "
          "that {by} holds a receipt for"};
    case Problem::kLogShortened:
      return {"{party} toont {index} regels, maar bevestigde {by} een log met regel {last}",
              "{party} shows {index} entries, but gave {by} a receipt for a log with entry {last}"};
    case Problem::kReceiptBroken:
      if (finding.index) {
        return {"{party}, regel {index} is niet wat {party} aan {by} bevestigde",
                "{party}, entry {index} is not what {party} confirmed to {by}"};
      }
      return {"{party} mist het {subject} dat {by} bewijst",
              "{party} lacks the {subject} that {by} proves"};
    case Problem::kLeafAltered:
      return {"{party}, de opgeslagen boom is gewijzigd bij regel {index}; de regel zelf klopt",
              "{party}, the stored tree was altered at entry {index}; the entry itself is right"};
    case Problem::kTreeAltered:
      return {"{party}, de opgeslagen boom leidt niet tot de getekende wortel ({subject})",
              "{party}, the stored tree does not lead to the signed root ({subject})"};
    case Problem::kCheckpoint:
      return {"{party}, het checkpoint is niet getekend met een logsleutel van {party}",
              "{party}, the checkpoint is not signed by a log key of {party}"};
    case Problem::kForeignLog:
      return {"de map van {party} bevat een ander log ({subject})",
              "the folder of {party} holds another log ({subject})"};
    case Problem::kFileMissing:
      return {"{party}, bestand {subject} ontbreekt", "{party}, file {subject} is missing"};
    case Problem::kFileDamaged:
      return {"{party}, bestand {subject} is beschadigd", "{party}, file {subject} is damaged"};
    case Problem::kEntryMalformed:
      return {"{party}, regel {index} is geen geldige regel",
              "{party}, entry {index} is not a valid entry"};
    case Problem::kSignature:
      return {"{party}, regel {index}: niet getekend met een sleutel die {subject} toen had",
              "{party}, entry {index}: not signed by a key that {subject} had at the time"};
    case Problem::kParties:
      return {"{party}, regel {index}: partijen en richting kloppen niet met wat erin staat",
              "{party}, entry {index}: parties and direction do not fit what it holds"};
    case Problem::kOwnReceipt:
      return {"{party}, eigen ontvangstbewijs bij regel {index} klopt niet ({subject})",
              "{party}, its own receipt for entry {index} is wrong ({subject})"};
    case Problem::kReceiptMissing:
      return {"{party}, regel {index} is aangenomen zonder ontvangstbewijs",
              "{party}, entry {index} was accepted without a receipt"};
    case Problem::kNotSent:
      return {"{party} tekende het {subject} dat {by} heeft, en zijn eigen log mist het",
              "{party} signed the {subject} that {by} holds, and its own log lacks it"};
    case Problem::kDigestMismatch:
      return {"{party}: het {subject} is aan beide kanten niet hetzelfde",
              "{party}: the {subject} is not the same on both sides"};
    case Problem::kGap:
      return {"{party}, regel {index}: het volgnummer met {subject} sluit niet aan",
              "{party}, entry {index}: its number with {subject} does not follow"};
    case Problem::kTime:
      return {"{party}, regel {index} is ouder dan de regel ervoor",
              "{party}, entry {index} is older than the entry in front of it"};
    case Problem::kCovenantMissing:
      return {"het convenant {subject} ontbreekt", "the covenant {subject} is missing"};
    case Problem::kCovenantDamaged:
      return {"{party}, bestand {subject} is niet dat convenant",
              "{party}, file {subject} is not that covenant"};
    case Problem::kAcceptMissing:
      return {"{party} heeft convenant {subject} niet (geldig) ondertekend",
              "{party} has not (validly) accepted covenant {subject}"};
    case Problem::kStatement:
      return {"{party}, {subject}: niet geldig onder het convenant",
              "{party}, {subject}: not valid under the covenant"};
    case Problem::kNotInCovenant:
      return {"{party} vroeg iets dat zijn convenant niet kent: {subject}",
              "{party} asked for something its covenant does not have: {subject}"};
    case Problem::kNotPermitted:
      return {"{party} verstrekte {subject} zonder regel in het convenant",
              "{party} released {subject} without a rule in the covenant"};
    case Problem::kAnswerCells:
      return {"{party} antwoordde over andere categorieën dan gevraagd",
              "{party} answered about other categories than were asked"};
    case Problem::kLine:
      return {"{party}, regel {index}: de beslissing in {subject} hoort niet bij deze regel",
              "{party}, entry {index}: the decision in {subject} is not one of this entry"};
    case Problem::kLineMissing:
      return {"{party}, regel {index}: beslissingen ontbreken ({subject})",
              "{party}, entry {index}: decisions are missing ({subject})"};
    case Problem::kLogMissing:
      return {"het log van {party} ontbreekt", "the log of {party} is missing"};
    case Problem::kUnknownFolder:
      return {"map {party} is van niemand in het convenant",
              "folder {party} belongs to nobody in the covenant"};
  }
  return {"", ""};
}

void Replace(std::string& text, std::string_view mark, std::string_view with) {
  for (size_t at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + with.size())) {
    text.replace(at, mark.size(), with);
  }
}

std::string With(const char* text,
                 std::initializer_list<std::pair<const char*, std::string>> marks) {
  std::string out = text;
  for (const auto& [mark, with] : marks)
    Replace(out, mark, with);
  return out;
}

// 3118 as 3 118.
std::string Grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;)
    digits.insert(at -= 3, 1, ' ');
  return digits;
}

std::string DateOf(Instant instant) {
  return ToLocalText(instant, Zone::kAmsterdam).substr(0, 10);
}

std::string Joined(const std::vector<std::string>& names, const Words& words) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i != 0) out += i + 1 == names.size() ? words.and_word : ", ";
    out += names[i];
  }
  return out;
}

std::string Line(const char* label, const std::string& text) {
  std::string out = label;
  out.resize(std::max(out.size() + 1, kLabelWidth), ' ');
  return out + text + "\n";
}

std::string Heading(const Report& report, const Words& words) {
  std::string out = report.title + " v" + std::to_string(report.first_version);
  if (report.last_version != report.first_version) {
    out += "-v" + std::to_string(report.last_version);
  }
  if (report.first) out += ", " + DateOf(*report.first) + words.until + DateOf(*report.last);
  if (!report.mandate.empty()) out += words.mandate + report.mandate;
  return out;
}

std::string LogsLine(const Report& report, const Words& words) {
  uint64_t present = 0;
  uint64_t entries = 0;
  for (const LogReport& log : report.logs) {
    present += log.present ? 1 : 0;
    entries += log.size;
  }
  return With(words.logs_line,
              {{"{present}", std::to_string(present)},
               {"{all}", std::to_string(report.logs.size())},
               {"{entries}", Grouped(entries)}}) +
         (report.verdict == Verdict::kNotVerified ? "" : words.all_signatures);
}

std::string ExchangesLine(const Report& report, const Words& words) {
  const auto counted = [](const char* text, uint64_t count) {
    return With(text, {{"{count}", Grouped(count)}});
  };
  const uint64_t all = report.exchanges.size();
  const uint64_t matched = CountOf(report, Match::kMatched);
  const uint64_t open = CountOf(report, Match::kPending) + CountOf(report, Match::kSentNoReceipt) +
                        CountOf(report, Match::kLogMissing);
  std::string out = counted(words.exchange_count, all) + counted(words.same_on_both, matched);
  if (open != 0) out += counted(words.still_open, open);
  if (matched + open != all) out += counted(words.not_same, all - matched - open);
  return out;
}

std::string OpenLines(const Report& report, const Words& words) {
  std::string out;
  for (const LogReport& log : report.logs) {
    if (!log.present || log.proved_size >= log.size) continue;
    out += Line(out.empty() ? words.open : "",
                With(log.proved_size + 1 == log.size ? words.open_one : words.open_line,
                     {{"{party}", log.party},
                      {"{from}", std::to_string(log.proved_size)},
                      {"{to}", std::to_string(log.size - 1)}}));
  }
  return out;
}

std::string DecisionsLine(const Report& report, const Words& words) {
  uint64_t entries = 0;
  uint64_t opened = 0;
  uint64_t erased = 0;
  for (const LogReport& log : report.logs) {
    entries += log.line_entries;
    opened += log.lines_opened;
    erased += log.lines_erased;
  }
  const bool all =
      std::none_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
        return finding.problem == Problem::kLine || finding.problem == Problem::kLineMissing;
      });
  if (entries == 0 || !all) return "";
  std::string line = With(words.decisions_line, {{"{count}", Grouped(opened)}});
  if (erased != 0) line += With(words.decisions_erased, {{"{count}", Grouped(erased)}});
  return Line(words.decisions, line);
}

// Proof, exchange, the rest and what to do, about the first finding.
std::string Explanation(const Report& report, Language language) {
  const Words& words = WordsOf(language);
  const Finding& finding = report.findings.front();
  std::string out;
  const bool altered =
      finding.problem == Problem::kEntryAltered || finding.problem == Problem::kEntryRemoved;
  if (!finding.shown_by.empty()) {
    out +=
        Line(words.proof, With(words.proof_receipt, {{"{by}", Joined(finding.shown_by, words)}}));
  } else if (altered) {
    out += Line(words.proof, With(words.proof_tree, {{"{party}", finding.party}}));
  }
  if (!finding.ref.empty()) out += Line(words.touches, finding.ref);
  for (size_t i = 1; i < std::min(report.findings.size(), kShownFindings); ++i) {
    out += Line(i == 1 ? words.also : "", ToSentence(report.findings[i], language));
  }
  if (report.findings.size() > kShownFindings) out += Line("", words.more);
  std::vector<std::string> sound;
  for (const LogReport& log : report.logs) {
    if (log.verified) sound.push_back(log.party);
  }
  if (!sound.empty()) {
    out += Line(words.further, With(words.others_verified, {{"{parties}", Joined(sound, words)}}));
  }
  if (!finding.party.empty()) {
    const char* advice =
        finding.problem == Problem::kLogMissing ? words.ask_log : words.tell_officer;
    out += Line(words.do_now, With(advice, {{"{party}", finding.party}}));
  } else if (finding.problem == Problem::kCovenantMissing) {
    out += Line(words.do_now, words.ask_hash);
  }
  return out;
}

}  // namespace

std::string ToSentence(const Finding& finding, Language language) {
  const Words& words = WordsOf(language);
  const Sentence sentence = SentenceOf(finding);
  std::string subject = finding.subject;
  if (subject == "request") subject = words.request;
  if (subject == "answer") subject = words.answer;
  const std::string after =
      finding.since ? With(words.after, {{"{date}", DateOf(*finding.since)}}) : "";
  std::string out =
      With(language == Language::kDutch ? sentence.dutch : sentence.english,
           {{"{after}", after},
            {"{index}", std::to_string(finding.index.value_or(0))},
            {"{last}", std::to_string(finding.last.value_or(finding.index.value_or(0)))},
            {"{by}", Joined(finding.shown_by, words)},
            {"{party}", finding.party},
            {"{subject}", subject}});
  Replace(out, " ()", "");
  if (!finding.ref.empty()) out += " (" + finding.ref + ")";
  return out;
}

std::string ToSentence(const Report& report, Language language) {
  const Words& words = WordsOf(language);
  std::string out = words.sentence[static_cast<size_t>(report.verdict)];
  if (report.verdict != Verdict::kVerified) {
    return out + ": " + ToSentence(report.findings.front(), language);
  }
  const std::string count = std::to_string(CountOf(report, Match::kMatched));
  const uint64_t open = report.exchanges.size() - CountOf(report, Match::kMatched);
  if (language == Language::kDutch) {
    out += ", " + count + (count == "1" ? " uitwisseling" : " uitwisselingen") +
           " gelijk aan beide kanten";
  } else {
    out += ", " + count + (count == "1" ? " exchange" : " exchanges") + " matched on both sides";
  }
  if (open != 0) out += With(words.still_open, {{"{count}", std::to_string(open)}});
  return out;
}

std::string ToText(const Report& report, Language language) {
  const Words& words = WordsOf(language);
  std::string out = words.verdict[static_cast<size_t>(report.verdict)];
  out += "   ";
  if (report.verdict == Verdict::kVerified) {
    out += Heading(report, words) + "\n";
  } else {
    out += ToSentence(report.findings.front(), language) + "\n";
    out += Explanation(report, language);
  }
  if (report.logs.empty()) return out;
  out += Line(words.logs, LogsLine(report, words));
  out += Line(words.exchanges, ExchangesLine(report, words));
  out += DecisionsLine(report, words);
  out += OpenLines(report, words);
  out += Line(words.not_proved, words.nothing_proved);
  return out;
}

}  // namespace schakel::audit
