/** Answers as they come in, checked for what a caller relies on: what cannot be read must not look like "nothing found". */
import { type Action, UNTESTED_SCORE, VERDICTS } from '@tocsin/core/verdict'
import type { WireAnswer, WireUnparsed } from '@tocsin/core/wire'

const ACTIONS: readonly unknown[] = ['allow', 'block']
const STATES: readonly unknown[] = ['fresh', 'stale', 'unavailable']

/** Whether a value is an answer. */
export function isAnswer(value: unknown): value is WireAnswer {
  const answer = recordOf(value)
  return (
    typeof answer['subject'] === 'string' &&
    Number.isInteger(answer['score']) &&
    VERDICTS.some(verdict => verdict === answer['verdict']) &&
    ACTIONS.includes(answer['action']) &&
    STATES.includes(answer['state'])
  )
}

/** Whether a value stands in the place of an answer to what is no subject. */
export function isUnparsed(value: unknown): value is WireUnparsed {
  const answer = recordOf(value)
  return typeof answer['subject'] === 'string' && typeof answer['error'] === 'string'
}

/** The answer where nobody answers: it says so, and nothing about the subject. */
export function unavailableAnswer(subject: string, action: Action, why: string): WireAnswer {
  return {
    subject,
    score: UNTESTED_SCORE,
    verdict: 'untested',
    action,
    state: 'unavailable',
    ageSeconds: 0,
    reason: why,
  }
}

/** A value as an object with unknown fields; without any where it is no object. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
