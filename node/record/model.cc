#include "node/record/model.h"

#include <algorithm>

#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/base/reason.h"

namespace schakel::record {
namespace {

// Control characters hide text from a reader, and U+007F has no place in canonical JSON.
bool IsPlainText(std::string_view text, bool line_ends) {
  if (!IsUtf8(text)) return false;
  return std::none_of(text.begin(), text.end(), [line_ends](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r' || c == '\t') return !line_ends;
    return byte < 0x20 || byte == 0x7f;
  });
}

struct ValueChecker {
  Result<void> operator()(const Empty& /*value*/) const { return {}; }
  Result<void> operator()(const IncompleteDate& /*value*/) const { return {}; }
  Result<void> operator()(bool /*value*/) const { return {}; }
  Result<void> operator()(const Name& value) const {
    for (const std::string* part : {&value.voornamen, &value.voorvoegsel, &value.geslachtsnaam}) {
      if (part->size() > kMaxNamePartBytes) {
        return Because(Malformed("a part of a name is too long"),
                       Reason::kImportNameLong,
                       {{"limit", std::to_string(kMaxNamePartBytes)}});
      }
      if (!IsPlainText(*part, /*line_ends=*/false)) {
        return Because(Malformed("a name with control characters or bad UTF-8"),
                       Reason::kImportFieldBytes,
                       {{"field", "naam"}});
      }
    }
    return {};
  }
  Result<void> operator()(const std::string& value) const {
    // Whose text it is knows the caller: CheckNamed.
    if (value.size() > kMaxFieldBytes) {
      return Because(Malformed("a text is too long"),
                     Reason::kImportFieldLong,
                     {{"field", ""}, {"limit", std::to_string(kMaxFieldBytes)}});
    }
    if (!IsPlainText(value, /*line_ends=*/true)) {
      return Because(Malformed("a text with control characters or bad UTF-8"),
                     Reason::kImportFieldBytes,
                     {{"field", ""}});
    }
    return {};
  }
};

// CheckValue, and the failure says of which field.
Result<void> CheckNamed(const std::string& what, const std::string& name, const FieldValue& value) {
  Result<void> checked = CheckValue(value);
  if (checked) return {};
  Error error = checked.error();
  error.detail = what + " " + name + ": " + error.detail;
  if (error.arguments.contains("field")) error.arguments["field"] = name;
  return error;
}

Result<void> CheckFields(const Fields& fields,
                         const std::map<std::string, covenant::FieldType>& declared,
                         std::string_view what) {
  for (const auto& [name, value] : fields) {
    const auto type = declared.find(name);
    if (type == declared.end()) {
      return Malformed(std::string(what) + " " + name + " is not declared by the covenant");
    }
    if (!HasType(value, type->second)) {
      return Malformed(std::string(what) + " " + name + " has a value of another type");
    }
    TRY(CheckNamed(std::string(what), name, value));
  }
  return {};
}

// Leading views first, then those with a BSN, then the others; each in order of id.
std::vector<const Subject::View*> ByAuthority(const Subject& subject) {
  std::vector<const Subject::View*> views;
  for (const Subject::View& view : subject.views)
    views.push_back(&view);
  const auto rank = [](const Subject::View* view) {
    if (view->row.leading) return 0;
    return view->row.person.bsn.empty() ? 2 : 1;
  };
  std::stable_sort(views.begin(), views.end(), [&rank](const auto* a, const auto* b) {
    return rank(a) < rank(b);
  });
  return views;
}

int KnownParts(const IncompleteDate& date) {
  return (date.year != 0 ? 1 : 0) + (date.month != 0 ? 1 : 0) + (date.day != 0 ? 1 : 0);
}

Result<void> CheckName(std::string_view text, const char* what) {
  if (!IsName(text)) return Malformed(std::string(what) + " is no name");
  return {};
}

Result<void> CheckPersonRow(const PersonRow& row) {
  TRY(CheckValue(row.person.naam));
  TRY(CheckNamed("field", "adres", row.person.adres));
  if (!row.person.bsn.empty() && !HasBsnShape(row.person.bsn)) {
    return Because(Malformed("a BSN has nine digits"), Reason::kImportBsn);
  }
  if (row.person_key.size() > kMaxSourceKeyBytes || !CheckValue(row.person_key)) {
    return Because(Malformed("a person key outside its limits"),
                   Reason::kImportPersonKey,
                   {{"limit", std::to_string(kMaxSourceKeyBytes)}});
  }
  for (const auto& [name, value] : row.attributes) {
    TRY(CheckNamed("attribute", name, value));
  }
  return {};
}

}  // namespace

bool IsEmpty(const FieldValue& value) {
  if (const auto* date = std::get_if<IncompleteDate>(&value)) return date->unknown();
  if (const auto* name = std::get_if<Name>(&value)) return name->empty();
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  return std::holds_alternative<Empty>(value);
}

bool HasType(const FieldValue& value, covenant::FieldType type) {
  if (std::holds_alternative<Empty>(value)) return true;
  switch (type) {
    case covenant::FieldType::kDate:
      return std::holds_alternative<IncompleteDate>(value);
    case covenant::FieldType::kName:
      return std::holds_alternative<Name>(value);
    case covenant::FieldType::kBool:
      return std::holds_alternative<bool>(value);
    case covenant::FieldType::kCode:
    case covenant::FieldType::kBsn:
    case covenant::FieldType::kRef:
    case covenant::FieldType::kFreetext:
      return std::holds_alternative<std::string>(value);
  }
  return false;
}

Result<void> CheckValue(const FieldValue& value) {
  return std::visit(ValueChecker{}, value);
}

Result<void> CheckDeclared(const NewRecord& record, const covenant::Document& document) {
  const auto category = document.categories.find(record.category);
  if (category == document.categories.end()) {
    return Malformed("category " + record.category + " is not declared by the covenant");
  }
  if (category->second.about_person != record.person.has_value()) {
    return Malformed(category->second.about_person ? "a record about a person without a person"
                                                   : "a record about a group with a person");
  }
  if (!category->second.about_person && record.group.empty()) {
    return Because(Malformed("a record about a group without its group"),
                   Reason::kImportGroupMissing);
  }
  TRY(CheckFields(record.fields, category->second.fields, "field"));
  TRY(CheckFields(record.meta, category->second.meta, "meta"));
  return {};
}

Result<void> CheckRow(const NewRecord& row) {
  TRY(CheckName(row.category, "the category"));
  TRY(CheckName(row.source, "the source"));
  if (row.source_key.empty())
    return Because(Malformed("a row without its key"), Reason::kImportKeyEmpty);
  if (row.source_key.size() > kMaxSourceKeyBytes || !CheckValue(row.source_key)) {
    return Because(Malformed("a source key outside its limits"),
                   Reason::kImportKeyLong,
                   {{"limit", std::to_string(kMaxSourceKeyBytes)}});
  }
  if (!row.group.empty()) {
    const Result<Ref> ref = ParseRef(row.group);
    if (!ref || ref->round)
      return Because(Malformed("not a group reference"), Reason::kImportGroup);
  }
  if (!row.person && row.group.empty())
    return Because(Malformed("a row without person and group"), Reason::kImportGroupMissing);
  for (const Fields* fields : {&row.fields, &row.meta}) {
    for (const auto& [name, value] : *fields) {
      TRY(CheckNamed("field", name, value));
    }
  }
  if (row.person) TRY(CheckPersonRow(*row.person));
  return {};
}

Person IdentityOf(const Subject& subject) {
  Person identity;
  bool disputed = false;
  for (const Subject::View* view : ByAuthority(subject)) {
    const Person& person = view->row.person;
    if (identity.naam.empty()) identity.naam = person.naam;
    if (identity.bsn.empty()) identity.bsn = person.bsn;
    if (identity.adres.empty()) identity.adres = person.adres;
    if (!identity.geboortedatum.CompatibleWith(person.geboortedatum)) disputed = true;
    if (KnownParts(person.geboortedatum) > KnownParts(identity.geboortedatum)) {
      identity.geboortedatum = person.geboortedatum;
    }
  }
  if (disputed) identity.geboortedatum = {};
  return identity;
}

std::string SpokenValue(const FieldValue& value) {
  if (const auto* const date = std::get_if<IncompleteDate>(&value)) return ToIso(*date);
  if (const auto* const name = std::get_if<Name>(&value)) return SpokenName(*name);
  if (const auto* const text = std::get_if<std::string>(&value)) return *text;
  if (const auto* const flag = std::get_if<bool>(&value)) return *flag ? "ja" : "nee";
  return {};
}

std::optional<FieldValue> AttributeOf(const Subject& subject, std::string_view attribute) {
  std::optional<FieldValue> agreed;
  for (const Subject::View& view : subject.views) {
    FieldValue value;
    const auto found = view.row.attributes.find(attribute);
    if (found != view.row.attributes.end()) {
      value = found->second;
    } else if (attribute == "geboortedatum" && !view.row.person.geboortedatum.unknown()) {
      value = view.row.person.geboortedatum;
    } else {
      continue;
    }
    if (IsEmpty(value) || (agreed && *agreed != value)) return std::nullopt;
    agreed = std::move(value);
  }
  return agreed;
}

Fields FieldsOf(const Person& person) {
  Fields fields{
      {"naam", Empty{}}, {"geboortedatum", Empty{}}, {"bsn", Empty{}}, {"adres", Empty{}}};
  if (!person.naam.empty()) fields.find("naam")->second = person.naam;
  if (!person.geboortedatum.unknown()) fields.find("geboortedatum")->second = person.geboortedatum;
  if (!person.bsn.empty()) fields.find("bsn")->second = person.bsn;
  if (!person.adres.empty()) fields.find("adres")->second = person.adres;
  return fields;
}

Person PersonOf(const Fields& fields) {
  Person person;
  const auto read = [&fields](std::string_view name, auto& into) {
    const auto found = fields.find(name);
    if (found == fields.end()) return;
    using Wanted = std::decay_t<decltype(into)>;
    if (const auto* value = std::get_if<Wanted>(&found->second)) into = *value;
  };
  read("naam", person.naam);
  read("geboortedatum", person.geboortedatum);
  read("bsn", person.bsn);
  read("adres", person.adres);
  return person;
}

}  // namespace schakel::record
