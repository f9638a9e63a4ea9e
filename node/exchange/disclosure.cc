#include "node/exchange/disclosure.h"

#include <unordered_map>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/covenant/verdict.h"
#include "node/crypto/hash.h"
#include "node/exchange/counts.h"
#include "node/record/facts.h"
#include "node/record/namenlijst.h"

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

// Adds what tells one Told from another: texts that hold no NUL.
void AppendText(std::string& key, std::string_view text) {
  key += text;
  key += '\0';
}

// The decisions of one request. Records mostly come to the same decision, which is put into words
// once: a verdict in numbers says which.
class Decisions {
 public:
  struct Made {
    covenant::Decision decision;
    bool unread = false;  // gives a text that nobody's approval stands behind
    std::unordered_map<std::string, std::string> lines;  // by what was told; canonical JSON

    const std::string& LineFor(const record::Projection& projection, std::string_view category) {
      std::string key;
      AppendText(key, projection.release ? std::string_view() : projection.code);
      for (const auto& [field, why] : projection.withheld) {
        AppendText(key, field);
        AppendText(key, why);
      }
      key += '\0';
      if (projection.release) {
        for (const auto& [field, value] : projection.release->fields)
          AppendText(key, field);
      }
      const auto [line, fresh] = lines.try_emplace(std::move(key));
      if (fresh) {
        line->second =
            canon::Write(DecisionValue(decision, ToldOf(decision, projection, category)));
      }
      return line->second;
    }
  };

  explicit Decisions(const covenant::Covenant& covenant) : covenant_(covenant) {}

  Made& For(const covenant::Case& asked) {
    covenant_.Decide(asked, verdict_);
    key_.clear();
    verdict_.AppendKey(key_);
    const auto [made, fresh] = made_.try_emplace(key_);
    if (fresh) {
      made->second.decision = covenant_.Render(verdict_);
      const auto& fields = made->second.decision.fields;
      made->second.unread =
          !asked.approved && std::any_of(fields.begin(), fields.end(), [](const auto& field) {
            return field.second.kind == covenant::FormKind::kReviewed;
          });
    }
    return made->second;
  }

 private:
  const covenant::Covenant& covenant_;
  covenant::Verdict verdict_;
  std::string key_;
  std::unordered_map<std::string, Made> made_;
};

// What the questions about one category have in common.
struct OpenCell {
  std::string category;
  bool about_person;
  covenant::Axes axes;
  record::FactReader reader;
  // Stated facts: those about the group, and with them those about a person whose row is proved.
  covenant::KnownFacts stated;
  covenant::KnownFacts stated_proved;
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
          Instant now,
          const Closing* closing)
      : context_(context),
        view_(view),
        document_(view.document()),
        request_(request),
        facts_(facts),
        closing_(closing),
        now_(now),
        today_(DayOf(now, view.document().zone)),
        pseudonyms_(view.document().lineage,
                    request.purpose,
                    request.from,
                    record::PseudonymSecret(context.keys)),
        known_(*view.giving),
        decisions_(*view.giving) {
    if (closing_ == nullptr) return;
    request_digest_ = crypto::Sha256(AsBytes(
        statement::SignedBytes(statement::Type::kRequest, canon::Write(request.ToValue()))));
  }

  Result<Disclosure> Run(const std::vector<AskedPerson>& persons) {
    OpenCells();
    disclosure_.open = !open_.empty();
    if (!disclosure_.open) return std::move(disclosure_);
    if (persons.empty()) {
      TRY(DecideGroup());
    } else {
      for (const AskedPerson& person : persons)
        TRY(DecidePerson(person));
      for (const OpenCell& cell : open_) {
        if (!cell.about_person) TRY(DecideGroupRecords(cell));
      }
    }
    return std::move(disclosure_);
  }

 private:
  void OpenCells() {
    for (const std::string& category : request_.categories) {
      if (closing_ != nullptr && !closing_->categories.contains(category)) continue;
      covenant::Question question;
      question.from = request_.to;
      question.to = request_.from;
      question.purpose = request_.purpose;
      question.category = category;
      question.facts = facts_.group;
      question.now = now_;
      const covenant::CellDecision cell = view_.giving->DecideCell(question);
      if (cell.open && closing_ == nullptr && !view_.giving->ApproversOf(question).empty()) {
        disclosure_.cells[category] = {statement::CellState::kPending, "APPROVAL"};
      } else if (cell.open) {
        disclosure_.cells[category] = {statement::CellState::kReleased, "OK"};
        open_.push_back(Open(category));
      } else {
        disclosure_.cells[category] = {statement::CellState::kRefused, cell.code};
      }
    }
  }

  [[nodiscard]] OpenCell Open(const std::string& category) const {
    const covenant::Covenant& covenant = *view_.giving;
    OpenCell cell{category,
                  document_.categories.at(category).about_person,
                  covenant.AxesOf(request_.to, request_.from, request_.purpose, category),
                  record::FactReader(covenant, category, today_),
                  covenant::KnownFacts(covenant),
                  covenant::KnownFacts(covenant)};
    for (const auto& [name, value] : facts_.group) {
      const uint32_t fact = covenant.FactNumber(name);
      cell.stated_proved.Set(fact, value);
      // A stated fact about persons holds for this person only when the row's own proof does.
      if (!document_.facts.at(name).about_person) cell.stated.Set(fact, value);
    }
    return cell;
  }

  // One record under the covenant: what its line says. Appends a release when one leaves. `known`
  // holds what is known of the person and what was stated.
  std::string DecideRecord(const OpenCell& cell,
                           const record::Record& stored,
                           const covenant::KnownFacts& known,
                           const std::optional<Uuid>& row) {
    if (stored.category != cell.category) return BrokenRecord(cell.category);
    known_ = known;
    cell.reader.ReadRecord(stored, known_);
    present_.Restart(*view_.giving, cell.axes.category);
    for (const auto& [name, value] : stored.fields) {
      if (!record::IsEmpty(value)) present_.Add(*view_.giving, name);
    }
    covenant::Case asked;
    asked.axes = cell.axes;
    asked.facts = &known_;
    asked.present = &present_;
    asked.now = now_;
    Decisions::Made& made = decisions_.For(asked);
    if (made.decision.outcome == covenant::Outcome::kNeeds && closing_ != nullptr) {
      asked.approved = true;
      return DecideApproved(cell, decisions_.For(asked).decision, stored, row);
    }
    record::Projection projection = record::Project(
        document_, stored, made.decision, row, today_, &pseudonyms_, context_.entropy);
    if (made.unread && projection.release) {
      projection.release.reset();
      projection.code = "OBLIGATION_UNSUPPORTED";
    }
    Take(projection);
    return made.LineFor(projection, cell.category);
  }

  // What is released goes to the payload, or is an error when it does not fit there.
  void Take(record::Projection& projection) {
    if (projection.release && closing_ != nullptr && closing_->look) return;
    if (projection.release) {
      auto bytes = record::EncodeRelease(*projection.release, document_);
      if (bytes && disclosure_.releases.size() < kMaxReleases) {
        disclosure_.releases.push_back(*std::move(bytes));
      } else {
        projection.release.reset();
        projection.code = "ERROR";
      }
    }
  }

  // One record that leaves only when somebody approved just this.
  std::string DecideApproved(const OpenCell& cell,
                             const covenant::Decision& decision,
                             const record::Record& stored,
                             const std::optional<Uuid>& row) {
    record::Projection projection =
        record::Project(document_, stored, decision, row, today_, &pseudonyms_, context_.entropy);
    const auto approved = closing_->approved.find(cell.category);
    if (projection.release) {
      const Hash hash = HashOf(*projection.release, stored);
      if (closing_->look) {
        disclosure_.items.push_back({hash,
                                     cell.category,
                                     stored.subject,
                                     stored.id,
                                     *projection.release,
                                     decision.fields,
                                     projection.withheld});
      } else if (approved == closing_->approved.end() || !approved->second.items.contains(hash)) {
        projection.release.reset();
        projection.code = "APPROVAL";
      }
    }
    Take(projection);
    Value line = DecisionValue(decision, ToldOf(decision, projection, cell.category));
    if (projection.release && approved != closing_->approved.end()) {
      Value::Object with = *line.AsObject();
      with["approval"] = EncodeHex(approved->second.record);
      line = std::move(with);
    }
    return canon::Write(line);
  }

  // Binds an approval to the request, the covenant, the record and every value that would leave;
  // not to what is drawn anew at each look.
  [[nodiscard]] Hash HashOf(record::Release release, const record::Record& stored) const {
    release.id = {};
    if (release.row) release.row = stored.subject.value_or(Uuid{});
    crypto::Sha256Stream hash;
    hash.Add(AsBytes("schakel/v1/approval-item\n"));
    hash.Add(request_digest_);
    hash.Add(request_.covenant);
    hash.Add(stored.id.bytes);
    // What does not encode never leaves, so its hash is of no consequence.
    const auto bytes = record::EncodeRelease(release, document_);
    if (bytes) hash.Add(*bytes);
    return hash.Finish();
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
    for (const OpenCell& cell : open_) {
      if (!cell.about_person) continue;
      covenant::KnownFacts known = cell.stated_proved;
      cell.reader.ReadPerson(*subject, known);
      const auto scanned =
          context_.records.ScanSubject(id, cell.category, [&](Result<record::Record> stored) {
            decisions.push_back(stored ? DecideRecord(cell, *stored, known, row)
                                       : BrokenRecord(cell.category));
            return true;
          });
      if (!scanned && StopsAll(scanned.error())) return scanned.error();
      if (!scanned) decisions.push_back(BrokenRecord(cell.category));
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
    for (const OpenCell& cell : open_) {
      if (!cell.about_person) {
        TRY(DecideGroupRecords(cell));
        continue;
      }
      const auto visit = [&](Result<record::Record> stored) {
        if (!stored || !stored->subject) return true;
        const auto [found, fresh] = persons.try_emplace(*stored->subject);
        Considered& considered = found->second;
        if (fresh) {
          considered.handle = MakeUuidV4(context_.entropy);
          auto subject = context_.records.LoadSubject(*stored->subject);
          if (subject) considered.subject = *std::move(subject);
        }
        if (!considered.subject) {
          considered.decisions.push_back(BrokenRecord(cell.category));
          return true;
        }
        covenant::KnownFacts known = cell.stated;
        cell.reader.ReadPerson(*considered.subject, known);
        considered.decisions.push_back(DecideRecord(cell, *stored, known, considered.handle));
        return true;
      };
      TRY(context_.records.ScanGroup(request_.group, cell.category, visit));
    }
    for (auto& [id, considered] : persons) {
      disclosure_.lines.push_back({id, LineJson("GROUP", considered.decisions)});
    }
    disclosure_.matched = static_cast<int64_t>(persons.size());
    return {};
  }

  Result<void> DecideGroupRecords(const OpenCell& cell) {
    std::vector<std::string> decisions;
    const auto visit = [&](const Result<record::Record>& stored) {
      decisions.push_back(stored ? DecideRecord(cell, *stored, cell.stated, std::nullopt)
                                 : BrokenRecord(cell.category));
      return true;
    };
    if (document_.categories.at(cell.category).aggregate) {
      CountsGiven counts = TRY(
          CountFor(context_,
                   *view_.giving,
                   {request_.to, request_.from, request_.purpose, cell.category, request_.group},
                   cell.stated,
                   now_));
      for (record::Record& counted : counts.cells)
        visit(std::move(counted));
      std::move(counts.rows.begin(), counts.rows.end(), std::back_inserter(disclosure_.counts));
    } else {
      TRY(context_.records.ScanGroup(request_.group, cell.category, visit));
    }
    if (decisions.empty()) return {};
    disclosure_.lines.push_back({std::nullopt, LineJson("GROUP", decisions)});
    return {};
  }

  const Context& context_;
  const LineageView& view_;
  const covenant::Document& document_;
  const statement::Request& request_;
  const StatedFacts& facts_;
  const Closing* const closing_;
  Hash request_digest_{};  // when closing
  const Instant now_;
  const Day today_;
  const record::Pseudonyms pseudonyms_;
  // Of the record at hand:
  covenant::KnownFacts known_;
  covenant::PresentSet present_;
  Decisions decisions_;
  std::vector<OpenCell> open_;
  Disclosure disclosure_;
};

}  // namespace

Result<Disclosure> DecideAll(const Context& context,
                             const LineageView& view,
                             const statement::Request& request,
                             const std::vector<AskedPerson>& persons,
                             const StatedFacts& facts,
                             Instant now,
                             const Closing* closing) {
  return Decider(context, view, request, facts, now, closing).Run(persons);
}

std::vector<AskedPerson> AskedPersons(const record::Body& body,
                                      const StatedFacts& facts,
                                      const covenant::Document& document) {
  const auto persoon = document.categories.find("persoon");
  std::vector<AskedPerson> persons;
  for (const record::ListedSubject& subject : body.subjects) {
    AskedPerson person;
    person.row = subject.row;
    if (facts.list_root && persoon != document.categories.end()) {
      auto opened = record::VerifySubject(subject, *facts.list_root, persoon->second);
      person.proved = opened.ok();
      if (opened) person.opened = *std::move(opened);
    }
    persons.push_back(std::move(person));
  }
  return persons;
}

}  // namespace schakel::exchange
