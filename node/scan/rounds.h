// Rounds of a scan: whom to ask what, and asking it (exchange.md 4). Round 1 asks for the
// namenlijst and names nobody; the later ones name the listed persons, as far as this party may.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/requester.h"
#include "node/scan/groups.h"
#include "node/scan/list.h"

namespace schakel::scan {

inline constexpr const char* kPurpose = "groepsscan";
inline constexpr const char* kListCategory = "namenlijst";

// Who asks, as the partner will read it (Bpg 6:4).
struct Actor {
  std::string id;
  std::string name;
  std::string function;
  std::string telephone;
  std::string role;
};

struct PartnerPlan {
  std::string party;
  std::vector<std::string> categories;
  std::vector<NamingDecision> persons;       // named; body.row says whom
  std::vector<NamingDecision> left_out;      // on the list, but not to be named to this partner
  std::optional<exchange::OutRow> exchange;  // of this round; ended only when all are
  std::optional<Error> error;                // why it could not be asked just now
  // What Requester::Received gives for `exchange`, when this run took its answer.
  std::optional<std::vector<record::Release>> received;
};

struct Round {
  std::string group;
  int number = 0;
  bool names_persons = false;
  int64_t list_version = 0;  // 0 in a round that names nobody
  std::string motivation;
  Instant created;
  bool started = false;  // it is stored; else a draft
  std::vector<PartnerPlan> partners;
  std::shared_ptr<const List> list;  // that version, once it was read

  // A partner that should be asked and has not answered.
  [[nodiscard]] bool Incomplete() const;
};

// Runs tasks that do not depend on each other; returns when all have ended. Composition roots pass
// one with threads, simulations one that keeps an order.
using RunAll = std::function<void(std::vector<std::function<void()>>)>;

// Keeps no state of its own.
class Rounds {
 public:
  Rounds(const exchange::Context& context,
         const Groups& groups,
         const Lists& lists,
         exchange::Requester& requester)
      : context_(context), groups_(groups), lists_(lists), requester_(requester) {}

  // What a round would ask, or asks: without number the next one. kNotFound for an unknown group or
  // round, kDenied when there is no list yet for a round that names persons and the list was asked.
  [[nodiscard]] Result<Round> Plan(const Ref& ref, Instant now) const;

  // Starts the round when it is a draft (kMalformed without motivation), asks every partner that
  // has not answered, and returns what came of it. A partner that does not answer makes it
  // incomplete, not failed. `meanwhile` is called once, with what the round became, while the
  // receipt for the last answer travels: it needs nothing of it.
  using Meanwhile = std::function<void(const Round&)>;
  Result<Round> Run(Round round,
                    const Actor& actor,
                    const RunAll& run_all,
                    Instant now,
                    const Meanwhile& meanwhile = {});

  // Every round, planned anew: what it costs grows with the number of rounds.
  [[nodiscard]] Result<std::vector<Round>> List(std::string_view group, Instant now) const;
  // Those that name nobody: they stand before all others, so the others cost nothing.
  [[nodiscard]] Result<std::vector<Round>> BeforeList(std::string_view group, Instant now) const;

 private:
  [[nodiscard]] Result<std::vector<Round>> Read(std::string_view group,
                                                bool also_naming,
                                                Instant now) const;
  // What the requests to all partners share, read and verified once.
  struct Shared {
    std::string group_name;
    std::vector<StatedFact> stated;                 // in force
    std::optional<record::Namenlijst> commitments;  // of a round that names persons
  };

  [[nodiscard]] Result<void> PlanPartners(Round& round, Instant now) const;
  [[nodiscard]] Result<Shared> ReadShared(const Round& round, Instant now) const;
  // What came of it when it took an answer whose receipt is still due.
  Result<std::optional<exchange::OutRow>> AskOne(const Round& round,
                                                 const Shared& shared,
                                                 PartnerPlan& partner,
                                                 const Actor& actor,
                                                 Instant now);
  [[nodiscard]] Result<record::Body> BodyFor(const Round& round,
                                             const Shared& shared,
                                             const PartnerPlan& partner,
                                             const Actor& actor) const;

  const exchange::Context& context_;
  const Groups& groups_;
  const Lists& lists_;
  exchange::Requester& requester_;
};

}  // namespace schakel::scan
