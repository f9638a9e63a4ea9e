#include "cli/context.h"

#include <set>
#include <sstream>

#include "cli/files.h"
#include "cli/reasons.h"
#include "cli/text.h"
#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/canon/json.h"

namespace schakel::cli {
namespace {

constexpr std::string_view kKeySuffix = ".key";

// Texts that came from arguments, paths or libraries, as JSON can hold them.
canon::Value Clean(const canon::Value& value) {
  if (const std::string* text = value.AsString()) {
    const bool fits = IsUtf8(*text) && text->find('\x7f') == std::string::npos;
    return fits ? *text : Printable(*text);
  }
  if (const auto* array = value.AsArray()) {
    canon::Value::Array clean;
    for (const canon::Value& item : *array)
      clean.push_back(Clean(item));
    return clean;
  }
  if (const auto* object = value.AsObject()) {
    canon::Value::Object clean;
    for (const auto& [key, member] : *object)
      clean[key] = Clean(member);
    return clean;
  }
  return value;
}

}  // namespace

Context::Context(const Seams& seams, Environment environment, Globals globals, Reader reader)
    : seams_(seams),
      environment_(std::move(environment)),
      globals_(std::move(globals)),
      language_(LanguageFor(globals_.language, reader)) {}

std::string Context::Explain(const std::string& reason,
                             const ReasonArguments& arguments,
                             const std::string& text) const {
  const std::optional<Worded> worded = Word(reason, arguments, language_);
  return worded ? worded->message : text;
}

Failure Context::About(const std::string& file, const Error& error, std::string hint) const {
  Failure failure = FromError(error);
  const std::optional<Worded> worded = Word(failure.reason, failure.arguments, language_);
  failure.message = file + ": " + (worded ? worded->message : error.detail);
  failure.hint = hint.empty() && worded ? worded->hint : std::move(hint);
  // The message is whole: it is not made from the reason again.
  failure.reason.clear();
  return failure;
}

std::string Context::Say(Message message, const Marks& marks) const {
  return cli::Say(message, language_, marks);
}

std::string Context::Tell(Message message, const Marks& marks) const {
  std::string out;
  std::istringstream said(Say(message, marks));
  for (std::string paragraph; std::getline(said, paragraph);) {
    for (const std::string& line : report::Wrap(paragraph, paper().width))
      out += line + "\n";
  }
  return out;
}

std::string Context::Next(const canon::Value& answer,
                          const std::string& party,
                          const std::string& group) const {
  std::set<std::string> codes{TextOf(answer, "code")};
  for (const auto& [category, cell] : ObjectOf(answer, "cells")) {
    if (TextOf(cell, "state") == "refused") codes.insert(TextOf(cell, "code"));
  }
  std::string text;
  for (const std::string& code : codes) {
    const std::string next = NextAfter(code, {{"party", party}, {"group", group}}, language_);
    if (!next.empty()) text += Tell(Message::kAboutPartner, {{"party", party}, {"next", next}});
  }
  return text;
}

report::Paper Context::paper() const {
  report::Paper paper;
  paper.colour = environment_.color;
  return paper;
}

Exit Context::Show(const canon::Value& value, const std::string& text, Exit exit) {
  seams_.out << (json() ? canon::WritePretty(Clean(value)) + "\n" : text);
  return exit;
}

Exit Context::Show(const Failure& failure) {
  const std::optional<Worded> worded = Word(failure.reason, failure.arguments, language_);
  const std::string message = worded ? worded->message : failure.message;
  std::string hint = failure.hint;
  if (hint.empty() && worded) hint = worded->hint;
  if (hint.empty() && language_ == Language::kEnglish) hint = failure.node_hint;
  if (hint.empty()) hint = HintFor(failure.code, language_);
  if (hint.empty()) hint = failure.node_hint;
  if (json()) {
    canon::Value::Object error{{"code", failure.code}, {"message", message}, {"hint", hint}};
    if (!failure.reason.empty()) error["id"] = failure.reason;
    seams_.out << canon::WritePretty(Clean(canon::Value::Object{{"error", std::move(error)}}))
               << "\n";
    return failure.exit;
  }
  seams_.err << "schakel: " << Printable(message) << "\n";
  if (!hint.empty()) seams_.err << "         " << Printable(hint) << "\n";
  return failure.exit;
}

void Context::Warn(const std::string& line) {
  if (!json()) seams_.err << Printable(line) << "\n";
}

Outcome<std::string> Context::Home() const {
  if (!globals_.home.empty()) return globals_.home;
  if (!environment_.home.empty()) return environment_.home;
  return UsageFailure(Say(Message::kNoHome), Say(Message::kNoHomeHint));
}

Outcome<std::string> Context::OperatorId(const std::string& home) const {
  const std::string& given = globals_.as.empty() ? environment_.operator_id : globals_.as;
  if (!given.empty()) {
    // The id becomes part of a path.
    if (IsName(given)) return given;
    return UsageFailure(Say(Message::kNoOperatorId, {{"operator", given}}),
                        Say(Message::kNoOperatorIdHint));
  }
  const std::string folder = InFolder(home, "operators");
  const auto keys = TRY(Hinted(ListFiles(folder, kKeySuffix), Say(Message::kMakeKey)));
  if (keys.size() == 1) return keys.front().substr(0, keys.front().size() - kKeySuffix.size());
  std::vector<std::string> ids;
  for (const std::string& name : keys)
    ids.push_back(name.substr(0, name.size() - kKeySuffix.size()));
  const std::string either = " " + Say(Message::kOr) + " --as ";
  return UsageFailure(
      Say(Message::kSeveralKeys, {{"count", std::to_string(ids.size())}, {"folder", folder}}),
      Say(Message::kSayWho, {{"operators", ids.empty() ? "OPERATOR" : Joined(ids, either)}}));
}

Outcome<Node> Context::OpenNode() const {
  const std::string home = TRY(Home());
  const NodeConfig config = TRY(Hinted(ReadNodeConfig(home), Say(Message::kGiveHome)));
  const std::string id = TRY(OperatorId(home));
  auto read = ReadSigningKey(InFolder(InFolder(home, "operators"), id + ".key"));
  if (!read && read.error().code == ErrorCode::kNotFound) {
    return Hinted(std::move(read), Say(Message::kMakeKeyOf, {{"operator", id}})).error();
  }
  crypto::SigningKey key = TRY(std::move(read));
  return Node(seams_.connect(config.socket),
              Caller{id, config.node, config.socket, home},
              std::move(key),
              seams_.clock,
              seams_.entropy);
}

}  // namespace schakel::cli
