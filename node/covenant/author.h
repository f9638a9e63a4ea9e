// The authoring side: a covenant as people write it (YAML) becomes the canonical bytes that are
// hashed and signed. Only tools use this; nodes read canonical bytes (document.h).
//
// Every finding carries file, line, column, an id (README.md) and, where there is one, the fix.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/canon/value.h"
#include "node/canon/yaml.h"
#include "node/covenant/document.h"

namespace schakel::covenant {

// The JSON value of the YAML text with its dates as instants (exchange.md 15): valid.from is the
// first instant of that day in the covenant's zone; valid.until, valid.review_by, bases.*.until and
// auditors.*.until are the first instant after theirs. Nothing else changes, and nothing else is
// checked. No value when there is a finding.
struct ConvertedYaml {
  std::optional<canon::Value> value;
  std::vector<canon::Finding> findings;
};
ConvertedYaml ConvertYaml(std::string_view text, std::string_view file);

// A covenant that may be signed as far as its text goes: it was converted, read and its rules
// checked. The document is absent when any finding is an error. Findings stand in the order of the
// file. Whether its own tests pass is RunTests' business.
struct AuthoredCovenant {
  std::optional<Document> document;
  std::vector<canon::Finding> findings;
};
AuthoredCovenant ReadYaml(std::string_view text, std::string_view file);

// The same for canonical bytes, which the author may have had from somebody else: every finding, at
// its place in them (canonical JSON is YAML too). Bytes that are not canonical have those of the
// YAML reader, or one (E007).
AuthoredCovenant ReadCanonical(std::string_view text, std::string_view file);

// What `covenant prepare` knows and a template does not. In a template the plain text `fill` stands
// for what is put in: lineage, previous, valid.from|until|review_by, bases.*.until (the day of
// valid.until), documents.*.sha256, and of parties.* and auditors.* `roots`, `threshold` and
// (auditors) `until` (the day of valid.until). A value that the template does write is kept.
struct PrepareOptions {
  struct Holder {
    std::vector<crypto::PublicKey> roots;
    int threshold = 1;
  };
  Uuid lineage;
  std::optional<Hash> previous;
  Day from;
  Day until;  // the last day
  std::optional<Day> review_by;
  std::map<std::string, Holder> holders;  // parties and auditors, by id
  std::map<std::string, Hash> documents;
};
// As ReadYaml, with the template filled in first, and refusing what CheckSupported refuses. A
// `fill` that the options do not answer, and a holder or document that the template lacks, are
// errors.
AuthoredCovenant Prepare(std::string_view text,
                         std::string_view file,
                         const PrepareOptions& options);

// As ReadYaml, with a stand-in wherever the template says `fill`, so that its rules can be checked,
// tested and compared before anybody has a key: a year from `from`, a root per holder that nobody
// has the secret of, hashes of zeros. `filled` tells whether there was one; then the hash is not
// that of anything to sign.
struct DraftCovenant {
  AuthoredCovenant authored;
  bool filled = false;
};
DraftCovenant ReadDraft(std::string_view text, std::string_view file, Day from);

// Something to say about a covenant that was read, before it has a place in a file.
struct Remark {
  canon::Finding::Severity severity = canon::Finding::Severity::kWarning;
  std::string id;
  std::string path;     // "/rules/3/permit/to", members escaped as in RFC 6901
  bool at_key = false;  // at the key of that member, not at its value
  std::string message;
  std::string fix;
};
// The remarks with their places in the text that was read, in the order of the file; canonical JSON
// has places too. What is said of a value that the template leaves to `fill` is dropped: nobody
// wrote it yet.
std::vector<canon::Finding> PlaceRemarks(std::string_view text,
                                         std::string_view file,
                                         const std::vector<Remark>& remarks);

}  // namespace schakel::covenant
