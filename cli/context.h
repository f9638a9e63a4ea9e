// What a command has at hand: who acts where, in which language, and where its output goes. All of
// the outside world comes in here, so that tests run whole commands.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "cli/client/node.h"
#include "cli/client/peer.h"
#include "cli/failure.h"
#include "cli/home.h"
#include "cli/messages.h"
#include "cli/parse.h"
#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/report/table.h"

namespace schakel::cli {

// What the process gives. Everything outlives the Context.
struct Seams {
  const Clock& clock;
  Entropy& entropy;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::function<std::unique_ptr<NodeLink>(const std::string& socket)> connect;
  ExportLog export_log;
};

struct Environment {
  std::string home;         // SCHAKEL_HOME
  std::string operator_id;  // SCHAKEL_OPERATOR
  bool color = false;       // a terminal, and NO_COLOR is not set
};

class Context {
 public:
  Context(const Seams& seams, Environment environment, Globals globals, Reader reader);

  [[nodiscard]] const Clock& clock() const { return seams_.clock; }
  [[nodiscard]] Entropy& entropy() const { return seams_.entropy; }
  [[nodiscard]] const ExportLog& export_log() const { return seams_.export_log; }
  [[nodiscard]] bool json() const { return globals_.json; }
  [[nodiscard]] Language language() const { return language_; }
  // What somebody else failed at, in the chosen language where it has a reason; else the text.
  [[nodiscard]] std::string Explain(const std::string& reason,
                                    const ReasonArguments& arguments,
                                    const std::string& text) const;
  // A failure about a file: the file in front of what happened. `hint` may be empty.
  [[nodiscard]] Failure About(const std::string& file,
                              const Error& error,
                              std::string hint = {}) const;
  // The sentence in the chosen language, its {marks} filled in.
  [[nodiscard]] std::string Say(Message message, const Marks& marks = {}) const;
  // The same in lines of at most the paper's width, each with a newline: for prose. What is copied
  // stands on a line of its own, behind a newline in the sentence.
  [[nodiscard]] std::string Tell(Message message, const Marks& marks = {}) const;
  // What to do next about a partner's answer: a line for each code that has one (reasons.h), those
  // of the whole answer and of its cells. `answer` has `code` and `cells` as the node gives them.
  [[nodiscard]] std::string Next(const canon::Value& answer,
                                 const std::string& party,
                                 const std::string& group) const;
  // What is printed on: 78 columns, with colour on a terminal.
  [[nodiscard]] report::Paper paper() const;

  // The end of a command that has something to show: the value with --json, else the text.
  Exit Show(const canon::Value& value, const std::string& text, Exit exit = Exit::kDone);
  // The end of one that failed; what happened and what to do in the chosen language.
  Exit Show(const Failure& failure);
  // For what is too long to hold: lines in, lines out.
  [[nodiscard]] std::istream& in() const { return seams_.in; }
  [[nodiscard]] std::ostream& out() const { return seams_.out; }
  // A line for people on the error stream, not with --json.
  void Warn(const std::string& line);

  // --home or SCHAKEL_HOME.
  Outcome<std::string> Home() const;
  // The own node under the operator's key.
  Outcome<Node> OpenNode() const;

 private:
  [[nodiscard]] Outcome<std::string> OperatorId(const std::string& home) const;

  Seams seams_;
  Environment environment_;
  Globals globals_;
  Language language_;
};

}  // namespace schakel::cli
