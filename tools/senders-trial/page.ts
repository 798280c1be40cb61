/** The page about the trial, as Markdown. */
import { markdown } from '../feeds-table/page.ts'
import type { Cost } from './memory.ts'
import type { Outcome, Speed } from './trial.ts'

const ROLES: Readonly<Record<string, string>> = {
  snowshoe: 'snowshoe: 200 addresses of a /24 and 40 of another, within 10 min',
  'snowshoe run': 'snowshoe: 12 addresses in each of four /24, within 10 min',
  botnet: 'botnet: 2,000 addresses in as many ranges, within 30 min',
  compromised: 'a business whose server is taken over',
}

/** The whole page; `remarks` say how the senders are judged. */
export function pageOf(outcomes: readonly Outcome[], cost: Cost, remarks: string): string {
  const seeds = outcomes.map(({ seed }) => seed).join(', ')
  return `# Senders of mail

${remarks.trim()}

## SYNTHETIC: how soon

Made by \`npm run trial:senders -- --write\`: made-up traffic of 30 sites (\`tools/senders-trial/generator.ts\`), seeds ${seeds}: two days of
history and a day. Seeds 1 and 2 were looked at while the detectors' figures were chosen, the others were not. Each site sends its
counts once a minute, when the minute is over; the detectors never read the figures of the
generator. One assumption is the same in both: that about a tenth of the
ordinary senders forward and a tenth have old lists of addresses. **None of this says how real traffic would come out.** Minutes from the beginning of the attack until something other than a
surge was said of the first member or its range, of half of the members and of nine tenths, a minute of reporting included.

${markdown(SPEED_HEAD, outcomes.flatMap(speedRows), 2)}

Members begin one by one, and each sends a mail every two (botnet) or seven minutes (snowshoe), so half of the members are not
there before half of the time given has passed. The last column is the median over the members from the first mail of each; it is
negative where the range was known before the member sent anything.

## SYNTHETIC: what was said of good senders

Good senders of which something was said at any time of the day, while a trusted and an untrusted site claim of each provider and of
a twentieth of the others that they send nothing but spam. No cell but those of the surge may be more than 0.

${markdown(WRONG_HEAD, outcomes.flatMap(wrongRows), 2)}

A newsletter sends some hundred times its ordinary mail within two hours. That is a surge, of which at most 500 is said, so that it makes
a sender suspicious and never blocked at medium.
${named(outcomes)}
## SYNTHETIC: what it costs

One thread; the machine did other work too, so times are upper bounds.

${markdown(['What', 'Figure'], costRows(outcomes, cost), 1)}
`
}

/** One line for each seed. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ seed, speeds, named: wrong }) => {
      const found = speeds.map(({ role, first, half, most }) => `${role} ${time(first)}/${time(half)}/${time(most)}`)
      return `seed ${seed}: ${found.join(', ')} min; ${wrong.length} wrong statements`
    })
    .join('\n')
}

const SPEED_HEAD = ['SYNTHETIC', 'Seed', 'First', '50 %', '90 %', 'From own first mail']

function speedRows({ seed, speeds }: Outcome): string[][] {
  return speeds.map((speed: Speed) => [
    ROLES[speed.role] ?? speed.role,
    String(seed),
    time(speed.first),
    time(speed.half),
    time(speed.most),
    time(speed.fromOwnFirst),
  ])
}

const WRONG_HEAD = [
  'SYNTHETIC',
  'Seed',
  'Senders',
  'bad-mail-share',
  'snowshoe-range',
  'botnet-sender',
  'sending-surge',
]

function wrongRows({ seed, wrong }: Outcome): string[][] {
  return wrong.map(([role, senders, byKind]) => [
    role,
    String(seed),
    String(senders),
    ...WRONG_HEAD.slice(3).map(kind => String(byKind[kind] ?? 0)),
  ])
}

function named(outcomes: readonly Outcome[]): string {
  const lines = outcomes.flatMap(({ seed, named: wrong }) => wrong.map(line => `- seed ${seed}: ${line}`))
  return lines.length === 0 ? '' : `\nThe first of them:\n\n${lines.join('\n')}\n`
}

function costRows(outcomes: readonly Outcome[], cost: Cost): string[][] {
  const sightings = outcomes.reduce((sum, outcome) => sum + outcome.sightings, 0)
  const observing = outcomes.reduce((sum, outcome) => sum + outcome.observingSeconds, 0)
  const whole = outcomes.reduce((sum, outcome) => sum + outcome.observingSeconds + outcome.tickingSeconds, 0)
  const longest = Math.max(...outcomes.map(({ tickMsMax }) => tickMsMax))
  const number = (value: number) => Math.round(value).toLocaleString('en')
  return [
    [`senders in ${number(cost.ranges)} ranges`, number(cost.senders)],
    ['bytes for a sender, all told', number(cost.bytesPerSender)],
    ['of them in columns', number(cost.columnBytesPerSender)],
    ['sightings a second, taken by 200,000 senders', number(cost.sightingsPerSecond)],
    ['sightings a second, taken in the trial', number(sightings / observing)],
    ['sightings a second, taken and judged in the trial', number(sightings / whole)],
    ['longest tick in the trial, ms', number(longest)],
  ]
}

function time(minutes: number | undefined): string {
  return minutes === undefined ? 'never' : minutes.toFixed(0)
}
