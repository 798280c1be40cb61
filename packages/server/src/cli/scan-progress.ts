import type { Progress } from '../scan/index.ts'
import { count, sizeText } from './scan-print.ts'
import type { Surroundings } from './surroundings.ts'

/** One line on standard error that is drawn over and over, on a terminal alone: files, bytes, rate, time left. */
export function progressLine({ errors, clock }: Pick<Surroundings, 'errors' | 'clock'>) {
  const startedAt = clock()
  let isDrawn = false
  return {
    show: (progress: Progress): void => {
      if (!errors.isTerminal) return
      isDrawn = true
      errors.write(`\r\x1b[K${progressText(progress, (clock() - startedAt) / 1000)}`)
    },
    clear: (): void => {
      if (isDrawn) errors.write('\r\x1b[K')
    },
  }
}

/** As `1,204 of 20,000 files, 118.2 MiB, 400.1 MiB/s, 5 s left`. */
export function progressText(progress: Progress, seconds: number): string {
  const { files, filesQueued, bytesRead, bytesQueued, isWalking } = progress
  const rate = bytesRead / Math.max(seconds, 0.001)
  const all = count(files + filesQueued)
  const parts = [`${count(files)} of ${isWalking ? `at least ${all}` : all} files`, sizeText(bytesRead)]
  if (bytesRead > 0) parts.push(`${sizeText(Math.round(rate))}/s`)
  if (bytesRead > 0 && bytesQueued > 0)
    parts.push(`${isWalking ? 'at least ' : ''}${timeText(bytesQueued / rate)} left`)
  return parts.join(', ')
}

function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
