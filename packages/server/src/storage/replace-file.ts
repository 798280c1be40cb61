/**
 * Small files that are replaced as a whole: written aside, brought to the disk, renamed, and the rename brought to the disk
 * as well. A crash or a power cut leaves either the old file or the new one. Readable by their owner only: they hold keys,
 * or name reporters.
 */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o600

/** Resolves when the new text is on the disk. Rejects with the system's error; the old file is there then. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.new`
  const file = await open(aside, 'w', OWNER_ONLY)
  try {
    // A left-over of a crash keeps the mode that it was made with.
    await file.chmod(OWNER_ONLY)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(aside, path)
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The same for whoever cannot wait: on the disk when it returns. Throws the system's error; the old file is there then. */
export function replaceFileNow(path: string, text: string): void {
  const aside = `${path}.new`
  const file = openSync(aside, 'w', OWNER_ONLY)
  try {
    fchmodSync(file, OWNER_ONLY)
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(aside, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
