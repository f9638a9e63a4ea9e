#include "node/csv/reader.h"

#include <array>
#include <utility>
#include <vector>

#include <csv.h>

#include "node/base/limits.h"
#include "node/base/reason.h"

namespace schakel::csv {
namespace {

// The upper half of Windows-1252, 0x80 to 0x9F (WHATWG Encoding, index windows-1252); 0: no
// character. From 0xA0 on it equals Latin-1.
constexpr std::array<uint16_t, 32> kWindows1252High = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsControl(unsigned char byte) {
  return (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F;
}

void AppendCodePoint(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xE0 | (code >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// False when the text holds a byte that Windows-1252 gives no character.
bool AppendWindows1252(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const uint32_t code =
        byte >= 0x80 && byte < 0xA0 ? kWindows1252High[byte - 0x80U] : uint32_t{byte};
    if (code == 0 && byte != 0) return false;
    AppendCodePoint(out, code);
  }
  return true;
}

// True for U+0080 to U+009F, which are control characters in UTF-8 too.
bool HasC1Control(std::string_view utf8) {
  for (size_t i = 0; i + 1 < utf8.size(); ++i) {
    if (utf8[i] == '\xC2' && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return true;
  }
  return false;
}

void TurnLineBreaksIntoLf(std::string& text, size_t from) {
  size_t to = from;
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\r') {
      text[to++] = '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      text[to++] = text[i];
    }
  }
  text.resize(to);
}

Error TooLong(const char* what, Reason reason, size_t limit) {
  const std::string bytes = std::to_string(limit);
  return Because(Malformed(std::string(what) + " is longer than " + bytes + " bytes"),
                 reason,
                 {{"limit", bytes}});
}

Error ControlCharacter() {
  return Because(Malformed("a control character"), Reason::kImportControl);
}

Error OtherBytes(const char* text, Encoding encoding) {
  return Because(Malformed(text), Reason::kImportBytes, {{"encoding", ToString(encoding)}});
}

}  // namespace

const char* ToString(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "utf-8";
    case Encoding::kWindows1252:
      return "windows-1252";
  }
  return "";
}

// libcsv keeps no positions and has no limits. So it is fed one line of the file at a time: at most
// one row ends in each piece, and line numbers, row lengths and quotes are counted here. In its
// strict mode a quote always opens or closes, so that counting quotes tells whether a line break
// ends the row.
class Reader::State {
 public:
  State(const Options& options, Sink& sink)
      : separator_(options.separator), encoding_(options.encoding), sink_(sink) {
    StartParser();
  }
  ~State() { csv_free(&parser_); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Result<void> Push(std::string_view text) {
    if (failed_) return *failed_;
    Result<void> done = begun_ ? Consume(text) : PushHead(text);
    if (!done) failed_ = done.error();
    return done;
  }

  Result<void> Finish() {
    if (failed_) return *failed_;
    if (!begun_) TRY(Begin());
    if (quoted_ && (!discarding_ || discard_heeds_quotes_)) {
      // What follows an open quote cannot be told apart from its text: none of it is used.
      return Report(
          discarding_ ? row_line_ : cell_line_,
          discarding_ ? 0 : ColumnNow(),
          Because(Malformed("a quote that opens here is never closed; nothing after it was read"),
                  Reason::kImportQuoteOpen));
    }
    if (!discarding_ && row_open_) {
      if (csv_fini(&parser_, &State::OnCell, &State::OnRowEnd, this) != 0) return OutOfMemory();
      if (row_ended_) TRY(EndRow());
    }
    if (!header_cells_) return Malformed("line 1: the file has no header");
    return {};
  }

  [[nodiscard]] char separator() const { return separator_.value_or(';'); }
  [[nodiscard]] Encoding encoding() const { return encoding_.value_or(Encoding::kUtf8); }

 private:
  struct Span {
    size_t offset;
    size_t length;
    int64_t line;
  };

  void StartParser() {
    csv_init(&parser_, CSV_STRICT);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator()));
    csv_set_blk_size(&parser_, 4096);
  }

  // The first line is kept until it is whole: the separator is read off it.
  Result<void> PushHead(std::string_view text) {
    size_t used = 0;
    bool whole = false;
    while (used < text.size() && !whole) {
      const char c = text[used++];
      if (c == '"') head_quoted_ = !head_quoted_;
      whole = (c == '\n' || c == '\r') && !head_quoted_;
      whole = whole || head_.size() + used > kMaxCsvRowBytes + kByteOrderMark.size();
    }
    head_.append(text.substr(0, used));
    if (!whole) return {};
    TRY(Begin());
    return Consume(text.substr(used));
  }

  Result<void> Begin() {
    begun_ = true;
    std::string_view head = head_;
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
      return Because(Malformed("line 1: the file is UTF-16; save it as CSV in UTF-8"),
                     Reason::kImportUtf16);
    }
    if (head.starts_with(kByteOrderMark)) {
      if (encoding_ && *encoding_ != Encoding::kUtf8) {
        const std::string said = ToString(*encoding_);
        return Because(
            Malformed("line 1: the file begins with a UTF-8 byte order mark, the mapping says " +
                      said),
            Reason::kImportEncoding,
            {{"encoding", said}});
      }
      encoding_ = Encoding::kUtf8;
      head.remove_prefix(kByteOrderMark.size());
    }
    if (!separator_) {
      bool quoted = false;
      std::ptrdiff_t semicolons_ahead = 0;
      for (const char c : head) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        semicolons_ahead += (c == ';' ? 1 : 0) - (c == ',' ? 1 : 0);
      }
      separator_ = semicolons_ahead >= 0 ? ';' : ',';
    }
    csv_set_delim(&parser_, static_cast<unsigned char>(*separator_));
    const std::string owned(head);
    std::string().swap(head_);
    return Consume(owned);
  }

  Result<void> Consume(std::string_view text) {
    size_t begin = 0;
    while (begin < text.size()) {
      size_t end = begin;
      bool line_ends = false;
      while (end < text.size() && !line_ends) {
        const char c = text[end++];
        if (c == '"') quoted_ = !quoted_;
        line_ends = c == '\n' || c == '\r';
      }
      TRY(ConsumePiece(text.substr(begin, end - begin), line_ends));
      last_byte_ = text[end - 1];
      begin = end;
    }
    return {};
  }

  Result<void> ConsumePiece(std::string_view piece, bool line_ends) {
    const bool second_half = last_byte_ == '\r' && piece == "\n";
    if (second_half && !row_open_) return {};
    if (!discarding_) TRY(ParsePiece(piece, line_ends));
    if (line_ends && discarding_ && (!discard_heeds_quotes_ || !quoted_)) {
      discarding_ = false;
      row_open_ = false;
      quoted_ = false;
    }
    if (line_ends && !second_half) ++line_;
    return {};
  }

  Result<void> ParsePiece(std::string_view piece, bool line_ends) {
    if (!row_open_) {
      row_open_ = true;
      row_bytes_ = 0;
      row_line_ = cell_line_ = line_;
    }
    row_bytes_ += piece.size() - (line_ends && !quoted_ ? 1 : 0);
    if (row_bytes_ > kMaxCsvRowBytes) {
      return Discard(0, TooLong("the row", Reason::kImportRowLong, kMaxCsvRowBytes), true);
    }
    const std::string_view good = piece.substr(0, piece.find('\0'));
    if (csv_parse(&parser_, good.data(), good.size(), &State::OnCell, &State::OnRowEnd, this) !=
        good.size()) {
      if (csv_error(&parser_) != CSV_EPARSE) return OutOfMemory();
      return Discard(
          ColumnNow(),
          Because(
              Malformed("a quote inside a cell that is not quoted, or text behind a closing quote"),
              Reason::kImportQuote),
          false);
    }
    if (good.size() < piece.size())
      return Discard(ColumnNow(), Because(Malformed("a zero byte"), Reason::kImportZero), true);
    if (row_ended_) return EndRow();
    if (line_ends && !quoted_) row_open_ = false;  // a blank line
    return {};
  }

  // Leaves the row out and skips what is left of it: to the next line break, or with `heed_quotes`
  // to the next one that is not quoted.
  Result<void> Discard(int column, Error error, bool heed_quotes) {
    discarding_ = true;
    discard_heeds_quotes_ = heed_quotes;
    TRY(Report(column == 0 ? row_line_ : cell_line_, column, std::move(error)));
    ClearRow();
    csv_free(&parser_);
    StartParser();
    return {};
  }

  Result<void> Report(int64_t line, int column, Error error) {
    if (!header_cells_) {
      const std::string at = std::to_string(line);
      return Because(Malformed("line " + at + ": no usable header: " + error.detail),
                     Reason::kImportHeader,
                     {{"line", at}, {"detail", error.detail}});
    }
    return sink_.OnProblem({.line = line, .column = column, .error = std::move(error)});
  }

  Result<void> EndRow() {
    const Result<void> done = DeliverRow();
    ClearRow();
    row_open_ = false;
    return done;
  }

  void ClearRow() {
    raw_.clear();
    spans_.clear();
    row_ended_ = false;
  }

  Result<void> DeliverRow() {
    if (raw_.empty()) return {};
    if (header_cells_ && spans_.size() != *header_cells_) {
      return Report(
          row_line_,
          0,
          Because(Malformed(std::to_string(spans_.size()) + " cells where the header has " +
                            std::to_string(*header_cells_)),
                  Reason::kImportCells,
                  {{"count", std::to_string(spans_.size())},
                   {"header", std::to_string(*header_cells_)}}));
    }
    cells_.clear();
    if (const auto problem = DecodeCells()) {
      return Report(problem->line, problem->column, problem->error);
    }
    const Row row{.line = row_line_, .cells = cells_};
    if (header_cells_) return sink_.OnRow(row);
    header_cells_ = cells_.size();
    return sink_.OnHeader(row);
  }

  // Fills cells_ with views into text_.
  std::optional<Problem> DecodeCells() {
    if (!encoding_) DetectEncoding();
    text_.clear();
    decoded_.clear();
    for (size_t i = 0; i < spans_.size(); ++i) {
      const Span& span = spans_[i];
      const size_t offset = text_.size();
      if (auto decoded = DecodeCell(std::string_view(raw_).substr(span.offset, span.length));
          !decoded) {
        return Problem{.line = span.line,
                       .column = static_cast<int>(i) + 1,
                       .error = std::move(decoded).error()};
      }
      if (text_.size() - offset > kMaxFieldBytes) {
        return Problem{.line = span.line,
                       .column = static_cast<int>(i) + 1,
                       .error = TooLong("the cell", Reason::kImportCellLong, kMaxFieldBytes)};
      }
      decoded_.push_back({.offset = offset, .length = text_.size() - offset, .line = span.line});
    }
    for (const Span& span : decoded_) {
      cells_.push_back({std::string_view(text_).substr(span.offset, span.length), span.line});
    }
    return {};
  }

  void DetectEncoding() {
    bool ascii = true;
    bool utf8 = true;
    for (const Span& span : spans_) {
      const std::string_view cell = std::string_view(raw_).substr(span.offset, span.length);
      for (const char c : cell)
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
      utf8 = utf8 && IsUtf8(cell);
    }
    if (!ascii) encoding_ = utf8 ? Encoding::kUtf8 : Encoding::kWindows1252;
  }

  // Appends the cell to text_, or says what is wrong with it.
  Result<void> DecodeCell(std::string_view cell) {
    bool ascii = true;
    bool carriage_return = false;
    for (const char c : cell) {
      const auto byte = static_cast<unsigned char>(c);
      if (IsControl(byte)) return ControlCharacter();
      ascii = ascii && byte < 0x80;
      carriage_return = carriage_return || c == '\r';
    }
    const size_t offset = text_.size();
    if (ascii) {
      text_.append(cell);
    } else if (encoding() == Encoding::kWindows1252) {
      if (!AppendWindows1252(text_, cell)) {
        return OtherBytes("a byte that is no Windows-1252 character", Encoding::kWindows1252);
      }
    } else {
      if (!IsUtf8(cell)) return OtherBytes("text that is not UTF-8", Encoding::kUtf8);
      if (HasC1Control(cell)) return ControlCharacter();
      text_.append(cell);
    }
    if (carriage_return) TurnLineBreaksIntoLf(text_, offset);
    return {};
  }

  static void OnCell(void* data, size_t size, void* state) {
    auto* self = static_cast<State*>(state);
    self->spans_.push_back({.offset = self->raw_.size(), .length = size, .line = self->cell_line_});
    self->raw_.append(static_cast<const char*>(data), size);
    self->cell_line_ = self->line_;
  }
  static void OnRowEnd(int /*terminator*/, void* state) {
    static_cast<State*>(state)->row_ended_ = true;
  }

  [[nodiscard]] int ColumnNow() const { return static_cast<int>(spans_.size()) + 1; }
  static Error OutOfMemory() { return Exhausted("no memory for a CSV row"); }

  std::optional<char> separator_;
  std::optional<Encoding> encoding_;
  Sink& sink_;
  csv_parser parser_{};
  std::optional<Error> failed_;

  std::string head_;  // until the first line is whole
  bool head_quoted_ = false;
  bool begun_ = false;
  std::optional<size_t> header_cells_;

  int64_t line_ = 1;
  char last_byte_ = 0;
  bool quoted_ = false;  // an odd number of quotes since the row began

  bool row_open_ = false;
  int64_t row_line_ = 1;
  int64_t cell_line_ = 1;
  size_t row_bytes_ = 0;
  bool row_ended_ = false;
  bool discarding_ = false;
  bool discard_heeds_quotes_ = false;

  std::string raw_;          // the row's cells as libcsv gave them
  std::vector<Span> spans_;  // of raw_
  std::string text_;         // the row's cells in UTF-8
  std::vector<Span> decoded_;
  std::vector<Cell> cells_;
};

Reader::Reader(const Options& options, Sink& sink)
    : state_(std::make_unique<State>(options, sink)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<void> Reader::Push(ByteView bytes) {
  return state_->Push(AsText(bytes));
}
Result<void> Reader::Finish() {
  return state_->Finish();
}
char Reader::separator() const {
  return state_->separator();
}
Encoding Reader::encoding() const {
  return state_->encoding();
}

}  // namespace schakel::csv
