// A covenant's canonical JSON as Cedar policies. What the rules mean is read from covenant text
// alone (node/covenant/README.md); nothing here knows how the node decides.
//
// One set of policies per question that is put to Cedar, so that no answer hides another:
//
//   denies    forbid per deny of the record: `D#true`, `D#unknown`
//   permits   permit per rule that lets something through: `K`
//   cells     permit per thing that is so, to explain: `K#from`, `K#cell`, `K#basis`, `K#true`,
//             `K#unknown`, `K#fact=F`
//   fields    (field, form) in the context: permit `K` per rule, forbid `D#true`, `D#unknown`
//   spared    the same: permit per deny of fields that bites on the field and spares the form
//   shape     the fields of the record in the context: permit when the category has them all
//   requires  what goes in the context: permit per rule and field that it requires and lacks
//
// principal: the receiving party. resource: the category, with the facts whose source it declares.
// context: the giver, the purpose, the time, and what is known; an unknown fact is absent.

const text = JSON.stringify; // Cedar's strings are JSON's, for the names there are
const list = (names) => `[${names.map(text).join(', ')}]`;

const WRONG = {
  'unknown-permits': 'an unknown fact makes a deny bite no more',
  'unknown-is-true': 'an unknown fact makes a permit true',
  'no-unless': 'a deny of fields spares no form',
  'no-needs': 'a basis needs no fact',
  'no-until': 'a basis never ends',
  'until-inclusive': 'a basis ends an instant late',
  'low-end': 'of an interval only the low end is looked at',
  'high-end': 'of an interval only the high end is looked at',
  'above-min': 'a lower bound is outside its range',
  'below-max': 'an upper bound is outside its range',
  'no-range': 'a number that the fact cannot be is known',
  'order-by-name': 'an ordered enum is ordered by its letters',
  'no-source': 'a deny reaches categories that lack its facts',
  'first-condition': 'only the first condition of a rule counts',
  'no-require': 'nothing is required',
  'undeclared-passes': 'a field that the category lacks is ignored',
};
export const MUTATIONS = Object.keys(WRONG);

class Translation {
  constructor(covenant, wrong) {
    this.covenant = covenant;
    this.wrong = wrong;
  }

  // Where the fact is read from is declared by the category.
  reaches(name, category) {
    const fact = this.covenant.facts[name];
    const about = this.covenant.categories[category];
    if (fact.stated_by) return fact.about !== 'person' || about.about === 'person';
    const [where, field] = fact.from.split('.');
    if (where === 'persoon') return about.about === 'person';
    return field in about.fields || field in (about.meta ?? {});
  }

  // When the test is TRUE, and when it is FALSE; in neither case it is UNKNOWN.
  test(name, test) {
    const fact = this.covenant.facts[name];
    const has = (end) => `context.facts has ${text(name + end)}`;
    const at = (end) => `context.facts[${text(name + end)}]`;
    if (fact.type === 'bool') {
      return { yes: `(${has('')} && ${at('')} == ${test})`, no: `(${has('')} && ${at('')} != ${test})` };
    }
    if (fact.type === 'enum') {
      const names = list(this.namesOf(fact, test));
      return {
        yes: `(${has('')} && ${names}.contains(${at('')}))`,
        no: `(${has('')} && !${names}.contains(${at('')}))`,
      };
    }
    let known = `${has('#lo')} && ${has('#hi')}`;
    if (fact.range && this.wrong !== 'no-range') {
      known += ` && ${at('#lo')} >= ${fact.range.min} && ${at('#hi')} <= ${fact.range.max}`;
    }
    const low = this.wrong === 'high-end' ? at('#hi') : at('#lo');
    const high = this.wrong === 'low-end' ? at('#lo') : at('#hi');
    const inside = [];
    const outside = [];
    if ('min' in test) {
      inside.push(`${low} ${this.wrong === 'above-min' ? '>' : '>='} ${test.min}`);
      outside.push(`${high} < ${test.min}`);
    }
    if ('max' in test) {
      inside.push(`${high} ${this.wrong === 'below-max' ? '<' : '<='} ${test.max}`);
      outside.push(`${low} > ${test.max}`);
    }
    return {
      yes: `(${known} && ${inside.join(' && ')})`,
      no: `(${known} && (${outside.join(' || ')}))`,
    };
  }

  namesOf(fact, test) {
    if (Array.isArray(test)) return test;
    const order = this.wrong === 'order-by-name' ? [...fact.values].sort() : fact.values;
    const first = 'min' in test ? order.indexOf(test.min) : 0;
    const last = 'max' in test ? order.indexOf(test.max) : order.length - 1;
    return order.slice(first, last + 1);
  }

  // Kleene's AND of the tests.
  whole(when) {
    let tests = Object.entries(when).map(([name, test]) => this.test(name, test));
    if (this.wrong === 'first-condition') tests = tests.slice(0, 1);
    const no = tests.map((t) => t.no).join(' || ') || 'false';
    const all = tests.map((t) => t.yes).join(' && ') || 'true';
    const yes = this.wrong === 'unknown-is-true' ? `!(${no})` : all;
    return { yes: `(${yes})`, no: `(${no})`, unknown: `(!(${all}) && !(${no}))` };
  }

  conditionsOf(rule) {
    const needs = this.covenant.bases[rule.permit.basis].needs;
    const when = rule.when ?? {};
    return needs === undefined || this.wrong === 'no-needs' ? when : { [needs]: true, ...when };
  }

  permit(sets, rule) {
    const { from, to, purpose, basis, category } = rule.permit;
    const axes = {
      from: `context.from == ${text(from)}`,
      to: `principal == Party::${text(to)}`,
      purpose: `context.purpose == ${text(purpose)}`,
      category: `resource == Category::${text(category)}`,
    };
    const cell = Object.values(axes).join(' && ');
    const { giver, until } = this.covenant.bases[basis];
    let valid = `${list(giver)}.contains(context.from)`;
    if (until !== undefined && this.wrong !== 'no-until') {
      valid += ` && context.now ${this.wrong === 'until-inclusive' ? '<=' : '<'} ${until}`;
    }
    const when = this.conditionsOf(rule);
    const whole = this.whole(when);
    const lets = `${cell} && ${valid} && ${whole.yes}`;
    const { id } = rule;
    sets.permits[id] = allow(lets);
    for (const [axis, same] of Object.entries(axes)) sets.cells[`${id}#${axis}`] = allow(same);
    sets.cells[`${id}#cell`] = allow(cell);
    sets.cells[`${id}#basis`] = allow(valid);
    sets.cells[`${id}#true`] = allow(whole.yes);
    sets.cells[`${id}#unknown`] = allow(whole.unknown);
    for (const [name, test] of Object.entries(when)) {
      sets.cells[`${id}#fact=${name}`] = allow(this.test(name, test).yes);
    }
    const pairs = Object.entries(rule.fields).map((pair) => list(pair));
    sets.fields[id] = allow(`${lets} && [${pairs.join(', ')}].contains([context.field, context.form])`);
    for (const name of rule.require ?? []) {
      if (this.wrong === 'no-require') break;
      sets.requires[`${id}#requires=${name}`] = allow(
        `context.by.contains(${text(id)}) && !context.given.contains(${text(name)})`,
      );
    }
  }

  deny(sets, rule) {
    const on = (names, what) => {
      if (names === 'any') return 'true';
      return `${list(Array.isArray(names) ? names : [names])}.contains(${what})`;
    };
    const { from, to, purpose, category, fields } = rule.deny;
    const facts = Object.keys(rule.when ?? {});
    const cell = [
      on(from, 'context.from'),
      on(to, 'context.to'),
      on(purpose, 'context.purpose'),
      on(category, 'context.category'),
      this.wrong === 'no-source' ? 'true' : `resource.facts.containsAll(${list(facts)})`,
    ];
    const whole = this.whole(rule.when ?? {});
    // With a wrong AND for permits a deny stays as it was.
    const truths = { true: `!${whole.no} && !${whole.unknown}`, unknown: whole.unknown };
    if (this.wrong === 'unknown-permits') delete truths.unknown;
    for (const [name, truth] of Object.entries(truths)) {
      const bites = [...cell, truth];
      if (fields === undefined) {
        sets.denies[`${rule.id}#${name}`] = refuse(bites.join(' && '));
        continue;
      }
      bites.push(`${list(fields)}.contains(context.field)`);
      const spared = `${list(rule.unless_form ?? [])}.contains(context.form)`;
      if (rule.unless_form && this.wrong !== 'no-unless') {
        sets.spared[`${rule.id}#${name}`] = allow([...bites, spared].join(' && '));
        bites.push(`!${spared}`);
      }
      sets.fields[`${rule.id}#${name}`] = refuse(bites.join(' && '));
    }
  }

  sets() {
    const sets = { denies: {}, permits: {}, cells: {}, fields: {}, spared: {}, shape: {}, requires: {} };
    const passes = this.wrong === 'undeclared-passes';
    sets.shape.declared = allow(passes ? 'true' : 'resource.names.containsAll(context.present)');
    for (const rule of this.covenant.rules) {
      if (rule.permit) this.permit(sets, rule);
      else this.deny(sets, rule);
    }
    // What is never forbidden is allowed, so that a set of forbids alone has an answer.
    sets.denies.otherwise = allow('true');
    return sets;
  }

  entities() {
    const { categories, facts } = this.covenant;
    return Object.entries(categories).map(([id, category]) => ({
      uid: { type: 'Category', id },
      attrs: {
        facts: Object.keys(facts).filter((name) => this.reaches(name, id)),
        names: [...Object.keys(category.fields), ...Object.keys(category.meta ?? {})],
      },
      parents: [],
    }));
  }
}

function allow(when) {
  return `permit(principal, action, resource) when { ${when} };`;
}

function refuse(when) {
  return `forbid(principal, action, resource) when { ${when} };`;
}

// `wrong`: one of MUTATIONS, or undefined for what the covenant says.
export function translate(covenant, wrong) {
  const translation = new Translation(covenant, wrong);
  return { sets: translation.sets(), entities: translation.entities() };
}
