/** Counts of the turns of feeds: by outcome alone, as feeds may be any number. */

/** Outcomes of turns; the same words as on the wire. */
export type TurnOutcome = 'unchanged' | 'followed' | 'refused' | 'failed'

/** Written by the runner, read by the metrics. */
export class FeedTurnCounts {
  readonly #counts: Record<TurnOutcome, number> = { unchanged: 0, followed: 0, refused: 0, failed: 0 }

  count(outcome: TurnOutcome): void {
    this.#counts[outcome]++
  }

  /** The counts and what feeds are like now, as lines of the text format of Prometheus 0.0.4. */
  lines(states: readonly string[]): readonly string[] {
    const inState = (...wanted: readonly string[]) => states.filter(state => wanted.includes(state)).length
    return [
      '# HELP tocsin_feeds Configured feeds.',
      '# TYPE tocsin_feeds gauge',
      `tocsin_feeds ${states.length}`,
      '# HELP tocsin_feeds_stale Feeds whose last good copy is older than they say it may be.',
      '# TYPE tocsin_feeds_stale gauge',
      `tocsin_feeds_stale ${inState('stale')}`,
      '# HELP tocsin_feeds_failing Feeds whose last turn failed, or whose copy is held back.',
      '# TYPE tocsin_feeds_failing gauge',
      `tocsin_feeds_failing ${inState('failing', 'held')}`,
      '# HELP tocsin_feeds_turns_total Turns of feeds by how they ended.',
      '# TYPE tocsin_feeds_turns_total counter',
      ...Object.entries(this.#counts).map(
        ([outcome, count]) => `tocsin_feeds_turns_total{outcome="${outcome}"} ${count}`,
      ),
    ]
  }
}
