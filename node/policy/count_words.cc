#include "node/policy/count_words.h"

#include "node/policy/words.h"

namespace schakel::policy {
namespace {

using covenant::Aggregate;
using report::Language;

Words SpanWords(Aggregate::Span span) {
  switch (span) {
    case Aggregate::Span::kMonth:
      return {"maand", "month"};
    case Aggregate::Span::kQuarter:
      return {"kwartaal", "quarter"};
    case Aggregate::Span::kYear:
      return {"jaar", "year"};
  }
  return {"", ""};
}

// `text` with the numbers of the category in place of {least} and {round}.
std::string Filled(std::string text, const Aggregate& counts) {
  const auto put = [&text](const std::string& mark, int number) {
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
      text.replace(at, mark.size(), std::to_string(number));
  };
  put("{least}", counts.min_cell);
  put("{round}", counts.round);
  return text;
}

constexpr Words kPeriod{"Alleen over een kalenderperiode ({span}) die voorbij is. ",
                        "Only of a calendar period ({span}) that has ended. "};
constexpr Words kOwnRecords{
    "De node van de gever telt zijn eigen gegevens; wat een verbod met een voorwaarde thuishoudt, "
    "of wat daarvoor niet bekend is, telt niet mee. Een getal uit minder dan {least} gegevens of "
    "over minder dan {least} personen blijft weg; is het totaal zo klein, dan gaat er niets. ",
    "The giver's node counts its own records; what a deny with a condition keeps at home, or what "
    "is not known for it, is not counted. A number from fewer than {least} records or about fewer "
    "than {least} persons is left out; when the total is that small, nothing goes. "};
constexpr Words kSecond{
    "Naast een totaal blijft met een te klein getal ook het kleinste andere weg, en zo nodig meer, "
    "tot wat samen ontbreekt ten minste twee getallen, {least} gegevens en {least} personen is. ",
    "Beside a total the smallest other number is left out with one that is too small, and more "
    "where needed, until what is missing together is at least two numbers, {least} records and "
    "{least} persons. "};
constexpr Words kOwnNumbers{
    "De gever telt zelf; de node krijgt alleen de getallen. Een getal onder {least} blijft weg. Er "
    "is geen totaal en er blijft geen tweede getal weg. Hoeveel personen achter een getal staan "
    "weet de node niet: daarvoor staat de gever in. ",
    "The giver counts by itself; the node has the numbers alone. A number below {least} is left "
    "out. There is no total, and no second number is left out. How many persons are behind a "
    "number the node does not know: the giver answers for that. "};
constexpr Words kEveryNumber{"Elk getal is afgerond op een veelvoud van {round}. ",
                             "Every number is rounded to a multiple of {round}. "};
constexpr Words kAndTotal{"Elk getal, ook het totaal, is afgerond op een veelvoud van {round}. ",
                          "Every number, the total too, is rounded to a multiple of {round}. "};
constexpr Words kOnce{
    "Een periode wordt voor elke ontvanger, soort en groep eenmaal geteld, bij het eerste "
    "antwoord; "
    "daarna gaat steeds hetzelfde. Telt een volgende versie anders, dan gaat een periode die al "
    "geteld is niet meer.",
    "A period is counted once per recipient, category and group, at the first answer, and told the "
    "same way ever after. When a later version counts otherwise, a period that was counted is told "
    "no more."};

}  // namespace

std::string CountBrief(Language language, const Aggregate& counts) {
  const std::string span = SpanWords(counts.span).In(language);
  return Filled(language == Language::kDutch
                    ? "telling per " + span + ", niet onder {least}, afgerond op {round}"
                    : "count per " + span + ", not below {least}, rounded to {round}",
                counts);
}

std::string CountRule(Language language, const Aggregate& counts) {
  std::string out = kPeriod.In(language);
  const std::string mark = "{span}";
  out.replace(out.find(mark), mark.size(), SpanWords(counts.span).In(language));
  const bool own = !counts.of.empty();
  const bool split = own && !counts.by.empty();
  out += own ? kOwnRecords.In(language) : kOwnNumbers.In(language);
  if (split) out += kSecond.In(language);
  out += split ? kAndTotal.In(language) : kEveryNumber.In(language);
  return Filled(out + kOnce.In(language), counts);
}

}  // namespace schakel::policy
