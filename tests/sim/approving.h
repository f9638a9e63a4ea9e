// The world's covenant with a cell that waits for an approval.
#pragma once

#include <string>

namespace schakel::sim {

// Rule M01 of policies/veldrijk.yaml with its text, which an approver of the police reads first: to
// be decided within three days, and then good for one.
std::string WithApproval(std::string text);

}  // namespace schakel::sim
