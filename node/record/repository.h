// Own persons and records, encrypted in the store (exchange.md 11).
//
// Rows. kSubject: "s" || subject id -> sealed views. kRecord: "s" || subject id || category 0 ||
// record id, and "g" || group 0 || category 0 || record id -> sealed record. kToken: keyed tokens
// of BSN, name, source key and person key, and group -> record. kMeta: the group keys, the run
// counter, shredding in progress. Keys hold random ids, keyed tokens and external codes; every
// value with personal data is sealed under the key of its subject or group.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/record/match.h"
#include "node/record/model.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::record {

// A new subject that may be somebody whom the store knows already: for a person to decide.
struct DoubtfulSubject {
  Uuid subject;
  std::vector<Uuid> candidates;
};

// Reads, and removal of a subject. Writing goes through RecordWriter. Keeps no state of its own:
// safe for concurrent use.
class Records {
 public:
  // All outlive the object.
  Records(store::Store& store, store::KeyTable& keys, Entropy& entropy)
      : store_(store), keys_(keys), entropy_(entropy) {}

  // kNotFound when there is no such subject or its key was shredded.
  [[nodiscard]] Result<Subject> LoadSubject(const Uuid& subject) const;

  // Every subject with the person's BSN or folded name, by id. Subjects whose key is gone are left
  // out.
  [[nodiscard]] Result<std::vector<Candidate>> FindCandidates(const Person& person) const;

  // FindCandidates and MatchAll: who of the own persons the asked one is.
  [[nodiscard]] Result<MatchResult> Find(const Person& asked) const;

  // Calls `visit` for the subject's records in order of category and id until it returns false; one
  // category, or all when it is empty. A record that does not open arrives as an error, so that it
  // can be withheld without ending the scan.
  using Visitor = std::function<bool(Result<Record>)>;
  Result<void> ScanSubject(const Uuid& subject,
                           std::string_view category,
                           const Visitor& visit) const;

  // The group's records of a category: those about the group, and those about persons that name
  // the group (with `subject`), in order of subject and id.
  Result<void> ScanGroup(std::string_view group,
                         std::string_view category,
                         const Visitor& visit) const;

  // Calls `visit` with every subject id until it returns false.
  Result<void> ScanSubjects(const std::function<bool(const Uuid&)>& visit) const;
  [[nodiscard]] Result<uint64_t> CountSubjects() const;

  // What import could not decide.
  [[nodiscard]] Result<std::vector<DoubtfulSubject>> ListDoubtful() const;

  // Removes the subject, its records and its tokens, and destroys its data key; nobody else's rows
  // change. kNotFound when there is none, kConflict while a RecordWriter wrote in between. A crash
  // on the way leaves an intent that FinishShredding completes.
  Result<void> ShredSubject(const Uuid& subject);
  // Run at start-up.
  Result<void> FinishShredding();

 private:
  friend class RecordWriter;
  store::Store& store_;
  store::KeyTable& keys_;
  Entropy& entropy_;
};

}  // namespace schakel::record
