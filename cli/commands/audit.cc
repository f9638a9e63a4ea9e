// `schakel audit`: every party's log collected, and verified from one trusted hash. The auditor
// runs no node.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/text.h"
#include "node/audit/verify.h"
#include "node/base/ids.h"
#include "node/covenant/trust.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct CollectArguments {
  std::string covenant;
  std::vector<std::string> statements;
  std::string output;
  std::vector<std::string> addresses;
};

struct VerifyArguments {
  std::string folder;
  std::string covenant;
  std::optional<std::string> auditor;
};

// A node that sends without end must not fill the auditor's disk.
constexpr uint64_t kMaxExportBytes = uint64_t{4} << 30;

Wrong CheckPartyAddress(const std::string& value) {
  const size_t equals = value.find('=');
  const bool good = equals != std::string::npos && IsName(value.substr(0, equals)) &&
                    CheckAddress(value.substr(equals + 1)).empty();
  return good ? Wrong{} : Wrong{"is geen PARTIJ=HOST:POORT", "is no PARTY=HOST:PORT"};
}

// What was signed, as far as it counts under the covenant.
Result<covenant::Delegations> DelegationsOf(const covenant::Document& document,
                                            const std::vector<StatementFile>& statements) {
  covenant::Delegations delegations;
  for (const StatementFile& file : statements) {
    if (file.statement.type() != statement::Type::kDelegation) continue;
    auto verified = covenant::VerifyDelegation(file.statement, document);
    if (verified) delegations.Add(*std::move(verified));
  }
  return delegations;
}

// The auditor's certificate: its tls key under its own current delegation.
Outcome<crypto::TlsIdentity> IdentityOf(Context& context,
                                        const std::string& home,
                                        const covenant::Document& document,
                                        const covenant::Delegations& delegations,
                                        Instant now) {
  const PartyFile self = TRY(
      Hinted(ReadPartyFile(InFolder(home, "party.json")), context.Say(Message::kGiveAuditorHome)));
  if (!self.auditor || !document.auditors.contains(self.id)) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kDenied),
                   context.Say(Message::kNoAuditor, {{"party", self.id}}),
                   context.Say(Message::kNoAuditorHint)};
  }
  const auto* const current = delegations.Current(self.id, now);
  if (current == nullptr) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kNotFound),
                   context.Say(Message::kNoDelegation, {{"party", self.id}}),
                   context.Say(Message::kNoDelegationHint, {{"home", home}})};
  }
  const crypto::SigningKey key = TRY(ReadSigningKey(InFolder(home, "keys/tls.key")));
  const std::string delegation = current->bytes.Encode();
  return TRY(crypto::MakeTlsIdentity(key,
                                     current->content.node,
                                     AsBytes(delegation),
                                     current->content.not_before,
                                     current->content.not_after));
}

// Writes a party's files as they come. Paths were checked when they were decoded (IsExportPath).
class FolderWriter {
 public:
  explicit FolderWriter(std::string folder) : folder_(std::move(folder)) {}

  Result<void> Take(const wire::ExportChunk& chunk) {
    if (!wire::IsExportPath(chunk.path)) return Malformed("a path that leads elsewhere");
    bytes_ += chunk.data.size();
    if (bytes_ > kMaxExportBytes) return Exhausted("more than 4 GiB");
    const std::filesystem::path path = std::filesystem::path(folder_) / chunk.path;
    if (chunk.path != path_) {
      TRY(MakeFolder(path.parent_path().string()));
      if (Exists(path.string())) return Conflict("a file twice: " + chunk.path);
      file_ = std::ofstream(path, std::ios::binary);
      path_ = chunk.path;
      ++files_;
    }
    const std::string_view text = AsText(chunk.data);
    file_.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file_.flush()) return Unavailable(path.string() + " cannot be written");
    if (chunk.end) path_.clear();
    return {};
  }

  // The last file was closed by the node: nothing was cut off.
  [[nodiscard]] bool whole() const { return files_ > 0 && path_.empty(); }
  [[nodiscard]] int64_t files() const { return files_; }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  const std::string folder_;
  std::string path_;  // of the open file
  std::ofstream file_;
  int64_t files_ = 0;
  uint64_t bytes_ = 0;
};

// One party after another, each into its own folder.
class Collection {
 public:
  Collection(Context& context,
             std::shared_ptr<const covenant::Covenant> covenant,
             const covenant::Delegations& delegations,
             crypto::TlsIdentity identity,
             std::string folder)
      : context_(context),
        covenant_(std::move(covenant)),
        delegations_(delegations),
        identity_(std::move(identity)),
        folder_(std::move(folder)),
        table_({context.Say(Message::kParty),
                context.Say(Message::kStand),
                context.Say(Message::kFiles),
                context.Say(Message::kBytes)}) {
    table_.AlignRight(2);
    table_.AlignRight(3);
  }

  void Collect(const std::string& party, const std::map<std::string, std::string>& addresses) {
    const std::string folder = InFolder(folder_, party);
    FolderWriter writer(folder);
    Result<void> done = NotFound("no address: no delegation of it covers today");
    for (const std::string& address : AddressesOf(party, addresses)) {
      done = Ask(party, address, writer);
      // Another address only helps when nobody was there.
      if (done || done.error().code != ErrorCode::kUnavailable || writer.files() > 0) break;
    }
    if (done && !writer.whole()) done = Corrupt("the export ended in the middle of a file");
    if (!done) {
      // Half a log is no log: it would look like a damaged one.
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
      missing_.push_back(party);
      const Failure failure = FromError(done.error());
      context_.Warn("schakel: " + party + ": " +
                    context_.Explain(failure.reason, failure.arguments, failure.message));
    }
    const std::string files = std::to_string(done ? writer.files() : 0);
    const std::string bytes = std::to_string(done ? writer.bytes() : 0);
    table_.Add({{party},
                {context_.Say(done ? Message::kCollected : Message::kNotCollected)},
                {done ? files : ""},
                {done ? bytes : ""}});
    parties_.push_back(Value::Object{{"party", party},
                                     {"collected", done.ok()},
                                     {"error", done ? "" : done.error().detail},
                                     {"files", done ? writer.files() : 0}});
  }

  Exit Finish() {
    const std::string hash = EncodeHex(covenant_->document().hash);
    std::string text = table_.Write(context_.paper()) + "\n";
    text += missing_.empty()
                ? context_.Say(Message::kNextAuditVerify, {{"folder", folder_}, {"hash", hash}})
                : context_.Say(Message::kCollectIncomplete, {{"parties", Joined(missing_)}});
    return context_.Show(Value::Object{{"covenant", hash},
                                       {"folder", folder_},
                                       {"parties", std::move(parties_)},
                                       {"missing", Value::Array(missing_.begin(), missing_.end())}},
                         text + "\n",
                         missing_.empty() ? Exit::kDone : Exit::kIncomplete);
  }

 private:
  [[nodiscard]] std::vector<std::string> AddressesOf(
      const std::string& party, const std::map<std::string, std::string>& given) const {
    const auto address = given.find(party);
    if (address != given.end()) return {address->second};
    const auto* const current = delegations_.Current(party, context_.clock().Now());
    return current == nullptr ? std::vector<std::string>() : current->content.addresses;
  }

  Result<void> Ask(const std::string& party, const std::string& address, FolderWriter& writer) {
    ExportCall call;
    call.address = address;
    call.party = party;
    call.identity = identity_;
    // Owns what it reads: the transport may ask once more while a connection is on its way out.
    call.authorise = [covenant = covenant_,
                      &clock = context_.clock()](const crypto::PeerCertificate& certificate) {
      return PartyOfCertificate(certificate, covenant->document(), clock.Now());
    };
    call.lineage = covenant_->document().lineage;
    return context_.export_log()(
        call, [&writer](const wire::ExportChunk& chunk) { return writer.Take(chunk); });
  }

  Context& context_;
  const std::shared_ptr<const covenant::Covenant> covenant_;
  const covenant::Delegations& delegations_;
  const crypto::TlsIdentity identity_;
  const std::string folder_;
  report::Table table_;
  Value::Array parties_;
  std::vector<std::string> missing_;
};

Outcome<Exit> Collect(Context& context, const CollectArguments& arguments) {
  const std::string home = TRY(context.Home());
  const std::shared_ptr<const covenant::Covenant> loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const auto statements =
      TRY(Hinted(ReadStatements(arguments.statements), context.Say(Message::kStatementFolders)));
  const covenant::Delegations delegations = TRY(DelegationsOf(document, statements));
  crypto::TlsIdentity identity =
      TRY(IdentityOf(context, home, document, delegations, context.clock().Now()));
  std::map<std::string, std::string> addresses;
  for (const std::string& text : arguments.addresses) {
    const std::string party = text.substr(0, text.find('='));
    if (!document.parties.contains(party)) {
      return UsageFailure(context.Say(Message::kNoParty, {{"party", party}}),
                          context.Say(Message::kNoPartyHint));
    }
    addresses[party] = text.substr(party.size() + 1);
  }
  for (const auto& [party, described] : document.parties) {
    if (!Exists(InFolder(arguments.output, party))) continue;
    return Failure{
        Exit::kFailed,
        ErrorCodeName(ErrorCode::kConflict),
        context.Say(Message::kEvidenceExists, {{"folder", InFolder(arguments.output, party)}}),
        context.Say(Message::kEvidenceExistsHint)};
  }
  TRY(MakeFolder(arguments.output));
  Collection collection(context, loaded, delegations, std::move(identity), arguments.output);
  for (const auto& [party, described] : document.parties)
    collection.Collect(party, addresses);
  return collection.Finish();
}

Outcome<Exit> Verify(Context& context, const VerifyArguments& arguments) {
  if (!IsFolder(arguments.folder)) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kNotFound),
                   context.Say(Message::kNoFolder, {{"folder", arguments.folder}}),
                   context.Say(Message::kNoFolderHint)};
  }
  const audit::FolderSource source(arguments.folder);
  audit::Options options;
  options.auditor = arguments.auditor.value_or("");
  const audit::Report report =
      TRY(audit::Verify(source, TRY(DecodeHash(arguments.covenant)), options));
  const audit::Language language =
      context.language() == Language::kDutch ? audit::Language::kDutch : audit::Language::kEnglish;
  Value value = audit::ToValue(report);
  (*value.AsObject())["sentence"] = audit::ToSentence(report, language);
  Exit exit = Exit::kFailed;
  switch (report.verdict) {
    case audit::Verdict::kVerified:
      exit = Exit::kDone;
      break;
    case audit::Verdict::kIncomplete:
      exit = Exit::kIncomplete;
      break;
    case audit::Verdict::kNotVerified:
      break;
  }
  // Names in the report come from files under suspicion.
  std::string text;
  std::string line;
  for (const char c : audit::ToText(report, language)) {
    if (c != '\n') {
      line += c;
      continue;
    }
    text += Printable(line) + "\n";
    line.clear();
  }
  return context.Show(value, text, exit);
}

}  // namespace

std::vector<Command> AuditCommands() {
  const auto collect_arguments = std::make_shared<CollectArguments>();
  Command collect;
  collect.name = "audit collect";
  collect.purpose = {"haal het log van elke partij op, als auditor die het convenant noemt",
                     "fetch every party's log, as an auditor whom the covenant names"};
  collect.options = {
      {"--covenant",
       {"BESTAND", "FILE"},
       {"het convenant zoals het is ondertekend", "the covenant as it was signed"},
       &collect_arguments->covenant,
       true},
      {"--statements",
       {"MAP", "DIR"},
       {"map met de ondertekende verklaringen", "folder with the signed statements"},
       &collect_arguments->statements,
       true,
       nullptr,
       /*one_at_a_time=*/true},
      {"-o,--output",
       {"MAP", "DIR"},
       {"waar de logs komen, een map per partij", "where the logs go, a folder per party"},
       &collect_arguments->output,
       true},
      {{"ADRES", "ADDRESS"},
       "",
       {"PARTIJ=HOST:POORT: een ander adres dan in de delegatie",
        "PARTY=HOST:PORT: another address than the delegation's"},
       &collect_arguments->addresses,
       false,
       CheckPartyAddress}};
  collect.notes = {"Exitcode 3: de node van een partij antwoordde niet; de andere zijn verzameld.",
                   "Exit code 3: a party's node did not answer; the others are collected."};
  collect.examples = {"schakel audit collect --covenant covenant.json --statements signed \\",
                      "  -o export --home audit"};
  collect.run = [collect_arguments](Context& context) {
    return Collect(context, *collect_arguments);
  };
  const auto arguments = std::make_shared<VerifyArguments>();
  Command verify;
  verify.name = "audit verify";
  verify.purpose = {
      "controleer alle logs en elke uitwisseling, en vertrouw alleen de hash van het convenant",
      "verify all logs and match every exchange, trusting the covenant's hash alone"};
  verify.options = {{{"MAP", "DIR"},
                     "",
                     {"wat `audit collect` maakte", "what `audit collect` made"},
                     &arguments->folder,
                     true},
                    {"--covenant",
                     {"HASH", "HASH"},
                     {"de hash zoals de partijen die noemden, 64 tekens",
                      "the hash as the parties told it, 64 digits"},
                     &arguments->covenant,
                     true,
                     CheckHash},
                    {"--auditor",
                     {"NAAM", "NAME"},
                     {"wiens mandaat: beslissingen die dat opent moeten er zijn",
                      "whose mandate: decisions that it opens must be there"},
                     &arguments->auditor,
                     false,
                     CheckName}};
  verify.notes = {"Exitcode 1: niet geverifieerd; 3: het log van een partij ontbreekt.",
                  "Exit code 1: not verified; 3: a party's log is missing."};
  verify.examples = {"schakel audit verify export --covenant HASH",
                     "schakel audit verify export --covenant HASH --auditor auditdienst"};
  verify.run = [arguments](Context& context) { return Verify(context, *arguments); };
  return {std::move(collect), std::move(verify)};
}

}  // namespace schakel::cli
