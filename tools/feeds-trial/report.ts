/** The trial as a page. */
import type { ListsPlan } from './lists.ts'
import type { Stretch, Turns } from './measures.ts'

/** What the page is made of. */
export interface Trial {
  readonly plan: ListsPlan
  readonly hours: number
  readonly hourSeconds: number
  /** Entries of all lists at the beginning. */
  readonly entries: number
  /** Lists that do something wrong. */
  readonly troubled: number
  readonly stretches: readonly Stretch[]
  readonly turns: Turns
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string }
}

/** Processor time in an hour that is 10 % of one core. */
const CPU_SECONDS_MAX = 360

/** Writes the page, as Markdown. */
export function report({ plan, hours, hourSeconds, entries, troubled, stretches, turns, machine }: Trial): string {
  const hourly = stretches.filter(({ name }) => name.startsWith('hour'))
  const cpu = hourly.reduce((sum, stretch) => sum + stretch.cpuSeconds, 0) / hourly.length
  const outcomes = Object.entries(turns.outcomes).map(([outcome, count]) => `${count} ${outcome}`)
  return `# ${plan.feeds} feeds on one node

Written by \`npm run trial:feeds -- --write\`: the node of \`tocsin up\` with HTTP and DNS, ${plan.feeds} feeds of ${entries} entries
in all, served from loopback by another process. 1 to 3 % of each list changes every hour; ${troubled} lists break, go empty, swell,
turn into a page, or never change. Time is an argument of the node: an hour passes in ${hourSeconds} seconds here, so that the
turns of an hour come ${Math.round(3600 / hourSeconds)} times as close together as they would, and processor time is that of the whole hour.

| stretch | hours | seconds on the wall | processor seconds | of one core, over its hours | memory | main thread held up: median, 99 %, most |
|---|---|---|---|---|---|---|
${stretches.map(rowOf).join('\n')}

The first row is the first start: every list is fetched and written for the first time.

* **Turns**: ${turns.count} in ${hours} hours (${outcomes.join(', ')}); median ${turns.milliseconds.median} ms, longest ${turns.milliseconds.most} ms of the trial's time.
* **Missed**: ${turns.missed} (must be 0): none came more than a quarter of an hour after the latest time that its jitter allows; the longest between two
  turns of one feed were ${turns.gapMinutes.toFixed(1)} minutes, of 54 to 66.
* **Processor**: ${cpu.toFixed(0)} seconds an hour, ${((cpu / 3600) * 100).toFixed(1)} % of one core (at most ${CPU_SECONDS_MAX} seconds, 10 %).
* **Memory**: ${hourly.map(({ rssMiB }) => `${rssMiB.toFixed(0)} MiB`).join(', ')} at the end of each hour.

Node ${machine.node}, ${machine.cores} × ${machine.cpu}; others worked on the machine at the same time.
`
}

function rowOf({ name, hours, wallSeconds, cpuSeconds, rssMiB, delayMs }: Stretch): string {
  const cells = [
    name,
    hours.toFixed(2),
    wallSeconds.toFixed(0),
    cpuSeconds.toFixed(1),
    `${((cpuSeconds / (hours * 3600)) * 100).toFixed(1)} %`,
    `${rssMiB.toFixed(0)} MiB`,
    `${delayMs.map(delay => delay.toFixed(1)).join(', ')} ms`,
  ]
  return `| ${cells.join(' | ')} |`
}
