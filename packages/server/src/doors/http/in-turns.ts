/** Long work on the thread that answers everybody, done a bit at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Milliseconds of work in one turn. A batch of 1,000 pages of 16,384 characters takes two seconds (30 hashes of each);
 * done at once, nobody else is answered meanwhile. A batch of 1,000 addresses takes two milliseconds, and no pause.
 */
const TURN_MS = 5

/** Characters of text after which the time is looked at, with {@link ITEM_CHARACTERS} for each item. */
const LOOK_CHARACTERS = 4096

/** What an item costs whatever its length, in characters. */
const ITEM_CHARACTERS = 128

/** As `texts.map(work)`, with a pause for other requests now and then. */
export async function inTurns<T>(texts: readonly string[], work: (text: string) => T): Promise<T[]> {
  const done: T[] = []
  let characters = 0
  let turnBegan = performance.now()
  for (const text of texts) {
    if (characters >= LOOK_CHARACTERS) {
      characters = 0
      if (performance.now() - turnBegan >= TURN_MS) {
        await nextTurn()
        turnBegan = performance.now()
      }
    }
    characters += text.length + ITEM_CHARACTERS
    done.push(work(text))
  }
  return done
}
