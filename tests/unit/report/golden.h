// Files with what a writer must give for the fixed report of sample.h.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace schakel::report {

inline std::string Golden(const std::string& name) {
  std::ifstream in(std::string(SCHAKEL_TEST_DATA) + "/report/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace schakel::report
