import { guessSubject, subjectText } from '@tocsin/core/subject'
import type { Intake, Offer } from '../../intake/intake.ts'
import { readEntries, type StarterList } from './starter.ts'

/** Offers that are put at once. */
const BATCH_OFFERS = 5000

/**
 * Puts a list of the starter set as one generation; resolves with how many entries were accepted. Not `importList`: that
 * one doubts what a stranger's list says, and refuses the hash of the empty file, which a list of known files must name.
 * Rejects, with nothing committed, where the intake fails.
 */
export async function putStarter(
  { file, kind, confidence }: StarterList,
  intake: Pick<Intake, 'begin' | 'put' | 'commit'>,
): Promise<number> {
  const offers = readEntries(file).map((entry): Offer => ({ subject: subjectOf(entry), kind, confidence }))
  const generation = await intake.begin()
  let accepted = 0
  for (let at = 0; at < offers.length; at += BATCH_OFFERS) {
    accepted += (await intake.put(offers.slice(at, at + BATCH_OFFERS), generation)).accepted
  }
  await intake.commit(generation)
  return accepted
}

/** The canonical text of an entry; what is none stays as it is, for the intake to refuse. */
function subjectOf(entry: string): string {
  const subject = guessSubject(entry)
  return subject.ok ? subjectText(subject.value) : entry
}
