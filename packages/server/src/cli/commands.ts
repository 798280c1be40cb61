/**
 * The commands by name, loaded when they are typed: reading the modules of all of them took longer than most commands run.
 *
 * What a command says of itself stands with the command alone, so that help and a word that is no command load them all.
 */
import type { CommandSpec } from './command.ts'

type Load = () => Promise<CommandSpec<never>>

/** In the order of the help. A command stands before the ones below it. */
export const COMMANDS: Readonly<Record<string, Load>> = {
  up: async () => (await import('./up.ts')).up,
  edge: async () => (await import('./edge.ts')).edge,
  relay: async () => (await import('./relay.ts')).relay,
  check: async () => (await import('./check.ts')).check,
  explain: async () => (await import('./explain.ts')).explain,
  inspect: async () => (await import('./inspect.ts')).inspect,
  scan: async () => (await import('./scan.ts')).scan,
  import: async () => (await import('./import.ts')).importLists,
  report: async () => (await import('./report.ts')).report,
  'keys add': async () => (await import('./keys.ts')).addKey,
  'keys list': async () => (await import('./keys.ts')).listKeys,
  'keys revoke': async () => (await import('./keys.ts')).revokeKey,
  'keys enrol': async () => (await import('./keys-enrol.ts')).enrolEdge,
  'keys enrolments': async () => (await import('./keys-enrol.ts')).listEnrolments,
  'keys cancel': async () => (await import('./keys-enrol.ts')).cancelEnrolment,
  'keys rotate-signing': async () => (await import('./rotate-signing.ts')).rotateSigning,
  'feeds list': async () => (await import('./feeds.ts')).listFeeds,
  'feeds catalogue': async () => (await import('./feeds.ts')).feedCatalogue,
  'feeds add': async () => (await import('./feeds-add.ts')).addFeed,
  'feeds enable': async () => (await import('./feeds.ts')).enableFeed,
  'feeds disable': async () => (await import('./feeds.ts')).disableFeed,
  'feeds run': async () => (await import('./feeds-turns.ts')).runFeed,
  'feeds status': async () => (await import('./feeds-turns.ts')).feedStatus,
  'feeds diff': async () => (await import('./feeds-turns.ts')).diffFeed,
  'feeds agree': async () => (await import('./feeds.ts')).agreeFeed,
  'feeds remove': async () => (await import('./feeds.ts')).removeFeed,
  'enrich update': async () => (await import('./enrich.ts')).updateEnrichment,
  'enrich status': async () => (await import('./enrich.ts')).enrichmentStatus,
  'enrich lookup': async () => (await import('./enrich.ts')).lookUpEnrichment,
  appeal: async () => (await import('./appeals.ts')).appeal,
  'appeals list': async () => (await import('./appeals.ts')).listAppeals,
  'appeals status': async () => (await import('./appeals.ts')).appealStatus,
  'appeals answer': async () => (await import('./appeals.ts')).answerAppeal,
  feedback: async () => (await import('./feedback.ts')).feedbackStatus,
  'feedback show': async () => (await import('./feedback.ts')).showFeedback,
  'feedback pending': async () => (await import('./feedback.ts')).pendingFeedback,
  'feedback on': async () => (await import('./feedback.ts')).feedbackOn,
  'feedback hold': async () => (await import('./feedback.ts')).feedbackHold,
  'feedback off': async () => (await import('./feedback.ts')).feedbackOff,
  'feedback submit': async () => (await import('./feedback.ts')).submitFeedback,
  'feedback discard': async () => (await import('./feedback.ts')).discardFeedback,
  trust: async () => (await import('./trust.ts')).showTrust,
  'trust epoch': async () => (await import('./trust.ts')).makeTrustEpoch,
  'trust pin': async () => (await import('./trust.ts')).pinTrust,
  'trust unpin': async () => (await import('./trust.ts')).unpinTrust,
  unknown: async () => (await import('./unknown.ts')).listUnknown,
  doctor: async () => (await import('./doctor.ts')).doctor,
}

/**
 * The commands that a command line may mean, those before the ones below them: the one that its first words name with the ones
 * above it, or all that begin with its first word; all there are where that names none, to list them or to tell what was meant.
 */
export async function commandsFor(words: readonly string[]): Promise<readonly CommandSpec<never>[]> {
  const [first = '', second = ''] = words
  if (first === '--version') return []
  const names = Object.keys(COMMANDS)
  const family = names.filter(name => name === first || name.startsWith(`${first} `))
  const one = family.filter(name => name === first || name === `${first} ${second}`)
  const meant = one.includes(`${first} ${second}`) ? one : family
  return await Promise.all((meant.length > 0 ? meant : names).map(async name => await COMMANDS[name]!()))
}
