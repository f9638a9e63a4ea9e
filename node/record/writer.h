// One run of an import: rows in, batches out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/record/model.h"
#include "node/record/repository.h"

namespace schakel::record {

enum class PutOutcome { kNew, kRevised, kUnchanged };

struct PutResult {
  PutOutcome outcome = PutOutcome::kNew;
  Uuid record;
  std::optional<Uuid> subject;
  bool new_subject = false;
  bool doubtful = false;  // a new subject was made because the match was doubtful
};

// Puts rows by (source, source key): a new row makes a record, a changed one the next revision of
// it, an equal one nothing; so a file that is imported twice changes nothing. A row's person is
// linked by the order of match.h; in doubt it becomes a new subject, never a merge. A row whose
// person changed is linked anew.
//
// Every Put stands by itself: batches of bounded size are written unsynced on the way and Finish
// writes the last one synced, which makes all of them durable. After a crash a prefix of the rows
// is there and the same file completes it. Only one writer advances at a time: when another one, or
// ShredSubject, wrote in between, the next batch is refused with kConflict and the run is over.
//
// Not safe for concurrent use. A writer that was not finished drops what it has not written.
class RecordWriter {
 public:
  struct Options {
    bool dry_run = false;     // outcomes as they would be; nothing is written
    bool track_seen = false;  // needed for Vanished
    // The store finds the place of a row sooner the nearer the one before it lies, and the rows of
    // a large batch lie near each other; another writer waits at most for one.
    size_t rows_per_batch = 4000;
    // Subjects kept open between batches. With a dry run nothing is dropped: it holds the persons
    // and keys of the whole file.
    size_t max_open_subjects = 20'000;
  };

  // `records` outlives the writer. kUnavailable when the store cannot be read.
  static Result<std::unique_ptr<RecordWriter>> Start(Records& records, Options options);
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  // kMalformed for a row outside the limits of model.h or without its source, key, person or group:
  // the run goes on without it. Every other error ends the run.
  Result<PutResult> Put(const NewRecord& row);

  // Source keys of the source that this run has not put: rows that vanished from the file. Needs
  // track_seen; reads and opens only those. Sorted.
  Result<std::vector<std::string>> Vanished(std::string_view source);

  // Writes what is left, synced, and destroys the keys of subjects that lost their last row. The
  // writer takes nothing after it.
  Result<void> Finish();

 private:
  struct State;
  explicit RecordWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace schakel::record
