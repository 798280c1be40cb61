/** One of the threads of a scan. */
import { parentPort, workerData } from 'node:worker_threads'
import { JobWork } from './job-work.ts'
import type { Job, ThreadSettings } from './jobs.ts'

const work = new JobWork(workerData as ThreadSettings)
const port = parentPort!

port.on('message', (job: Job) => {
  // A mistake of our own ends the thread.
  void work.do(job).then(answer => port.postMessage(answer))
})
