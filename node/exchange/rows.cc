#include "node/exchange/rows.h"

#include <algorithm>
#include <array>

#include "node/canon/json.h"
#include "node/canon/reader.h"

namespace schakel::exchange {
namespace {

using canon::ObjectReader;
using canon::Value;
using store::Family;
using store::KeyBuilder;

constexpr std::string_view kOut = "out";
constexpr std::string_view kOutRef = "out-ref";
constexpr std::string_view kIn = "in";
constexpr std::string_view kPrivate = "private";
constexpr std::string_view kReceiptDue = "receipt-due";

constexpr std::array<OutState, 6> kOutStates = {OutState::kSent,
                                                OutState::kAnswered,
                                                OutState::kPending,
                                                OutState::kRefused,
                                                OutState::kQuarantined,
                                                OutState::kEnded};

Value TextArray(const std::vector<std::string>& texts) {
  Value::Array array;
  for (const std::string& text : texts)
    array.emplace_back(text);
  return array;
}

const char* StateName(statement::CellState state) {
  switch (state) {
    case statement::CellState::kReleased:
      return "RELEASED";
    case statement::CellState::kPending:
      return "PENDING";
    case statement::CellState::kRefused:
      return "REFUSED";
  }
  return "REFUSED";
}

Value CellsValue(const std::map<std::string, statement::Cell>& cells) {
  Value::Object object;
  for (const auto& [category, cell] : cells) {
    object[category] = Value::Object{{"state", StateName(cell.state)}, {"code", cell.code}};
  }
  return object;
}

Result<std::map<std::string, statement::Cell>> ReadCells(ObjectReader& in) {
  std::map<std::string, statement::Cell> cells;
  for (const auto& [category, value] : *TRY(in.Object("cells"))) {
    ObjectReader cell(value, "cell");
    statement::Cell read;
    const std::string state = TRY(cell.Text("state"));
    read.state = state == "RELEASED"  ? statement::CellState::kReleased
                 : state == "PENDING" ? statement::CellState::kPending
                                      : statement::CellState::kRefused;
    read.code = TRY(cell.Text("code"));
    TRY(cell.Done());
    cells[category] = read;
  }
  return cells;
}

template <size_t N>
Result<std::array<uint8_t, N>> ReadHexArray(ObjectReader& in, std::string_view key) {
  const Bytes bytes = TRY(DecodeHex(TRY(in.Text(key))));
  if (bytes.size() != N) return Corrupt("a stored row has a field of the wrong length");
  std::array<uint8_t, N> array{};
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

Result<Uuid> ReadUuid(ObjectReader& in, std::string_view key) {
  return ParseUuid(TRY(in.Text(key)));
}

template <typename Row>
Result<std::vector<Row>> ScanRows(const store::Store& store, ByteView prefix) {
  std::vector<Row> rows;
  Result<void> decoded;
  TRY(store.Scan(Family::kExchange, prefix, [&](ByteView, ByteView value) {
    auto row = Row::Decode(value);
    if (!row) {
      decoded = row.error();
      return false;
    }
    rows.push_back(*std::move(row));
    return true;
  }));
  TRY(std::move(decoded));
  return rows;
}

}  // namespace

const char* OutStateName(OutState state) {
  switch (state) {
    case OutState::kSent:
      return "sent";
    case OutState::kAnswered:
      return "answered";
    case OutState::kPending:
      return "pending";
    case OutState::kRefused:
      return "refused";
    case OutState::kQuarantined:
      return "quarantined";
    case OutState::kEnded:
      return "ended";
  }
  return "sent";
}

std::set<std::string> PendingOf(const std::map<std::string, statement::Cell>& cells) {
  std::set<std::string> pending;
  for (const auto& [category, cell] : cells) {
    if (cell.state == statement::CellState::kPending) pending.insert(category);
  }
  return pending;
}

void OutRow::CloseAs(std::string_view closing) {
  for (const std::string& category : PendingOf(cells))
    cells[category] = {statement::CellState::kRefused, std::string(closing)};
  Settle();
}

void OutRow::Take(const std::map<std::string, statement::Cell>& closed) {
  for (const auto& [category, cell] : closed)
    cells.insert_or_assign(category, cell);
  Settle();
}

void OutRow::Settle() {
  const auto is = [](statement::CellState wanted) {
    return [wanted](const auto& cell) { return cell.second.state == wanted; };
  };
  const auto any = [&](statement::CellState wanted) {
    return std::any_of(cells.begin(), cells.end(), is(wanted));
  };
  code.clear();
  state = OutState::kRefused;
  if (any(statement::CellState::kReleased)) state = OutState::kAnswered;
  if (any(statement::CellState::kPending)) state = OutState::kPending;
  if (state != OutState::kRefused || cells.empty()) return;
  code = cells.begin()->second.code;
  const bool one_code = std::all_of(
      cells.begin(), cells.end(), [&](const auto& cell) { return cell.second.code == code; });
  if (!one_code) code = "REFUSED";
}

Bytes OutRow::Encode() const {
  Value::Object object{{"exchange", ToString(exchange)},
                       {"ref", ref},
                       {"to", to},
                       {"group", group},
                       {"purpose", purpose},
                       {"categories", TextArray(categories)},
                       {"about_persons", about_persons},
                       {"subjects", subjects},
                       {"state", OutStateName(state)},
                       {"code", code},
                       {"cells", CellsValue(cells)},
                       {"request", EncodeHex(request)},
                       {"key", EncodeHex(key)},
                       {"created", ToMillis(created)},
                       {"expires", ToMillis(expires)},
                       {"releases", releases},
                       {"receipt_due", receipt_due}};
  if (answered) object["answered"] = ToMillis(*answered);
  if (covenant) object["covenant"] = EncodeHex(*covenant);
  if (answer) object["answer"] = EncodeHex(*answer);
  return ToBytes(canon::Write(object));
}

Result<OutRow> OutRow::Decode(ByteView bytes) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  ObjectReader in(value, "exchange row");
  OutRow row;
  row.exchange = TRY(ReadUuid(in, "exchange"));
  row.ref = TRY(in.Text("ref"));
  row.to = TRY(in.Text("to"));
  row.group = TRY(in.Text("group"));
  row.purpose = TRY(in.Text("purpose"));
  row.categories = TRY(in.Texts("categories"));
  row.about_persons = TRY(in.Bool("about_persons"));
  row.subjects = TRY(in.Int("subjects"));
  const std::string state = TRY(in.Text("state"));
  const auto* const known = std::find_if(
      kOutStates.begin(), kOutStates.end(), [&](OutState s) { return state == OutStateName(s); });
  if (known == kOutStates.end()) return Corrupt("a stored exchange has an unknown state");
  row.state = *known;
  row.code = TRY(in.Text("code"));
  row.cells = TRY(ReadCells(in));
  row.request = TRY(in.HashHex("request"));
  row.key = TRY(ReadHexArray<16>(in, "key"));
  row.created = TRY(in.Time("created"));
  row.expires = TRY(in.Time("expires"));
  row.releases = TRY(in.Int("releases"));
  row.receipt_due = TRY(in.Bool("receipt_due"));
  if (in.Has("answered")) row.answered = TRY(in.Time("answered"));
  row.covenant = TRY(in.OptionalHash("covenant"));
  row.answer = TRY(in.OptionalHash("answer"));
  TRY(in.Done());
  return row;
}

Bytes InRow::Encode() const {
  Value::Object object{{"exchange", ToString(exchange)},
                       {"from", from},
                       {"ref", ref},
                       {"group", group},
                       {"categories", TextArray(categories)},
                       {"request", EncodeHex(request)},
                       {"body", EncodeHex(body)},
                       {"answer", answer},
                       {"cells", CellsValue(cells)},
                       {"attempt", EncodeHex(attempt)},
                       {"frames", frames},
                       {"key", EncodeHex(key)},
                       {"created", ToMillis(created)},
                       {"expires", ToMillis(expires)},
                       {"not_before", ToMillis(not_before)},
                       {"receipt_seen", receipt_seen},
                       {"subjects", subjects},
                       {"matched", matched},
                       {"doubtful", doubtful},
                       {"releases", releases},
                       {"closed", closed}};
  if (covenant) object["covenant"] = EncodeHex(*covenant);
  if (overlay) object["overlay"] = EncodeHex(*overlay);
  return ToBytes(canon::Write(object));
}

Result<InRow> InRow::Decode(ByteView bytes) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  ObjectReader in(value, "exchange row");
  InRow row;
  row.exchange = TRY(ReadUuid(in, "exchange"));
  row.from = TRY(in.Text("from"));
  row.ref = TRY(in.Text("ref"));
  row.group = TRY(in.Text("group"));
  row.categories = TRY(in.Texts("categories"));
  row.request = TRY(in.HashHex("request"));
  row.body = TRY(in.HashHex("body"));
  row.answer = TRY(in.Text("answer"));
  row.cells = TRY(ReadCells(in));
  row.attempt = TRY(ReadHexArray<8>(in, "attempt"));
  row.frames = TRY(in.Int("frames"));
  row.key = TRY(ReadHexArray<16>(in, "key"));
  row.created = TRY(in.Time("created"));
  row.expires = TRY(in.Time("expires"));
  row.not_before = TRY(in.Time("not_before"));
  row.receipt_seen = TRY(in.Bool("receipt_seen"));
  row.subjects = TRY(in.Int("subjects"));
  row.matched = TRY(in.Int("matched"));
  row.doubtful = TRY(in.Int("doubtful"));
  row.releases = TRY(in.Int("releases"));
  row.covenant = TRY(in.OptionalHash("covenant"));
  row.overlay = TRY(in.OptionalHash("overlay"));
  // Absent in rows from before approvals.
  if (in.Has("closed")) row.closed = TRY(in.Bool("closed"));
  TRY(in.Done());
  return row;
}

Bytes OutKey(const Uuid& exchange) {
  return KeyBuilder().Text(kOut).Raw(exchange.bytes).Build();
}
Bytes OutPrefix() {
  return KeyBuilder().Text(kOut).Build();
}
Bytes OutRefPrefix(std::string_view ref) {
  return KeyBuilder().Text(kOutRef).Text(ref).Build();
}
Bytes OutRefKey(std::string_view ref, const Uuid& exchange) {
  return KeyBuilder().Text(kOutRef).Text(ref).Raw(exchange.bytes).Build();
}
Bytes InKey(std::string_view caller, const Uuid& exchange) {
  return KeyBuilder().Text(kIn).Text(caller).Raw(exchange.bytes).Build();
}
Bytes InPrefix() {
  return KeyBuilder().Text(kIn).Build();
}
Bytes PrivateKey(std::string_view part, std::string_view asker, const Uuid& exchange) {
  return KeyBuilder().Text(kPrivate).Text(asker).Raw(exchange.bytes).Text(part).Build();
}
Bytes ReceiptDueKey(std::string_view party, const Uuid& exchange) {
  return KeyBuilder().Text(kReceiptDue).Text(party).Raw(exchange.bytes).Build();
}
Bytes ReceiptDuePrefix() {
  return KeyBuilder().Text(kReceiptDue).Build();
}
Bytes OutboxPrefix(const Uuid& exchange, ByteView attempt) {
  return KeyBuilder().Raw(exchange.bytes).Raw(attempt).Build();
}
Bytes OutboxKey(const Uuid& exchange, ByteView attempt, uint64_t index) {
  return KeyBuilder().Raw(exchange.bytes).Raw(attempt).U64(index).Build();
}
Bytes ReceivedPrefix(const Uuid& exchange) {
  return KeyBuilder().Raw(exchange.bytes).Build();
}
Bytes ReceivedKey(const Uuid& exchange, uint64_t index) {
  return KeyBuilder().Raw(exchange.bytes).U64(index).Build();
}
Bytes DoubtfulKey(std::string_view asker, const Uuid& exchange, const Uuid& row) {
  return KeyBuilder().Text("doubtful").Text(asker).Raw(exchange.bytes).Raw(row.bytes).Build();
}

Bytes LinePrefix(std::string_view asker, const Uuid& exchange) {
  return KeyBuilder().Text(asker).Raw(exchange.bytes).Build();
}
Bytes LineKey(std::string_view asker, const Uuid& exchange, uint64_t index) {
  return KeyBuilder().Text(asker).Raw(exchange.bytes).U64(index).Build();
}

Result<std::optional<OutRow>> FindOut(const store::Store& store, const Uuid& exchange) {
  const std::optional<Bytes> bytes = TRY(store.Get(Family::kExchange, OutKey(exchange)));
  if (!bytes) return std::optional<OutRow>();
  return std::optional<OutRow>(TRY(OutRow::Decode(*bytes)));
}

Result<std::vector<OutRow>> OutByRef(const store::Store& store, std::string_view ref) {
  std::vector<Uuid> ids;
  const Bytes prefix = OutRefPrefix(ref);
  TRY(store.Scan(Family::kExchange, prefix, [&](ByteView key, ByteView) {
    Uuid id;
    if (key.size() == prefix.size() + id.bytes.size()) {
      std::copy(
          key.begin() + static_cast<std::ptrdiff_t>(prefix.size()), key.end(), id.bytes.begin());
      ids.push_back(id);
    }
    return true;
  }));
  std::vector<OutRow> rows;
  for (const Uuid& id : ids) {
    std::optional<OutRow> row = TRY(FindOut(store, id));
    if (row) rows.push_back(*std::move(row));
  }
  return rows;
}

Result<std::vector<OutRow>> AllOut(const store::Store& store) {
  return ScanRows<OutRow>(store, OutPrefix());
}

Result<std::optional<InRow>> FindIn(const store::Store& store,
                                    std::string_view caller,
                                    const Uuid& exchange) {
  const std::optional<Bytes> bytes = TRY(store.Get(Family::kExchange, InKey(caller, exchange)));
  if (!bytes) return std::optional<InRow>();
  return std::optional<InRow>(TRY(InRow::Decode(*bytes)));
}

Result<std::vector<InRow>> AllIn(const store::Store& store) {
  return ScanRows<InRow>(store, InPrefix());
}

void PutPrivate(store::Batch& batch,
                const store::DataKey& key,
                std::string_view part,
                std::string_view asker,
                const Uuid& exchange,
                ByteView plaintext,
                Entropy& entropy) {
  const Bytes row = PrivateKey(part, asker, exchange);
  batch.Put(
      Family::kExchange, row, store::SealValue(key, Family::kExchange, row, plaintext, entropy));
}

Result<Bytes> GetPrivate(const store::Store& store,
                         const store::KeyTable& keys,
                         std::string_view part,
                         std::string_view asker,
                         const Uuid& exchange) {
  const Bytes row = PrivateKey(part, asker, exchange);
  const std::optional<Bytes> value = TRY(store.Get(Family::kExchange, row));
  if (!value) return NotFound("no such part of the exchange");
  return store::OpenValue(keys, Family::kExchange, row, *value);
}

}  // namespace schakel::exchange
