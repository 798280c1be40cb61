/** Who speaks in the little worlds, and how much it counts in two epochs of trust. */
import { type SourceStanding, TRUSTED_STEP } from '../trust.ts'

/** A source of a little world. */
export interface Speaker {
  readonly name: string
  readonly organisation: string
  /** Its step in the first epoch and in the second. */
  readonly steps: readonly [number, number]
  /** `node`: what the node derives, and nothing else. `analyst`: may decide. */
  readonly role: 'list' | 'key' | 'analyst' | 'node'
  /** A list that was not fetched for so many days: what it holds fades from then. */
  readonly staleDays?: number
}

const speaker = (
  name: string,
  organisation: string,
  steps: Speaker['steps'],
  role: Speaker['role'],
  staleDays?: number,
): Speaker => ({ name, organisation, steps, role, ...(staleDays === undefined ? {} : { staleDays }) })

/** Three lists of two organisations and one that is stale, two that are trusted otherwise in the second epoch, fresh keys. */
export const SPEAKERS: readonly Speaker[] = [
  speaker('feed:one', 'one', [12, 12], 'list'),
  speaker('feed:one-more', 'one', [12, 12], 'list'),
  speaker('feed:two', 'two', [12, 12], 'list'),
  speaker('feed:stale', 'stale', [12, 12], 'list', 9),
  speaker('feed:wrong', 'wrong', [12, 10], 'list'),
  speaker('feed:line', 'line', [8, 8], 'list'),
  speaker('key:risen@1', 'risen', [6, 8], 'key'),
  speaker('key:fallen@1', 'fallen', [9, 7], 'key'),
  speaker('key:fresh@1', 'fresh', [4, 4], 'key'),
  speaker('key:fresh@2', 'fresh', [4, 5], 'key'),
  speaker('key:newer@1', 'newer', [4, 4], 'key'),
  speaker('key:newest@1', 'newest', [7, 7], 'key'),
  speaker('key:revoked@1', 'revoked', [4, 0], 'key'),
  speaker('key:analyst@1', 'desk', [15, 15], 'analyst'),
  speaker('tocsin:names', 'tocsin', [12, 12], 'node'),
  speaker('tocsin:senders', 'tocsin', [12, 12], 'node'),
]

const BY_NAME = new Map(SPEAKERS.map(each => [each.name, each]))

/** An epoch of the little worlds. */
export type EpochNumber = 0 | 1

/** The source of a name; throws for one that is not in {@link SPEAKERS}. */
export function speakerOf(name: string): Speaker {
  const found = BY_NAME.get(name)
  if (found === undefined)
    throw new Error(`Cannot find a source: it must be one of the little world's, found "${name}"`)
  return found
}

/** The trust table of an epoch. */
export function standingsOf(epoch: EpochNumber): (source: string) => SourceStanding {
  return name => {
    const { organisation, steps } = speakerOf(name)
    return { organisation, trustStep: steps[epoch] }
  }
}

/** Whether a source is trusted in an epoch. */
export function isTrustedIn({ steps }: Speaker, epoch: EpochNumber): boolean {
  return steps[epoch] >= TRUSTED_STEP
}
