/** The page: counts that follow the node, and a box to ask it. */
import { answerNodes, explanationNodes, problemNodes } from './answer.js'
import { byId } from './dom.js'
import { ask, follow, Unanswered } from './node.js'
import { showStatus } from './status.js'
import { typed } from './typed.js'

/** Counts are asked for at most so often, however much news there is, and so often without any; in milliseconds. */
const REFRESH_MIN = 500
const REFRESH_MAX = 10_000

let timer = 0
let asking = false
let soon = false

async function refresh() {
  clearTimeout(timer)
  if (asking) return
  asking = true
  soon = false
  try {
    showStatus(await ask('/v1/status'))
    say('The node answers.', 'live')
  } catch (error) {
    lost(error)
  } finally {
    asking = false
    timer = setTimeout(() => void refresh(), document.hidden ? REFRESH_MAX * 6 : REFRESH_MAX)
  }
}

/** Asks soon. News that never stops must not put it off for ever. */
function onNews() {
  if (soon) return
  soon = true
  clearTimeout(timer)
  timer = setTimeout(() => void refresh(), REFRESH_MIN)
}

function lost(error) {
  const unanswered = error instanceof Unanswered ? error : undefined
  if (unanswered === undefined || unanswered.status === 0)
    say('The node does not answer: what is below is old.', 'lost')
  else if (unanswered.status === 401 || unanswered.status === 403) say('The node wants a key for its counts.', 'lost')
  else say(unanswered.message, 'lost')
}

function say(text, state) {
  const place = byId('link')
  // A live region is read aloud on every change, so it changes only when there is something to say.
  if (place.textContent !== text) place.textContent = text
  place.dataset.state = state
}

let question = 0

async function lookUp(subject) {
  const place = byId('answer')
  const mine = ++question
  place.setAttribute('aria-busy', 'true')
  const nodes = await nodesFor(subject)
  // A later question may have been answered first.
  if (mine !== question) return
  place.replaceChildren(...nodes)
  place.removeAttribute('aria-busy')
}

async function nodesFor(text) {
  let answer
  try {
    answer = await ask(`/v1/reputation?subject=${encodeURIComponent(typed(text))}`)
  } catch (error) {
    return problemNodes(messageOf(error))
  }
  try {
    // What decided is explained: of the page itself there may be nothing to tell.
    const explanation = await ask(`/v1/explain?subject=${encodeURIComponent(answer.matched ?? answer.subject)}`)
    return [...answerNodes(answer), ...explanationNodes(explanation)]
  } catch (error) {
    return [...answerNodes(answer), ...problemNodes(`Cannot explain: ${messageOf(error)}`)]
  }
}

function messageOf(error) {
  return error instanceof Error ? error.message : String(error)
}

byId('ask').addEventListener('submit', event => {
  event.preventDefault()
  const subject = byId('subject').value.trim()
  if (subject === '') return
  history.replaceState(undefined, '', `?subject=${encodeURIComponent(subject)}`)
  void lookUp(subject)
})

const asked = new URLSearchParams(location.search).get('subject')
if (asked !== null && asked !== '') {
  byId('subject').value = asked
  void lookUp(asked)
}

// A lost link is news as well: asking tells whether the node is gone or only the link.
follow(onNews, onNews)
void refresh()
