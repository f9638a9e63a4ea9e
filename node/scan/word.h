// What a giver's decision tells about a person of whom this node has no record of its own
// (exchange.md 6, "Own attributes"). Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "node/covenant/decide.h"

namespace schakel::scan {

// The facts and denies that somebody else's decision settles for our own Question.
struct GiversWord {
  covenant::Facts facts;
  std::set<std::string> passed;  // Question::passed
};

// `given` is the cell of the giver's decision (from, to, purpose, category) and `by` the rules that
// it named. A fact is known as far as their conditions, the `needs` of their bases included, say so
// together: a bound stays open on its other side, a list stays a list. A deny of that cell counts
// as passed. Stated facts are no part of it, nor denies that read them: what is stated holds or
// ends by itself. Time has passed since: an age or a time elapsed is known from below only, and a
// deny that begins at a certain age or time does not count as passed. A rule that the covenant no
// longer has in that cell leaves nothing known.
GiversWord WordOf(const covenant::Covenant& covenant,
                  const covenant::Question& given,
                  const std::vector<std::string>& by);

// True when the BSN that came by these rules may go on to the party: the first of them that gives a
// BSN has a basis whose `bsn` lists it. False when a rule is not in that cell of the covenant.
bool BsnMayGoOn(const covenant::Covenant& covenant,
                const covenant::Question& given,
                const std::vector<std::string>& by,
                const std::string& party);

}  // namespace schakel::scan
