// node compare.mjs [--every] [--mutate NAME | --flip]: reads what oracle_questions writes and compares each answer
// with Cedar's. Exit 1 when one differs, or with --every when an outcome was never reached. With a translation that is
// wrong on purpose (--mutations names them), or an answer of ours that is (--flip), it ends at the first difference.
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { Evaluator } from './evaluate.mjs';
import { MUTATIONS } from './translate.mjs';

// Every outcome of the steps, and what else must not be left untried.
const OUTCOMES = [
  'NOT_YET_VALID',
  'EXPIRED',
  'PARTY_UNKNOWN',
  'PURPOSE_UNKNOWN',
  'CATEGORY_UNKNOWN',
  'DENIED_BY_RULE',
  'FACT_UNKNOWN from a deny',
  'a deny TRUE and another UNKNOWN',
  'NO_RULE',
  'BASIS_EXPIRED',
  'FACT_UNKNOWN from permits',
  'CONDITION_FALSE',
  'UNDECLARED_FIELD',
  'NO_FIELDS',
  'INCOMPLETE',
  'permit',
  'permit after approval',
  'needs',
  'several permits at once',
  'withheld by a deny of fields that is TRUE',
  'withheld by a deny of fields that is UNKNOWN',
  'spared by unless_form',
];
const SHOWN = 3;

const options = process.argv.slice(2);
const every = options.includes('--every');
const flip = options.includes('--flip');
const mutation = options.includes('--mutate') ? options[options.indexOf('--mutate') + 1] : undefined;
if (options.includes('--mutations')) {
  console.log(MUTATIONS.join('\n'));
  process.exit(0);
}
if (mutation !== undefined && !MUTATIONS.includes(mutation)) {
  console.error(`--mutate is one of: ${MUTATIONS.join(' ')}`);
  process.exit(2);
}

const counts = new Map(OUTCOMES.map((name) => [name, 0]));
const count = (name) => {
  if (!counts.has(name)) throw new Error(`${name} is no outcome`);
  counts.set(name, counts.get(name) + 1);
};

let covenants = 0;
let compared = 0;
let different = 0;
let requests = 0;
let evaluator;

function compare({ ask, answer }) {
  compared += 1;
  let expected;
  try {
    expected = evaluator.decide(ask);
    if (expected.decision !== 'deny') count(expected.decision);
    else if (expected.code !== 'FACT_UNKNOWN') count(expected.code);
  } catch (error) {
    expected = { error: error.message };
  }
  // An answer of ours that is wrong on purpose.
  if (flip && compared === 1000) answer.withheld.push('verzonnen');
  if (isDeepStrictEqual(answer, expected)) return;
  different += 1;
  if (mutation !== undefined || flip) {
    console.log(`noticed at question ${compared}`);
    process.exit(1);
  }
  if (different > SHOWN) return;
  console.error(`DIFFERENT: covenant ${covenants}, ${JSON.stringify(ask)}`);
  console.error(`  ours:  ${JSON.stringify(answer)}\n  Cedar: ${JSON.stringify(expected)}`);
  console.error(`  rules: ${JSON.stringify(evaluator.covenant.rules)}`);
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const read = JSON.parse(line);
  if (read.covenant) {
    requests += evaluator?.requests ?? 0;
    evaluator = new Evaluator(read.covenant, count, mutation);
    covenants += 1;
  } else {
    compare(read);
  }
}
requests += evaluator?.requests ?? 0;

for (const [name, times] of counts) {
  if (every || times > 0) console.log(`${String(times).padStart(7)}  ${name}`);
}
console.log(`${covenants} covenants, ${compared} questions, ${requests} requests to Cedar, ${different} different`);
const never = every ? [...counts].filter(([, times]) => times === 0).map(([name]) => name) : [];
if (never.length > 0) console.error(`never reached: ${never.join(', ')}`);
if (compared === 0) console.error('nothing was compared');
process.exit(different > 0 || never.length > 0 || compared === 0 ? 1 : 0);
