#include "node/policy/replay.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "node/canon/json.h"
#include "node/policy/words.h"

namespace schakel::policy {
namespace {

using canon::Value;
using covenant::Covenant;
using covenant::Decision;
using covenant::Outcome;
using covenant::Question;
using covenant::Truth;

// Questions that fit one record; beyond this the log says too little to be worth asking.
constexpr size_t kMostFitting = 50'000;

std::optional<Truth> ReadTruth(const Value* value) {
  const std::string* text = value == nullptr ? nullptr : value->AsString();
  if (text == nullptr) return std::nullopt;
  if (*text == "TRUE") return Truth::kTrue;
  if (*text == "FALSE") return Truth::kFalse;
  if (*text == "UNKNOWN") return Truth::kUnknown;
  return std::nullopt;
}

std::string TextOf(const Value& value, std::string_view key) {
  const Value* member = value.Find(key);
  const std::string* text = member == nullptr ? nullptr : member->AsString();
  return text == nullptr ? "" : *text;
}

// The covenant as if it were in force.
Instant Within(const Covenant& covenant, Instant at) {
  const covenant::Document& document = covenant.document();
  if (at < document.valid_from) return document.valid_from;
  if (at >= document.valid_until) return document.valid_until - std::chrono::milliseconds{1};
  return at;
}

bool SameDeny(const covenant::Document& before,
              const covenant::Document& after,
              const std::string& id) {
  const auto find = [&id](const covenant::Document& document) {
    return std::find_if(document.denies.begin(), document.denies.end(), [&id](const auto& deny) {
      return deny.id == id;
    });
  };
  const auto old = find(before);
  const auto now = find(after);
  if (now == after.denies.end()) return true;  // what is gone denies nothing
  if (old == before.denies.end()) return false;
  covenant::Deny copy = *now;
  copy.index = old->index;
  return copy == *old;
}

Effect EffectOf(const covenant::Document& document,
                const std::string& category,
                const Decision& before,
                const Decision& after) {
  const bool went = before.outcome == Outcome::kPermit;
  const bool goes = after.outcome == Outcome::kPermit;
  if (went != goes) return goes ? Effect::kGiven : Effect::kStays;
  if (!went) return Effect::kSame;
  bool finer = false;
  bool coarser = false;
  for (const auto& [field, form] : before.fields) {
    const auto now = after.fields.find(field);
    if (now == after.fields.end()) {
      coarser = true;
    } else if (now->second != form) {
      const auto type = document.categories.at(category).fields.find(field);
      const auto bound = type == document.categories.at(category).fields.end()
                             ? std::nullopt
                             : covenant::Coarser(type->second, form, now->second);
      finer = finer || !bound || *bound == form;
      coarser = coarser || !bound || *bound == now->second;
    }
  }
  for (const auto& [field, form] : after.fields)
    finer = finer || !before.fields.contains(field);
  if (finer && coarser) return Effect::kOther;
  if (finer) return Effect::kFiner;
  return coarser ? Effect::kCoarser : Effect::kSame;
}

std::string WhyOf(const Decision& decision) {
  if (!decision.by.empty()) return Joined(decision.by);
  return decision.code;
}

}  // namespace

// What a line says of one record.
struct Replay::Record {
  bool went = false;
  bool approved = false;  // somebody had
  std::string code;
  std::set<std::string> present;                              // of what went
  std::map<std::string, std::map<std::string, Truth>> rules;  // by rule and fact
  std::set<std::string> passed;  // denies that another party had to pass

  static std::optional<Record> Read(const Value& value) {
    Record out;
    const std::string outcome = TextOf(value, "outcome");
    if (outcome != "RELEASED" && outcome != "WITHHELD") return std::nullopt;
    out.went = outcome == "RELEASED";
    out.approved = value.Find("approval") != nullptr;
    out.code = TextOf(value, "code");
    for (const char* member : {"fields", "withheld"}) {
      const Value* names = value.Find(member);
      if (names == nullptr || names->AsObject() == nullptr) return std::nullopt;
      for (const auto& [name, unused] : *names->AsObject())
        out.present.insert(name);
    }
    const Value* rules = value.Find("rules");
    if (rules == nullptr || rules->AsObject() == nullptr) return std::nullopt;
    for (const auto& [id, rule] : *rules->AsObject()) {
      const Value* facts = rule.Find("facts");
      const auto whole = ReadTruth(rule.Find("whole"));
      if (!whole || facts == nullptr || facts->AsObject() == nullptr) return std::nullopt;
      std::map<std::string, Truth>& truths = out.rules[id];
      bool any_false = false;
      bool any_unknown = false;
      for (const auto& [fact, text] : *facts->AsObject()) {
        const auto truth = ReadTruth(&text);
        if (!truth) return std::nullopt;
        truths.emplace(fact, *truth);
        any_false = any_false || *truth == Truth::kFalse;
        any_unknown = any_unknown || *truth == Truth::kUnknown;
      }
      if (*whole == Truth::kFalse && any_unknown && !any_false) out.passed.insert(id);
    }
    return out;
  }
};

// The questions of a cell, and what the version in the log says of each value of each fact alone.
struct Replay::CellSpace {
  CellSpace(const Cell& cell, std::array<const Covenant*, 2> both)
      : covenants(both), space(cell, covenants, {.knowledge = Knowledge::kPartial}) {
    Question question = QuestionOf(cell);
    question.now = both[0]->document().valid_from;
    for (const Axis& axis : space.axes()) {
      std::vector<std::map<std::string, Truth>> by_choice;
      for (const Choice& choice : axis.choices) {
        question.facts.clear();
        if (choice.value) question.facts.emplace(axis.fact, *choice.value);
        std::map<std::string, Truth> by_rule;
        for (const Decision::Trace& trace : both[0]->Decide(question).trace) {
          const auto truth = trace.conditions.find(axis.fact);
          if (truth != trace.conditions.end()) by_rule.emplace(trace.rule, truth->second);
        }
        by_choice.push_back(std::move(by_rule));
      }
      truths.push_back(std::move(by_choice));
    }
    for (const Decision::Trace& trace : both[0]->Decide(question).trace) {
      std::set<std::string>& facts = rules[trace.rule];
      for (const auto& [fact, truth] : trace.conditions)
        facts.insert(fact);
    }
  }

  std::array<const Covenant*, 2> covenants;
  Space space;
  std::vector<std::vector<std::map<std::string, Truth>>> truths;  // per axis and choice, by rule
  std::map<std::string, std::set<std::string>> rules;             // of the version in the log
};

int64_t Replayed::Count(Effect effect) const {
  const auto it = counts.find(effect);
  return it == counts.end() ? 0 : it->second;
}

void Replayed::Add(const Replayed& other) {
  exchanges += other.exchanges;
  for (const auto& [effect, count] : other.counts)
    counts[effect] += count;
  for (const auto& [change, count] : other.changes)
    changes[change] += count;
}

Replay::Replay(const Covenant& before, const Covenant& after) : before_(before), after_(after) {}
Replay::~Replay() = default;

Replay::CellSpace& Replay::SpaceOf(const Cell& cell) {
  std::unique_ptr<CellSpace>& space = spaces_[cell];
  if (space == nullptr) space = std::make_unique<CellSpace>(cell, std::array{&before_, &after_});
  return *space;
}

void Replay::Add(const Logged& logged) {
  ++result_.exchanges;
  if (logged.erased > 0) result_.counts[Effect::kErased] += logged.erased;
  for (const Value& line : logged.lines) {
    const Value* records = line.Find("records");
    if (records == nullptr || records->AsArray() == nullptr) continue;
    for (const Value& record : *records->AsArray()) {
      const Cell cell{logged.from, logged.to, logged.purpose, TextOf(record, "category")};
      const std::string key = cell.from + " " + cell.to + " " + cell.purpose + " " +
                              std::to_string(ToMillis(logged.at)) + canon::Write(record);
      auto known = known_.find(key);
      if (known == known_.end()) known = known_.emplace(key, Ask(cell, logged.at, record)).first;
      const Answer& answer = known->second;
      ++result_.counts[answer.effect];
      if (answer.effect == Effect::kSame) continue;
      ++result_.changes[{cell, answer.effect, answer.rules, answer.now}];
    }
  }
}

Replay::Answer Replay::Ask(const Cell& cell, Instant at, const Value& value) {
  const auto record = Record::Read(value);
  if (!record || !before_.document().categories.contains(cell.category) ||
      !before_.document().purposes.contains(cell.purpose)) {
    return {};
  }
  CellSpace& space = SpaceOf(cell);
  std::map<std::string, std::set<std::string>> rules;
  for (const auto& [rule, truths] : record->rules) {
    std::set<std::string>& facts = rules[rule];
    for (const auto& [fact, truth] : truths)
      facts.insert(fact);
  }
  if (rules != space.rules) return {};  // another version decided this
  for (const std::string& id : record->passed) {
    if (!SameDeny(before_.document(), after_.document(), id)) return {};
  }
  return AskAll(space, cell, at, *record);
}

// The choices of each fact that fit what the log says of it; false when none does.
bool Replay::Narrow(CellSpace& space,
                    const Record& record,
                    std::vector<std::vector<size_t>>& fits) {
  const std::vector<Axis>& axes = space.space.axes();
  size_t product = 1;
  for (size_t axis = 0; axis < axes.size(); ++axis) {
    std::vector<size_t> fitting;
    for (size_t choice = 0; choice < axes[axis].choices.size(); ++choice) {
      const auto& said = space.truths[axis][choice];
      const bool fit = std::all_of(said.begin(), said.end(), [&](const auto& entry) {
        const auto rule = record.rules.find(entry.first);
        return rule != record.rules.end() && rule->second.at(axes[axis].fact) == entry.second;
      });
      if (fit) fitting.push_back(choice);
    }
    if (fitting.empty()) return false;
    product = std::min(product * fitting.size(), kMostFitting + 1);
    fits.push_back(std::move(fitting));
  }
  // Where sets of values were left out of the space, only one that fits is sure to be it.
  return product <= (space.space.whole() ? kMostFitting : 1);
}

Replay::Answer Replay::AskAll(CellSpace& space,
                              const Cell& cell,
                              Instant at,
                              const Record& record) {
  std::vector<std::vector<size_t>> fits;
  if (!Narrow(space, record, fits)) return {};
  const std::vector<Axis>& axes = space.space.axes();
  Question question = QuestionOf(cell);
  question.passed = record.passed;
  question.approved = record.approved;
  const auto& after = after_.document().categories;
  std::set<std::string> kept;  // a field that the other version lacks was not recorded under it
  if (const auto category = after.find(cell.category); category != after.end()) {
    for (const std::string& field : record.present) {
      if (category->second.fields.contains(field)) kept.insert(field);
    }
  }
  // Which fields such a record had, its line does not say.
  const bool lacked = record.code == "INCOMPLETE" || record.code == "NO_FIELDS" ||
                      record.code == "UNDECLARED_FIELD";
  std::optional<Answer> answer;
  bool apart = true;
  std::vector<size_t> at_choice(axes.size(), 0);
  for (bool more = true; more;) {
    question.facts.clear();
    for (size_t axis = 0; axis < axes.size(); ++axis) {
      const Choice& choice = axes[axis].choices[fits[axis][at_choice[axis]]];
      if (choice.value) question.facts.emplace(axes[axis].fact, *choice.value);
    }
    question.now = Within(before_, at);
    if (record.went) question.present = record.present;
    const Decision before = before_.Decide(question);
    if (lacked || (before.outcome == Outcome::kPermit) == record.went) {
      apart = false;
      question.now = Within(after_, at);
      if (record.went) question.present = kept;
      const Decision now = after_.Decide(question);
      if (lacked && now.outcome == Outcome::kPermit) return {Effect::kUnknown, record.code, ""};
      const Effect effect =
          lacked ? Effect::kSame : EffectOf(before_.document(), cell.category, before, now);
      Answer one{effect, WhyOf(before), WhyOf(now)};
      if (answer && answer->effect != one.effect) return {Effect::kUnknown, one.rules, ""};
      if (!answer) answer = std::move(one);
    }
    more = false;
    for (size_t axis = 0; axis < axes.size() && !more; ++axis) {
      more = ++at_choice[axis] < fits[axis].size();
      if (!more) at_choice[axis] = 0;
    }
  }
  if (apart) return {record.went ? Effect::kUnknown : Effect::kApart, record.code, ""};
  return *answer;
}

}  // namespace schakel::policy
