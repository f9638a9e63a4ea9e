// Records per second of an import as a node does it: CSV bytes in, under the demo's mapping for
// incidents, sealed rows in RocksDB out, one sync at the end. All names and numbers are invented.
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "node/record/import.h"
#include "node/store/rocks_store.h"
#include "tests/bench/support.h"

namespace schakel::bench {
namespace {

constexpr int kRows = 40'000;
constexpr size_t kChunk = 64 << 10;  // as the command line streams a file

std::string Bsn(int person) {
  for (int serial = 10'000'000 + 20 * person;; ++serial) {
    const std::string digits = std::to_string(serial);
    int sum = 0;
    for (size_t i = 0; i < digits.size(); ++i)
      sum += (9 - static_cast<int>(i)) * (digits[i] - '0');
    if (sum % 11 < 10) return digits + std::to_string(sum % 11);
  }
}

// A name of its own for every person.
std::string NameOf(int person) {
  static constexpr const char* kSyllables[] = {"ba",
                                               "de",
                                               "fi",
                                               "go",
                                               "hu",
                                               "ka",
                                               "le",
                                               "mi",
                                               "no",
                                               "pu",
                                               "ra",
                                               "se",
                                               "ti",
                                               "vo",
                                               "wu",
                                               "za"};
  const auto syllable = [&](int shift) {
    return std::string(kSyllables[static_cast<size_t>(person >> shift) & 15]);
  };
  return "N" + syllable(0) + syllable(4) + " van der M" + syllable(8) + syllable(12) + "kerk";
}

std::string Incidents(int persons) {
  std::string csv =
      "bvhnr;volgnr;betrokkene;geboren;bsn;pleegdatum;klasse;buurtcode;locatie;rol;art;verwerkt;"
      "gerel;toelichting\r\n";
  std::array<char, 256> line{};
  for (int row = 0; row < kRows; ++row) {
    const int person = row % persons;
    const int length = std::snprintf(
        line.data(),
        line.size(),
        "PL9900-2026%06d;1;%s;%02d-%02d-%d;%s;%02d-%02d-2026;F12;BU9999%04d;Stationsplein %d;VD;8;"
        "%02d-%02d-2026;N;Omstander werd geduwd, dader liep weg.\r\n",
        row,
        NameOf(person).c_str(),
        1 + person % 28,
        1 + person % 12,
        2005 + person % 8,
        Bsn(person).c_str(),
        1 + row % 28,
        1 + row % 5,
        row % 100,
        row % 200,
        1 + row % 28,
        1 + row % 5);
    csv.append(line.data(), static_cast<size_t>(length));
  }
  return csv;
}

// A home's two databases, and the records in them.
class Home {
 public:
  Home() {
    data_ = OpenStore("data");
    key_data_ = OpenStore("keys");
    keys_ = Must(store::KeyTable::Open(*key_data_, Bytes(32, 0x4d), entropy_), "key table");
    records_ = std::make_unique<record::Records>(*data_, *keys_, entropy_);
  }
  record::ImportReport Import(const covenant::Document& covenant,
                              const record::Mapping& mapping,
                              const std::string& csv) {
    auto importer = Must(
        record::Importer::Start(*records_, covenant, mapping, "incidenten.csv", {}), "importer");
    const ByteView bytes = AsBytes(csv);
    for (size_t at = 0; at < bytes.size(); at += kChunk) {
      Must(importer->Push(bytes.subspan(at, std::min(kChunk, bytes.size() - at))), "push");
    }
    return Must(importer->Finish(), "finish");
  }

 private:
  std::unique_ptr<store::RocksStore> OpenStore(const char* name) {
    return Must(
        store::RocksStore::Open({.path = folder_.path() + "/" + name, .create_if_missing = true}),
        name);
  }
  Folder folder_;
  crypto::SystemEntropy entropy_;
  std::unique_ptr<store::RocksStore> data_, key_data_;
  std::unique_ptr<store::KeyTable> keys_;
  std::unique_ptr<record::Records> records_;
};

struct Input {
  explicit Input(int persons) : csv(Incidents(persons)) {
    const std::string path = "deploy/demo-data/politie/mapping/incidenten.yaml";
    auto read = record::ParseMapping(ReadSource(path), path, covenant);
    if (!read.mapping) Stop(path.c_str(), canon::ToString(read.findings.at(0)));
    mapping = *std::move(read.mapping);
  }
  covenant::Document covenant = Veldrijk();
  std::string csv;
  record::Mapping mapping;
};

void ImportNew(benchmark::State& state) {
  const int persons = static_cast<int>(state.range(0));
  const Input input(persons);
  for (auto _ : state) {
    state.PauseTiming();
    auto home = std::make_unique<Home>();
    state.ResumeTiming();
    const auto report = home->Import(input.covenant, input.mapping, input.csv);
    state.PauseTiming();
    if (report.created != kRows || report.new_subjects != persons) {
      Stop("import", "not every row is new");
    }
    home.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void ImportUnchanged(benchmark::State& state) {
  const Input input(static_cast<int>(state.range(0)));
  Home home;
  home.Import(input.covenant, input.mapping, input.csv);
  for (auto _ : state) {
    const auto report = home.Import(input.covenant, input.mapping, input.csv);
    if (report.unchanged != kRows) Stop("import", "not every row is unchanged");
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(ImportNew)->Arg(4'000)->Arg(16'000)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(ImportUnchanged)->Arg(4'000)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace schakel::bench
