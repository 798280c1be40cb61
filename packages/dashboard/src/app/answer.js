/** The answer to a question, with all that it rests on. */
import { element, table } from './dom.js'

const CLASSES = { safe: 'good', untested: 'faint', suspicious: 'doubt', 'highly-suspicious': 'bad', dangerous: 'bad' }

const TERMS = {
  prior: 'before any evidence',
  quorum: 'protected: too few independent organisations say so',
  bound: 'as far as a score goes',
}

/**
 * @param {any} answer as `/v1/reputation` gives it
 * @returns {Node[]}
 */
export function answerNodes(answer) {
  const sure = answer.state === 'fresh'
  const verdict = element(
    'strong',
    { class: sure ? CLASSES[answer.verdict] : 'doubt' },
    sure ? answer.verdict : 'unsure',
  )
  const line = element('p', { class: 'verdict' }, element('b', {}, answer.subject), ' is ', verdict)
  const facts = [`${answer.action === 'block' ? 'blocked' : 'allowed'} here`, answer.reason]
  if (sure) facts.unshift(`score ${answer.score}`)
  else facts.push(`the book is ${answer.state}, ${answer.ageSeconds} s old`)
  if (answer.matched !== undefined) facts.push(`decided by ${answer.matched}`)
  if (answer.lapsesAt !== undefined)
    facts.push(`milder from ${new Date(answer.lapsesAt).toLocaleString('en-GB')} if nothing is heard`)
  return [line, element('p', { class: 'faint' }, facts.join(' · '))]
}

/**
 * @param {any} explanation as `/v1/explain` gives it
 * @returns {Node[]}
 */
export function explanationNodes(explanation) {
  const rows = explanation.contributions.map(contribution => [
    nats(contribution.value),
    contribution.term === 'evidence' ? contribution.kind : TERMS[contribution.term],
    contribution.source ?? '',
    contribution.confidence === undefined ? '' : String(contribution.confidence),
    age(contribution),
  ])
  rows.push([element('b', {}, nats(explanation.logOdds)), `sum, gives score ${explanation.score}`, '', '', ''])
  return [
    element('h3', {}, `Contributions to the log-odds of "bad" of ${explanation.subject}, in nats`),
    table('Contributions', ['nats#', 'what', 'source', 'confidence#', 'age'], rows),
    ...list(
      'A lookup also meets',
      (explanation.matches ?? []).map(match => `${match.subject}: ${match.verdict}, score ${match.score}`),
    ),
    ...list('What would change it', explanation.changes),
  ]
}

/**
 * @param {string} message
 * @returns {Node[]}
 */
export function problemNodes(message) {
  return [element('p', { class: 'verdict bad' }, message)]
}

function list(title, lines) {
  if (lines.length === 0) return []
  return [element('h3', {}, title), element('ul', {}, ...lines.map(line => element('li', {}, line)))]
}

function nats(thousandths) {
  return `${thousandths < 0 ? '−' : '+'}${(Math.abs(thousandths) / 1000).toFixed(3)}`
}

function age({ term, ageHours, halfLifeHours }) {
  if (term !== 'evidence') return ''
  if (ageHours === undefined) return 'standing'
  return `${Math.round(ageHours)} h${halfLifeHours === undefined ? '' : `, halves every ${Math.round(halfLifeHours)} h`}`
}
