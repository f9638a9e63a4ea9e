#include "node/exchange/disclosure.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <type_traits>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/record/facts.h"

namespace schakel::exchange {
namespace {

using canon::Value;
using record::MatchResult;

const char* MatchName(MatchResult::Kind kind) {
  switch (kind) {
    case MatchResult::Kind::kMatched:
      return "MATCHED";
    case MatchResult::Kind::kNoMatch:
      return "NO_MATCH";
    case MatchResult::Kind::kDoubtful:
      return "DOUBTFUL";
  }
  return "NO_MATCH";
}

// What the sealed line says about one record.
Told ToldOf(const covenant::Decision& decision,
            const record::Projection& projection,
            std::string_view category) {
  Told told;
  told.category = category;
  told.withheld = projection.withheld;
  if (projection.release) {
    for (const auto& [field, value] : projection.release->fields)
      told.fields.insert(field);
  } else {
    told.code = projection.code.empty() ? decision.code : projection.code;
  }
  return told;
}

// The canonical JSON of {match, records}, of records that are canonical JSON themselves.
std::string LineJson(const char* match, const std::vector<std::string>& records) {
  std::string line = R"({"match":)" + canon::Write(match) + R"(,"records":[)";
  for (const std::string& record : records) {
    if (line.back() != '[') line += ',';
    line += record;
  }
  return line += "]}";
}

// An order of fact values; any would do.
bool IsLess(const covenant::FactValue& a, const covenant::FactValue& b) {
  if (a.index() != b.index()) return a.index() < b.index();
  const auto less = [&b](const auto& x) {
    const auto& y = std::get<std::decay_t<decltype(x)>>(b);
    if constexpr (std::is_same_v<std::decay_t<decltype(x)>, IntInterval>) {
      return std::tie(x.low, x.high) < std::tie(y.low, y.high);
    } else {
      return x < y;
    }
  };
  return std::visit(less, a);
}

// The decisions of one request, each made and spelt once: Decide is pure, and records of one kind
// about one person mostly put the same question.
class Decisions {
 public:
  struct Made {
    covenant::Decision decision;
    std::map<Told, std::string> lines;  // canonical JSON

    const std::string& LineFor(const Told& told) {
      const auto [line, fresh] = lines.try_emplace(told);
      if (fresh) line->second = canon::Write(DecisionValue(decision, told));
      return line->second;
    }
  };

  explicit Decisions(const covenant::Covenant& covenant) : covenant_(covenant) {}

  // The questions of one object differ in category, fields and facts, and in nothing else.
  Made& For(const covenant::Question& question) {
    const auto [made, fresh] =
        made_.try_emplace(Asked{question.category, question.present, question.facts});
    if (fresh) made->second.decision = covenant_.Decide(question);
    return made->second;
  }

 private:
  // What the questions of one object differ in.
  struct Asked {
    std::string category;
    std::optional<std::set<std::string>> present;
    covenant::Facts facts;
  };
  struct Before {
    bool operator()(const Asked& a, const Asked& b) const {
      const auto cell = std::tie(a.category, a.present) <=> std::tie(b.category, b.present);
      if (cell != 0) return cell < 0;
      return std::lexicographical_compare(
          a.facts.begin(), a.facts.end(), b.facts.begin(), b.facts.end(), [](auto& x, auto& y) {
            return x.first == y.first ? IsLess(x.second, y.second) : x.first < y.first;
          });
    }
  };

  const covenant::Covenant& covenant_;
  std::map<Asked, Made, Before> made_;
};

// A disk that refuses is nobody's secret. Every other error about one person must look like
// "nothing to give", so it goes no further than that person's line.
bool StopsAll(const Error& error) {
  return error.code == ErrorCode::kUnavailable;
}

class Decider {
 public:
  Decider(const Context& context,
          const LineageView& view,
          const statement::Request& request,
          const StatedFacts& facts,
          Instant now)
      : context_(context),
        view_(view),
        document_(view.document()),
        request_(request),
        facts_(facts),
        now_(now),
        today_(DayOf(now, view.document().zone)),
        decisions_(*view.covenant) {}

  Result<Disclosure> Run(const std::vector<AskedPerson>& persons) {
    OpenCells();
    disclosure_.open = !open_.empty();
    if (!disclosure_.open) return std::move(disclosure_);
    if (persons.empty()) {
      TRY(DecideGroup());
    } else {
      for (const AskedPerson& person : persons)
        TRY(DecidePerson(person));
      for (const std::string& category : open_) {
        if (!About(category)) TRY(DecideGroupRecords(category));
      }
    }
    return std::move(disclosure_);
  }

 private:
  [[nodiscard]] bool About(const std::string& category) const {
    return document_.categories.at(category).about_person;
  }

  void OpenCells() {
    for (const std::string& category : request_.categories) {
      covenant::Question question;
      question.from = request_.to;
      question.to = request_.from;
      question.purpose = request_.purpose;
      question.category = category;
      question.facts = facts_.group;
      question.now = now_;
      const covenant::CellDecision cell = view_.covenant->DecideCell(question);
      if (cell.open) {
        disclosure_.cells[category] = {statement::CellState::kReleased, "OK"};
        open_.push_back(category);
      } else {
        disclosure_.cells[category] = {statement::CellState::kRefused, cell.code};
      }
    }
  }

  // One record under the covenant: what its line says. Appends a release when one leaves.
  std::string DecideRecord(const record::Record& stored,
                           const record::Subject* subject,
                           bool proved,
                           const std::optional<Uuid>& row) {
    covenant::Question question;
    question.from = request_.to;
    question.to = request_.from;
    question.purpose = request_.purpose;
    question.category = stored.category;
    question.present = record::PresentFields(stored);
    question.facts = record::FactsOf(document_, stored.category, stored, subject, today_);
    for (const auto& [name, value] : facts_.group) {
      // A stated fact about persons holds for this person only when the row's own proof does.
      const bool about_person = document_.facts.at(name).about_person;
      if (!about_person || proved) question.facts.insert_or_assign(name, value);
    }
    question.now = now_;
    Decisions::Made& made = decisions_.For(question);
    const covenant::Decision& decision = made.decision;
    record::Projection projection =
        record::Project(document_, stored, decision, row, today_, context_.entropy);
    if (projection.release) {
      auto bytes = record::EncodeRelease(*projection.release, document_);
      if (bytes && disclosure_.releases.size() < kMaxReleases) {
        disclosure_.releases.push_back(*std::move(bytes));
      } else {
        projection.release.reset();
        projection.code = "ERROR";
      }
    }
    return made.LineFor(ToldOf(decision, projection, stored.category));
  }

  static std::string BrokenRecord(std::string_view category) {
    return canon::Write(
        Value::Object{{"category", category}, {"outcome", "WITHHELD"}, {"code", "ERROR"}});
  }

  Result<void> DecidePerson(const AskedPerson& person) {
    Result<MatchResult> found = MatchResult{};
    if (person.proved) found = context_.records.Find(record::PersonOf(person.opened));
    if (!found && StopsAll(found.error())) return found.error();
    const MatchResult match = found ? *found : MatchResult{};
    const char* const matched = found ? MatchName(match.kind) : "ERROR";
    std::vector<std::string> decisions;
    DecisionLine line;
    if (match.kind == MatchResult::Kind::kMatched) {
      ++disclosure_.matched;
      line.subject = match.subject;
      TRY(DecideSubject(*match.subject, person.row, decisions));
    } else if (match.kind == MatchResult::Kind::kDoubtful) {
      ++disclosure_.doubtful;
      disclosure_.doubtful_rows.emplace_back(person.row, match.candidates);
    }
    line.json = LineJson(person.proved ? matched : "UNPROVED", decisions);
    disclosure_.lines.push_back(std::move(line));
    return {};
  }

  Result<void> DecideSubject(const Uuid& id, const Uuid& row, std::vector<std::string>& decisions) {
    auto subject = context_.records.LoadSubject(id);
    if (!subject && StopsAll(subject.error())) return subject.error();
    if (!subject) {
      decisions.push_back(BrokenRecord(""));
      return {};
    }
    for (const std::string& category : open_) {
      if (!About(category)) continue;
      const auto scanned =
          context_.records.ScanSubject(id, category, [&](Result<record::Record> stored) {
            decisions.push_back(stored ? DecideRecord(*stored, &*subject, /*proved=*/true, row)
                                       : BrokenRecord(category));
            return true;
          });
      if (!scanned && StopsAll(scanned.error())) return scanned.error();
      if (!scanned) decisions.push_back(BrokenRecord(category));
    }
    return {};
  }

  // A request that names nobody: the group's own records, and persons through a category that
  // needs no list (the namenlijst); a release's row is a random handle per exchange.
  Result<void> DecideGroup() {
    struct Considered {
      Uuid handle;
      std::optional<record::Subject> subject;
      std::vector<std::string> decisions;
    };
    std::map<Uuid, Considered> persons;
    for (const std::string& category : open_) {
      if (!About(category)) {
        TRY(DecideGroupRecords(category));
        continue;
      }
      TRY(context_.records.ScanGroup(request_.group, category, [&](Result<record::Record> stored) {
        if (!stored || !stored->subject) return true;
        const auto [found, fresh] = persons.try_emplace(*stored->subject);
        Considered& considered = found->second;
        if (fresh) {
          considered.handle = MakeUuidV4(context_.entropy);
          auto subject = context_.records.LoadSubject(*stored->subject);
          if (subject) considered.subject = *std::move(subject);
        }
        considered.decisions.push_back(
            considered.subject
                ? DecideRecord(*stored, &*considered.subject, /*proved=*/false, considered.handle)
                : BrokenRecord(category));
        return true;
      }));
    }
    for (auto& [id, considered] : persons) {
      disclosure_.lines.push_back({id, LineJson("GROUP", considered.decisions)});
    }
    disclosure_.matched = static_cast<int64_t>(persons.size());
    return {};
  }

  Result<void> DecideGroupRecords(const std::string& category) {
    std::vector<std::string> decisions;
    TRY(context_.records.ScanGroup(request_.group, category, [&](Result<record::Record> stored) {
      decisions.push_back(stored ? DecideRecord(*stored, nullptr, /*proved=*/false, std::nullopt)
                                 : BrokenRecord(category));
      return true;
    }));
    if (decisions.empty()) return {};
    disclosure_.lines.push_back({std::nullopt, LineJson("GROUP", decisions)});
    return {};
  }

  const Context& context_;
  const LineageView& view_;
  const covenant::Document& document_;
  const statement::Request& request_;
  const StatedFacts& facts_;
  const Instant now_;
  const Day today_;
  Decisions decisions_;
  std::vector<std::string> open_;
  Disclosure disclosure_;
};

}  // namespace

Result<Disclosure> DecideAll(const Context& context,
                             const LineageView& view,
                             const statement::Request& request,
                             const std::vector<AskedPerson>& persons,
                             const StatedFacts& facts,
                             Instant now) {
  return Decider(context, view, request, facts, now).Run(persons);
}

}  // namespace schakel::exchange
