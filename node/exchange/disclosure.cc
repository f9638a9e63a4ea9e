#include "node/exchange/disclosure.h"

#include <algorithm>
#include <set>

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
Value LineOf(const covenant::Decision& decision,
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
  return DecisionValue(decision, told);
}

// Members are moved in one by one: a braced list would copy all of them.
std::string LineJson(const char* match, Value::Array records) {
  Value::Object line{{"match", match}};
  line["records"] = std::move(records);
  return canon::Write(line);
}

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
        today_(DayOf(now, view.document().zone)) {}

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

  // One record under the covenant; appends a release when one leaves.
  Value DecideRecord(const record::Record& stored,
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
    const covenant::Decision decision = view_.covenant->Decide(question);
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
    return LineOf(decision, projection, stored.category);
  }

  static Value BrokenRecord(std::string_view category) {
    return Value::Object{{"category", category}, {"outcome", "WITHHELD"}, {"code", "ERROR"}};
  }

  Result<void> DecidePerson(const AskedPerson& person) {
    Result<MatchResult> found = MatchResult{};
    if (person.proved) found = context_.records.Find(record::PersonOf(person.opened));
    if (!found && StopsAll(found.error())) return found.error();
    const MatchResult match = found ? *found : MatchResult{};
    const char* const matched = found ? MatchName(match.kind) : "ERROR";
    Value::Array decisions;
    DecisionLine line;
    if (match.kind == MatchResult::Kind::kMatched) {
      ++disclosure_.matched;
      line.subject = match.subject;
      TRY(DecideSubject(*match.subject, person.row, decisions));
    } else if (match.kind == MatchResult::Kind::kDoubtful) {
      ++disclosure_.doubtful;
      disclosure_.doubtful_rows.emplace_back(person.row, match.candidates);
    }
    line.json = LineJson(person.proved ? matched : "UNPROVED", std::move(decisions));
    disclosure_.lines.push_back(std::move(line));
    return {};
  }

  Result<void> DecideSubject(const Uuid& id, const Uuid& row, Value::Array& decisions) {
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
      Value::Array decisions;
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
      disclosure_.lines.push_back({id, LineJson("GROUP", std::move(considered.decisions))});
    }
    disclosure_.matched = static_cast<int64_t>(persons.size());
    return {};
  }

  Result<void> DecideGroupRecords(const std::string& category) {
    Value::Array decisions;
    TRY(context_.records.ScanGroup(request_.group, category, [&](Result<record::Record> stored) {
      decisions.push_back(stored ? DecideRecord(*stored, nullptr, /*proved=*/false, std::nullopt)
                                 : BrokenRecord(category));
      return true;
    }));
    if (decisions.empty()) return {};
    disclosure_.lines.push_back({std::nullopt, LineJson("GROUP", std::move(decisions))});
    return {};
  }

  const Context& context_;
  const LineageView& view_;
  const covenant::Document& document_;
  const statement::Request& request_;
  const StatedFacts& facts_;
  const Instant now_;
  const Day today_;
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
