import { TocsinClient, TocsinProblem } from '@tocsin/client'
import { ProblemError } from '@tocsin/core/base'
import type { RemoteNode } from './surroundings.ts'

/** A node over HTTP, by the client; `key` where the node wants one. */
export function connect(server: string, key: string | undefined): RemoteNode {
  const client = new TocsinClient({ server, ...(key === undefined ? {} : { key }) })
  return {
    async check(subjects) {
      const answers = await told(client.checkAll(subjects))
      const silent = answers.find(answer => 'state' in answer && answer.state === 'unavailable')
      if (silent === undefined || !('reason' in silent)) return answers
      // The client answers for a node that does not; a command would rather ask somebody else.
      throw new ProblemError({ code: 'unavailable', message: silent.reason })
    },
    explain: (subject, at) => told(client.explain(subject, at)),
    importList: (source, chunks, meaning) => told(client.importList(source, chunks, { ...meaning })),
    now: async () => Date.parse((await told(client.status())).now),
    report: evidence => told(client.report(evidence)),
    retract: items => told(client.retract(items as Parameters<TocsinClient['retract']>[0])),
    addKey: fields => told(client.keys.add(fields)),
    listKeys: () => told(client.keys.list()),
    revokeKey: name => told(client.keys.revoke(name)),
    revokeAndRetract: name => told(client.keys.revokeAndRetract(name)),
    openEnrolment: enrolment => told(client.keys.enrol(enrolment)),
    listEnrolments: () => told(client.keys.enrolments()),
    cancelEnrolment: name => told(client.keys.cancelEnrolment(name)),
    feeds: {
      list: () => told(client.feeds.list()),
      catalogue: () => told(client.feeds.catalogue()),
      status: name => told(client.feeds.status(name)),
      add: feed => told(client.feeds.add(feed)),
      enable: (name, wanted) => told(client.feeds.enable(name, wanted)),
      remove: name => told(client.feeds.remove(name)),
      run: name => told(client.feeds.run(name)),
      diff: name => told(client.feeds.diff(name)),
      agree: name => told(client.feeds.agree(name)),
    },
    feedback: {
      status: () => told(client.feedback.status()),
      list: (which, limit) => told(client.feedback.list(which, limit)),
      choose: mode => told(client.feedback.choose(mode)),
      agree: subjects => told(client.feedback.agree(subjects)),
      discard: () => told(client.feedback.discard()),
    },
    appeals: {
      open: appeal => told(client.appeals.open(appeal)),
      find: id => told(client.appeals.find(id)),
      list: status => told(client.appeals.list(status)),
      answer: (id, answer) => told(client.appeals.answer(id, answer)),
    },
    trust: {
      list: () => told(client.trust.list()),
      epoch: apply => told(client.trust.epoch(apply)),
      pin: (source, trust) => told(client.trust.pin(source, trust)),
      unpin: source => told(client.trust.unpin(source)),
    },
    unknown: {
      list: question => told(client.unknown.list(question)),
    },
  }
}

/** The answer, or the client's problem as ours. */
async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    // What is wrong inside the node is not wrong in here: it has no stack to show.
    if (!(error instanceof TocsinProblem)) throw error
    const code = error.code === 'internal' || error.code === 'stale' ? 'unavailable' : error.code
    throw new ProblemError({ code, message: error.message }, { cause: error })
  }
}
