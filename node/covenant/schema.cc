#include "node/covenant/schema.h"

#include <set>
#include <string>
#include <utility>

#include "node/base/check.h"
#include "node/canon/json.h"

namespace schakel::covenant {
namespace {

using canon::Value;

// Only what the reader (read_document.cc and its neighbours) takes; a test holds both against the
// covenants of policies/.
constexpr char kSchema[] = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"title": "Schakel covenant, as people write it",
"type": "object",
"additionalProperties": false,
"required": ["covenant", "lineage", "version", "title", "valid", "timezone", "status_max_age", "parties", "purposes", "bases", "facts",
  "categories", "defaults", "rules", "tests"],
"properties": {
  "covenant": {"const": 1, "description": "The language version; must be the first key."},
  "lineage": {"anyOf": [{"$ref": "#/$defs/fill"}, {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}]},
  "version": {"type": "integer", "minimum": 1, "maximum": 1000000},
  "previous": {"$ref": "#/$defs/hash", "description": "The hash of the version before; from version 2 on."},
  "title": {"$ref": "#/$defs/text"},
  "regime": {"enum": ["jeugdgroep", "pga", "zvh_wgs"]},
  "valid": {"type": "object", "additionalProperties": false, "required": ["from", "until"],
    "properties": {"from": {"$ref": "#/$defs/day"}, "until": {"$ref": "#/$defs/day", "description": "The last day."}, "review_by": {"$ref": "#/$defs/day"}}},
  "timezone": {"enum": ["Europe/Amsterdam", "UTC"]},
  "status_max_age": {"$ref": "#/$defs/clock_period"},
  "limits": {"type": "object", "additionalProperties": false, "required": ["subjects_per_request", "persons_per_group_per_quarter"],
    "properties": {"subjects_per_request": {"type": "integer", "minimum": 1}, "persons_per_group_per_quarter": {"type": "integer", "minimum": 1, "maximum": 1000000},
      "request_ttl": {"$ref": "#/$defs/clock_period"}, "approval_ttl": {"$ref": "#/$defs/clock_period"}}},
  "min_cell": {"type": "integer", "minimum": 2, "maximum": 1000000},
  "on_leave": {"enum": ["continue", "end"]},
  "documents": {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false, "required": ["title", "sha256"],
    "properties": {"title": {"$ref": "#/$defs/text"}, "sha256": {"$ref": "#/$defs/hash"}}}},
  "parties": {"$ref": "#/$defs/named", "minProperties": 2, "additionalProperties": {"type": "object", "additionalProperties": false,
    "required": ["name", "oin", "organisation", "roots", "threshold"],
    "properties": {"name": {"$ref": "#/$defs/text"}, "oin": {"type": "string", "pattern": "^[0-9]{20}$", "description": "20 digits, between double quotes."},
      "organisation": {"$ref": "#/$defs/name"}, "roots": {"$ref": "#/$defs/roots"}, "threshold": {"$ref": "#/$defs/threshold"}}}},
  "auditors": {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false,
    "required": ["name", "roots", "threshold", "scope", "detail", "until"],
    "properties": {"name": {"$ref": "#/$defs/text"}, "roots": {"$ref": "#/$defs/roots"}, "threshold": {"$ref": "#/$defs/threshold"},
      "scope": {"type": "object", "additionalProperties": false, "required": ["organisations", "categories"],
        "properties": {"organisations": {"$ref": "#/$defs/names"},
          "categories": {"anyOf": [{"const": "any"}, {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/category"}}]}}},
      "detail": {"enum": ["metadata", "decisions"]}, "until": {"$ref": "#/$defs/day"}}}},
  "purposes": {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false, "required": ["text"],
    "properties": {"text": {"$ref": "#/$defs/text"}}}},
  "bases": {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false, "required": ["law", "giver", "purposes"],
    "properties": {"law": {"$ref": "#/$defs/text"}, "instrument": {"$ref": "#/$defs/document"}, "giver": {"$ref": "#/$defs/parties"},
      "purposes": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/purpose"}},
      "until": {"$ref": "#/$defs/day"}, "needs": {"$ref": "#/$defs/fact"},
      "bsn": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"$ref": "#/$defs/party"}}}}},
  "facts": {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false, "required": ["type"],
    "oneOf": [{"required": ["from"]}, {"required": ["stated_by"]}],
    "properties": {"type": {"enum": ["bool", "int", "enum", "age", "elapsed"]},
      "values": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}},
      "ordered": {"type": "boolean"},
      "range": {"type": "object", "additionalProperties": false, "required": ["min", "max"], "properties": {"min": {"type": "integer"}, "max": {"type": "integer"}}},
      "about": {"enum": ["person", "group"]},
      "from": {"type": "string", "pattern": "^(persoon|record)\\.[a-z][a-z0-9_-]{0,39}$"},
      "stated_by": {"type": "object", "additionalProperties": false, "required": ["any", "threshold"],
        "properties": {"any": {"$ref": "#/$defs/parties"}, "threshold": {"type": "integer", "minimum": 1}}}},
    "if": {"properties": {"type": {"const": "enum"}}, "required": ["type"]}, "then": {"required": ["values"]}, "else": {"properties": {"values": false, "ordered": false}}}},
  "categories": {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false, "required": ["about", "fields"],
    "properties": {"about": {"enum": ["person", "group"]}, "fields": {"$ref": "#/$defs/field_types"}, "meta": {"$ref": "#/$defs/field_types"},
      "guard": {"type": "boolean"}, "min_cell": {"type": "integer", "minimum": 2},
      "aggregate": {"type": "object", "additionalProperties": false, "required": ["period"],
        "properties": {"of": {"$ref": "#/$defs/category"}, "date": {"$ref": "#/$defs/name"},
          "by": {"anyOf": [{"$ref": "#/$defs/names"}, {"$ref": "#/$defs/named", "additionalProperties": {"type": "object", "additionalProperties": false,
            "required": ["field"], "properties": {"field": {"$ref": "#/$defs/name"}, "form": {"$ref": "#/$defs/form"}}}}]},
          "period": {"enum": ["month", "quarter", "year"]}, "round": {"type": "integer", "minimum": 1}}}}}},
  "defaults": {"type": "object", "additionalProperties": false, "required": ["retain", "onward", "journal"],
    "properties": {"retain": {"$ref": "#/$defs/period"}, "onward": {"$ref": "#/$defs/onward"}, "journal": {"const": "both"}}},
  "rules": {"type": "array", "items": {"type": "object", "oneOf": [{"$ref": "#/$defs/permit"}, {"$ref": "#/$defs/deny"}]}},
  "tests": {"type": "array", "items": {"$ref": "#/$defs/test"}}
},
"$defs": {
  "fill": {"const": "fill", "description": "`schakel covenant prepare` puts it in."},
  "text": {"type": "string", "minLength": 1},
  "name": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$", "not": {"enum": ["any", "none"]}},
  "names": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/name"}},
  "named": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"}},
  "party": {"$ref": "#/$defs/name"},
  "purpose": {"$ref": "#/$defs/name"},
  "basis": {"$ref": "#/$defs/name"},
  "category": {"$ref": "#/$defs/name"},
  "fact": {"$ref": "#/$defs/name"},
  "document": {"$ref": "#/$defs/name"},
  "rule": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,15}$"},
  "parties": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/party"}},
  "onward": {"anyOf": [{"const": "none"}, {"$ref": "#/$defs/parties"}]},
  "hash": {"anyOf": [{"$ref": "#/$defs/fill"}, {"type": "string", "pattern": "^[0-9a-f]{64}$"}]},
  "day": {"anyOf": [{"$ref": "#/$defs/fill"}, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}]},
  "roots": {"anyOf": [{"$ref": "#/$defs/fill"}, {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "pattern": "^ed25519:"}}]},
  "threshold": {"anyOf": [{"$ref": "#/$defs/fill"}, {"type": "integer", "minimum": 1}]},
  "period": {"type": "string", "pattern": "^(P[1-9][0-9]{0,4}[DMY]|PT[1-9][0-9]{0,4}[HM])$"},
  "clock_period": {"type": "string", "pattern": "^(P[1-9][0-9]{0,4}D|PT[1-9][0-9]{0,4}[HM])$"},
  "field_type": {"enum": ["date", "name", "code", "bsn", "ref", "freetext", "bool"]},
  "field_types": {"$ref": "#/$defs/named", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/field_type"}},
  "form": {"anyOf": [{"enum": ["plain", "match", "month", "year", "initials", "pseudonym(recipient)", "pseudonym(covenant)", "reviewed", "withheld"]},
    {"type": "string", "pattern": "^(coarse\\([a-z][a-z0-9_-]{0,39}\\)|band\\([0-9]+(, ?[0-9]+)*\\))$"}]},
  "forms": {"$ref": "#/$defs/named", "additionalProperties": {"$ref": "#/$defs/form"}},
  "condition": {"anyOf": [{"type": "boolean"}, {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string"}},
    {"type": "object", "additionalProperties": false, "minProperties": 1,
      "properties": {"min": {"type": ["integer", "string"]}, "max": {"type": ["integer", "string"]}}}]},
  "when": {"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#/$defs/fact"}, "additionalProperties": {"$ref": "#/$defs/condition"}},
  "permit": {"type": "object", "additionalProperties": false, "required": ["id", "permit", "fields"],
    "properties": {"id": {"$ref": "#/$defs/rule_id"},
      "permit": {"type": "object", "additionalProperties": false, "required": ["from", "to", "purpose", "basis", "category"],
        "description": "Exactly one giver, recipient, purpose, basis and category.",
        "properties": {"from": {"$ref": "#/$defs/party"}, "to": {"$ref": "#/$defs/party"}, "purpose": {"$ref": "#/$defs/purpose"},
          "basis": {"$ref": "#/$defs/basis"}, "category": {"$ref": "#/$defs/category"}}},
      "when": {"$ref": "#/$defs/when"},
      "fields": {"$ref": "#/$defs/forms", "minProperties": 1},
      "require": {"$ref": "#/$defs/names"}, "retain": {"$ref": "#/$defs/period"}, "onward": {"$ref": "#/$defs/onward"}, "journal": {"const": "both"},
      "approval": {"type": "object", "additionalProperties": false, "required": ["by", "role", "valid"],
        "properties": {"by": {"$ref": "#/$defs/party"}, "role": {"enum": ["approver", "contributor", "officer", "regisseur"]}, "not": {"const": "requester"},
          "valid": {"$ref": "#/$defs/clock_period"}}}}},
  "deny": {"type": "object", "additionalProperties": false, "required": ["id", "deny"],
    "properties": {"id": {"$ref": "#/$defs/rule_id"},
      "deny": {"type": "object", "additionalProperties": false, "required": ["from", "to", "purpose", "category"],
        "properties": {"from": {"$ref": "#/$defs/any_party"}, "to": {"$ref": "#/$defs/any_party"},
          "purpose": {"anyOf": [{"const": "any"}, {"$ref": "#/$defs/purpose"}, {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/purpose"}}]},
          "category": {"anyOf": [{"const": "any"}, {"$ref": "#/$defs/category"}, {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/category"}}]},
          "fields": {"$ref": "#/$defs/names"}}},
      "guard": {"type": "boolean"}, "when": {"$ref": "#/$defs/when"}, "text": {"$ref": "#/$defs/text"},
      "unless_form": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/form"}}}},
  "rule_id": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,15}$"},
  "any_party": {"anyOf": [{"const": "any"}, {"$ref": "#/$defs/party"}, {"$ref": "#/$defs/parties"}]},
  "test": {"type": "object", "additionalProperties": false, "required": ["name", "ask", "expect"],
    "properties": {"name": {"$ref": "#/$defs/text"},
      "ask": {"type": "object", "additionalProperties": false, "required": ["from", "to", "purpose", "category"],
        "properties": {"from": {"$ref": "#/$defs/party"}, "to": {"$ref": "#/$defs/party"}, "purpose": {"$ref": "#/$defs/purpose"}, "category": {"$ref": "#/$defs/category"},
          "present": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}, "approved": {"type": "boolean"}, "now": {"type": "integer", "minimum": 0},
          "facts": {"type": "object", "propertyNames": {"$ref": "#/$defs/fact"},
            "additionalProperties": {"anyOf": [{"type": ["boolean", "string", "integer"]},
              {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}}]}}}},
      "expect": {"type": "object", "additionalProperties": false, "required": ["decision"],
        "properties": {"decision": {"enum": ["permit", "needs", "deny"]},
          "code": {"enum": ["NOT_YET_VALID", "EXPIRED", "NO_RULE", "DENIED_BY_RULE", "FACT_UNKNOWN", "BASIS_EXPIRED", "CONDITION_FALSE", "UNDECLARED_FIELD",
            "NO_FIELDS", "INCOMPLETE", "OBLIGATION_UNSUPPORTED"]},
          "fields": {"$ref": "#/$defs/forms"}, "withheld": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/name"}},
          "by": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/rule"}}, "retain": {"$ref": "#/$defs/period"},
          "onward": {"anyOf": [{"const": "none"}, {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/party"}}]},
          "approval": {"$ref": "#/$defs/text"}, "nearest": {"$ref": "#/$defs/rule"},
          "failed": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/fact"}}}}}}
}
})json";

template <typename Keyed>
void Enumerate(Value::Object& definitions, const char* name, const Keyed& keyed) {
  Value::Array names;
  for (const auto& entry : keyed)
    names.emplace_back(entry.first);
  if (names.empty()) return;
  definitions.insert_or_assign(name, Value::Object{{"enum", std::move(names)}});
}

}  // namespace

Value AuthoringSchema(const Document* names) {
  auto parsed = canon::ParseJson(kSchema);
  CHECK(parsed.ok());
  Value schema = std::move(*parsed);
  if (names == nullptr) return schema;
  Value::Object& definitions = *schema.AsObject()->at("$defs").AsObject();
  Enumerate(definitions, "party", names->parties);
  Enumerate(definitions, "purpose", names->purposes);
  Enumerate(definitions, "basis", names->bases);
  Enumerate(definitions, "category", names->categories);
  Enumerate(definitions, "fact", names->facts);
  Enumerate(definitions, "document", names->documents);
  std::set<std::string> rules;
  for (const Permit& permit : names->permits)
    rules.insert(permit.id);
  for (const Deny& deny : names->denies)
    rules.insert(deny.id);
  if (!rules.empty()) {
    definitions.insert_or_assign("rule",
                                 Value::Object{{"enum", Value::Array(rules.begin(), rules.end())}});
  }
  return schema;
}

}  // namespace schakel::covenant
