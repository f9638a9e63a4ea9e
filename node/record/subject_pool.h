// The subjects that one run of an import works with: opened once, linked to rows, written when the
// run's batch is. For this module's own files.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "node/base/seams.h"
#include "node/record/match.h"
#include "node/record/open_subject.h"
#include "node/record/rows.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::record {

// Not safe for concurrent use. Pointers to a subject stay valid until the next Flush.
class SubjectPool {
 public:
  // All outlive the pool. A dry run takes no data keys and is never flushed.
  SubjectPool(const store::Store& store,
              store::KeyTable& keys,
              Entropy& entropy,
              const Tokens& tokens,
              bool dry_run)
      : store_(store), keys_(keys), entropy_(entropy), tokens_(tokens), dry_run_(dry_run) {}

  // kNotFound when there is none or its key is gone.
  Result<OpenSubject*> Open(const Uuid& id);
  Result<OpenSubject*> Create();

  // Who the row's person is: the source's own key of the person first, then the order of match.h,
  // over what the store holds and what the run has added. `without` is left out.
  Result<MatchResult> Resolve(const PersonRow& row, const std::string& source, const Uuid* without);

  // The id of the view of the row, which says it from now on; and no longer.
  Result<uint32_t> Attach(OpenSubject& open, const std::string& source, const PersonRow& row);
  Result<void> Detach(OpenSubject& open, uint32_t view);
  // The row says the same of its person as before.
  void Replace(OpenSubject& open, uint32_t view);

  // Adds the rows and tokens of every subject that changed; true when one lost its last row, whose
  // key then waits to be destroyed (ShredRow).
  bool Flush(store::Batch& batch);
  // Once the batch is in the store: closes all when there are more than `max_open`.
  void Trim(size_t max_open);

 private:
  struct IdHash {
    size_t operator()(const Uuid& id) const;
  };
  struct TokenHash {
    size_t operator()(const LookupToken& token) const;
  };
  // What a row's person is looked up by.
  struct Sought {
    Person person;
    MatchKey key;
    std::vector<LookupToken> tokens;
  };
  // A row asks for one person several times, and hashing is what that costs. Valid until the next
  // person is asked for.
  const Sought& SoughtBy(const Person& person);
  Result<std::vector<Uuid>*> SubjectsUnder(const LookupToken& token);
  Result<store::DataKey> TakeKey();
  Result<const Uuid*> ByPersonKey(const PersonRow& row, const std::string& source);
  Result<void> Note(OpenSubject& open, const PersonRow& row, const std::string& source);
  void Touch(OpenSubject& open);
  void Write(OpenSubject& open, store::Batch& batch);

  const store::Store& store_;
  store::KeyTable& keys_;
  Entropy& entropy_;
  const Tokens& tokens_;
  bool dry_run_;
  std::unordered_map<Uuid, OpenSubject, IdHash> subjects_;
  std::vector<Uuid> touched_;  // of them, by the batch
  // Token -> subjects: what the store has and what the batch adds.
  std::unordered_map<LookupToken, std::vector<Uuid>, TokenHash> under_token_;
  // The store had no subject when the run began, and nothing was dropped since: a token that is not
  // in under_token_ is not in the store either, because a run is over once another one wrote.
  std::optional<bool> all_known_;
  std::optional<Sought> sought_;
  size_t made_ = 0;       // subjects
  size_t next_draw_ = 0;  // of keys, when so many were made
};

}  // namespace schakel::record
