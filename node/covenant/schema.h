// A JSON Schema (2020-12) of the YAML that people write, for editors: keys, forms and dates, with
// `fill` where a template may have it. It knows the shape alone; what the rules mean together,
// `schakel covenant lint` tells.
#pragma once

#include "node/canon/value.h"
#include "node/covenant/document.h"

namespace schakel::covenant {

// With a document, parties, purposes, bases, categories, facts, documents and rules are those that
// it declares; without, any name.
canon::Value AuthoringSchema(const Document* names = nullptr);

}  // namespace schakel::covenant
