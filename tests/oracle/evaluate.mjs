// The steps of the specification over Cedar's answers: what `schakel covenant test --ask` must say.
import { setFlagsFromString } from 'node:v8';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { translate } from './translate.mjs';

// Node.js 20 ends with "unreachable code" where it inlined a call into WebAssembly and takes that back.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const DECOYS = ['plain', 'month', 'year', 'initials', 'reviewed'];

function must(answer) {
  if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
  return answer;
}

export class Evaluator {
  // Counts what was reached, by name.
  constructor(covenant, count, wrong) {
    this.covenant = covenant;
    this.count = count;
    this.wrong = wrong;
    const { sets, entities } = translate(covenant, wrong);
    this.entities = Object.fromEntries(entities.map((entity) => [entity.uid.id, [entity]]));
    this.sizes = {};
    for (const [name, policies] of Object.entries(sets)) {
      this.sizes[name] = Object.keys(policies).length;
      must(cedar.preparsePolicySet(name, { staticPolicies: policies }));
    }
    this.permits = covenant.rules.filter((rule) => rule.permit).sort((a, b) => (a.id < b.id ? -1 : 1));
    this.requests = 0;
  }

  // The ids that decide, and whether it is allowed.
  ask(set, question, more = {}) {
    if (this.sizes[set] === 0) return { allowed: false, ids: [] };
    this.requests += 1;
    const { response } = must(
      cedar.statefulIsAuthorized({
        principal: { type: 'Party', id: question.to },
        action: { type: 'Action', id: 'receive' },
        resource: { type: 'Category', id: question.category },
        context: { ...this.contextOf(question), ...more },
        preparsedPolicySetId: set,
        entities: this.entities[question.category],
        validateRequest: false,
      }),
    );
    const { reason, errors } = response.diagnostics;
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return { allowed: response.decision === 'allow', ids: reason };
  }

  contextOf({ from, to, purpose, category, facts = {}, now = this.covenant.valid.from }) {
    const known = {};
    for (const [name, value] of Object.entries(facts)) {
      if (typeof value !== 'number' && !Array.isArray(value)) {
        known[name] = value;
      } else {
        [known[`${name}#lo`], known[`${name}#hi`]] = Array.isArray(value) ? value : [value, value];
      }
    }
    return { from, to, purpose, category, now, facts: known };
  }

  decide(question) {
    const refused = (code, more = {}) => ({
      by: [],
      code,
      decision: 'deny',
      failed: [],
      fields: {},
      onward: [],
      withheld: [],
      ...more,
    });
    const gate = this.gate(question);
    if (gate) return refused(gate);
    const denied = this.denied(question);
    if (denied) return refused(denied.code, { by: denied.by });
    const { ids } = this.ask('permits', question);
    const by = [...ids].sort();
    if (by.length === 0) return refused(...this.noPermit(question));
    if (by.length > 1) this.count('several permits at once');
    return this.deliver(question, by, refused);
  }

  // Step 0, validity and names.
  gate({ from, to, purpose, category, now = this.covenant.valid.from }) {
    const { valid, parties, purposes, categories } = this.covenant;
    if (now < valid.from) return 'NOT_YET_VALID';
    if (now >= valid.until) return 'EXPIRED';
    if (!(from in parties) || !(to in parties)) return 'PARTY_UNKNOWN';
    if (!(purpose in purposes)) return 'PURPOSE_UNKNOWN';
    if (!(category in categories)) return 'CATEGORY_UNKNOWN';
    return undefined;
  }

  // Step 2, denies of the record.
  denied(question) {
    const { allowed, ids } = this.ask('denies', question);
    if (allowed) return undefined;
    const having = (truth) =>
      ids.filter((id) => id.endsWith(truth)).map((id) => id.slice(0, -truth.length)).sort();
    const certain = having('#true');
    if (certain.length > 0) {
      if (certain.length < ids.length) this.count('a deny TRUE and another UNKNOWN');
      return { code: 'DENIED_BY_RULE', by: certain };
    }
    this.count('FACT_UNKNOWN from a deny');
    return { code: 'FACT_UNKNOWN', by: having('#unknown') };
  }

  // Step 4.
  noPermit(question) {
    const so = new Set(this.ask('cells', question).ids);
    const cell = this.permits.filter(({ id }) => so.has(`${id}#cell`));
    const least = (rules, far) => {
      const fewest = Math.min(...rules.map(far));
      return rules.find((rule) => far(rule) === fewest);
    };
    if (cell.length === 0) {
      const axes = ['from', 'to', 'purpose', 'category'];
      const nearest = least(this.permits, ({ id }) => axes.filter((axis) => !so.has(`${id}#${axis}`)).length);
      return ['NO_RULE', nearest ? { nearest: nearest.id } : {}];
    }
    const notTrue = ({ id, permit, when = {} }) => {
      const { needs } = this.covenant.bases[permit.basis];
      const facts = new Set([...Object.keys(when), ...(needs ? [needs] : [])]);
      return [...facts].filter((fact) => !so.has(`${id}#fact=${fact}`)).sort();
    };
    const nearest = least(cell, (rule) => notTrue(rule).length);
    const more = { nearest: nearest.id, failed: notTrue(nearest) };
    if (cell.some(({ id }) => so.has(`${id}#true`) && !so.has(`${id}#basis`))) return ['BASIS_EXPIRED', more];
    if (cell.some(({ id }) => so.has(`${id}#unknown`))) {
      this.count('FACT_UNKNOWN from permits');
      return ['FACT_UNKNOWN', more];
    }
    return ['CONDITION_FALSE', more];
  }

  // Steps 5 to 7.
  deliver(question, by, refused) {
    const declared = Object.keys(this.covenant.categories[question.category].fields).sort();
    const present = question.present ?? declared;
    if (!this.ask('shape', question, { present }).allowed) return refused('UNDECLARED_FIELD', { by });
    const fields = {};
    const withheld = [];
    for (const field of declared.filter((name) => present.includes(name))) {
      const form = this.formOf(question, by, field);
      if (form) fields[field] = form;
      else withheld.push(field);
    }
    const given = Object.keys(fields);
    if (given.length === 0) return refused('NO_FIELDS', { by, withheld });
    if (this.ask('requires', question, { by, given }).ids.length > 0) return refused('INCOMPLETE', { by, withheld });
    const { onward, retain, approval } = this.obligations(by);
    const answer = { by, decision: 'permit', failed: [], fields, onward, retain, withheld };
    if (!approval) return answer;
    if (question.approved === true) {
      this.count('permit after approval');
      return answer;
    }
    return { ...answer, decision: 'needs', approval: approval.role };
  }

  // The one form in which Cedar lets the field go; undefined when it is withheld.
  formOf(question, by, field) {
    const spoken = new Set();
    for (const { permit, fields } of this.permits) {
      const near = permit.to === question.to && permit.category === question.category;
      if (near && field in fields) spoken.add(fields[field]);
    }
    // A form that nobody gives never goes; one such in a while.
    if (this.requests % 4 === 0) spoken.add(DECOYS[field.length % DECOYS.length]);
    const forms = [];
    for (const form of spoken) {
      const { allowed, ids } = this.ask('fields', question, { field, form });
      if (allowed) {
        if (ids.some((id) => !by.includes(id))) throw new Error(`${field}: by ${ids}, not ${by}`);
        forms.push(form);
      } else if (ids.length > 0 && form !== 'withheld' && this.given(by, field) === form) {
        const certain = ids.some((id) => id.endsWith('#true'));
        this.count(`withheld by a deny of fields that is ${certain ? 'TRUE' : 'UNKNOWN'}`);
      }
    }
    if (forms.length > 1) throw new Error(`${field}: ${forms.join(' and ')}`);
    if (forms.length === 0 || forms[0] === 'withheld') return undefined;
    const [form] = forms;
    if (this.ask('spared', question, { field, form }).allowed) this.count('spared by unless_form');
    return form;
  }

  given(by, field) {
    return this.permits.find(({ id, fields }) => by.includes(id) && field in fields)?.fields[field];
  }

  // Those of the permits, which are equal, over the defaults.
  obligations(by) {
    const { defaults } = this.covenant;
    const all = this.permits
      .filter(({ id }) => by.includes(id))
      .map(({ onward = defaults.onward, retain = defaults.retain, approval }) => ({
        onward: onward === 'none' ? [] : [...onward].sort(),
        retain,
        approval,
      }));
    for (const other of all) {
      if (JSON.stringify(other) !== JSON.stringify(all[0])) throw new Error(`obligations of ${by} differ`);
    }
    return all[0];
  }
}
