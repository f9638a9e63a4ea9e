// Request, Answer and Receipt: the statements of one exchange.
#include <algorithm>

#include "node/base/limits.h"
#include "node/canon/reader.h"
#include "node/statement/fields.h"
#include "node/statement/types.h"

namespace schakel::statement {
namespace {

using canon::ObjectReader;
using canon::Value;

constexpr size_t kPrekeyIdDigits = 16;
constexpr size_t kMaxOrigin = 400;  // a DNS name, `/xlog/`, a lineage and an epoch
constexpr const char* kReleasedCode = "OK";

const char* CellStateName(CellState state) {
  switch (state) {
    case CellState::kReleased:
      return "RELEASED";
    case CellState::kPending:
      return "PENDING";
    case CellState::kRefused:
      return "REFUSED";
  }
  return "UNKNOWN";
}

Result<std::vector<std::string>> ReadCategories(ObjectReader& in) {
  std::vector<std::string> categories = TRY(in.Texts("categories"));
  if (categories.empty() || categories.size() > kMaxCategories) {
    return in.Fault("categories", "are none or too many");
  }
  for (size_t i = 0; i < categories.size(); ++i) {
    if (!IsName(categories[i])) return in.Fault("categories", "hold what is no name");
    if (i > 0 && categories[i] <= categories[i - 1]) {
      return in.Fault("categories", "are unsorted or double");
    }
  }
  return categories;
}

// What people say about an exchange must name the exchange that the fields describe.
Result<std::string> ReadRef(ObjectReader& in, std::string_view group, std::string_view to) {
  std::string text = TRY(in.Text("ref"));
  const Result<Ref> ref = ParseRef(text);
  if (!ref || ref->group != group || !ref->round || ref->party != to) {
    return in.Fault("ref", "is not group, round and receiver of this request");
  }
  return text;
}

Result<Cell> ParseCell(const Value& value) {
  ObjectReader in(value, "answer.cells");
  Cell cell;
  const std::string state = TRY(in.Text("state"));
  bool known = false;
  for (const CellState candidate :
       {CellState::kReleased, CellState::kPending, CellState::kRefused}) {
    if (state != CellStateName(candidate)) continue;
    cell.state = candidate;
    known = true;
  }
  if (!known) return in.Fault("state", "is not a state");
  cell.code = TRY(ReadCode(in, "code"));
  TRY(in.Done());
  if ((cell.state == CellState::kReleased) != (cell.code == kReleasedCode)) {
    return in.Fault("code", "contradicts the state");
  }
  return cell;
}

Result<std::map<std::string, Cell>> ReadCells(ObjectReader& in) {
  const Value::Object* object = TRY(in.Object("cells"));
  if (object->empty() || object->size() > kMaxCategories) {
    return in.Fault("cells", "are none or too many");
  }
  std::map<std::string, Cell> cells;
  for (const auto& [category, cell] : *object) {
    if (!IsName(category)) return in.Fault("cells", "hold what is no category");
    cells.emplace(category, TRY(ParseCell(cell)));
  }
  return cells;
}

constexpr const char* kPayloadFields[] = {
    "ephemeral", "frames", "padded_size", "ciphertext", "content_root", "subject_root"};

Result<std::optional<Answer::Payload>> ReadPayload(ObjectReader& in) {
  const bool any = std::any_of(std::begin(kPayloadFields),
                               std::end(kPayloadFields),
                               [&in](const char* field) { return in.Has(field); });
  if (!any) return std::optional<Answer::Payload>();
  constexpr auto kFrame = static_cast<int64_t>(kFramePlaintextBytes);
  constexpr auto kFrames = static_cast<int64_t>(kMaxFrames);
  Answer::Payload out;
  out.ephemeral = TRY(ReadX25519(in, "ephemeral"));
  out.frames = TRY(in.Int("frames", 1, kFrames));
  out.padded_size = TRY(in.Int("padded_size", 1, kFrames * kFrame));
  // All frames but the last are full, so the size fixes their number.
  if (out.frames != (out.padded_size + kFrame - 1) / kFrame) {
    return in.Fault("frames", "contradict padded_size");
  }
  out.ciphertext = TRY(in.HashHex("ciphertext"));
  out.content_root = TRY(in.HashHex("content_root"));
  out.subject_root = TRY(in.HashHex("subject_root"));
  return std::optional<Answer::Payload>(out);
}

}  // namespace

Result<Request> Request::Parse(const Value& value) {
  ObjectReader in(value, "request");
  Request out;
  out.exchange = TRY(ReadUuid(in, "exchange"));
  out.from = TRY(ReadName(in, "from"));
  out.to = TRY(ReadName(in, "to"));
  if (out.from == out.to) return in.Fault("to", "is the requester itself");
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.version = TRY(in.Int("version", 1, kMaxInteger));
  out.covenant = TRY(in.HashHex("covenant"));
  out.purpose = TRY(ReadName(in, "purpose"));
  out.group = TRY(ReadGroup(in, "group"));
  out.ref = TRY(ReadRef(in, out.group, out.to));
  out.categories = TRY(ReadCategories(in));
  out.actor_role = TRY(ReadName(in, "actor_role"));
  out.actor_commit = TRY(in.HashHex("actor_commit"));
  out.ephemeral = TRY(ReadX25519(in, "ephemeral"));
  out.prekey = TRY(ReadHexId(in, "prekey", kPrekeyIdDigits));
  out.body = TRY(in.HashHex("body"));
  out.issued = TRY(in.Time("issued"));
  out.expires = TRY(in.Time("expires"));
  if (out.expires <= out.issued) return in.Fault("expires", "is not after issued");
  TRY(in.Done());
  return out;
}

Value Request::ToValue() const {
  Value::Array category_values(categories.begin(), categories.end());
  return Value::Object{{"exchange", ToString(exchange)},
                       {"ref", ref},
                       {"from", from},
                       {"to", to},
                       {"lineage", ToString(lineage)},
                       {"version", version},
                       {"covenant", EncodeHex(covenant)},
                       {"purpose", purpose},
                       {"group", group},
                       {"categories", std::move(category_values)},
                       {"actor_role", actor_role},
                       {"actor_commit", EncodeHex(actor_commit)},
                       {"ephemeral", EncodeBase64(ephemeral)},
                       {"prekey", prekey},
                       {"body", EncodeHex(body)},
                       {"issued", ToMillis(issued)},
                       {"expires", ToMillis(expires)}};
}

Result<Answer> Answer::Parse(const Value& value) {
  ObjectReader in(value, "answer");
  Answer out;
  out.exchange = TRY(ReadUuid(in, "exchange"));
  out.from = TRY(ReadName(in, "from"));
  out.to = TRY(ReadName(in, "to"));
  if (out.from == out.to) return in.Fault("to", "is the contributor itself");
  out.request = TRY(in.HashHex("request"));
  out.cells = TRY(ReadCells(in));
  out.issued = TRY(in.Time("issued"));
  out.payload = TRY(ReadPayload(in));
  out.voids = TRY(in.OptionalHash("voids"));
  out.follows = TRY(in.OptionalHash("follows"));
  TRY(in.Done());
  const bool released = std::any_of(out.cells.begin(), out.cells.end(), [](const auto& cell) {
    return cell.second.state == CellState::kReleased;
  });
  if (released && !out.payload) return in.Fault("cells", "release without a payload");
  if (out.follows) {
    if (out.voids) return in.Fault("follows", "stands beside voids");
    const bool waits = std::any_of(out.cells.begin(), out.cells.end(), [](const auto& cell) {
      return cell.second.state == CellState::kPending;
    });
    if (waits) return in.Fault("cells", "wait once more");
  }
  return out;
}

Value Answer::ToValue() const {
  Value::Object cell_values;
  for (const auto& [category, cell] : cells) {
    cell_values.emplace(category,
                        Value::Object{{"state", CellStateName(cell.state)}, {"code", cell.code}});
  }
  Value::Object out{{"exchange", ToString(exchange)},
                    {"from", from},
                    {"to", to},
                    {"request", EncodeHex(request)},
                    {"cells", std::move(cell_values)},
                    {"issued", ToMillis(issued)}};
  if (payload) {
    out.emplace("ephemeral", EncodeBase64(payload->ephemeral));
    out.emplace("frames", payload->frames);
    out.emplace("padded_size", payload->padded_size);
    out.emplace("ciphertext", EncodeHex(payload->ciphertext));
    out.emplace("content_root", EncodeHex(payload->content_root));
    out.emplace("subject_root", EncodeHex(payload->subject_root));
  }
  if (voids) out.emplace("voids", EncodeHex(*voids));
  if (follows) out.emplace("follows", EncodeHex(*follows));
  return out;
}

Result<Receipt> Receipt::Parse(const Value& value) {
  ObjectReader in(value, "receipt");
  Receipt out;
  out.origin = TRY(ReadToken(in, "origin", kMaxOrigin));
  out.exchange = TRY(ReadUuid(in, "exchange"));
  out.statement = TRY(in.HashHex("statement"));
  out.index = TRY(in.Int("index", 0, kMaxInteger - 1));
  out.leaf = TRY(in.HashHex("leaf"));
  out.size = TRY(in.Int("size", out.index + 1, kMaxInteger));
  out.root = TRY(in.HashHex("root"));
  const std::string outcome = TRY(in.Text("outcome"));
  if (outcome != "accepted" && outcome != "refused") return in.Fault("outcome", "is unknown");
  out.accepted = outcome == "accepted";
  if (in.Has("code") == out.accepted) return in.Fault("code", "is absent only when accepted");
  if (!out.accepted) out.code = TRY(ReadCode(in, "code"));
  out.time = TRY(in.Time("time"));
  TRY(in.Done());
  return out;
}

Value Receipt::ToValue() const {
  Value::Object out{{"origin", origin},
                    {"exchange", ToString(exchange)},
                    {"statement", EncodeHex(statement)},
                    {"index", index},
                    {"leaf", EncodeHex(leaf)},
                    {"size", size},
                    {"root", EncodeHex(root)},
                    {"outcome", accepted ? "accepted" : "refused"},
                    {"time", ToMillis(time)}};
  if (!accepted) out.emplace("code", code);
  return out;
}

}  // namespace schakel::statement
