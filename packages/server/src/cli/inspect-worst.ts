/**
 * What three answers about one file come to: the worst of them, but what clears by MD5 or SHA-1 alone counts for nothing,
 * for anybody can make two files of one MD5 (docs/decisions/0013-file-identity.md, point 5). Pure.
 */
import type { WireAnswer, WireUnparsed } from '@tocsin/core/wire'
import { exitOf, mostSerious } from './check.ts'
import { EXIT, type ExitCode } from './command.ts'

/** The digests that a reputation may be under, the surest first. */
export const FILE_NAMES = ['sha256', 'sha1', 'md5'] as const

/** One of {@link FILE_NAMES}. */
export type FileName = (typeof FILE_NAMES)[number]

type Answered = WireAnswer | WireUnparsed

/** The answers about one file. */
export type FileAnswers = Readonly<Record<FileName, Answered>>

/** What they come to. */
export interface FileReputation {
  /** The digest whose answer this is. */
  readonly by: FileName
  readonly answer: Answered
  /** Digests that are cleared by an answer which counts for nothing. */
  readonly notClearing: readonly FileName[]
  readonly exit: ExitCode
}

/** See above. A site's own word about the SHA-256 decides; what is unknown under one name says nothing of the others. */
export function reputationOf(answers: FileAnswers): FileReputation {
  const counting = countingIn(answers)
  const [worst = 'sha256'] = counting.toSorted((a, b) => severity(answers[b]) - severity(answers[a]))
  const exit = mostSerious(counting.map(name => exitOf(answers[name])))
  const isCleared = clears(answers.sha256)
  const notClearing = isCleared ? [] : FILE_NAMES.filter(name => name !== 'sha256' && clears(answers[name]))
  return { by: worst, answer: answers[worst], notClearing, exit }
}

function countingIn(answers: FileAnswers): readonly FileName[] {
  const { sha256 } = answers
  if (!('error' in sha256) && sha256.ruling !== undefined) return ['sha256']
  return FILE_NAMES.filter(name => name === 'sha256' || countsBeside(answers[name]))
}

/** Whether an answer by a weaker name counts: it speaks against the file, or it is not known whether it does. */
function countsBeside(answer: Answered): boolean {
  if ('error' in answer) return true
  if (answer.ruling !== undefined) return answer.ruling === 'blocked'
  return answer.state !== 'fresh' || (answer.verdict !== 'safe' && answer.verdict !== 'untested')
}

function clears(answer: Answered): boolean {
  if ('error' in answer) return false
  if (answer.ruling !== undefined) return answer.ruling === 'approved'
  return answer.state === 'fresh' && answer.verdict === 'safe'
}

/** Larger is worse: error, blocked, unsure, then by the score (0 bad, 100 good). */
function severity(answer: Answered): number {
  const exit = exitOf(answer)
  if ('error' in answer) return 4000
  const rank = exit === EXIT.blocked ? 3000 : exit === EXIT.unsure ? 2000 : 1000
  return rank - answer.score
}
