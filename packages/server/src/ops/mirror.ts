/** What an edge says about its mirror and its upstreams, for Prometheus. Upstreams are as many as the operator named. */
import { family, type Sample, single } from './exposition.ts'

/** The numbers of a mirror. Times are milliseconds since 1970. */
export interface MirrorNumbers {
  readonly sequence: number
  /** Of the last head that was believed; `undefined` before the first. */
  readonly upstreamSequence: number | undefined
  /** When the mirror was last known to be where its upstream is; `undefined` before the first time. */
  readonly confirmedAt: number | undefined
  /** 0 where the mirror is at the last head that it knows of. */
  readonly lagSeconds: number
  readonly isPushed: boolean
  readonly healed: number
  readonly rounds: { readonly well: number; readonly failed: number }
  readonly upstreams: readonly { readonly url: string; readonly state: 'unknown' | 'up' | 'down' }[]
}

/** Lines of the text format of Prometheus 0.0.4. */
export function mirrorLines(numbers: MirrorNumbers): readonly string[] {
  const { sequence, upstreamSequence, confirmedAt, lagSeconds, isPushed, healed, rounds, upstreams } = numbers
  const up = upstreams.map(({ url, state }): Sample => [{ upstream: url }, state === 'up' ? 1 : 0])
  const ended: Sample[] = [
    [{ outcome: 'well' }, rounds.well],
    [{ outcome: 'failed' }, rounds.failed],
  ]
  const behind = Math.max(0, (upstreamSequence ?? sequence) - sequence)
  return [
    ...single('gauge', 'tocsin_upstream_sequence', "The sequence of the upstream's last head.", upstreamSequence ?? 0),
    ...single('gauge', 'tocsin_mirror_lag_batches', 'Batches between the mirror and that head.', behind),
    ...single(
      'gauge',
      'tocsin_mirror_lag_seconds',
      'For how long the mirror has been behind; 0: it is not.',
      lagSeconds,
    ),
    ...single(
      'gauge',
      'tocsin_mirror_confirmed_seconds',
      'When the mirror was last known to be where its upstream is, in Unix time; 0: never.',
      (confirmedAt ?? 0) / 1000,
    ),
    ...single('gauge', 'tocsin_mirror_pushed', 'Whether an upstream pushes its news.', isPushed ? 1 : 0),
    ...single('counter', 'tocsin_mirror_healed_total', 'Snapshots taken to mend the state of the mirror.', healed),
    ...family('counter', 'tocsin_mirror_rounds_total', 'Rounds of following by how they ended.', ended),
    ...family('gauge', 'tocsin_upstream_up', 'Whether an upstream answered when it was last asked.', up),
  ]
}
