// `schakel covenant matrix --about`: what partners would see of somebody in the own records.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/failure.h"

namespace schakel::cli {

struct About {
  std::string name;
  std::string born;   // dd-mm-yyyy, or empty
  std::string group;  // a reference, or empty
  std::vector<std::string> facts;
};

// Asks the node (`person.visible`). Exit kIncomplete when nobody, or nobody for certain, is that
// person.
Outcome<Exit> MatrixAbout(Context& context, const About& about, const std::string& party);

}  // namespace schakel::cli
