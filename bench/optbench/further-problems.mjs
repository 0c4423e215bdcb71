// Further problems of the same kind as those in problems.mjs, written to find out where an optimizer is weak. Same rules: everything is seeded, hidden
// data leaves only through feedback and through what a task model answers.
//
//   silent    five steps, one lacks everything; what a step skipped is told by half of its outputs only
//   pairs     two prompts; a check holds only where both have their half of it, so that a single edit gains nothing
//   rubric    one prompt; a noisy score in steps of 0.2, and one finding a run
//   misled    one prompt; every fourth finding is wrong, and following it breaks a check
//   few       rules with 6 cases
//   many      rules with 200 cases
//   mixed     a prompt, a number, a choice and a boolean of which only some are told about
//   shots     a prompt and a list of at most 4 of 16 examples, some of them harmful
import { UNIVERSE, pick, propose as proposeTexts, problem as base, rng, rulesIn, shuffle } from './problems.mjs'

const TOPICS = ['billing', 'shipping', 'refunds', 'account', 'technical']
const compliance = (text) => Math.max(0.5, 0.97 - 0.004 * Math.max(0, (text.match(/[.!?](\s|$)/g) || []).length - 10))
const ticket = (r, topic, id) => `Ticket ${id}: a ${pick(r, ['new', 'returning', 'upset', 'busy'])} customer writes about ${topic} (ref ${100 + Math.floor(r() * 900)}).`
const cases = (r, count, tag, topics = TOPICS) => Array.from({ length: count }, (_, i) => ({ id: `${tag}${i}`, topic: topics[i % topics.length], input: ticket(r, topics[i % topics.length], `${tag}${i}`) }))
const reply = (system, rr) => { const did = rulesIn(system).filter(() => rr() < compliance(system)); return `Dear customer, thank you for your message. Here I ${did.length ? did.join('; I ') : 'acknowledge it'}.` }
const says = (output, rule) => new RegExp(`\\bI ${rule}(?![a-z])`).test(output)
const passed = (feedback) => (feedback.length ? feedback : ['All assertions passed.'])
const texts = (seedCandidate) => Object.entries(seedCandidate).map(([name, initial]) => ({ name, kind: 'text', module: name, initial }))

function makeSilent(seed) {
  const r = rng('silent', seed), mods = ['read', 'sort', 'draft', 'check', 'send']
  const perm = shuffle(r, UNIVERSE), topics = TOPICS.slice(0, 2)
  const own = Object.fromEntries(mods.map((m, i) => [m, { g: [perm[4 * i], perm[4 * i + 1]], [topics[0]]: [perm[4 * i + 2]], [topics[1]]: [perm[4 * i + 3]] }]))
  const all = (m, t) => [...own[m].g, ...own[m][t]]
  const hidden = new Set(mods.flatMap((m) => Object.values(own[m]).flat()))
  const at = pick(r, mods)
  const seedCandidate = Object.fromEntries(mods.map((m) => [m, [`You are the ${m} step of a mail desk.`, ...(m === at ? [] : Object.values(own[m]).flat().map((x) => `Always ${x}.`))].join(' ')]))
  return {
    seedCandidate, modules: mods, train: cases(r, 12, 'tr', topics), val: cases(r, 12, 'va', topics), target: 0.93,
    expected: (cand) => topics.reduce((sum, t) => {
      let [k, n, clean] = [0, 0, 1]
      for (const m of mods) {
        const have = rulesIn(cand[m]), q = compliance(cand[m])
        for (const x of all(m, t)) { n++; if (have.includes(x)) k += q }
        clean *= (1 - q) ** have.filter((h) => !hidden.has(h)).length
      }
      return sum + (k + clean) / (n + 1)
    }, 0) / topics.length,
    task(module, system, user, rr) {
      const mine = all(module, topics.find((t) => user.includes(t))), q = compliance(system)
      const did = rulesIn(system).filter((h) => (mine.includes(h) || !hidden.has(h)) && rr() < q)
      const skipped = mine.filter((x) => !did.includes(x))
      return `${module} done. ${did.map((d) => `did: ${d}.`).join(' ')} ${rr() < 0.5 ? skipped.map((d) => `skipped: ${d}.`).join(' ') : ''}`.trim()
    },
    judge(c, outputs) {
      const fb = []
      let [ok, n, bad] = [0, 0, 0]
      for (const m of mods) for (const x of all(m, c.topic)) { n++; if ((outputs[m] ?? '').includes(`did: ${x}`)) ok++; else fb.push(`Assertion failed: the final reply must ${x}.`) }
      for (const m of mods) for (const u of UNIVERSE) if (!hidden.has(u) && (outputs[m] ?? '').includes(`did: ${u}`)) { bad++; fb.push(`Assertion failed: the final reply must not ${u}.`) }
      return { score: (ok + (bad ? 0 : 1)) / (n + 1), feedback: passed(fb) }
    },
  }
}

function makePairs(seed) {
  const r = rng('pairs', seed), perm = shuffle(r, UNIVERSE), mods = ['plan', 'write']
  const pairs = Array.from({ length: 6 }, (_, i) => ({ plan: perm[2 * i], write: perm[2 * i + 1] }))
  const of = (c) => [pairs[0], pairs[1], pairs[2 + (TOPICS.indexOf(c.topic) % 4)]]
  const hidden = new Set(pairs.flatMap((p) => Object.values(p)))
  const holds = (p, cand) => mods.reduce((q, m) => q * (rulesIn(cand[m]).includes(p[m]) ? compliance(cand[m]) : 0), 1)
  return {
    seedCandidate: { plan: 'You plan a reply.', write: 'You write the reply from the plan.' }, modules: mods, train: cases(r, 20, 'tr'), val: cases(r, 20, 'va'), target: 0.85,
    expected: (cand) => TOPICS.reduce((sum, topic) => sum + of({ topic }).reduce((s, p) => s + holds(p, cand), 0) / 3, 0) / TOPICS.length
      * mods.reduce((q, m) => q * 0.95 ** rulesIn(cand[m]).filter((x) => !hidden.has(x)).length, 1),
    task: (module, system, user, rr) => { const q = compliance(system), did = rulesIn(system).filter(() => rr() < q); return `${module} done. ${did.map((d) => `did: ${d}.`).join(' ')}` },
    judge(c, outputs) {
      const fb = []
      let ok = 0
      for (const p of of(c)) {
        const lacking = mods.filter((m) => !(outputs[m] ?? '').includes(`did: ${p[m]}`))
        if (lacking.length === 0) ok++
        else fb.push(`Assertion failed: the ${lacking[0]} must ${p[lacking[0]]}${lacking.length > 1 ? `, and the ${lacking[1]} must ${p[lacking[1]]}` : ''}.`)
      }
      return { score: ok / 3, feedback: passed(fb) }
    },
    // "the plan must …": a component takes what is said of it.
    propose(editable, evidence, rr, length) {
      return Object.assign({}, ...Object.entries(editable).map(([name, cur]) => {
        const own = [...evidence.matchAll(new RegExp(`the ${name} must (?!not)([^.,\\n]+)`, 'g'))].map(([, x]) => `Assertion failed: the reply must ${x}.`)
        return proposeTexts({ [name]: cur }, own.join('\n'), rr, length)
      }))
    },
  }
}

function makeOnePrompt(seed, { name, rules = 8, train = 20, finding, score, target }) {
  const r = rng(name, seed), perm = shuffle(r, UNIVERSE), globals = perm.slice(0, rules - 5)
  const byTopic = Object.fromEntries(TOPICS.map((t, i) => [t, [perm[rules - 5 + i]]]))
  const hidden = new Set(perm.slice(0, rules)), outside = perm.slice(rules)
  const required = (c) => [...globals, ...byTopic[c.topic]]
  return {
    seedCandidate: { system: 'You are a support agent. Reply to the ticket.' }, modules: ['system'], train: cases(r, train, 'tr'), val: cases(r, 20, 'va'), target,
    expected(cand) {
      const have = rulesIn(cand.system), q = compliance(cand.system), clean = (1 - q) ** have.filter((h) => !hidden.has(h)).length
      return TOPICS.reduce((sum, t) => sum + (required({ topic: t }).filter((x) => have.includes(x)).length * q + clean) / (globals.length + 2), 0) / TOPICS.length
    },
    task: (module, system, user, rr) => reply(system, rr),
    judge(c, outputs) {
      const out = outputs.system ?? '', rr = rng(name, seed, c.id, out)
      const missing = required(c).filter((x) => !says(out, x)).map((x) => `Assertion failed: the reply must ${x}.`)
      const bad = UNIVERSE.filter((u) => !hidden.has(u) && says(out, u)).map((u) => `Assertion failed: the reply must not ${u}.`)
      const frac = (required(c).length - missing.length + (bad.length ? 0 : 1)) / (required(c).length + 1)
      return { score: score(frac, rr), feedback: passed(finding([...missing, ...bad], rr, outside)) }
    },
  }
}
const makeRubric = (seed) => makeOnePrompt(seed, {
  name: 'rubric', target: 0.88, finding: (all, rr) => (all.length ? [pick(rr, all)] : []),
  score: (frac, rr) => Math.min(1, Math.max(0, Math.round((frac + (rr() + rr() + rr() - 1.5) * 0.25) * 5) / 5)),
})
const makeMisled = (seed) => makeOnePrompt(seed, {
  name: 'misled', target: 0.88, score: (frac) => frac,
  finding: (all, rr, outside) => all.map((one) => (rr() < 0.25 ? `Assertion failed: the reply must ${pick(rr, outside)}.` : one)),
})

/** The rules problem with another number of cases to learn from. */
function makeRules(seed, count) {
  const made = base('rules', `${seed}`)
  const train = cases(rng('train', seed, count), count, 'tr')
  return { ...made, train }
}

function makeMixed(seed) {
  const r = rng('mixed', seed), perm = shuffle(r, UNIVERSE), hidden = perm.slice(0, 6)
  const styles = ['formal', 'warm', 'brief', 'playful'], goal = { style: pick(r, styles.slice(1)), limit: Math.round(20 + r() * 60), strict: r() < 0.5 }
  const required = (c) => [hidden[0], hidden[1 + TOPICS.indexOf(c.topic)]]
  const near = (limit) => Math.max(0, 1 - Math.abs(Number(limit) - goal.limit) / 40)
  return {
    seedCandidate: { system: 'You are a support agent. Reply to the ticket.', limit: 5, style: 'formal', strict: !goal.strict }, modules: ['system'], train: cases(r, 20, 'tr'), val: cases(r, 20, 'va'), target: 0.9,
    parameters: [
      { name: 'system', kind: 'text', module: 'system', initial: 'You are a support agent. Reply to the ticket.' }, { name: 'limit', kind: 'number', min: 0, max: 100, initial: 5 },
      { name: 'style', kind: 'choice', choices: styles, initial: 'formal' }, { name: 'strict', kind: 'boolean', initial: !goal.strict },
    ],
    expected(cand) {
      const have = rulesIn(cand.system), q = compliance(cand.system), clean = (1 - q) ** have.filter((h) => !hidden.includes(h)).length
      const rest = (cand.style === goal.style) + near(cand.limit) + (String(cand.strict) === String(goal.strict))
      return TOPICS.reduce((sum, topic) => sum + (required({ topic }).filter((x) => have.includes(x)).length * q + clean + rest) / 6, 0) / TOPICS.length
    },
    task: (module, system, user, rr) => reply(system, rr),
    judge(c, outputs, cand) {
      const out = outputs.system ?? '', fb = required(c).filter((x) => !says(out, x)).map((x) => `Assertion failed: the reply must ${x}.`)
      let ok = 2 - fb.length
      const bad = UNIVERSE.filter((u) => !hidden.includes(u) && says(out, u))
      if (bad.length) fb.push(...bad.map((u) => `Assertion failed: the reply must not ${u}.`)); else ok++
      if (cand.style === goal.style) ok++; else fb.push('Assertion failed: the customer did not like the tone.')
      ok += near(cand.limit)
      if (near(cand.limit) < 0.9) fb.push(`Assertion failed: expected the length to be ${goal.limit}, got ${cand.limit}.`)
      if (String(cand.strict) === String(goal.strict)) ok++; else fb.push('Assertion failed: the policy was not followed.')
      return { score: ok / 6, feedback: passed(fb) }
    },
    propose(editable, evidence, rr, length) {
      const { limit, style, strict, ...others } = editable
      return {
        ...proposeTexts(others, evidence, rr, length),
        ...(limit !== undefined && { limit: /expected the length to be/.test(evidence) && rr() < 0.6 ? String(Math.max(0, Math.min(100, Math.round(Number(limit) + (rr() < 0.7 ? 1 : -1) * 30 * rr())))) : limit }),
        ...(style !== undefined && { style: /did not like the tone/.test(evidence) && rr() < 0.5 ? pick(rr, styles) : style }),
        ...(strict !== undefined && { strict: /policy was not followed/.test(evidence) && rr() < 0.4 ? String(strict !== 'true') : strict }),
      }
    },
  }
}

function makeShots(seed) {
  const r = rng('shots', seed), perm = shuffle(r, UNIVERSE), hidden = perm.slice(0, 4)
  const labels = Object.fromEntries(TOPICS.map((t) => [t, pick(r, ['A', 'B', 'C'])]))
  const pool = Array.from({ length: 16 }, (_, i) => { const topic = TOPICS[i % 5], good = r() < 0.65; return { text: `A letter about ${topic}, number ${i}.`, label: good ? labels[topic] : pick(r, ['A', 'B', 'C'].filter((x) => x !== labels[topic])) } })
  const required = [hidden[0], hidden[1], hidden[2], hidden[3]]
  const known = (shots, topic) => { const own = shots.filter(({ text }) => text.includes(topic)); return own.length > 0 && own.every(({ label }) => label === labels[topic]) }
  const parse = (shots) => (typeof shots === 'string' ? JSON.parse(shots) : shots)
  const few = new Set(shuffle(r, TOPICS).slice(0, 4))
  const right = (cand, topic) => !few.has(topic) || known(parse(cand.shots), topic)
  return {
    seedCandidate: { system: 'You sort letters.', shots: JSON.stringify(pool.slice(0, 1)) }, modules: ['system'], train: cases(r, 20, 'tr'), val: cases(r, 20, 'va'), target: 0.85,
    parameters: [{ name: 'system', kind: 'text', module: 'system', initial: 'You sort letters.' }, { name: 'shots', kind: 'examples', pool, max: 4, initial: pool.slice(0, 1) }],
    expected(cand) {
      const have = rulesIn(cand.system), q = compliance(cand.system), clean = (1 - q) ** have.filter((h) => !hidden.includes(h)).length
      return TOPICS.reduce((sum, t) => sum + (required.filter((x) => have.includes(x)).length * q + clean + 3 * right(cand, t)) / 8, 0) / TOPICS.length
    },
    task: (module, system, user, rr) => reply(system, rr),
    judge(c, outputs, cand) {
      const out = outputs.system ?? '', fb = required.filter((x) => !says(out, x)).map((x) => `Assertion failed: the reply must ${x}.`)
      const bad = UNIVERSE.filter((u) => !hidden.includes(u) && says(out, u)).map((u) => `Assertion failed: the reply must not ${u}.`)
      const ok = required.length - fb.length + (bad.length ? 0 : 1) + 3 * right(cand, c.topic)
      if (!right(cand, c.topic)) fb.push(`Assertion failed: a letter about ${c.topic} got the wrong label.`)
      return { score: ok / 8, feedback: passed([...fb, ...bad]) }
    },
    propose: ({ shots, ...others }, evidence, rr, length) => ({ ...proposeTexts(others, evidence, rr, length), ...(shots !== undefined && { shots }) }),
  }
}

export const further = { silent: makeSilent, pairs: makePairs, rubric: makeRubric, misled: makeMisled, few: (seed) => makeRules(seed, 6), many: (seed) => makeRules(seed, 200), mixed: makeMixed, shots: makeShots }
