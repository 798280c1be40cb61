/** Long work on the thread that answers everybody, done a bit at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Characters of text in one turn, with {@link ITEM_CHARACTERS} for each item. A batch of 1,000 pages of 16,384
 * characters takes two seconds (30 hashes of each); done at once, nobody else is answered meanwhile. A turn takes 8 ms.
 */
const TURN_CHARACTERS = 64 * 1024

/** What an item costs whatever its length, in characters. */
const ITEM_CHARACTERS = 512

/** As `texts.map(work)`, with a pause for other requests now and then. */
export async function inTurns<T>(texts: readonly string[], work: (text: string) => T): Promise<T[]> {
  const done: T[] = []
  let characters = 0
  for (const text of texts) {
    if (characters >= TURN_CHARACTERS) {
      characters = 0
      await nextTurn()
    }
    characters += text.length + ITEM_CHARACTERS
    done.push(work(text))
  }
  return done
}
