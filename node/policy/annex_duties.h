// Internal to `policy`: what the annex says beside the rules: what nodes refuse, and what people
// owe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/covenant/document.h"

namespace schakel::policy {

// What the nodes refuse of the document (E107), by rule, in Dutch. From covenant::CheckSupport, so
// that it is said exactly as long as it is so.
std::map<std::string, std::set<std::string>> UnsupportedIn(const covenant::Document& document);

// Duties of people and rights of those it is about, as rows of name and text, each with its
// article: only of a law that a legal basis of this covenant names. Whether they are met no node
// knows.
std::vector<std::vector<std::string>> DutyRows(const covenant::Document& document);

}  // namespace schakel::policy
