#include "node/record/codec.h"

#include <algorithm>

namespace schakel::record {
namespace {

constexpr uint8_t kVersion = 1;

enum class Tag : uint8_t { kEmpty, kDate, kName, kText, kFalse, kTrue };

class Encoder {
 public:
  explicit Encoder(size_t reserve) { out_.reserve(reserve); }
  void Byte(uint8_t value) { out_.push_back(value); }
  void Varint(uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<uint8_t>(value | 0x80U));
      value >>= 7U;
    }
    out_.push_back(static_cast<uint8_t>(value));
  }
  void Text(std::string_view text) {
    Varint(text.size());
    Append(out_, text);
  }
  void Raw(ByteView bytes) { Append(out_, bytes); }
  void Date(const IncompleteDate& date) {
    Varint(static_cast<uint64_t>(date.year) * 10000 + uint64_t{date.month} * 100 + date.day);
  }
  void PersonName(const Name& name) {
    Text(name.voornamen);
    Text(name.voorvoegsel);
    Text(name.geslachtsnaam);
  }
  void Value(const FieldValue& value) {
    if (const auto* date = std::get_if<IncompleteDate>(&value)) {
      Byte(static_cast<uint8_t>(Tag::kDate));
      Date(*date);
    } else if (const auto* name = std::get_if<Name>(&value)) {
      Byte(static_cast<uint8_t>(Tag::kName));
      PersonName(*name);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      Byte(static_cast<uint8_t>(Tag::kText));
      Text(*text);
    } else if (const bool* flag = std::get_if<bool>(&value)) {
      Byte(static_cast<uint8_t>(*flag ? Tag::kTrue : Tag::kFalse));
    } else {
      Byte(static_cast<uint8_t>(Tag::kEmpty));
    }
  }
  void Values(const Fields& fields) {
    Varint(fields.size());
    for (const auto& [name, value] : fields) {
      Text(name);
      Value(value);
    }
  }
  void Row(const PersonRow& row) {
    PersonName(row.person.naam);
    Date(row.person.geboortedatum);
    Text(row.person.bsn);
    Text(row.person.adres);
    Values(row.attributes);
    Text(row.person_key);
    Byte(row.leading ? 1 : 0);
  }
  Bytes Take() { return std::move(out_); }

 private:
  Bytes out_;
};

// Reads what Encoder writes. The first thing that does not fit makes everything after it empty;
// Finish tells.
class Decoder {
 public:
  explicit Decoder(ByteView bytes) : rest_(bytes) {}
  uint8_t Byte() {
    if (rest_.empty()) return Fail();
    const uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  bool Flag() {
    const uint8_t value = Byte();
    if (value > 1) Fail();
    return value == 1;
  }
  uint64_t Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift != 0) Fail();  // one value, one spelling
        return value;
      }
    }
    return Fail();
  }
  uint32_t U32() {
    const uint64_t value = Varint();
    if (value > UINT32_MAX) return Fail();
    return static_cast<uint32_t>(value);
  }
  std::string Text() {
    const uint64_t size = Varint();
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    std::string text(AsText(rest_.first(size)));
    rest_ = rest_.subspan(size);
    return text;
  }
  template <size_t N>
  void Raw(std::array<uint8_t, N>& into) {
    if (rest_.size() < N) {
      Fail();
      return;
    }
    std::copy_n(rest_.begin(), N, into.begin());
    rest_ = rest_.subspan(N);
  }
  IncompleteDate Date() {
    const uint64_t number = Varint();
    if (number > 99'999'999) {
      Fail();
      return {};
    }
    const IncompleteDate date{static_cast<int>(number / 10000),
                              static_cast<unsigned>(number / 100 % 100),
                              static_cast<unsigned>(number % 100)};
    // The stored number may be anything that a damaged value decodes to: dates are only ever used
    // after their own reader has accepted them.
    const Result<IncompleteDate> checked = ParseIsoDate(ToIso(date));
    if (!checked) {
      Fail();
      return {};
    }
    return *checked;
  }
  Name PersonName() {
    Name name;
    name.voornamen = Text();
    name.voorvoegsel = Text();
    name.geslachtsnaam = Text();
    return name;
  }
  FieldValue Value() {
    switch (static_cast<Tag>(Byte())) {
      case Tag::kEmpty:
        return Empty{};
      case Tag::kDate:
        return Date();
      case Tag::kName:
        return PersonName();
      case Tag::kText:
        return Text();
      case Tag::kFalse:
        return false;
      case Tag::kTrue:
        return true;
    }
    Fail();
    return Empty{};
  }
  Fields Values() {
    Fields fields;
    const uint64_t count = Varint();
    for (uint64_t i = 0; i < count && ok_; ++i) {
      std::string name = Text();
      FieldValue value = Value();
      const bool ascending = fields.empty() || fields.rbegin()->first < name;
      if (!ascending) Fail();
      fields.emplace_hint(fields.end(), std::move(name), std::move(value));
    }
    return fields;
  }
  PersonRow Row() {
    PersonRow row;
    row.person.naam = PersonName();
    row.person.geboortedatum = Date();
    row.person.bsn = Text();
    row.person.adres = Text();
    row.attributes = Values();
    row.person_key = Text();
    row.leading = Flag();
    return row;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  Result<void> Finish(const char* what) {
    if (!ok_ || !rest_.empty()) return Corrupt(std::string("a stored ") + what + " does not parse");
    return {};
  }

 private:
  uint8_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  ByteView rest_;
  bool ok_ = true;
};

void EncodeCommon(Encoder& out, const NewRecord& row) {
  out.Text(row.category);
  out.Text(row.group);
  out.Byte(row.hardness == Hardness::kSoft ? 1 : 0);
  out.Date(row.fact_date);
  out.Date(row.first_processed);
  out.Text(row.source);
  out.Text(row.source_key);
  out.Values(row.fields);
  out.Values(row.meta);
}

// What a stored record has beside what its row says.
struct Placed {
  const Uuid& id;
  uint32_t view;
  int64_t revision;
  const Uuid* subject;
};

// `Row` is a Record or a NewRecord: they name what they have in common alike.
template <typename Row>
Bytes EncodeStored(const Row& row, const Placed& placed) {
  Encoder out(512);
  out.Byte(kVersion);
  out.Varint(placed.view);
  out.Raw(placed.id.bytes);
  out.Text(row.category);
  out.Byte(placed.subject != nullptr ? 1 : 0);
  if (placed.subject != nullptr) out.Raw(placed.subject->bytes);
  out.Text(row.group);
  out.Byte(row.hardness == Hardness::kSoft ? 1 : 0);
  out.Varint(static_cast<uint64_t>(placed.revision));
  out.Date(row.fact_date);
  out.Date(row.first_processed);
  out.Text(row.source);
  out.Text(row.source_key);
  out.Values(row.fields);
  out.Values(row.meta);
  return out.Take();
}

}  // namespace

Bytes EncodeRecord(const StoredRecord& stored) {
  const Record& record = stored.record;
  return EncodeStored(
      record,
      {record.id, stored.view, record.revision, record.subject ? &*record.subject : nullptr});
}

Bytes EncodeRecordOf(const NewRecord& row, const RowRef& ref) {
  return EncodeStored(
      row, {ref.record, ref.view, ref.revision, ref.about_person ? &ref.subject : nullptr});
}

Result<StoredRecord> DecodeRecord(ByteView bytes) {
  Decoder in(bytes);
  StoredRecord stored;
  Record& record = stored.record;
  if (in.Byte() != kVersion) return Corrupt("a stored record of an unknown version");
  stored.view = in.U32();
  in.Raw(record.id.bytes);
  record.category = in.Text();
  if (in.Flag()) in.Raw(record.subject.emplace().bytes);
  record.group = in.Text();
  record.hardness = in.Flag() ? Hardness::kSoft : Hardness::kHard;
  record.revision = static_cast<int64_t>(in.Varint());
  record.fact_date = in.Date();
  record.first_processed = in.Date();
  record.source = in.Text();
  record.source_key = in.Text();
  record.fields = in.Values();
  record.meta = in.Values();
  TRY(in.Finish("record"));
  return stored;
}

Bytes EncodeViews(const Subject& subject) {
  Encoder out(256);
  out.Byte(kVersion);
  out.Varint(subject.views.size());
  for (const Subject::View& view : subject.views) {
    out.Varint(view.id);
    out.Text(view.source);
    out.Row(view.row);
  }
  return out.Take();
}

Result<Subject> DecodeViews(const Uuid& id, ByteView bytes) {
  Decoder in(bytes);
  Subject subject;
  subject.id = id;
  if (in.Byte() != kVersion) return Corrupt("a stored person of an unknown version");
  const uint64_t count = in.Varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    Subject::View view;
    view.id = in.U32();
    view.source = in.Text();
    view.row = in.Row();
    subject.views.push_back(std::move(view));
  }
  TRY(in.Finish("person"));
  return subject;
}

Bytes EncodeRowRef(const RowRef& ref) {
  Encoder out(96);
  out.Byte(kVersion);
  out.Byte(ref.about_person ? 1 : 0);
  if (ref.about_person) out.Raw(ref.subject.bytes);
  out.Text(ref.group);
  out.Text(ref.category);
  out.Raw(ref.record.bytes);
  out.Varint(ref.view);
  out.Varint(static_cast<uint64_t>(ref.revision));
  out.Raw(ref.digest);
  return out.Take();
}

Result<RowRef> DecodeRowRef(ByteView bytes) {
  Decoder in(bytes);
  RowRef ref;
  if (in.Byte() != kVersion) return Corrupt("a stored row reference of an unknown version");
  ref.about_person = in.Flag();
  if (ref.about_person) in.Raw(ref.subject.bytes);
  ref.group = in.Text();
  ref.category = in.Text();
  in.Raw(ref.record.bytes);
  ref.view = in.U32();
  ref.revision = static_cast<int64_t>(in.Varint());
  in.Raw(ref.digest);
  TRY(in.Finish("row reference"));
  return ref;
}

Bytes EncodeNewRecord(const NewRecord& row) {
  Encoder out(384);
  EncodeCommon(out, row);
  out.Byte(row.person ? 1 : 0);
  if (row.person) out.Row(*row.person);
  return out.Take();
}

Bytes EncodePersonRow(const PersonRow& row) {
  Encoder out(192);
  out.Row(row);
  return out.Take();
}

}  // namespace schakel::record
