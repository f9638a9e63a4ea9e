// A folder of a test's own, and what tests do to the files in it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace schakel::store {

class TempFolder {
 public:
  TempFolder() : path_(testing::TempDir() + "schakel-store-XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  // Where a database goes: not there yet.
  [[nodiscard]] std::string Database() const { return path_ + "/db"; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Empty when there is no such file.
inline std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

inline void WriteAll(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(file.flush().good());
}

// In place: the file stays the one that a database has open.
inline void FlipByte(const std::string& path, size_t at, char mask) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  char byte = 0;
  file.seekg(static_cast<std::streamoff>(at));
  file.get(byte);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ mask));
  ASSERT_TRUE(file.flush().good());
}

// The names in the folder that end in `suffix`, sorted.
inline std::vector<std::string> NamesOf(const std::string& folder, std::string_view suffix) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (name.ends_with(suffix)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The names of the files anywhere in the folder that hold the bytes.
inline std::vector<std::string> FilesWith(const std::string& folder, std::string_view bytes) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    if (ReadAll(entry.path().string()).find(bytes) != std::string::npos) {
      names.push_back(entry.path().filename().string());
    }
  }
  return names;
}

}  // namespace schakel::store
