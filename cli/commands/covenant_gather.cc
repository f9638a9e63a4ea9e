// `schakel covenant cosign|merge`: the signatures of roots that are kept apart, one by one where
// each root is and then brought together. Files only, no node.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/home.h"
#include "cli/text.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/statement/types.h"

namespace schakel::cli {
namespace {

using canon::Value;
using statement::SignedStatement;

// What a root is about to end.
constexpr HelpText kRevokes{"intrekking, voor alle partijen", "revocation, for every party"};
constexpr HelpText kLeaves{"vertrek van deze partij", "this party leaves"};
constexpr HelpText kUndelegates{"einde van de delegatie", "end of the delegation"};

struct CosignArguments {
  std::string covenant;
  std::vector<std::string> statements;
  std::string root;
  std::string output;
};

struct MergeArguments {
  std::string covenant;
  std::vector<std::string> statements;
  std::string output;
};

struct ToSign {
  Unsigned content;
  std::optional<SignedStatement> bytes;  // absent when nobody signed yet
};

Result<ToSign> ReadToSign(const std::string& path) {
  std::string text = TRY(ReadFile(path, kMaxStatementBytes + 1));
  if (text.ends_with('\n')) text.pop_back();
  const Value value = TRY(canon::ParseCanonical(text));
  if (value.Find("sigs") != nullptr) {
    auto bytes = TRY(SignedStatement::FromValue(value));
    return ToSign{{bytes.type(), bytes.value()}, bytes};
  }
  canon::ObjectReader in(value, "draft");
  const statement::Type type = TRY(statement::ParseType(TRY(in.Text("type"))));
  const Value* const content = TRY(in.Any("statement"));
  TRY(in.Done());
  if (content->AsObject() == nullptr) return Malformed("a draft whose statement is no object");
  return ToSign{{type, *content}, std::nullopt};
}

// What the holder of a root must have read before the signature means anything.
Result<std::string> Described(const Context& context, const Unsigned& content) {
  Lines lines;
  if (content.type == statement::Type::kDelegation) {
    const auto delegation = TRY(statement::Delegation::Parse(content.statement));
    lines.Add(context.Say(Message::kDelegation),
              context.Say(Message::kDelegationText,
                          {{"node", delegation.node}, {"time", LocalTime(delegation.not_after)}}));
    for (const std::string& address : delegation.addresses)
      lines.Add("", context.Say(Message::kAtAddress, {{"address", address}}));
    for (const statement::DelegatedKey& key : delegation.keys)
      lines.Add("", std::string(statement::KeyUseName(key.use)) + " " + crypto::KeyId(key.key));
  } else if (content.type == statement::Type::kRevoke) {
    const auto revoke = TRY(statement::Revoke::Parse(content.statement));
    lines.Add(kRevokes.In(context.language()),
              context.Say(Message::kAcceptText,
                          {{"version", std::to_string(revoke.version)},
                           {"hash", EncodeHex(revoke.covenant)}}));
  } else if (content.type == statement::Type::kLeave) {
    const auto leave = TRY(statement::Leave::Parse(content.statement));
    lines.Add(kLeaves.In(context.language()),
              context.Say(Message::kAcceptText,
                          {{"version", std::to_string(leave.version)},
                           {"hash", EncodeHex(leave.covenant)}}));
  } else if (content.type == statement::Type::kUndelegate) {
    const auto undelegate = TRY(statement::Undelegate::Parse(content.statement));
    lines.Add(kUndelegates.In(context.language()), EncodeHex(undelegate.delegation));
  } else if (content.type != statement::Type::kAccept) {
    return Because(Denied("is no statement by a party's roots"), Reason::kStatementKind);
  } else {
    const auto accept = TRY(statement::Accept::Parse(content.statement));
    lines.Add(context.Say(Message::kAccept),
              context.Say(Message::kAcceptText,
                          {{"version", std::to_string(accept.version)},
                           {"hash", EncodeHex(accept.covenant)}}));
  }
  return lines.Text();
}

// A statement with one signature more, checked against the covenant with all it had.
struct Cosigned {
  SignedStatement bytes;
  covenant::RootSignatures signatures;
  std::string described;
};

Result<Cosigned> CosignOne(const Context& context,
                           const std::string& path,
                           const crypto::SigningKey& root,
                           const covenant::Document& document,
                           Instant now) {
  const ToSign read = TRY(ReadToSign(path));
  std::string described = TRY(Described(context, read.content));
  const crypto::SigningKey* const keys[] = {&root};
  auto bytes = read.bytes ? TRY(read.bytes->AddSignature(root))
                          : SignedStatement::Sign(read.content.type, read.content.statement, keys);
  auto signatures = TRY(CountFor(document, bytes, now));
  return Cosigned{std::move(bytes), std::move(signatures), std::move(described)};
}

bool Complete(const covenant::RootSignatures& signatures) {
  return signatures.given >= signatures.needed;
}

Outcome<Exit> Cosign(Context& context, const CosignArguments& arguments) {
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const Instant now = context.clock().Now();
  TRY(CheckNotEnded(document, now));
  const auto root = TRY(Hinted(ReadSigningKey(arguments.root), context.Say(Message::kOneRootFile)));
  std::vector<Cosigned> all;
  for (const std::string& path : arguments.statements) {
    auto cosigned = CosignOne(context, path, root, document, now);
    if (!cosigned) {
      return context.About(path, cosigned.error(), context.Say(Message::kCosignHint));
    }
    all.push_back(*std::move(cosigned));
  }
  TRY(MakeFolder(arguments.output));
  Value::Array files;
  Lines table;
  std::string described;
  bool complete = true;
  for (const Cosigned& each : all) {
    const auto& signatures = each.signatures;
    const std::string path = StatementPath(arguments.output, signatures.party, each.bytes.type());
    TRY(Hinted(WriteStatement(path, each.bytes), context.Say(Message::kStatementsKept)));
    described += each.described;
    table.Add(path, RootsOf(context, signatures.given, signatures.needed));
    files.push_back(Value::Object{{"file", path},
                                  {"type", statement::TypeName(each.bytes.type())},
                                  {"party", signatures.party},
                                  {"signatures", signatures.given},
                                  {"needed", signatures.needed}});
    complete = complete && Complete(signatures);
  }
  const std::string next =
      context.Tell(complete ? Message::kNextGiveFilesAway : Message::kNextOtherRoots);
  return context.Show(
      Value::Object{{"files", std::move(files)}, {"complete", complete}},
      context.Say(Message::kSignedWith, {{"key", crypto::KeyId(root.public_key())}}) + "\n" +
          described + table.Text() + next,
      complete ? Exit::kDone : Exit::kIncomplete);
}

// One statement as its files have it together.
struct Gathered {
  std::string path;  // of the first file
  SignedStatement bytes;
  covenant::RootSignatures signatures;
};
using GatheredByPlace = std::map<std::pair<std::string, statement::Type>, Gathered>;

Outcome<GatheredByPlace> Gather(const Context& context,
                                const std::vector<StatementFile>& files,
                                const covenant::Document& document,
                                Instant now) {
  GatheredByPlace gathered;
  for (const StatementFile& file : files) {
    const auto counted = CountFor(document, file.statement, now);
    if (!counted) {
      return context.About(file.path, counted.error(), context.Say(Message::kMergeHint));
    }
    const auto [place, first] = gathered.try_emplace({counted->party, file.statement.type()},
                                                     Gathered{file.path, file.statement, *counted});
    if (first) continue;
    auto merged = place->second.bytes.MergeSignatures(file.statement);
    if (!merged) {
      return Failure{
          Exit::kFailed,
          ErrorCodeName(ErrorCode::kConflict),
          context.Say(Message::kBytesDiffer, {{"file", file.path}, {"other", place->second.path}}),
          context.Say(Message::kBytesDifferHint)};
    }
    place->second.bytes = *std::move(merged);
    place->second.signatures.given = static_cast<int>(place->second.bytes.signatures().size());
  }
  return gathered;
}

Outcome<Exit> Merge(Context& context, const MergeArguments& arguments) {
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const auto files =
      TRY(Hinted(ReadStatements(arguments.statements), context.Say(Message::kStatementFolders)));
  const auto gathered = TRY(Gather(context, files, loaded->document(), context.clock().Now()));
  if (gathered.empty()) {
    return Failure{
        Exit::kFailed,
        ErrorCodeName(ErrorCode::kNotFound),
        context.Say(Message::kNoStatementIn, {{"folders", Joined(arguments.statements)}}),
        context.Say(Message::kNoStatementInHint)};
  }
  TRY(MakeFolder(arguments.output));
  Value::Array written;
  Lines table;
  std::vector<std::string> missing;
  for (const auto& [place, each] : gathered) {
    const auto& [party, type] = place;
    const std::string path = StatementPath(arguments.output, party, type);
    TRY(Hinted(WriteStatement(path, each.bytes), context.Say(Message::kStatementsKept)));
    const int lacking = std::max(0, each.signatures.needed - each.signatures.given);
    const std::string roots = RootsOf(context, each.signatures.given, each.signatures.needed);
    table.Add(path,
              lacking == 0 ? roots
                           : context.Say(Message::kMissingRoots,
                                         {{"roots", roots}, {"count", std::to_string(lacking)}}));
    written.push_back(Value::Object{{"file", path},
                                    {"type", statement::TypeName(type)},
                                    {"party", party},
                                    {"signatures", each.signatures.given},
                                    {"needed", each.signatures.needed}});
    if (lacking > 0 && (missing.empty() || missing.back() != party)) missing.push_back(party);
  }
  const std::string next =
      missing.empty() ? context.Tell(Message::kNextGiveFiles)
                      : context.Tell(Message::kMergeIncomplete, {{"parties", Joined(missing)}});
  return context.Show(Value::Object{{"files", std::move(written)}, {"complete", missing.empty()}},
                      table.Text() + next,
                      missing.empty() ? Exit::kDone : Exit::kIncomplete);
}

Command CosignCommand() {
  const auto arguments = std::make_shared<CosignArguments>();
  Command command;
  command.name = "covenant cosign";
  command.purpose = {
      "voeg de handtekening van een root toe aan de verklaringen van een partij, waar die root "
      "bewaard wordt",
      "add one root's signature to a party's statements, where that root is kept"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"wat `covenant prepare` maakte", "what `covenant prepare` made"},
       &arguments->covenant,
       true},
      {"--statement",
       {"BESTAND", "FILE"},
       {"wat `covenant sign` of een andere root maakte",
        "what `covenant sign` or another root made"},
       &arguments->statements,
       true},
      {"--root",
       {"BESTAND", "FILE"},
       {"het bestand van één rootsleutel van de partij", "the file of one root key of the party"},
       &arguments->root,
       true},
      {"-o,--output",
       {"MAP", "DIR"},
       {"waar de ondertekende verklaringen komen", "where the signed statements go"},
       &arguments->output,
       true}};
  command.notes = {
      "Heeft geen map en geen node nodig: de rootsleutel verlaat zijn computer nooit. Toont wat er "
      "is ondertekend. Exitcode 3 zolang de drempel van de partij niet is gehaald.",
      "Needs no home and no node: the root key never leaves its machine. Prints what it signed. "
      "Exit code 3 as long as the party's threshold is not met."};
  command.examples = {"schakel covenant cosign covenant.json \\",
                      "  --statement signed/politie.accept.json signed/politie.delegation.json \\",
                      "  --root root-2.key -o signed-2"};
  command.run = [arguments](Context& context) { return Cosign(context, *arguments); };
  return command;
}

Command MergeCommand() {
  const auto arguments = std::make_shared<MergeArguments>();
  Command command;
  command.name = "covenant merge";
  command.purpose = {"breng de handtekeningen van de roots van een partij samen, in elke volgorde",
                     "bring the signatures of a party's roots together, in any order"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"wat `covenant prepare` maakte", "what `covenant prepare` made"},
       &arguments->covenant,
       true},
      {"--statements",
       {"MAP", "DIR"},
       {"map waarin een root ondertekende", "folder in which a root signed"},
       &arguments->statements,
       true},
      {"-o,--output",
       {"MAP", "DIR"},
       {"waar de samengebrachte verklaringen komen", "where the merged statements go"},
       &arguments->output,
       true}};
  command.notes = {
      "Een root die in twee bestanden ondertekende telt één keer. Bestanden met andere bytes en "
      "handtekeningen van een ander worden geweigerd. Exitcode 3 zolang een drempel niet is "
      "gehaald.",
      "A root that signed in two files counts once. Files over different bytes and signatures by "
      "anybody else are refused. Exit code 3 as long as a threshold is not met."};
  command.examples = {
      "schakel covenant merge covenant.json --statements signed signed-2 -o merged"};
  command.run = [arguments](Context& context) { return Merge(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantGatherCommands() {
  return {CosignCommand(), MergeCommand()};
}

}  // namespace schakel::cli
