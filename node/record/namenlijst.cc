#include "node/record/namenlijst.h"

#include <algorithm>
#include <bit>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"

namespace schakel::record {
namespace {

using canon::ObjectReader;
using canon::Value;
using covenant::FieldType;

// A list has at most kMaxSubjectsPerRequest rows, so 2^10 leaves.
constexpr size_t kMinPath = 3;
constexpr size_t kMaxPath = 10;
static_assert(kMinListLeaves == size_t{1} << kMinPath);
static_assert(kMaxSubjectsPerRequest <= size_t{1} << kMaxPath);

struct CommittedValueMaker {
  Value operator()(const Empty& /*value*/) const { return ""; }
  Value operator()(const IncompleteDate& value) const { return ToIso(value); }
  Value operator()(const std::string& value) const { return value; }
  Value operator()(bool value) const { return value; }
  Value operator()(const Name& value) const {
    return Value::Object{{"voornamen", value.voornamen},
                         {"voorvoegsel", value.voorvoegsel},
                         {"geslachtsnaam", value.geslachtsnaam}};
  }
};

Result<Name> ReadName(const Value& value) {
  ObjectReader in(value, "naam");
  Name name;
  name.voornamen = TRY(in.Text("voornamen"));
  name.voorvoegsel = TRY(in.Text("voorvoegsel"));
  name.geslachtsnaam = TRY(in.Text("geslachtsnaam"));
  TRY(in.Done());
  return name;
}

// Canonical JSON has no U+007F, and CheckValue lets none through; a list is only made of checked
// values.
Hash CommitmentOf(const Salt& salt, const FieldValue& value) {
  return Commitment(salt, CommittedValue(value));
}

Value LeafValue(const Uuid& row, const std::map<std::string, Hash>& fields) {
  Value::Object hashes;
  for (const auto& [field, hash] : fields)
    hashes.emplace(field, EncodeHex(hash));
  return Value::Object{{"row", ToString(row)}, {"fields", std::move(hashes)}};
}

Hash LeafHashOf(const Uuid& row, const std::map<std::string, Hash>& fields) {
  return crypto::LeafHash(AsBytes(canon::Write(LeafValue(row, fields))));
}

const Salt& SaltOf(const ListedPerson& person, const std::string& field) {
  const auto salt = person.salts.find(field);
  CHECK(salt != person.salts.end());
  return salt->second;
}

std::map<std::string, Hash> CommitmentsOf(const ListedPerson& person) {
  std::map<std::string, Hash> commitments;
  for (const auto& [field, value] : person.values) {
    commitments.emplace(field, CommitmentOf(SaltOf(person, field), value));
  }
  return commitments;
}

std::vector<Hash> LeavesOf(const Namenlijst& list) {
  std::vector<Hash> leaves;
  for (const ListedPerson& person : list.persons) {
    leaves.push_back(LeafHashOf(person.row, CommitmentsOf(person)));
  }
  leaves.insert(leaves.end(), list.fillers.begin(), list.fillers.end());
  return leaves;
}

size_t LeafCount(size_t persons) {
  return std::max(kMinListLeaves, std::bit_ceil(persons));
}

Result<Salt> ReadSalt(ObjectReader& in) {
  const Bytes bytes = TRY(in.Base64("salt", std::tuple_size_v<Salt>));
  Salt salt{};
  std::copy(bytes.begin(), bytes.end(), salt.begin());
  return salt;
}

Result<Uuid> ReadRow(ObjectReader& in) {
  return ParseUuid(TRY(in.Text("row")));
}

Result<std::map<std::string, Opening>> ParseOpenings(const Value::Object& open) {
  std::map<std::string, Opening> openings;
  for (const auto& [field, value] : open) {
    ObjectReader in(value, "an opening");
    Opening opening;
    opening.value = *TRY(in.Any("value"));
    opening.salt = TRY(ReadSalt(in));
    TRY(in.Done());
    openings.emplace(field, std::move(opening));
  }
  return openings;
}

}  // namespace

Result<FieldValue> ReadCommitted(const canon::Value& value, covenant::FieldType type) {
  FieldValue read = Empty{};
  const std::string* text = value.AsString();
  if (text != nullptr && text->empty()) return read;
  if (type == FieldType::kName) {
    read = TRY(ReadName(value));
  } else if (type == FieldType::kBool) {
    if (value.AsBool() == nullptr) return Malformed("a committed value of another type");
    read = *value.AsBool();
  } else if (text == nullptr) {
    return Malformed("a committed value of another type");
  } else if (type == FieldType::kDate) {
    read = TRY(ParseIsoDate(*text));
  } else {
    read = *text;
  }
  if (IsEmpty(read)) return Malformed("an empty value that is not written as empty");
  TRY(CheckValue(read));
  return read;
}

canon::Value CommittedValue(const FieldValue& value) {
  if (IsEmpty(value)) return "";
  return std::visit(CommittedValueMaker{}, value);
}

Hash Commitment(const Salt& salt, const canon::Value& value) {
  return crypto::HmacSha256(salt, AsBytes(canon::Write(value)));
}

Result<Namenlijst> MakeNamenlijst(std::vector<ListRow> rows,
                                  const covenant::Category& persoon,
                                  Entropy& entropy) {
  if (rows.size() > kMaxSubjectsPerRequest) return Exhausted("too many persons on one list");
  std::sort(
      rows.begin(), rows.end(), [](const ListRow& a, const ListRow& b) { return a.row < b.row; });
  Namenlijst list;
  for (ListRow& row : rows) {
    if (!list.persons.empty() && list.persons.back().row == row.row) {
      return Conflict("a row that stands on the list twice");
    }
    for (const auto& [field, value] : row.values) {
      const auto declared = persoon.fields.find(field);
      if (declared == persoon.fields.end()) return Malformed("an undeclared field: " + field);
      if (!HasType(value, declared->second)) return Malformed("a value of another type: " + field);
      TRY(CheckValue(value));
    }
    ListedPerson person{row.row, std::move(row.values), {}};
    for (const auto& [field, type] : persoon.fields) {
      person.values.emplace(field, Empty{});
      entropy.Fill(person.salts[field]);
    }
    list.persons.push_back(std::move(person));
  }
  list.fillers.resize(LeafCount(list.persons.size()) - list.persons.size());
  for (Hash& filler : list.fillers)
    entropy.Fill(filler);
  return list;
}

Hash RootOf(const Namenlijst& list) {
  return crypto::MerkleRoot(LeavesOf(list));
}

canon::Value ToValue(const ListedPerson& person) {
  Value::Object fields;
  for (const auto& [field, value] : person.values) {
    fields.emplace(field,
                   Value::Object{{"value", CommittedValue(value)},
                                 {"salt", EncodeBase64(SaltOf(person, field))}});
  }
  return Value::Object{{"row", ToString(person.row)}, {"fields", std::move(fields)}};
}

canon::Value ToValue(const Namenlijst& list) {
  Value::Array persons;
  for (const ListedPerson& person : list.persons)
    persons.push_back(ToValue(person));
  Value::Array fillers;
  for (const Hash& filler : list.fillers)
    fillers.emplace_back(EncodeHex(filler));
  return Value::Object{{"persons", std::move(persons)}, {"fillers", std::move(fillers)}};
}

Result<ListedPerson> ParseListedPerson(const canon::Value& value,
                                       const covenant::Category& persoon) {
  ObjectReader in(value, "a listed person");
  ListedPerson person;
  person.row = TRY(ReadRow(in));
  const Value::Object* fields = TRY(in.Object("fields"));
  TRY(in.Done());
  if (fields->size() > kMaxListFields) return Exhausted("too many fields in a list");
  for (const auto& [field, opening] : *fields) {
    ObjectReader field_in(opening, "a listed field");
    const Value* committed = TRY(field_in.Any("value"));
    const Salt salt = TRY(ReadSalt(field_in));
    TRY(field_in.Done());
    // A list stays readable under a later covenant that dropped the field: its commitment counts.
    const auto declared = persoon.fields.find(field);
    const FieldType type = declared == persoon.fields.end() ? FieldType::kCode : declared->second;
    person.values.emplace(field, TRY(ReadCommitted(*committed, type)));
    person.salts.emplace(field, salt);
  }
  return person;
}

Result<Namenlijst> ParseNamenlijst(const canon::Value& value, const covenant::Category& persoon) {
  ObjectReader in(value, "a namenlijst");
  Namenlijst list;
  const Value::Array* persons = TRY(in.Array("persons"));
  const std::vector<std::string> fillers = TRY(in.Texts("fillers"));
  TRY(in.Done());
  if (persons->size() > kMaxSubjectsPerRequest) return Exhausted("too many persons on one list");
  for (const Value& person_value : *persons) {
    ListedPerson person = TRY(ParseListedPerson(person_value, persoon));
    if (!list.persons.empty() && !(list.persons.back().row < person.row)) {
      return Malformed("a list that is not in order of row");
    }
    list.persons.push_back(std::move(person));
  }
  if (persons->size() + fillers.size() != LeafCount(persons->size())) {
    return Malformed("a list with the wrong number of fillers");
  }
  for (const std::string& filler : fillers)
    list.fillers.push_back(TRY(DecodeHash(filler)));
  return list;
}

canon::Value ToValue(const ListedSubject& subject) {
  Value::Array path;
  for (const Hash& hash : subject.path)
    path.emplace_back(EncodeBase64(hash));
  Value::Object open;
  for (const auto& [field, opening] : subject.open) {
    open.emplace(field,
                 Value::Object{{"value", opening.value}, {"salt", EncodeBase64(opening.salt)}});
  }
  return Value::Object{{"row", ToString(subject.row)},
                       {"index", subject.index},
                       {"leaf", LeafValue(subject.leaf_row, subject.leaf_fields)},
                       {"path", std::move(path)},
                       {"open", std::move(open)}};
}

Result<ListedSubject> ParseListedSubject(const canon::Value& value) {
  ObjectReader in(value, "a subject");
  ListedSubject subject;
  subject.row = TRY(ReadRow(in));
  subject.index = TRY(in.Int("index", 0, (int64_t{1} << kMaxPath) - 1));
  const Value* leaf = TRY(in.Any("leaf"));
  const std::vector<std::string> path = TRY(in.Texts("path"));
  const Value::Object* open = TRY(in.Object("open"));
  TRY(in.Done());
  ObjectReader leaf_in(*leaf, "a leaf");
  subject.leaf_row = TRY(ReadRow(leaf_in));
  const Value::Object* fields = TRY(leaf_in.Object("fields"));
  TRY(leaf_in.Done());
  if (fields->size() > kMaxListFields || open->size() > kMaxListFields) {
    return Exhausted("too many fields in a leaf");
  }
  for (const auto& [field, hash] : *fields) {
    if (hash.AsString() == nullptr) return Malformed("a commitment that is no text");
    subject.leaf_fields.emplace(field, TRY(DecodeHash(*hash.AsString())));
  }
  if (path.size() > kMaxPath) return Exhausted("a path that is too long");
  for (const std::string& hash : path)
    subject.path.push_back(TRY(DecodeBase64Array<32>(hash)));
  subject.open = TRY(ParseOpenings(*open));
  return subject;
}

Result<ListedSubject> Open(const Namenlijst& list,
                           const Uuid& row,
                           const std::set<std::string>& fields) {
  return ListOpener(list).Open(row, fields);
}

ListOpener::ListOpener(const Namenlijst& list) : list_(list), leaves_(LeavesOf(list)) {}

Result<ListedSubject> ListOpener::Open(const Uuid& row, const std::set<std::string>& fields) const {
  const auto person =
      std::find_if(list_.persons.begin(), list_.persons.end(), [&row](const ListedPerson& listed) {
        return listed.row == row;
      });
  if (person == list_.persons.end()) return NotFound("a row that is not on the list");
  ListedSubject subject;
  subject.row = row;
  subject.index = person - list_.persons.begin();
  subject.leaf_row = row;
  subject.leaf_fields = CommitmentsOf(*person);
  subject.path = crypto::InclusionPath(leaves_, static_cast<uint64_t>(subject.index));
  for (const std::string& field : fields) {
    const auto value = person->values.find(field);
    if (value == person->values.end() || IsEmpty(value->second)) continue;
    subject.open.emplace(field, Opening{CommittedValue(value->second), SaltOf(*person, field)});
  }
  return subject;
}

Result<Fields> VerifySubject(const ListedSubject& subject,
                             const Hash& root,
                             const covenant::Category& persoon) {
  if (subject.row != subject.leaf_row) return Denied("a leaf of another row");
  // Every list is a full tree of at least kMinListLeaves, so the path tells its size.
  if (subject.path.size() < kMinPath || subject.path.size() > kMaxPath) {
    return Denied("a path of another length");
  }
  const uint64_t size = uint64_t{1} << subject.path.size();
  if (subject.index < 0 || static_cast<uint64_t>(subject.index) >= size) {
    return Denied("an index outside the list");
  }
  TRY(crypto::VerifyInclusion(LeafHashOf(subject.leaf_row, subject.leaf_fields),
                              static_cast<uint64_t>(subject.index),
                              size,
                              subject.path,
                              root));
  Fields opened;
  for (const auto& [field, opening] : subject.open) {
    const auto committed = subject.leaf_fields.find(field);
    if (committed == subject.leaf_fields.end()) return Denied("a field that the leaf lacks");
    if (Commitment(opening.salt, opening.value) != committed->second) {
      return Denied("an opening of another value");
    }
    const auto declared = persoon.fields.find(field);
    if (declared == persoon.fields.end()) return Denied("a field that is not declared");
    const Result<FieldValue> value = ReadCommitted(opening.value, declared->second);
    if (!value) return Denied("an opened value that does not parse");
    if (IsEmpty(*value)) return Denied("an empty field that is opened");
    opened.emplace(field, *value);
  }
  return opened;
}

Hash IdentityToken(ByteView key, const Fields& opened) {
  Value::Object identity;
  for (const char* field : {"naam", "geboortedatum", "bsn"}) {
    const auto value = opened.find(field);
    if (value != opened.end() && !IsEmpty(value->second)) {
      identity.emplace(field, CommittedValue(value->second));
    }
  }
  return crypto::Blake2b(key, AsBytes(canon::Write(identity)));
}

}  // namespace schakel::record
