#include "node/covenant/read_document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "node/base/limits.h"
#include "node/canon/json_parse.h"
#include "node/canon/unseen.h"
#include "node/crypto/hash.h"

namespace schakel::covenant {
namespace {

constexpr int64_t kLanguage = 1;
constexpr int64_t kMaxVersion = 1'000'000;
constexpr int64_t kMaxCount = 1'000'000;

const std::set<std::string> kRegimes{"jeugdgroep", "pga", "zvh_wgs"};

const std::map<std::string, FieldType> kFieldTypes{{"date", FieldType::kDate},
                                                   {"name", FieldType::kName},
                                                   {"code", FieldType::kCode},
                                                   {"bsn", FieldType::kBsn},
                                                   {"ref", FieldType::kRef},
                                                   {"freetext", FieldType::kFreetext},
                                                   {"bool", FieldType::kBool}};
const std::map<std::string, FactType> kFactTypes{{"bool", FactType::kBool},
                                                 {"int", FactType::kInt},
                                                 {"enum", FactType::kEnum},
                                                 {"age", FactType::kAge},
                                                 {"elapsed", FactType::kElapsed}};

bool IsToken(const std::string& text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::optional<Hash> ReadHash(Fields& in, std::string_view key) {
  const auto text = in.MaybeText(key);
  if (!text) return std::nullopt;
  const auto hash = DecodeHash(*text);
  if (!hash.ok()) {
    in.issues().Add("E104", in.At(key), "must be a SHA-256 of 64 lower-case hex digits");
    return std::nullopt;
  }
  return *hash;
}

// Freshness and time limits are compared with clocks, so months and years will not do.
std::optional<Period> ReadClockPeriod(Fields& in, std::string_view key) {
  const auto period = in.MaybePeriod(key);
  if (!period) return std::nullopt;
  if (!ToMilliseconds(*period).ok()) {
    in.issues().Add("E104", in.At(key), "must be in days, hours or minutes", "write P14D or PT24H");
    return std::nullopt;
  }
  return period;
}

}  // namespace

Document ReadDocument(const canon::Value& value,
                      Issues& issues,
                      const std::vector<std::string_view>& tests) {
  Document document;
  Fields in(value, "", issues);
  if (!in.object()) return document;
  const canon::Value* language = in.Need("covenant");
  if (language == nullptr) return document;
  if (const int64_t* number = language->AsInt(); number == nullptr || *number != kLanguage) {
    // Whatever else it says was written for another reader (LANGUAGE_UNKNOWN).
    issues.Add("E100", in.At("covenant"), "unknown language version", "this build reads 1");
    return document;
  }
  DocumentReader reader(document, issues);
  reader.ReadHead(in);
  reader.ReadPapers(in);
  reader.ReadParties(in);
  reader.ReadAuditors(in);
  reader.ReadPurposes(in);
  reader.ReadFacts(in);
  reader.ReadCategories(in);
  reader.ReadBases(in);
  reader.ReadDefaults(in);
  reader.ReadRules(in);
  reader.ReadTests(in, tests);
  in.Done();
  return document;
}

void DocumentReader::ReadHead(Fields& in) {
  if (const auto lineage = ParseUuid(in.Text("lineage")); lineage.ok()) {
    document_.lineage = *lineage;
  } else if (in.Has("lineage")) {
    issues_.Add("E104", in.At("lineage"), "must be a UUID in lower case");
  }
  document_.version = in.Int("version", 1, kMaxVersion);
  document_.previous = ReadHash(in, "previous");
  if (in.Has("previous") != (document_.version > 1)) {
    issues_.Add("E104",
                in.At("version"),
                "version 1 has no `previous`, every later version names the hash before it");
  }
  document_.title = in.Text("title");
  if (const auto regime = in.MaybeText("regime");
      regime && IsKnown(*regime, in.At("regime"), kRegimes, "regime")) {
    document_.regime = *regime;
  }
  if (const canon::Value* valid = in.Need("valid")) {
    Fields fields(*valid, in.At("valid"), issues_);
    document_.valid_from = fields.Time("from");
    document_.valid_until = fields.Time("until");
    document_.review_by = fields.MaybeTime("review_by");
    if (fields.object() && document_.valid_from >= document_.valid_until) {
      issues_.Add("E104", fields.At("until"), "must lie after `from`");
    }
    fields.Done();
  }
  if (const auto zone = ParseZone(in.Text("timezone")); zone.ok()) {
    document_.zone = *zone;
  } else if (in.Has("timezone")) {
    issues_.Add("E104", in.At("timezone"), "unknown time zone", "use Europe/Amsterdam or UTC");
  }
  if (in.Need("status_max_age") != nullptr) {
    document_.status_max_age = ReadClockPeriod(in, "status_max_age").value_or(Period{});
  }
  ReadLimits(in);
  document_.min_cell = static_cast<int>(in.MaybeInt("min_cell", 2, kMaxCount).value_or(0));
  if (const auto on_leave = in.MaybeText("on_leave")) {
    if (*on_leave == "end") {
      document_.on_leave = OnLeave::kEnd;
    } else if (*on_leave != "continue") {
      issues_.Add("E104", in.At("on_leave"), "must be `continue` or `end`");
    }
  }
  for (const std::string_view later : {"witness", "replaces"}) {
    in.Unsupported(later);
  }
}

void DocumentReader::ReadLimits(Fields& in) {
  const canon::Value* value = in.Maybe("limits");
  if (value == nullptr) return;
  Fields fields(*value, in.At("limits"), issues_);
  Limits& limits = document_.limits;
  limits.subjects_per_request = static_cast<int>(
      fields.Int("subjects_per_request", 1, static_cast<int64_t>(kMaxSubjectsPerRequest)));
  limits.persons_per_group_per_quarter =
      static_cast<int>(fields.Int("persons_per_group_per_quarter", 1, kMaxCount));
  limits.request_ttl = ReadClockPeriod(fields, "request_ttl");
  limits.approval_ttl = ReadClockPeriod(fields, "approval_ttl");
  fields.Done();
}

void DocumentReader::ReadPapers(Fields& in) {
  ForEachNamed(in, "documents", /*required=*/false, issues_, [&](const auto& id, Fields& fields) {
    PaperDocument& paper = document_.documents[id];
    paper.title = fields.Text("title");
    if (fields.Need("sha256") != nullptr)
      paper.sha256 = ReadHash(fields, "sha256").value_or(Hash{});
  });
}

void DocumentReader::ReadPurposes(Fields& in) {
  ForEachNamed(in, "purposes", /*required=*/true, issues_, [&](const auto& id, Fields& fields) {
    document_.purposes[id] = fields.Text("text");
  });
}

void DocumentReader::ReadFacts(Fields& in) {
  ForEachNamed(in, "facts", /*required=*/true, issues_, [&](const auto& id, Fields& fields) {
    FactDeclaration& fact = document_.facts[id];
    const std::string type = KnownText(fields, "type", kFactTypes, "fact type");
    if (!type.empty()) fact.type = kFactTypes.at(type);
    if (fact.type == FactType::kEnum) {
      fact.values = fields.Texts("values");
      for (size_t i = 0; i < fact.values.size(); ++i) {
        if (IsToken(fact.values[i])) continue;
        issues_.Add("E104", Join(fields.At("values"), i), "must be letters, digits, `-` and `_`");
      }
      fact.ordered = fields.MaybeBool("ordered", false);
    }
    if (const canon::Value* value = fields.Maybe("range")) {
      if (fact.type != FactType::kInt) {
        issues_.Add("E104", fields.At("range"), "only a fact of type int has a range");
      }
      Fields range(*value, fields.At("range"), issues_);
      IntInterval interval;
      interval.low = range.Int("min", -kMaxCount, kMaxCount);
      interval.high = range.Int("max", -kMaxCount, kMaxCount);
      if (interval.low > interval.high) {
        issues_.Add("E118", range.path(), "is empty: `min` is above `max`");
      }
      range.Done();
      fact.range = interval;
    }
    ReadFactSource(fields, fact);
  });
}

void DocumentReader::ReadFactSource(Fields& in, FactDeclaration& fact) {
  const auto from = in.MaybeText("from");
  const canon::Value* stated = in.Maybe("stated_by");
  if (in.Has("from") == (stated != nullptr)) {
    issues_.Add("E104", in.path(), "a fact has one source: `from` or `stated_by`");
  }
  if (from) {
    constexpr std::string_view kPerson = "persoon.";
    constexpr std::string_view kRecord = "record.";
    if (from->starts_with(kPerson) && IsName(from->substr(kPerson.size()))) {
      fact.from_person = from->substr(kPerson.size());
    } else if (from->starts_with(kRecord) && IsName(from->substr(kRecord.size()))) {
      fact.from_record = from->substr(kRecord.size());
    } else {
      issues_.Add("E104", in.At("from"), "must be persoon.FIELD or record.FIELD");
    }
    return;
  }
  if (stated == nullptr) return;
  Fields fields(*stated, in.At("stated_by"), issues_);
  if (fields.Need("any") != nullptr) {
    fact.stated_by = KnownTexts(fields, "any", document_.parties, "party");
  }
  // Parties of one organisation count once (exchange.md 4), so more than that can never sign.
  std::set<std::string> organisations;
  for (const std::string& party : fact.stated_by) {
    organisations.insert(document_.parties.at(party).organisation);
  }
  fact.stated_threshold =
      static_cast<int>(fields.Int("threshold", 1, std::max<int64_t>(1, std::ssize(organisations))));
  fields.Done();
  if (fact.type == FactType::kAge || fact.type == FactType::kElapsed) {
    issues_.Add("E104", in.At("stated_by"), "an age or elapsed time comes from a date field");
  }
  if (const auto about = in.MaybeText("about")) {
    fact.about_person = *about == "person";
    if (*about != "person" && *about != "group") {
      issues_.Add("E104", in.At("about"), "must be `person` or `group`");
    }
  }
  if (fact.about_person && fact.type != FactType::kBool) {
    issues_.Add("E104", in.At("type"), "a stated fact about a person is a bool: listed or not");
  }
}

std::map<std::string, FieldType> DocumentReader::ReadFieldTypes(Fields& in, std::string_view key) {
  std::map<std::string, FieldType> out;
  const canon::Value* value = in.Maybe(key);
  if (value == nullptr) return out;
  Fields fields(*value, in.At(key), issues_);
  if (!fields.object()) return out;
  for (const auto& [name, unused] : *value->AsObject()) {
    CheckName(name, fields.At(name), issues_);
    const std::string type = KnownText(fields, name, kFieldTypes, "field type");
    if (!type.empty()) out.emplace(name, kFieldTypes.at(type));
  }
  if (out.empty()) issues_.Add("E104", fields.path(), "names no field");
  return out;
}

void DocumentReader::ReadCategories(Fields& in) {
  ForEachNamed(in, "categories", /*required=*/true, issues_, [&](const auto& id, Fields& fields) {
    Category& category = document_.categories[id];
    const std::string about = fields.Text("about");
    category.about_person = about == "person";
    if (about != "person" && about != "group" && !about.empty()) {
      issues_.Add("E104", fields.At("about"), "must be `person` or `group`");
    }
    if (fields.Need("fields") != nullptr) category.fields = ReadFieldTypes(fields, "fields");
    category.meta = ReadFieldTypes(fields, "meta");
    for (const auto& [name, type] : category.meta) {
      if (!category.fields.contains(name)) continue;
      issues_.Add(
          "E106",
          Join(fields.At("meta"), name),
          "is also a field: what conditions read and nobody receives stands in `meta` only");
    }
    category.guard = fields.MaybeBool("guard", false);
    ReadAggregate(fields, category);
  });
  CheckAggregates(in.At("categories"));
  for (const auto& [id, auditor] : document_.auditors) {
    const std::string path = Join(Join(Join(in.At("auditors"), id), "scope"), "categories");
    for (size_t i = 0; i < auditor.categories.size(); ++i) {
      IsKnown(auditor.categories[i], Join(path, i), document_.categories, "category");
    }
  }
  CheckFactSources(in.At("facts"));
}

// What is read of a person need not be a field of `persoon`: it can be an attribute that only the
// giver has. One that is nearly such a field is a slip, and would be unknown of everybody.
void DocumentReader::CheckPersonSource(const std::string& source,
                                       const std::set<std::string>& candidates,
                                       const std::string& path) {
  constexpr size_t kShortest = 6;  // shorter names are near to each other by chance
  if (candidates.contains(source) || source.size() < kShortest) return;
  const std::string meant = DidYouMeanKey(source, candidates);
  if (meant.empty()) return;
  issues_.Add("E105", path, "`persoon` has no field " + Quoted(source), meant);
}

// A rule matches only where the sources of its facts are declared. A source that no category
// declares would silently switch off every deny that reads it, so a misspelt one is an error.
void DocumentReader::CheckFactSources(const std::string& path) {
  const auto fits = [](FactType fact, FieldType field) {
    switch (fact) {
      case FactType::kBool:
        return field == FieldType::kBool;
      case FactType::kInt:
      case FactType::kEnum:
        return field == FieldType::kCode;
      case FactType::kAge:
      case FactType::kElapsed:
        return field == FieldType::kDate;
    }
    return false;
  };
  for (const auto& [id, fact] : document_.facts) {
    const std::string at = Join(Join(path, id), "from");
    bool declared = fact.from_record.empty();
    std::set<std::string> candidates;
    for (const auto& [category_id, category] : document_.categories) {
      if (!fact.from_person.empty() && category_id != "persoon") continue;
      const std::string& source = fact.from_person.empty() ? fact.from_record : fact.from_person;
      for (const auto* fields : {&category.fields, &category.meta}) {
        for (const auto& [name, type] : *fields) {
          candidates.insert(name);
          if (name != source) continue;
          declared = true;
          if (fits(fact.type, type)) continue;
          issues_.Add("E112", at, "has another type in category " + Quoted(category_id));
        }
      }
    }
    if (!fact.from_person.empty()) {
      CheckPersonSource(fact.from_person, candidates, at);
    } else if (!declared) {
      issues_.Add("E117",
                  at,
                  "no category declares the field " + Quoted(fact.from_record),
                  DidYouMeanKey(fact.from_record, candidates));
    }
  }
}

void DocumentReader::ReadBases(Fields& in) {
  ForEachNamed(in, "bases", /*required=*/true, issues_, [&](const auto& id, Fields& fields) {
    Basis& basis = document_.bases[id];
    basis.law = fields.Text("law");
    if (fields.Has("instrument")) {
      basis.instrument = KnownText(fields, "instrument", document_.documents, "document");
    }
    if (fields.Need("giver") != nullptr) {
      basis.giver = KnownTexts(fields, "giver", document_.parties, "party");
    }
    if (fields.Need("purposes") != nullptr) {
      basis.purposes = KnownTexts(fields, "purposes", document_.purposes, "purpose");
    }
    basis.until = fields.MaybeTime("until");
    if (fields.Has("needs")) {
      basis.needs = KnownText(fields, "needs", document_.facts, "fact");
      const auto fact = document_.facts.find(basis.needs);
      if (fact != document_.facts.end() && fact->second.type != FactType::kBool) {
        issues_.Add("E104", fields.At("needs"), "must be a fact of type bool");
      }
    }
    basis.bsn = KnownTexts(fields, "bsn", document_.parties, "party");
    if (fields.Has("bsn") && basis.bsn.size() < 2) {
      issues_.Add("E104", fields.At("bsn"), "names the parties between which a BSN may go: two");
    }
  });
}

void DocumentReader::ReadDefaults(Fields& in) {
  const canon::Value* value = in.Need("defaults");
  if (value == nullptr) return;
  Fields fields(*value, in.At("defaults"), issues_);
  document_.default_retain = fields.NeedPeriod("retain");
  if (fields.Need("onward") != nullptr) {
    document_.default_onward = ReadPartiesOrNone(fields, "onward");
  }
  document_.default_journal = ReadJournal(fields, /*required=*/true);
  fields.Done();
}

std::set<std::string> DocumentReader::ReadPartiesOrNone(Fields& in, std::string_view key) {
  const canon::Value* value = in.Maybe(key);
  if (value == nullptr) return {};
  if (const std::string* text = value->AsString(); text != nullptr && *text == "none") return {};
  return KnownTexts(in, key, document_.parties, "party");
}

std::string DocumentReader::ReadJournal(Fields& in, bool required) {
  if (!required && !in.Has("journal")) return "";
  const std::string journal = in.Text("journal");
  if (journal != "both" && !journal.empty()) {
    issues_.Add("E107", in.At("journal"), "is not supported by this build", "write `both`");
  }
  return journal;
}

Result<void> CheckSeen(std::string_view canonical) {
  const auto unseen = canon::FindUnseen(canonical);
  if (!unseen) return {};
  return Malformed("byte " + std::to_string(unseen->offset) + ": the character " +
                   canon::CodePointName(unseen->code) + ", which people cannot see");
}

Result<Document> ParseDocument(std::string_view canonical) {
  if (canonical.size() > kMaxCovenantBytes) return Exhausted("a covenant of more than 1 MiB");
  const canon::Outline outline = TRY(canon::ParseOutline(canonical, "tests"));
  return DocumentOf(outline.value, canonical, crypto::Sha256(canonical), outline.items);
}

Result<Document> DocumentOf(const canon::Value& value,
                            std::string_view canonical,
                            const Hash& hash,
                            const std::vector<std::string_view>& tests) {
  TRY(CheckSeen(canonical));
  Issues issues;
  Document document = ReadDocument(value, issues, tests);
  if (!issues.empty()) {
    const Issue& first = issues.list().front();
    return Malformed("covenant " + (first.path.empty() ? "/" : first.path) + ": " + first.message);
  }
  document.canonical = std::string(canonical);
  document.hash = hash;
  return document;
}

}  // namespace schakel::covenant
