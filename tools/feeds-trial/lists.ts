/** The lists of the trial: what each of them is like, and what it says at each hour. The same seed gives the same lists. */

const HOUR_MS = 3_600_000

/** What is wrong with a list, if anything. From the first hour on, so that each has been good once; but for `error`. */
export type Trouble = 'none' | 'error' | 'cut' | 'still' | 'empty' | 'swollen' | 'page'

/** In each hundred lists there are these, by their place in it. */
const TROUBLES: readonly Trouble[] = ['error', 'cut', 'still', 'still', 'empty', 'swollen', 'page']

/** A list that is served. */
export interface ServedList {
  readonly number: number
  readonly entries: number
  /** Entries that are new each hour; as many go. */
  readonly changes: number
  readonly form: 'ip' | 'domain' | 'url'
  readonly trouble: Trouble
}

/** How all lists are made. */
export interface ListsPlan {
  readonly seed: number
  readonly feeds: number
  /** The median of their lengths; each is within a quarter and ten times of it. */
  readonly entries: number
}

/** All lists of a plan. */
export function makeLists({ seed, feeds, entries }: ListsPlan): ServedList[] {
  return Array.from({ length: feeds }, (_, number): ServedList => {
    const size = Math.round(entries * Math.exp(normal(seed, number)))
    const length = Math.max(Math.ceil(entries / 4), Math.min(entries * 10, size))
    const share = 0.01 + 0.02 * fraction(mix(seed, number, 3))
    const form = number % 10 < 6 ? 'ip' : number % 10 < 9 ? 'domain' : 'url'
    const trouble = TROUBLES[(number * 37) % 100] ?? 'none'
    return { number, entries: length, changes: Math.max(1, Math.round(length * share)), form, trouble }
  })
}

/** Which hour of a list it is, from 0: each changes at a minute of its own. */
export function versionOf({ number, trouble }: ServedList, beganAt: number, now: number): number {
  const version = Math.max(0, Math.floor((now - beganAt) / HOUR_MS + fraction(mix(number, 5))))
  return trouble === 'still' ? 0 : version
}

/** What a list says at an hour. */
export function textOf(list: ServedList, version: number): string {
  const isWrong = version > 0
  if (isWrong && list.trouble === 'empty') return '# nothing\n'
  if (isWrong && list.trouble === 'page') return '<!doctype html><title>Moved</title>\n'
  const length = isWrong && list.trouble === 'swollen' ? list.entries * 4 + 2000 : list.entries
  const lines: string[] = []
  for (let at = 0; at < length; at++) lines.push(lineOf(list, version * list.changes + at))
  return `# list ${list.number}\n${lines.join('\n')}\n`
}

/** Every third entry is one of a few thousand that forty lists share, as lists of the world do. */
function lineOf({ number, form }: ServedList, at: number): string {
  const word = at % 3 === 0 ? mix(number % 50, at, 7) : mix(number, at, 11)
  if (form === 'ip') return `${11 + (word % 80)}.${(word >>> 8) & 255}.${(word >>> 16) & 255}.${word >>> 24}`
  const name = `n${word.toString(36)}.${['com', 'net', 'org', 'info'][word & 3]}`
  return form === 'domain' ? name : `http://${name}/p/${at % 97}`
}

/** A number of 32 bits that is the numbers' own: the finish of MurmurHash3 (Austin Appleby, public domain). */
function mix(...numbers: readonly number[]): number {
  let word = 0x9e3779b9
  for (const number of numbers) {
    word = Math.imul(word ^ number, 0x85ebca6b)
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
    word ^= word >>> 16
  }
  return word >>> 0
}

function fraction(word: number): number {
  return word / 2 ** 32
}

/** Box and Muller: one of a normal distribution. */
function normal(seed: number, number: number): number {
  const [a, b] = [fraction(mix(seed, number, 1)) || 1e-9, fraction(mix(seed, number, 2))]
  return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b)
}
