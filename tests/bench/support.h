// What the benchmarks share: results that must be there, a folder of their own, the covenant.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "node/covenant/author.h"
#include "node/covenant/document.h"
#include "node/crypto/entropy.h"
#include "node/crypto/hash.h"
#include "node/crypto/secret.h"
#include "node/crypto/sign.h"

namespace schakel::bench {

// A benchmark without its subject measures nothing, so what fails ends the program.
[[noreturn]] inline void Stop(const char* what, const std::string& why) {
  std::fprintf(stderr, "schakel_bench: %s: %s\n", what, why.c_str());
  std::exit(1);
}

template <typename T>
T Must(Result<T> result, const char* what) {
  if (!result) Stop(what, result.error().detail);
  return *std::move(result);
}

inline void Must(Result<void> result, const char* what) {
  if (!result) Stop(what, result.error().detail);
}

// Under TMPDIR or /tmp, gone at the end.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "schakel-bench-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) Stop(path_.c_str(), "cannot be made");
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string ReadSource(const std::string& name) {
  const std::string path = std::string(SCHAKEL_SOURCE) + "/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) Stop(path.c_str(), "cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// policies/veldrijk.yaml with keys and dates filled in.
inline covenant::Document Veldrijk() {
  crypto::Init();
  crypto::SeededEntropy entropy(1);
  const auto day = [](int year, unsigned month) {
    return Day{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{1}};
  };
  covenant::PrepareOptions options;
  options.lineage = Must(ParseUuid("7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11"), "lineage");
  options.from = day(2026, 1);
  options.until = day(2026, 12);
  options.review_by = day(2026, 10);
  for (const char* id : {"politie", "gemeente", "om", "jongerenwerk", "auditdienst"}) {
    options.holders[id].roots = {crypto::SigningKey::Generate(entropy).public_key()};
  }
  options.documents["convenant"] = crypto::Sha256("convenant");
  options.documents["art20"] = crypto::Sha256("art20");
  auto prepared = covenant::Prepare(ReadSource("policies/veldrijk.yaml"), "veldrijk.yaml", options);
  if (!prepared.document) {
    Stop("policies/veldrijk.yaml",
         prepared.findings.empty() ? "" : canon::ToString(prepared.findings.front()));
  }
  return *std::move(prepared.document);
}

}  // namespace schakel::bench
